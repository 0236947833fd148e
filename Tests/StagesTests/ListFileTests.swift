import Policy
import Screening
import Stages
import Testing
import Values

/// The files of further entries that the IP Screen reads.
@Suite struct ListFileTests {
    private static let policy = """
        version: 1
        stages:
          ip-screen:
            match: last
            files: [blocked.txt]
        """

    @Test(arguments: [
        ("203.0.113.0/24\n", [] as [String]),
        ("# a comment\n\nrefuse 203.0.113.0/24\r\nallow   203.0.113.7\n", []),
        (
            "203.0.113.0/33\nblock 203.0.113.9\nallow 1.2.3.4 5.6.7.8\n203.0.113.9\n",
            ["blocked.txt:1:1", "blocked.txt:2:1", "blocked.txt:3:1"]
        ),
        ("\u{0}\u{1}\n", ["blocked.txt:1:1"]), ("\u{FEFF}203.0.113.0/24\n", []),
    ])
    func linesAreEntries(_ contents: String, _ places: [String]) {
        let files = PolicyFiles { _ in .success(Bytes(contents)) }
        let (node, _) = PolicyDocument.parse(Self.policy, file: "policy.yaml")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: catalogue, files: files)
        #expect(mistakes.map(\.place.description) == places, "\(mistakes)")
        #expect((policy == nil) == !places.isEmpty)
    }

    @Test func aMissingFileIsAMistake() {
        let files = PolicyFiles { path in .failure(PolicyFileError("no such file: \(path)")) }
        let (node, _) = PolicyDocument.parse(Self.policy, file: "etc/policy.yaml")
        let (policy, mistakes) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: catalogue, files: files)
        #expect(policy == nil)
        #expect(mistakes.count == 1 && mistakes.first?.message.contains("etc/blocked.txt") == true, "\(mistakes)")
    }
}
