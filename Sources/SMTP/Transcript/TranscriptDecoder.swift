import Values

/// Reads transcripts from the pieces of a file or stream. A line that cannot be read is an error with its place, and
/// reading goes on behind it; unknown fields are ignored, unknown events come out as `.unknown`.
public struct TranscriptDecoder: Sendable {
    /// The transcript's name, for errors.
    public let file: String
    /// The longest line read, in octets.
    public let lineLimit: Int

    private var partial: [UInt8] = []
    private var isTooLong = false
    private var lineNumber = 0

    /// A line, or what is wrong with it.
    public typealias Output = Result<TranscriptLine, TranscriptError>

    /// A decoder at the beginning of `file`. A line holds a whole message in base64, so the limit is 100 MiB.
    public init(file: String, lineLimit: Int = 100 << 20) {
        (self.file, self.lineLimit) = (file, lineLimit)
    }

    /// The lines that `input` completes.
    public mutating func consume(_ input: Bytes) -> [Output] {
        var outputs: [Output] = []
        var position = 0
        while position < input.count {
            let end = input.withSpan { $0.firstIndex(of: .lf, from: position) }
            append(input, position..<(end ?? input.count))
            guard let end else { break }
            position = end + 1
            if let output = takeLine() { outputs.append(output) }
        }
        return outputs
    }

    /// The last line, when no line feed ended it.
    public mutating func finish() -> Output? {
        partial.isEmpty && !isTooLong ? nil : takeLine()
    }

    private mutating func append(_ input: Bytes, _ range: Range<Int>) {
        guard !isTooLong else { return }
        if partial.count + range.count > lineLimit {
            isTooLong = true
            partial = []
        } else {
            input.append(range, to: &partial)
        }
    }

    private mutating func takeLine() -> Output? {
        lineNumber += 1
        let bytes = partial
        let isTooLong = isTooLong
        (partial, self.isTooLong) = ([], false)
        if isTooLong { return .failure(error("line longer than \(lineLimit) octets")) }
        if bytes.allSatisfy(\.isFoldingWhitespace) { return nil }
        do {
            return .success(try TranscriptFields(Bytes(bytes)).line)
        } catch let fault as TranscriptFields.Fault {
            return .failure(error(fault.message))
        } catch let fault as JSONFields.Fault {
            return .failure(error(TranscriptFields.message(for: fault)))
        } catch {
            return .failure(self.error("not JSON"))
        }
    }

    private func error(_ message: String) -> TranscriptError {
        TranscriptError(file: file, line: lineNumber, message: message)
    }
}
