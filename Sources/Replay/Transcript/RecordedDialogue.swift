import SMTP
import Screening
import Values

/// The commands of a recorded session with the replies that the server gave to them.
struct RecordedDialogue {
    /// A command and its reply.
    struct Exchange {
        /// What was asked, as a next hop is asked it; nil for what no next hop is asked.
        let request: RecordedHopAnswer.Request?
        let path: String?
        let reply: SMTPReply
    }

    private(set) var exchanges: [Exchange] = []
    /// The AUTH mechanisms that the client tried, in capitals, each once.
    private(set) var mechanisms: [String] = []
    private(set) var hasSTARTTLS = false

    private var waiting: [(request: RecordedHopAnswer.Request?, path: String?)] = []
    private var isAuthenticating = false

    /// Reads the events of a session.
    init(_ session: RecordedSession) {
        var parser = ReplyParser()
        var hasBanner = false
        var isData = false
        for line in session.events {
            switch line.event {
            case .line(from: .client, let bytes):
                if isData {
                    if bytes.array == [.dot] {
                        waiting.append((.message, nil))
                        isData = false
                    }
                } else {
                    command(bytes)
                }
            case .message:
                isData = false
                // The last chunk of a message waits for its reply already.
                if waiting.last?.request != .message { waiting.append((.message, nil)) }
            case .line(from: .server, let bytes):
                guard case .reply(let reply)? = parser.add(bytes) else { continue }
                if !hasBanner {
                    hasBanner = true
                } else if !waiting.isEmpty {
                    let (request, path) = waiting.removeFirst()
                    isAuthenticating = reply.code == 334
                    isData = reply.code == 354
                    exchanges.append(Exchange(request: request, path: path, reply: reply))
                }
            case .connect, .tls, .auth, .verdict, .close, .dns, .state, .scan, .service, .hop, .deadline, .program,
                .gap,
                .opaque,
                .unknown:
                break
            }
        }
    }

    private mutating func command(_ line: Bytes) {
        if isAuthenticating {
            waiting.append((.response, nil))
            return
        }
        guard case .success(let command) = SMTPCommand.parse(TakenLine.restored(line)) else {
            waiting.append((nil, nil))
            return
        }
        switch command {
        case .helo, .ehlo: waiting.append((.greet, nil))
        case .mail(let path, _): waiting.append((.mail, path.text))
        case .rcpt(let path, _): waiting.append((.rcpt, path.text))
        case .bdat(_, last: true): waiting.append((.message, nil))
        case .auth(let mechanism, _):
            if !mechanisms.contains(mechanism) { mechanisms.append(mechanism) }
            waiting.append((.auth, nil))
        case .starttls:
            hasSTARTTLS = true
            waiting.append((nil, nil))
        default: waiting.append((nil, nil))
        }
    }

    /// What the server did with each transaction, one for each MAIL that it took.
    var fates: [RecordedFate] {
        var fates: [RecordedFate] = []
        for exchange in exchanges {
            switch exchange.request {
            case .mail: fates.append(exchange.reply.isPositive ? .unfinished : .refused(exchange.reply, at: .mail))
            case .rcpt:
                guard let last = fates.indices.last, !exchange.reply.isPositive else { continue }
                switch fates[last] {
                // Who pipelines has named recipients before the refusal of the sender came (RFC 2920 §3.1).
                case .accepted, .refused(_, at: .mail): continue
                case .refused, .unfinished: break
                }
                fates[last] = .refused(exchange.reply, at: .rcpt)
            case .message:
                guard let last = fates.indices.last else { continue }
                fates[last] =
                    exchange.reply.isPositive ? .accepted(exchange.reply) : .refused(exchange.reply, at: .message)
            case .greet, .auth, .response, .reset, .quit, nil: break
            }
        }
        return fates
    }
}

extension TakenLine {
    /// The line as `restored(_:isCut:limits:)` has it, without its line end.
    static func restored(_ recorded: Bytes) -> Bytes {
        let bytes = restored(recorded, isCut: false, limits: .default)
        return bytes[0..<bytes.count - 2]
    }
}
