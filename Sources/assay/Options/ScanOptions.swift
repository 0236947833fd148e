import ArgumentParser
import Scanners
import Screening

/// Whether the policy's virus scanners are asked.
struct ScanOptions: ParsableArguments {
    @Flag(
        help: """
            Have the virus scanners that the policy names look at the messages, as they are now; without it what needs \
            them is not evaluated.
            """)
    var scan = false

    /// The scanners; nil where none is to be asked.
    var scanner: (any ScannerView)? {
        scan ? LiveScanners { StandardError.write(TerminalLine.safe($0) + "\n") } : nil
    }

    /// Why none is asked.
    static let absence = "scanners are not asked: run with --scan"
}
