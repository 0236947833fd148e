import Screening
import Values

/// A reply of ClamAV's clamd within a session (clamd(8), IDSESSION): the number of the command, and a text.
package struct ClamdReply: Sendable, Hashable {
    /// The command that it is to, from 1; nil where it is about the session as such.
    package let number: Int?
    /// The text.
    package let text: String

    /// Reads a reply without its final NUL.
    package init(_ line: Bytes) {
        let text = line[0..<1024].lossyString
        if let colon = text.firstIndex(of: ":"), let number = Int(text[..<colon]), number > 0 {
            (self.number, self.text) = (number, String(text[text.index(after: colon)...]).asShown)
        } else {
            (number, self.text) = (nil, text.asShown)
        }
    }

    /// What it says of content that was sent: `stream: OK`, `stream: NAME FOUND`, `WHY ERROR`.
    package var outcome: ScanOutcome {
        var rest = text[...]
        if rest.hasPrefix("stream: ") { rest = rest.dropFirst(8) }
        if rest == "OK" { return .clean }
        if rest.hasSuffix(" FOUND") {
            var name = rest.dropLast(6)
            // Some are told to add the digest and the size of what they found it in: NAME(digest:size).
            if name.last == ")", let parenthesis = name.lastIndex(of: "("), parenthesis != name.startIndex {
                name = name[..<parenthesis]
            }
            return ClamdReply.found(String(name))
        }
        if rest.hasSuffix(" ERROR") { rest = rest.dropLast(6) }
        if rest.contains("size limit exceeded") { return .tooLarge(reason: "more than clamd's StreamMaxLength") }
        return .failed(reason: rest.isEmpty ? "clamd gave no answer" : String(rest))
    }

    /// What clamd calls a finding where it could not look, as AlertEncrypted, AlertBrokenMedia and AlertExceedsMax of
    /// clamd.conf(5) have it do.
    private static func found(_ name: String) -> ScanOutcome {
        if name.hasPrefix("Heuristics.Encrypted.") || name.hasPrefix("Heuristics.Broken.") {
            return .unscannable(reason: name)
        }
        if name.hasPrefix("Heuristics.Limits.Exceeded") { return .tooLarge(reason: name) }
        return .infected(name: name.isEmpty ? "unnamed" : name)
    }

    /// The next reply of `buffer`, which loses it; nil while it is not whole. Throws what keeps it from being one.
    package static func next(in buffer: inout [UInt8]) throws -> ClamdReply? {
        guard let end = buffer.firstIndex(of: 0) else {
            guard buffer.count <= longest else { throw ScannerFault("a reply of more than \(longest) bytes") }
            return nil
        }
        let line = Bytes(Array(buffer[..<end]))
        buffer.removeFirst(end + 1)
        return ClamdReply(line)
    }

    private static let longest = 16 << 10
}
