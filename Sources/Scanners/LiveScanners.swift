import Screening
import Synchronization
import Values

/// The scanners themselves: each is connected to when it is first asked, and kept for as long as the policy has it.
public final class LiveScanners: ScannerView {
    private let scanners = Mutex<[ScannerSettings: any ContentScanner]>([:])
    private let note: @Sendable (String) -> Void

    /// Policies are read anew now and then; scanners beyond these are of old ones.
    private static let mostKept = 64

    /// Scanners that tell `note` when one goes away and when it is back.
    public init(note: @escaping @Sendable (String) -> Void = { _ in }) { self.note = note }

    public func answer(to question: ScanQuestion) async -> ScanAnswer? {
        let (settings, content) = (question.scanner, question.content)
        guard content.count <= settings.sizeLimit else {
            return ScanAnswer(
                .tooLarge(reason: "\(content.count) bytes, more than the \(settings.sizeLimit) of max_size"))
        }
        return await scanner(settings).scan(content, digest: question.digest)
    }

    private func scanner(_ settings: ScannerSettings) -> any ContentScanner {
        scanners.withLock { scanners in
            if let known = scanners[settings] { return known }
            if scanners.count >= LiveScanners.mostKept { scanners.removeAll() }
            let made: any ContentScanner
            switch settings.kind {
            case .clamd(let addresses): made = ClamdScanner(settings, at: addresses, note: note)
            case .icap(let services): made = ICAPScanner(settings, at: services, note: note)
            case .command(let command): made = CommandScanner(settings, command)
            }
            scanners[settings] = made
            return made
        }
    }
}

/// One scanner.
protocol ContentScanner: Sendable {
    /// What it makes of `content`, whose SHA-256 is `digest`. A fault is an outcome.
    func scan(_ content: Bytes, digest: String) async -> ScanAnswer
}
