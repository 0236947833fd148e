import Foundation
import Testing

/// Real scanners beside the program: clamd and an ICAP server on signatures of the tests' own.
@Suite(
    .serialized,
    .enabled(if: EndToEndTests.hasPython, "there is no /usr/bin/python3"),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/clamd"),
        "there is no /usr/sbin/clamd (apt-get install clamav-daemon)"))
struct AntiVirusTests {
    private static let hasICAP =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/c-icap")
        && (FileManager.default.enumerator(atPath: "/usr/lib")?.contains { "\($0)".hasSuffix("c_icap/virus_scan.so") }
            ?? false)

    @Test(arguments: ["finds", "killed", "failover", "actions", "command", "replay", "busy"])
    func holds(part: String) async throws { try await EndToEndTests.run("antivirus.py", [part]) }

    /// What becomes of the parts that a virus is in.
    @Test(arguments: ["kept", "repaired", "again"])
    func changes(part: String) async throws { try await EndToEndTests.run("antivirus_parts.py", [part]) }

    /// Bombs and quines live and in a replay.
    @Test func survivesWhatIsMadeToBreakIt() async throws { try await EndToEndTests.run("hostile.py", ["live"]) }

    @Test(.enabled(if: hasICAP, "there is no c-icap with virus_scan (apt-get install c-icap libc-icap-mod-virus-scan)"))
    func asksICAPServers() async throws { try await EndToEndTests.run("antivirus.py", ["icap"]) }
}
