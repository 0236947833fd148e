import DNS
import Replay
import SMTP
import Screening
import Values

/// Runs a case by replaying its sessions as a transcript tells them: no sockets, event time.
public enum ReplayHarness {
    /// The records of `run`'s sessions, in order.
    public static func run(_ run: CaseRun) async -> CaseRun.Result {
        guard let policy = run.policy else { return CaseRun.Result(lines: run.mistakes) }
        var smtp = run.smtp
        if run.file.sessions.contains(where: \.hasTLS) { smtp.extensions.append(.startTLS) }
        let replay = TranscriptReplay(
            policy: policy, environment: run.environment(), configuration: smtp, answering: run.nextHop)
        var result = CaseRun.Result()
        for (index, session) in run.file.sessions.enumerated() {
            var assembler = TranscriptAssembler()
            var recorded = session.transcript(id: "session-\(index + 1)").flatMap { assembler.add($0) }
            recorded += assembler.finish()
            for session in recorded { result.lines += await replay.records(of: session).map(\.json.text) }
        }
        return result
    }

    /// The records of the sessions that a live run recorded, with the answers that they recorded, and where they are
    /// not as recorded.
    public static func replay(_ live: CaseRun.Result, of run: CaseRun) async -> CaseRun.Result {
        guard let policy = run.policy else { return CaseRun.Result(lines: run.mistakes) }
        let environment = ScreeningEnvironment(dns: { _ in NoDNS() }, state: nil)
        let replay = TranscriptReplay(policy: policy, environment: environment, answersAsRecorded: true)
        var result = CaseRun.Result()
        for session in live.sessions {
            let outcome = await replay.outcome(of: session)
            result.lines += outcome.records.map(\.json.text)
            result.differences += outcome.differences.map(\.description) + outcome.missing + outcome.faults
        }
        return result
    }
}

extension ScriptedSession {
    /// The session as `assayd` would have recorded it: message data as one event, the rest line by line.
    func transcript(id: String) -> [TranscriptLine] {
        var lines: [TranscriptLine] = []
        func add(_ time: Timestamp, _ event: TranscriptEvent) {
            lines.append(TranscriptLine(session: id, time: time, event: event))
        }
        add(connectTime, .connect(client: Endpoint(client), server: Endpoint(listener)))
        var isData = false
        for exchange in exchanges {
            if let handshake = exchange.handshake { add(exchange.time, .tls(handshake.recorded)) }
            if isData {
                add(
                    exchange.time,
                    .message(RecordedMessage(sha256: nil, content: .inline(Self.unstuffed(exchange.sent)))))
            } else {
                for line in exchange.sent { add(exchange.time, .line(from: .client, line.withoutLineEnd)) }
            }
            for reply in exchange.replies { add(exchange.time, .line(from: .server, Bytes(reply))) }
            isData = exchange.replies.last?.hasPrefix("354") ?? false
        }
        add(exchanges.last?.time ?? connectTime, .close(reason: nil))
        return lines
    }

    /// The message in the lines of DATA: the final dot and the dots of transparency taken off (RFC 5321 §4.5.2).
    private static func unstuffed(_ lines: [Bytes]) -> Bytes {
        var message: [UInt8] = []
        for line in lines where line.array != [.dot, .cr, .lf] {
            message += line.first == .dot ? Array(line.dropFirst()) : line.array
        }
        return Bytes(message)
    }
}

extension Bytes {
    fileprivate var withoutLineEnd: Bytes {
        count >= 2 && self[count - 2] == .cr && self[count - 1] == .lf ? self[0..<count - 2] : self
    }
}
