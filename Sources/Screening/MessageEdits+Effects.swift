import Mail
import Values

extension MessageEdits {
    /// Makes the changes to a message that effects ask for. Fields stand on top, the last one asked for first, as trace
    /// fields do (RFC 5321 §4.4). What a change to the content cannot do is told, and the message is left so.
    ///
    /// - Returns: why changes were not made.
    public mutating func carryOut(_ effects: [Effect]) -> [String] {
        var faults: [String] = []
        var tree: MIMETree?
        // What is taken out goes first: a disclaimer may tell of it, and cannot stand in what is gone.
        for case .editContent(.takeOut(let path, let span, let note)) in effects {
            let known = tree ?? message.mime
            tree = known
            guard let part = known.part(at: path), part.range == span else {
                faults.append("part \(path) is not there to be taken out")
                continue
            }
            do throws(RewritingRefusal) {
                if note.isEmpty {
                    try remove(part, in: known)
                } else {
                    try replace(part, in: known, withText: note)
                }
            } catch {
                faults.append("part \(path) is not taken out: \(error.rawValue)")
            }
        }
        for effect in effects {
            switch effect {
            case .addHeader(let name, let value): prepend(HeaderWriting.structuredField(name, value))
            case .removeHeader(_, let span): replace(span, with: [])
            case .editContent(.disclaimer(let disclaimer)):
                let known = tree ?? message.mime
                tree = known
                do throws(RewritingRefusal) {
                    _ = try add(disclaimer, in: known)
                } catch {
                    faults.append("no disclaimer is added: \(error.rawValue)")
                }
            case .editContent(.takeOut), .copy, .redirect, .delayReply, .limitRate, .shareRate, .exempt, .countAs,
                .signDKIM, .sealARC, .rewriteReversePath, .rewriteRecipient, .withholdTLS:
                break
            }
        }
        return faults
    }
}
