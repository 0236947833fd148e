import Resolver
import Testing
import Values

@Suite struct ResolverConfigurationTests {
    struct Case: Sendable {
        let text: String
        var servers: [String] = []
        var timeout = 5
        var attempts = 2
        var trusts = false
    }

    @Test(arguments: [
        Case(text: ""),
        Case(text: "nameserver 192.0.2.1\n", servers: ["192.0.2.1:53"]),
        Case(text: "nameserver\t192.0.2.1 \r\nnameserver 2001:db8::1", servers: ["192.0.2.1:53", "[2001:db8::1]:53"]),
        Case(text: "# nameserver 192.0.2.1\n;nameserver 192.0.2.1\nnameserver\nnameserver example.org\n"),
        Case(
            text: "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n",
            servers: ["10.0.0.1:53", "10.0.0.2:53", "10.0.0.3:53"]),
        Case(text: "options timeout:3 attempts:4 trust-ad rotate edns0", timeout: 3, attempts: 4, trusts: true),
        Case(text: "options timeout:0 attempts:0", timeout: 1, attempts: 1),
        Case(text: "options timeout:99999999999999999999 attempts:99", timeout: 30, attempts: 5),
        Case(text: "options timeout:-1 attempts:x timeout: trust-ad:no"),
        Case(text: "search example.org\ndomain example.org\nsortlist 10.0.0.0\n\u{0}\u{FF}\n"),
    ])
    func resolvConf(_ item: Case) {
        let configuration = ResolverConfiguration(resolvConf: Bytes(item.text))
        #expect(configuration.servers.map(\.description) == item.servers)
        #expect(configuration.timeout == .seconds(item.timeout))
        #expect(configuration.attempts == item.attempts)
        #expect(configuration.trustsAuthenticity == item.trusts)
    }
}
