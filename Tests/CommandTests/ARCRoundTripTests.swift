import Foundation
import Testing

private let hasDkimpy: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", "import dkim, authres"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
}()

/// Chains that assay and dkimpy make in turns, each validated by both.
@Suite(.enabled(if: hasDkimpy, "dkimpy or authres is not installed (python3-dkim, python3-authres)"))
struct ARCRoundTripTests {
    @Test func chainsOfBoth() throws {
        let work = try Workplace()
        let outcome = try work.bash(
            """
            /usr/bin/python3 '\(Place.fixtures)/round-trip-arc.py' "$ASSAY" '\(Place.fixtures)/keys/lists-l1.pem' 12 \
            '\(Place.fixtures)/archive/inbound.mbox'
            """, seconds: 300)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasPrefix("12 messages, 48 chains, 0 failed"), "\(outcome.output)")
    }
}
