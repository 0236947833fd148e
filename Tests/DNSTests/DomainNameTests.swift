import DNS
import Testing
import Values

@Suite struct DomainNameTests {
    @Test(arguments: [
        ("192.0.2.1", "1.2.0.192.in-addr.arpa."),
        ("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."),
    ])
    func reverse(address: String, name: String) throws {
        #expect(DomainName.reverse(of: try #require(IPAddress(address))).text == name)
    }

    @Test(arguments: [
        ("a\\b.Example", "a\\\\b.example."), ("x y.org.", "x\\032y.org."), ("*.w.org", "*.w.org."),
    ])
    func unescaped(bytes: String, name: String) { #expect(DomainName(unescaped: Array(bytes.utf8))?.text == name) }

    @Test(arguments: ["", ".", "a..b", ".a", "a.b..", String(repeating: "a", count: 64) + ".org"])
    func unescapedRefused(bytes: String) { #expect(DomainName(unescaped: Array(bytes.utf8)) == nil) }

    @Test func parents() {
        #expect(DomainName("a.b.c")?.parent == DomainName("b.c"))
        #expect(DomainName("c")?.parent == .root)
        #expect(DomainName.root.parent == nil)
        #expect(DomainName("b.c")?.prepending(Bytes("*")) == DomainName("*.b.c"))
    }
}
