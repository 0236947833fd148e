import DNS
import Testing
import Values

@Suite struct PunycodeTests {
    /// RFC 3492 §7.1 and registered domains.
    static let labels: [(input: String, expected: String?)] = [
        ("example", "example"), ("b\u{FC}cher", "xn--bcher-kva"), ("m\u{FC}nchen", "xn--mnchen-3ya"),
        ("\u{4ED6}\u{4EEC}\u{4E3A}\u{4EC0}\u{4E48}\u{4E0D}\u{8BF4}\u{4E2D}\u{6587}", "xn--ihqwcrb4cv8a8dqg056pqjye"),
        ("\u{5B89}\u{5BA4}\u{5948}\u{7F8E}\u{6075}-with-super-monkeys", "xn---with-super-monkeys-pc58ag80a8qai00g7n9n"),
        ("", nil), (String(repeating: "\u{FC}", count: 40), nil), (String(repeating: "a", count: 64), nil),
    ]

    @Test(arguments: labels)
    func label(input: String, expected: String?) {
        #expect(Punycode.asciiLabel(Bytes(input))?.lossyString == expected)
    }

    @Test func labelThatIsNotUTF8() {
        #expect(Punycode.asciiLabel(Bytes([0x61, 0xFF])) == nil)
    }
}
