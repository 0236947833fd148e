import Bayes
import Dispatch
import Mail
import SMTP
import Screening
import Stages
import Synchronization
import Values

/// Learns from mail by the verdict on it, off the path of mail: messages are put by, and a thread of its own learns them.
final class AutoLearner: Sendable {
    private struct State {
        var waiting: [(message: Message, label: MailLabel)] = []
        var bytes = 0
        var hour: Int64 = 0
        var learnedInHour: [MailLabel: Int] = [:]
        var isWorking = false
    }

    let settings: AutoLearnSettings
    let choices: AutoLearning
    private let model: String
    private let store: Mutex<LearningStore>
    private let state = Mutex(State())
    private let line: DispatchQueue
    private let pace = Mutex<(unmade: Int, next: ContinuousClock.Instant?)>((0, nil))

    /// What is put by at most: what comes beyond is not learned.
    private static let (mostMessages, mostBytes) = (200, 64 << 20)

    /// Learns as the settings say; nil where they name no model.
    init?(_ settings: AutoLearnSettings, after former: AutoLearner?) {
        guard let model = settings.model else { return nil }
        (self.settings, choices) = (settings, AutoLearning(settings))
        self.model = model
        store = Mutex(LearningStore(path: model))
        // Two of them never learn at once.
        line = former?.line ?? DispatchQueue(label: "auto-learn", qos: .background)
    }

    /// Throws where the model could not be written.
    static func check(_ settings: AutoLearnSettings) throws(StartError) {
        guard let model = settings.model else { return }
        do throws(LearningStore.Fault) { try LearningStore(path: model).prepare() } catch {
            throw StartError(
                error.isBadData ? .policy : .inputOutput,
                ["agent.auto_learn.model: \(error.description); name a file in a folder that assayd can write"])
        }
    }

    /// Puts a message by that was judged, where it is to be learned.
    func note(_ record: TransactionRecord, at now: Timestamp) {
        guard let message = record.message,
            case .learn(let label) = choices.choice(record.judgement, in: record.session)
        else { return }
        // What the server behind refuses is no mail that anybody here wanted.
        if label == .ham, let answer = record.answer, !answer.isPositive { return }
        let hour = now.seconds / 3600
        let begins = state.withLock { state in
            if state.hour != hour { (state.hour, state.learnedInHour) = (hour, [:]) }
            guard state.learnedInHour[label, default: 0] < settings.mostPerHour,
                state.waiting.count < AutoLearner.mostMessages,
                state.bytes + message.bytes.count <= AutoLearner.mostBytes
            else { return false }
            state.learnedInHour[label, default: 0] += 1
            state.waiting.append((message, label))
            state.bytes += message.bytes.count
            defer { state.isWorking = true }
            return !state.isWorking
        }
        // A moment later there may be more, and they are learned together.
        if begins { line.asyncAfter(deadline: .now() + 2) { [self] in work() } }
    }

    /// Learns what is put by, and makes a model of it when there was none for long. Returns when that is done.
    func finish() {
        line.sync {
            learn()
            if pace.withLock({ $0.unmade > 0 }) { refit() }
        }
    }

    private func work() {
        learn()
        let due = pace.withLock { pace -> DispatchTimeInterval? in
            guard pace.unmade > 0, pace.next == nil else { return nil }
            let next = ContinuousClock.now + settings.interval
            pace.next = next
            return .milliseconds(Int(settings.interval.milliseconds))
        }
        if let due { line.asyncAfter(deadline: .now() + due) { [self] in refit() } }
    }

    private func learn() {
        let waiting = state.withLock { state in
            defer { (state.waiting, state.bytes, state.isWorking) = ([], 0, false) }
            return state.waiting
        }
        guard !waiting.isEmpty else { return }
        var extractor = FeatureExtractor()
        do throws(LearningStore.Fault) {
            let status = try store.withLock { store throws(LearningStore.Fault) in try store.status() }
            var counts = (ham: status.ham, spam: status.spam)
            var messages: [LearnedMessage] = []
            for (message, label) in waiting where choices.allows(label, beside: counts) {
                if label == .ham { counts.ham += 1 } else { counts.spam += 1 }
                messages.append(
                    LearnedMessage(
                        digest: MessageDigest(of: message.bytes), label: label,
                        features: extractor.features(of: message)))
            }
            let count = try store.withLock { [messages] store throws(LearningStore.Fault) in
                try store.addUnknown(messages)
            }
            pace.withLock { $0.unmade += count }
        } catch {
            Log.standardError.note("auto-learn: \(error.description)", at: Service.now, .warning)
        }
    }

    private func refit() {
        let count = pace.withLock { pace in
            defer { pace = (0, nil) }
            return pace.unmade
        }
        guard count > 0 else { return }
        do throws(LearningStore.Fault) {
            try store.withLock { store throws(LearningStore.Fault) in try store.refit() }
            Log.standardError.note(
                "auto-learn: \(model) was made anew with \(count) more messages", at: Service.now)
        } catch {
            Log.standardError.note("auto-learn: \(error.description)", at: Service.now, .warning)
        }
    }
}
