import Logs
import Mail
import SMTP
import Values

/// A session of a log's dialogue as a transcript has it.
///
/// Of most logs the messages are not in it: their places have the size that the client declared (RFC 1870), and what
/// looks at messages is not evaluated. Times that the log does not tell are those of the line before.
struct DialogueTranscript {
    private let dialogue: DialogueSession
    private let id: String
    private var time: Timestamp
    private var lines: [TranscriptLine] = []
    /// The message whose lines are read, as it was on the wire.
    private var data: [UInt8]?
    /// What a reply is waited for that ends a message.
    private var isMessageDue = false
    private var declaredSize = 0
    private var chunkSize = 0
    private var isAnswerDue = false

    /// The longest message that is put together.
    private static let longestMessage = 64 << 20

    /// The session `dialogue` under the name `id`. Where the log has no time at all, things happened at `fallback`;
    /// `client` is whose address the log leaves out as it is its own.
    static func session(
        _ dialogue: DialogueSession, id: String, fallback: Timestamp, client: IPAddress?
    ) -> RecordedSession? {
        let first = dialogue.events.lazy.compactMap { $0.instant?.time }.first
        var transcript = DialogueTranscript(dialogue, id: id, time: first ?? fallback)
        transcript.connect(client)
        for event in dialogue.events { transcript.add(event) }
        transcript.end()
        return RecordedSession(id: id, lines: transcript.lines)
    }

    private init(_ dialogue: DialogueSession, id: String, time: Timestamp) {
        (self.dialogue, self.id, self.time) = (dialogue, id, time)
    }

    private mutating func connect(_ own: IPAddress?) {
        guard dialogue.hasBeginning || dialogue.client != nil else { return }
        let client: Endpoint
        if let address = dialogue.client.flatMap({ IPAddress($0) }) {
            client = Endpoint(address, port: dialogue.clientPort.flatMap { UInt16($0) })
        } else if let own {
            client = Endpoint(own)
        } else {
            return
        }
        let hop = dialogue.nextHopAddress.flatMap { IPAddress($0) }.map { address in
            Endpoint(address, port: dialogue.nextHopPort.flatMap { UInt16($0) })
        }
        let server = dialogue.client == nil ? hop : dialogue.listener.flatMap { Endpoint($0) }
        let name = dialogue.clientName.flatMap { DialogueTranscript.isName($0) ? $0 : nil }
        append(.connect(client: client, server: server, reverseName: name))
    }

    private static func isName(_ text: String) -> Bool {
        text != "unknown" && text.contains(".") && IPAddress(text) == nil
    }

    private mutating func add(_ event: DialogueSession.Event) {
        // A clock that was set back does not take the lines out of their order.
        time = event.instant?.time ?? time
        switch event.kind {
        case .connect: break
        case .line(.client, let line): client(line)
        case .line(.server, let line): server(line)
        case .data(let line):
            guard (data?.count ?? 0) + line.count < DialogueTranscript.longestMessage else { return }
            // RFC 5321 §4.5.2.
            var bytes = data ?? []
            bytes += line.first == .dot ? line[1..<line.count] : line
            bytes.append(.cr)
            bytes.append(.lf)
            data = bytes
        case .tls(let version, let cipher, let hasSucceeded):
            append(
                .tls(RecordedTLS(version: version, cipher: cipher, failure: hasSucceeded ? nil : "told by the log")))
        case .authentication(let mechanism, let identity, let hasSucceeded):
            append(.auth(mechanism: mechanism ?? "unknown", identity: identity, succeeded: hasSucceeded))
        case .disconnect: append(.close(reason: nil))
        }
    }

    private mutating func client(_ said: Bytes) {
        let secretStart = max(0, said.count - DialogueSession.secret.utf8.count - 1)
        if said == Bytes("."), data != nil || isMessageDue { return finishMessage() }
        var line = said
        if isAnswerDue {
            line = Bytes("*")
        } else if said[0..<5].lossyString.uppercased() == "AUTH ",
            said[secretStart..<said.count] == Bytes(" \(DialogueSession.secret)")
        {
            line = Bytes(said[0..<secretStart].array + Array(" *".utf8))
        }
        isAnswerDue = false
        // A client that goes on has sent its message.
        if isMessageDue { finishMessage() }
        append(.line(from: .client, line))
        guard case .success(let command) = SMTPCommand.parse(line) else { return }
        switch command {
        case .mail(_, let parameters): (declaredSize, chunkSize) = (parameters.size ?? 0, 0)
        case .bdat(let size, let isLast):
            chunkSize = min(chunkSize + size, Int(Int32.max))
            if isLast {
                (declaredSize, isMessageDue) = (chunkSize, true)
                finishMessage()
            }
        default: break
        }
    }

    private mutating func server(_ line: Bytes) {
        // Most logs leave the message out: a reply ends it.
        if data != nil || isMessageDue { finishMessage() }
        // Some logs leave out what answers a challenge.
        if isAnswerDue { append(.line(from: .client, Bytes("*"))) }
        append(.line(from: .server, line))
        isAnswerDue = line.starts(with: "334".utf8)
        isMessageDue = line.starts(with: "354".utf8)
    }

    private mutating func finishMessage() {
        let content: RecordedMessage.Content = data.map { .inline(Bytes($0)) } ?? .size(declaredSize)
        (data, isMessageDue) = (nil, false)
        append(.message(RecordedMessage(sha256: nil, content: content)))
    }

    private mutating func end() {
        if dialogue.omittedCount > 0 { append(.gap(from: .client, octets: nil)) }
        // Who was told goodbye is gone, whether or not the log says so.
        if dialogue.hasEnd, case .close? = lines.last?.event { return }
        if dialogue.hasEnd { append(.close(reason: nil)) }
    }

    private mutating func append(_ event: TranscriptEvent) {
        lines.append(TranscriptLine(session: id, time: time, event: event, number: lines.count + 1))
    }
}
