import Authentication
import Cryptography
import DNS
import Foundation
import Mail
import Screening
import Testing
import Values

@testable import Proxy

/// Signatures of this host's own that a change to the message breaks.
@Suite struct SigningAgainTests {
    private static let domain = DKIMSigner.domain("company.example")
    private static let now = Timestamp(seconds: 0)

    private static func key() throws -> DKIMSigningKey {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "fixtures/keys")
        let names = try FileManager.default.contentsOfDirectory(atPath: path.path).filter { $0.hasSuffix(".pem") }
            .sorted()
        for name in names {
            let contents = try Data(contentsOf: path.appending(path: name))
            if case .success(let key) = PrivateKeyFile.read(Bytes(Array(contents))) {
                return DKIMSigningKey(selector: try #require(DKIMSigner.selector("s1")), key: key)
            }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    @Test(arguments: [
        // What is asked for, and whether the signature has to be made again.
        ([Effect.editContent(.disclaimer(Disclaimer(text: "Bye")))], true),
        ([.writeHeader(name: "Subject", text: "new", replacing: nil)], true),
        ([.addHeader(name: "X-Seen", value: "yes")], false), ([], false),
    ]) func brokenOnesAreMadeAgain(effects: [Effect], isAgain: Bool) throws {
        let (key, domain) = (try SigningAgainTests.key(), try #require(SigningAgainTests.domain))
        let plain = "From: a@company.example\r\nSubject: x\r\n\r\nbody\r\n"
        let options = DKIMSigningOptions(domain: domain, signedAt: SigningAgainTests.now)
        let signed = try DKIMSigner.sign(Message(Bytes(plain)), with: [key], options: options).get()
        let text = signed.map(\.lossyString).joined() + "DKIM-Signature: v=1; d=other.example; s=x\r\n" + plain
        var editor = MessageEditor(addsVerdictField: false)
        editor.signer.add(key, of: domain)
        let changed = Message(editor.edited(MessageEditorTests.delivery(effects, text: text)))
        let fields = changed.header.all("DKIM-Signature")
        // The other domain's stays as it is: nobody here can say whether it was good.
        #expect(fields.count == 2)
        #expect(changed.bytes.lossyString.contains(signed.map(\.lossyString).joined()) == !isAgain)
        let outcomes = DKIMVerifier.verify(
            changed,
            by: { found, _ in found == domain ? DKIMKeyText(key, domain: found) : nil }, now: SigningAgainTests.now)
        #expect(outcomes.map(\.fault) == [nil])
    }
}
