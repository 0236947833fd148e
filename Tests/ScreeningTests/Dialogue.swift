import Mail
import SMTP
import Screening
import Values

/// A conversation driven line by line, and what came of it.
struct Dialogue {
    private(set) var conversation: Conversation
    private(set) var replies: [String] = []
    private(set) var delays: [Duration] = []
    private var now = noon

    init(
        _ policy: ScreeningPolicy, client: String = "203.0.113.9", environment: ScreeningEnvironment = environment(),
        nextHop: any NextHop = NoNextHop(), delaysRefusals: Bool = false
    ) {
        let session = Session(id: "s", client: IPAddress(client).map(Fact.observed) ?? .absent)
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.delaysRefusals = delaysRefusals
        conversation = Conversation(
            policy: policy, environment: environment, configuration: configuration,
            session: session, source: "s", nextHop: nextHop)
    }

    /// Connects, sends each line a second after the one before, and ends the connection.
    mutating func run(_ lines: [String], early: String = "") async {
        note(await conversation.connect(at: now, early: Bytes(early)))
        for line in lines {
            now = now + .seconds(1)
            note(await conversation.receive(Bytes(line + "\r\n"), at: now))
        }
        await conversation.close(at: now)
    }

    private mutating func note(_ outputs: [Conversation.Output]) {
        for output in outputs {
            switch output {
            case .reply(let reply, let delay):
                replies.append(String(reply.code))
                delays.append(delay)
            case .startTLS: replies.append("starttls")
            case .close: replies.append("close")
            }
        }
    }

    /// The records, each on one line: time past noon, greeting, reverse-path, recipients and with what
    /// they were refused, size, findings, verdict.
    mutating func records() -> [String] {
        conversation.takeRecords().map { record in
            let seconds = record.time.value.map { String(Int($0.since(noon).milliseconds / 1000)) } ?? "-"
            let recipients = record.recipients.map { recipient in
                let address = recipient.value?.address ?? "-"
                let refusal = record.refusals.first { $0.recipient == address }
                return address + (refusal.map { ":\($0.reply.code)" } ?? "")
            }.joined(separator: ",")
            let findings = record.judgement.findings.map {
                "\($0.phase.rawValue):\($0.finding.symbol.name.replacing("PROBE_", with: ""))"
            }.joined(separator: ",")
            let verdict = record.judgement.verdict.map { "\($0.phase.rawValue):\($0.disposition.rawValue)" } ?? "-"
            return [
                seconds, record.session.helo.value ?? "-", record.reversePath.value.map { "<\($0.address)>" } ?? "-",
                recipients, record.size.map(String.init) ?? "-", findings, verdict,
            ].joined(separator: " | ")
        }
    }
}

/// The lines of a transaction with one message of two lines.
func mail(
    from sender: String = "ann@partner.example", to recipients: String..., data: [String]? = ["Subject: x", "", "hi"]
)
    -> [String]
{
    let envelope = ["MAIL FROM:<\(sender)>"] + recipients.map { "RCPT TO:<\($0)>" }
    return envelope + (data.map { ["DATA"] + $0 + ["."] } ?? [])
}
