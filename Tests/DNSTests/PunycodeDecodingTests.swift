import DNS
import Testing
import Values

/// RFC 3492 §6.2 and §7.1.
@Suite struct PunycodeDecodingTests {
    @Test(arguments: [
        ("xn--mnchen-3ya", "münchen"), ("xn--fiqs8s", "中国"), ("xn--e1afmkfd", "пример"), ("XN--MNCHEN-3YA", "münchen"),
        ("xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"), ("xn--pypal-4ve", "pаypal"),
    ])
    func labelsAreDecoded(label: String, text: String) {
        let scalars = Punycode.scalars(of: Bytes(label))
        #expect(scalars.map { String(String.UnicodeScalarView($0)) } == text)
    }

    @Test(arguments: [
        "", "munchen", "xn--\u{FC}", "xn--a-!", "xn--99999999", "xn--" + String(repeating: "z", count: 59),
    ])
    func othersAreNone(label: String) {
        #expect(Punycode.scalars(of: Bytes(label)) == nil)
    }
}
