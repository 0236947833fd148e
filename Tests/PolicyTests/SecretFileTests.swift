import Policy
import Testing
import Values

/// Files of secrets that a policy names: read, and never told.
@Suite struct SecretFileTests {
    private static func read(_ text: String) -> (value: String?, reader: PolicyReader) {
        let secrets: PolicyFiles.Read = { path in
            switch path {
            case "etc/good": .success(Bytes("hush"))
            case "/abs/long": .success(Bytes(String(repeating: "hush", count: 100)))
            default: .failure(PolicyFileError("no such file"))
            }
        }
        let (node, _) = PolicyDocument.parse(text, file: "etc/policy.yaml")
        var reader = PolicyReader(
            node, files: PolicyFiles(secrets: secrets) { _ in .failure(PolicyFileError("not a list")) })
        let value = reader.secretFile("file", expecting: "a word of up to ten bytes", "The secret.") { contents in
            contents.count <= 10 ? contents.lossyString : nil
        }
        reader.finish()
        return (value?.value, reader)
    }

    @Test(
        arguments: [
            ("file: good", "hush", [] as [String]), ("", nil, []), ("file: null", nil, []),
            ("file: bad", nil, ["etc/policy.yaml:1:7: the file 'bad' cannot be read: no such file"]),
            (
                "file: /abs/long", nil,
                ["etc/policy.yaml:1:7: the file '/abs/long' does not hold a word of up to ten bytes"]
            ),
            ("file: [good]", nil, ["etc/policy.yaml:1:7: expected text, found a list"]),
        ] as [(String, String?, [String])])
    func secretIsRead(_ text: String, _ value: String?, _ complaints: [String]) {
        let (found, reader) = Self.read(text)
        #expect(found == value)
        #expect(reader.diagnostics.map(\.description) == complaints)
        #expect(!PolicyRendering.effective(reader.settings).contains("hush"))
    }
}
