import Foundation
import Testing

/// TLS of the program itself, with clients of Python's and OpenSSL's, servers of its own and a real Postfix.
@Suite(.serialized) struct TLSTests {
    private static let hasPrograms = ["/usr/bin/python3", "/usr/bin/openssl"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    private static let hasPostfix = FileManager.default.isExecutableFile(atPath: "/usr/sbin/postfix") && getuid() == 0

    @Test(
        .enabled(if: hasPrograms, "there is no /usr/bin/python3, or no /usr/bin/openssl"),
        arguments: ["starttls", "inject", "listeners", "certificates", "require", "retry", "nexthop"])
    func holds(part: String) async throws { try await EndToEndTests.run("tls.py", [part]) }

    @Test(
        .enabled(
            if: hasPrograms && hasPostfix, "Postfix is not installed, or this is not root, as its master has to be"))
    func worksInFrontOfPostfix() async throws { try await EndToEndTests.run("tls.py", ["postfix"]) }
}
