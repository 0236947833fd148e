import Mail
import Screening
import Values

extension Effect {
    /// The effect in words, on one line.
    public var text: String {
        switch self {
        case .delayReply(let duration):
            "a reply after \(JSON.decimal(thousandths: Int(duration.milliseconds))) seconds"
        case .limitRate(let rate): "no more than \(rate) bytes a second"
        case .shareRate(let name, let rate): "no more than \(rate) bytes a second for all of \(name) together"
        case .addHeader(let name, let value): "the field \(name): \(Effect.unfolded(value))"
        case .removeHeader(let name, let span):
            "no field \(name) at bytes \(span.lowerBound)–\(span.upperBound)"
        case .signDKIM(let domain, let selector): "a DKIM signature of \(domain), selector \(selector)"
        case .sealARC(let domain, let selector, let results, let chain):
            "an ARC seal of \(domain), selector \(selector), chain \(chain): \(Effect.unfolded(results))"
        case .rewriteReversePath(let path): "the reverse-path <\(path)>"
        case .rewriteRecipient(let recipient, let replacement): "<\(replacement)> for the recipient <\(recipient)>"
        case .editContent(.disclaimer(let disclaimer)):
            "at the \(disclaimer.place.rawValue) of the text: \(Effect.unfolded(disclaimer.text))"
        case .editContent(.enclose(let disclaimer)):
            "the message in a part of its own, and beside it: \(Effect.unfolded(disclaimer.text))"
        case .editContent(.takeOut(let path, _, let note, let isKept)):
            "no part \(path)" + (note.isEmpty ? "" : ", but the note: \(Effect.unfolded(note))")
                + (isKept ? "; the part kept in quarantine" : "")
        case .editContent(.rewrite(let path, _, let content)): "other content in part \(path), \(content.count) bytes"
        case .copy(let address): "a copy to <\(address)>"
        case .redirect(let address): "the message to go to <\(address)> instead"
        case .writeHeader(let name, let text, let span):
            "the field \(name): \(Effect.unfolded(text))"
                + (span.map { " in place of that at bytes \($0.lowerBound)–\($0.upperBound)" } ?? "")
        case .later(.webhook(let call)): "a call of \(call.name) at \(call.url): \(Effect.unfolded(call.body))"
        case .later(.note(let note)): "a note to <\(note.recipient)>: \(Effect.unfolded(note.subject))"
        case .later(.run(let call)):
            "the program \(call.name) to be run: \(([call.path] + call.arguments).joined(separator: " "))"
        case .withholdTLS(let reason): "STARTTLS not to be offered: \(reason)"
        case .exempt(let stages, let reason):
            "the session to be left out by \(stages.joined(separator: ", ")): \(reason)"
        case .countAs(let exemption, let omission): "the client to count as \(exemption.rawValue): \(omission.text)"
        }
    }

    /// The value of a field without its folding (RFC 5322 §2.2.3).
    private static func unfolded(_ value: String) -> String {
        value.split { $0 == "\r\n" || $0 == "\n" || $0 == "\t" || $0 == " " }.joined(separator: " ")
    }
}
