import DNS
import Policy
import SMTP
import Screening
import Stages
import State
import Values

/// What a case is run with: its policy, its DNS and its state, the same for both harnesses.
public struct CaseRun: Sendable {
    /// What a harness gives.
    public struct Result: Sendable {
        /// The records, one NDJSON line each; for a policy with mistakes, the mistakes.
        public var lines: [String] = []
        /// Where the server's replies were not those of the script.
        public var differences: [String] = []
        /// The sessions as they were recorded, where they were.
        public var sessions: [RecordedSession] = []
        /// The lines as one text.
        public var text: String { lines.joined(separator: "\n") }
    }

    let file: CaseFile
    let policy: ScreeningPolicy?
    let mistakes: [String]
    let dns: DNSZone

    /// Prepares a case. Throws when its DNS cannot be read.
    public init(_ file: CaseFile) throws {
        self.file = file
        dns = try DNSZone(fixture: file.dns, file: file.path)
        let (node, syntax) = PolicyDocument.parse(file.policy, file: "policy")
        let listed = file.files
        let files = PolicyFiles(list: { folder in
            let inside = listed.keys.filter { $0.hasPrefix(folder + "/") }.map {
                String($0.dropFirst(folder.count + 1).split(separator: " ").first ?? "")
            }
            return inside.isEmpty ? nil : inside.sorted()
        }) { path in
            // `[file NAME base64]` holds bytes that are no text.
            if let text = listed[path + " base64"],
                let bytes = Bytes(text).withSpan({ $0.decodedBase64() })
            {
                return .success(Bytes(bytes))
            }
            return listed[path].map { .success(Bytes($0)) } ?? .failure(PolicyFileError("no such file"))
        }
        let (policy, diagnostics) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: catalogue, files: files)
        mistakes = (syntax + diagnostics).sorted().map(\.description)
        self.policy = mistakes.isEmpty ? policy : nil
    }

    /// The server under test, and its name. Where the one behind takes passwords, it does so in clear too.
    var smtp: ServerConfiguration {
        var smtp = ServerConfiguration(hostname: "mx.example")
        if !file.nextHop.isEmpty { smtp.requiresTLSForAuthentication = false }
        return smtp
    }

    /// The server behind it.
    var nextHop: any NextHop { file.nextHop.isEmpty ? NoNextHop() : ScriptedHop(file.nextHop) }

    /// An environment with the state the case begins with.
    func environment() -> ScreeningEnvironment {
        let state = MemoryState()
        for entry in file.state {
            let key = StateKey(entry.key[0], parts: Array(entry.key.dropFirst()))
            _ = state.insertIfAbsent(key, entry.value, expires: entry.expires, at: entry.created)
        }
        let zone = dns
        var environment = ScreeningEnvironment(
            dns: { _ in zone }, state: state, scanner: file.scan.isEmpty ? nil : ScriptedScanner(file.scan))
        if !file.programs.isEmpty { environment.programs = ScriptedPrograms(file.programs) }
        return environment
    }
}
