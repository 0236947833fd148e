import SMTP
import Testing
import Values

@Suite struct SASLIdentityTests {
    static let exchanges: [(String, [String], String?)] = [
        // RFC 4616 §2.
        ("PLAIN", ["\u{0}ann\u{0}secret"], "ann"), ("PLAIN", ["boss\u{0}ann\u{0}secret"], "ann"),
        ("PLAIN", ["ann secret"], nil), ("PLAIN", ["\u{0}a\nb\u{0}secret"], nil), ("PLAIN", ["\u{0}\u{0}x"], nil),
        ("LOGIN", ["ann", "secret"], "ann"), ("LOGIN", [], nil),
        // RFC 2195 §2.
        ("CRAM-MD5", ["ann smith b913a602c7eda7a495b4e6e7334d3890"], "ann smith"), ("CRAM-MD5", ["x"], nil),
        // RFC 5802 §7.
        ("SCRAM-SHA-256", ["n,,n=ann,r=nonce", "c=biws,r=nonce,p=proof"], "ann"),
        ("SCRAM-SHA-256", ["x", "n=ann"], nil),
        ("XOAUTH2", ["user=ann@example.org\u{1}auth=Bearer token\u{1}\u{1}"], "ann@example.org"),
        ("OAUTHBEARER", ["n,a=ann@example.org,\u{1}host=x\u{1}auth=Bearer token\u{1}\u{1}"], "ann@example.org"),
        ("GSSAPI", ["ann"], nil),
    ]

    @Test(arguments: exchanges)
    func namesTheClaimant(mechanism: String, responses: [String], name: String?) {
        var identity = SASLIdentity(mechanism: mechanism, initial: nil)
        for response in responses { identity.add(InitialResponse(base64: SASLIdentityTests.base64(response))) }
        #expect(identity.name == name)
        guard let first = responses.first else { return }
        var direct = SASLIdentity(
            mechanism: mechanism, initial: InitialResponse(base64: SASLIdentityTests.base64(first)))
        for response in responses.dropFirst() {
            direct.add(InitialResponse(base64: SASLIdentityTests.base64(response)))
        }
        #expect(direct.name == name)
    }

    @Test(arguments: ["=", "", "*", "!!!!", String(repeating: "QUJD", count: 5000)])
    func badResponsesNameNobody(response: String) {
        #expect(SASLIdentity(mechanism: "PLAIN", initial: InitialResponse(base64: response)).name == nil)
    }

    private static func base64(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var output = ""
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                output.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=")
            }
        }
        return output
    }
}
