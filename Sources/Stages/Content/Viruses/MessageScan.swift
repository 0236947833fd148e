import Attachments
import Cryptography
import Mail
import Screening
import Values

/// What a scanner made of a message or a part of it.
struct ScanResult {
    let scanner: String
    /// The part; nil for the message as a whole.
    let part: MIMEPart?
    /// What it is called where it is no part but a file in the text of one.
    var file: String?
    let size: Int
    let digest: String
    let outcome: ScanOutcome
    let signatures: String?
    /// The part without what was found in it, where the scanner took that out.
    var repaired: Bytes?
}

/// A message as scanners are asked about it.
struct MessageScan {
    let message: Message
    let tree: MIMETree
    private let settings: AntiVirus.Settings
    private let view: any ScannerView
    /// The digests of what was asked about, so that each is made once.
    private var digests: [Int: String] = [:]
    /// What was asked and not recorded.
    private(set) var unrecorded: [String] = []

    init(_ message: Message, _ settings: AntiVirus.Settings, _ view: any ScannerView) {
        (self.message, self.settings, self.view) = (message, settings, view)
        tree = message.mime
    }

    /// What `scanner` made of the message, all that is not clean.
    mutating func results(of scanner: AntiVirus.Scanner) async -> [ScanResult] {
        var results: [ScanResult] = []
        if scanner.scope != .parts, let whole = await ask(scanner, nil) {
            results = [whole]
            switch whole.outcome {
            case .clean:
                results = scanner.scope == .message ? await hiddenParts(scanner) : []
            case .failed: return results
            case .infected, .unscannable:
                // What it is about is told by the part, where one shows it alone.
                let found = await parts(scanner).filter { $0.outcome.kind == whole.outcome.kind }
                return found.isEmpty ? results : found
            case .tooLarge:
                // Too much at once may not be too much part by part.
                return hasParts ? await parts(scanner) : results
            }
        }
        if scanner.scope != .message { results += await parts(scanner) }
        return results
    }

    /// Whether there is something to ask about besides the whole.
    private var hasParts: Bool { tree.leaves.contains { !$0.encodedBody(in: message).isEmpty } }

    private mutating func parts(_ scanner: AntiVirus.Scanner) async -> [ScanResult] {
        await results(of: scanner, on: tree.leaves)
    }

    /// What `scanner` made of what one that is given the message passes over, though readers of mail may show it: messages
    /// that are encoded, which RFC 2045 §6.4 forbids, and files in yEnc. It knows of uuencode in text.
    private mutating func hiddenParts(_ scanner: AntiVirus.Scanner) async -> [ScanResult] {
        let encoded = tree.parts.filter { $0.contentType.isMessage && !$0.transferEncoding.isIdentity }
        var results = await results(of: scanner, on: encoded)
        for part in tree.leaves { results += await encodedFiles(in: part, scanner, only: .yEnc) }
        return results
    }

    private mutating func results(of scanner: AntiVirus.Scanner, on parts: [MIMEPart]) async -> [ScanResult] {
        var results: [ScanResult] = []
        var count = 0
        for part in parts where !part.encodedBody(in: message).isEmpty {
            count += 1
            if count > settings.partLimit {
                let size = message.bytes.count
                let reason = "more than \(settings.partLimit) parts, the most that are looked at one by one"
                results.append(
                    ScanResult(
                        scanner: scanner.settings.name, part: nil, size: size, digest: digest(of: nil, message.bytes),
                        outcome: .tooLarge(reason: reason), signatures: nil))
                break
            }
            guard let result = await ask(scanner, part), result.outcome != .clean else {
                results += await encodedFiles(in: part, scanner)
                continue
            }
            results.append(result)
            // Nobody answers for the parts that follow either.
            if result.outcome.kind == .failed { break }
        }
        return results
    }

    /// What `scanner` made of files that stand encoded in the text of a part: in `only` that form, or in any.
    private mutating func encodedFiles(
        in part: MIMEPart, _ scanner: AntiVirus.Scanner, only form: EncodedFiles.Form? = nil
    ) async -> [ScanResult] {
        // uuencode is named as an encoding by some mail programs; it is none that a part is given without.
        if case .other = part.transferEncoding {
        } else {
            guard part.contentType.type == "text", !part.isHTML else { return [] }
        }
        var results: [ScanResult] = []
        let text = part.decodedBody(in: message)
        for file in EncodedFiles.members(in: text, limit: text.count) where form == nil || file.form == form {
            guard let result = await ask(scanner, part, file), result.outcome != .clean else { continue }
            results.append(result)
            if result.outcome.kind == .failed { break }
        }
        return results
    }

    private mutating func ask(
        _ scanner: AntiVirus.Scanner, _ part: MIMEPart?, _ file: EncodedFiles.Member? = nil
    ) async -> ScanResult? {
        let content = file.map { Bytes($0.content) } ?? part?.decodedBody(in: message) ?? message.bytes
        let digest = file == nil ? digest(of: part?.index, content) : SHA256.hexadecimal(content)
        let question = ScanQuestion(scanner.settings, content, digest: digest)
        guard let answer = await view.answer(to: question) else {
            unrecorded.append("\(scanner.settings.name) on \(part.map { "part \($0.path)" } ?? "the message")")
            return nil
        }
        return ScanResult(
            scanner: scanner.settings.name, part: part, file: file?.name, size: content.count, digest: digest,
            outcome: answer.outcome, signatures: answer.signatures,
            repaired: part == nil || file != nil ? nil : answer.repaired)
    }

    private mutating func digest(of index: Int?, _ content: Bytes) -> String {
        let key = index ?? -1
        if let known = digests[key] { return known }
        let digest = SHA256.hexadecimal(content)
        digests[key] = digest
        return digest
    }

    /// Hands on what was not recorded to the scan that speaks for both.
    mutating func handUnrecorded(to other: inout MessageScan) {
        other.unrecorded += unrecorded
        unrecorded = []
    }
}
