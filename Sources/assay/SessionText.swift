import Archives
import Mail
import Replay
import SMTP
import Values

/// A recorded session as people read a dialogue.
struct SessionText {
    private let item: TranscriptSession
    private let hasAnswers: Bool

    /// The text of `item`, with the answers from outside where `hasAnswers` says so.
    init(_ item: TranscriptSession, hasAnswers: Bool) { (self.item, self.hasAnswers) = (item, hasAnswers) }

    /// The text, line by line.
    var text: String {
        let session = item.session
        var title = "\(item.source): session \(session.id)"
        if let client = session.client { title += " of \(client)" }
        title += " at \(session.connectTime.rfc3339)"
        if !session.isComplete { title += ", recorded in part" }
        var lines = [title]
        // What is shown is what an encoder would write: without secrets.
        var encoder = TranscriptEncoder()
        for line in session.events {
            guard let shown = text(encoder.withoutSecrets(line).event) else { continue }
            lines.append("  \(elapsed(line.time)) \(shown)")
        }
        return lines.map { TerminalLine.safe($0) + "\n" }.joined()
    }

    private func elapsed(_ time: Timestamp) -> String {
        let seconds = JSON.decimal(thousandths: Int(time.since(item.session.connectTime).milliseconds))
        let padded = seconds.contains(".") ? seconds : seconds + "."
        let (whole, fraction) = (padded.prefix { $0 != "." }, padded.drop { $0 != "." }.dropFirst())
        let tail = fraction + String(repeating: "0", count: max(0, 3 - fraction.count))
        return String(repeating: " ", count: max(0, 6 - whole.count)) + "\(whole).\(tail)"
    }

    private func text(_ tls: RecordedTLS) -> String {
        if let failure = tls.failure { return "failed: \(failure)" }
        let certificate = tls.certificate.map { "certificate \($0)\(tls.isVerified ?? false ? "" : " (not valid)")" }
        return [tls.version, tls.cipher, tls.serverName.map { "for \($0)" }, certificate].compactMap(\.self)
            .joined(separator: ", ")
    }

    private func text(_ event: TranscriptEvent) -> String? {
        switch event {
        case .connect(let client, let server, let name):
            "   \(client)\(name.map { " (\($0))" } ?? "") connected" + (server.map { " to \($0)" } ?? "")
        case .line(.client, let bytes): "C: \(bytes.lossyString)"
        case .line(.server, let bytes): "S: \(bytes.lossyString)"
        case .message(let message): "C: \(text(message))"
        case .tls(let tls): "   TLS \(text(tls))"
        case .auth(let mechanism, let identity, let succeeded, let isRepeated):
            "   authenticated by \(mechanism)\(identity.map { " as \($0)" } ?? ""): \(succeeded ? "yes" : "no")"
                + (isRepeated ? ", as before" : "")
        case .verdict(let verdict): "   \(text(verdict: verdict))"
        case .close(let reason): "   closed" + (reason.map { ": \($0)" } ?? "")
        case .dns(let answer, let uses):
            hasAnswers
                ? "   DNS \(answer.name) \(answer.type): \(answer.rcode.rawValue) \(answer.rdata.joined(separator: " | "))"
                    + (uses > 1 ? " (\(uses) times)" : "") : nil
        case .state(let answer):
            hasAnswers
                ? "   state \(answer.verb.rawValue) \(answer.key): "
                    + (answer.error ?? answer.count.map(String.init) ?? answer.value ?? "nothing") : nil
        case .scan(let answer):
            hasAnswers
                ? "   scanner \(answer.scanner), sha256:\(answer.sha256.prefix(12)): \(answer.outcome.rawValue)"
                    + (answer.detail.map { " (\($0))" } ?? "") : nil
        case .hop(let answer):
            hasAnswers
                ? "   server behind, \(answer.request.rawValue)\(answer.path.map { " <\($0)>" } ?? ""): "
                    + (answer.reply?.description ?? "no objection") : nil
        case .program(let answer): hasAnswers ? "   program \(answer.name): \(answer.text)" : nil
        case .service: nil
        case .deadline(let stage, let limit, _):
            "   \(stage) did not end within \(JSON.decimal(thousandths: Int(limit.milliseconds))) s"
        case .gap(let peer, let octets):
            "   \(octets.map { "\($0) octets" } ?? "octets") of the \(peer.rawValue) are missing here"
        case .opaque(let client, let server):
            "   encrypted from here on: \(client) octets of the client, \(server) of the server"
        case .unknown(let name): "   \(name)"
        }
    }

    private func text(_ message: RecordedMessage) -> String {
        let digest = message.sha256.map { " sha256:\($0)" } ?? ""
        switch message.content {
        case .inline(let bytes):
            let subject = Message(bytes).header.first("Subject").map { ", Subject: \($0.decodedText)" } ?? ""
            return "message of \(bytes.count) octets\(digest)\(subject)"
        case .file(let name): return "message in \(name)\(digest)"
        case .size(let size): return "message of \(size) octets, which was not kept"
        }
    }

    /// The disposition, and what was found.
    private func text(verdict: JSON) -> String {
        guard case .object(let members) = verdict else { return "verdict \(verdict.text)" }
        var text = "verdict"
        if case .object(let fields)? = members["verdict"] {
            for (word, key) in [("", "disposition"), ("at ", "checkpoint"), ("score ", "score"), ("reply ", "reply")] {
                switch fields[key] {
                case .string(let value)?: text += " \(word)\(value)"
                case .null?, nil: break
                case let value?: text += " \(word)\(value.text)"
                }
            }
        }
        if case .array(let findings)? = members["findings"] {
            let symbols = findings.compactMap { finding -> String? in
                guard case .object(let fields) = finding, case .string(let symbol)? = fields["symbol"] else {
                    return nil
                }
                return symbol
            }
            if !symbols.isEmpty { text += ": \(symbols.joined(separator: " "))" }
        }
        return text
    }
}
