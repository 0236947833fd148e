import Cryptography
import SMTP
import Screening
import Values

/// A recorded session that is being replayed, step by step: a driver of several takes their steps as they come.
struct TranscriptCourse {
    private let recorded: RecordedSession
    private let script: SessionScript
    private let answers: RecordedAnswers?
    private let limits: LineLimits
    private let isEnforced: Bool
    private let log: HeaderSource?
    private var conversation: Conversation
    private var outcome = TranscriptReplay.Outcome()
    /// The next step; -1 is the connection.
    private var place = -1

    init(_ replay: TranscriptReplay, _ recorded: RecordedSession) {
        self.recorded = recorded
        script = SessionScript(recorded)
        let dialogue = RecordedDialogue(recorded)
        outcome.fates = dialogue.fates
        answers = replay.answersAsRecorded ? RecordedAnswers(recorded) : nil
        conversation = replay.conversation(recorded, script, dialogue, answers)
        conversation.expect(script.attempts)
        conversation.expectMessages()
        limits = (replay.configuration ?? script.service?.configuration)?.lineLimits ?? .default
        isEnforced = replay.configuration != nil
        log = replay.log
    }

    /// Whether the client greets at all, by what was recorded.
    private var hasGreeting: Bool {
        script.steps.contains { timed in
            guard case .line(let line, _, _) = timed.step, case .success(let command) = SMTPCommand.parse(line) else {
                return false
            }
            switch command {
            case .helo, .ehlo: return true
            default: return false
            }
        }
    }

    /// When the next step is; nil when there is none.
    var nextTime: Timestamp? {
        if place < 0 { return script.connectTime }
        return place < script.steps.count
            ? script.steps[place].time : place == script.steps.count ? script.endTime : nil
    }

    /// Takes the next step; the last one is the end of the connection. `contents` gives the bytes of a message that lies
    /// in a file beside the transcript.
    mutating func step(_ contents: (String) -> Bytes?) async {
        defer { place += 1 }
        if place < 0 {
            if !script.isRefusedTLS {
                _ = await conversation.connect(at: script.connectTime, isMoreBehind: script.spokeEarly)
                if log != nil, !hasGreeting { conversation.missed(.helo, because: "HELO name not known") }
            }
            return
        }
        guard place < script.steps.count else {
            if place == script.steps.count { await conversation.close(at: script.endTime) }
            return
        }
        let time = script.steps[place].time
        switch script.steps[place].step {
        case .line(let line, let isMoreBehind, let isCut):
            // What comes in clear after STARTTLS was taken came in a handshake that nobody recorded.
            if conversation.isWaitingForTLS {
                _ = await conversation.tlsEstablished(TLSParameters(version: nil, cipher: nil), at: time)
            }
            let bytes = TakenLine.restored(line, isCut: isCut, limits: limits)
            _ = await conversation.receive(bytes, isMoreBehind: isMoreBehind, at: time)
            _ = await conversation.passOverChunk(at: time)
        case .tls(let parameters):
            _ = await conversation.tlsEstablished(parameters, at: time)
        case .failedTLS(let reason):
            await conversation.tlsFailed(reason, at: time)
        case .message(let message):
            await receive(message, at: time, contents)
        }
    }

    /// What the replay gives, once all steps are taken.
    mutating func finish() -> TranscriptReplay.Outcome {
        if script.isCutInMessage { outcome.faults.append("ends within a message, which was not screened") }
        outcome.records = conversation.takeRecords()
        if let log { outcome.records = outcome.records.map { $0.told(by: log) } }
        outcome.recordedVerdicts = VerdictDifference.verdicts(of: recorded).count
        if let answers {
            outcome.missing = answers.missing
            if outcome.recordedVerdicts > 0 {
                outcome.differences = VerdictDifference.between(recorded, outcome.records)
            }
        }
        return outcome
    }

    private mutating func receive(
        _ message: RecordedMessage, at time: Timestamp, _ contents: (String) -> Bytes?
    ) async {
        let bytes: Bytes
        switch message.content {
        case .inline(let inline): bytes = inline
        case .file(let name):
            guard let found = contents(name) else {
                outcome.faults.append("the message in '\(name)' cannot be had, and was not screened")
                return
            }
            bytes = found
        case .size(let size):
            _ = await conversation.receive(recorded: nil, size: size, defects: message.defects, at: time)
            return
        }
        if let digest = message.sha256, digest != SHA256.hexadecimal(bytes) {
            outcome.faults.append("a message is not the one that was recorded: its SHA-256 is not \(digest)")
        }
        if isEnforced {
            _ = await conversation.receive(message: bytes, at: time)
        } else {
            _ = await conversation.receive(recorded: bytes, defects: message.defects, at: time)
        }
    }
}
