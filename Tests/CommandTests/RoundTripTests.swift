import Foundation
import Testing

/// What assay signs verifies in dkimpy and libopendkim, and the reverse, with every pair of canonicalizations.
@Suite struct RoundTripTests {
    private static let script = Place.package + "/Tests/roundtrip.py"

    /// Whether one of the other programs is here: their own way of being loaded tells.
    private static let isPossible: Bool = {
        let probe = """
            import ctypes, importlib.util, sys
            def opendkim():
                try: return ctypes.CDLL('libopendkim.so.11')
                except OSError: return None
            sys.exit(0 if importlib.util.find_spec('dkim') or opendkim() else 1)
            """
        let outcome = try? Workplace().run(["/usr/bin/python3", "-c", probe], seconds: 30)
        return outcome?.code == 0
    }()

    @Test(.enabled(if: isPossible, "neither dkimpy (python3-dkim) nor libopendkim (opendkim-tools) is here"))
    func signaturesOfOneVerifyInTheOther() throws {
        let workplace = try Workplace()
        let assay = try #require(Place.assay)
        let outcome = try workplace.run(
            [
                "/usr/bin/python3", RoundTripTests.script, "--assay", assay, "--count", "6",
                Place.fixtures + "/archive/inbound.mbox",
            ], seconds: 120)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        print(outcome.output)
    }
}
