import Foundation
import Testing

/// What the program learns while it serves, on the loopback interface.
@Suite(.serialized) struct LearningEndToEndTests {
    @Test(
        .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"), arguments: ["logs", "lists", "auto"])
    func learns(part: String) async throws { try await EndToEndTests.run("learning.py", [part]) }

    private static let hasDovecot =
        geteuid() == 0
        && ["/usr/sbin/dovecot", "/usr/bin/dovecot"].contains { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        .enabled(if: EndToEndTests.hasPython && hasDovecot, "there is no dovecot here, or this is not root's process"))
    func followsDovecot() async throws { try await EndToEndTests.run("learning.py", ["dovecot"]) }
}
