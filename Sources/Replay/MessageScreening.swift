import Archives
import Mail
import Screening
import Values

/// Screens one archived message as if its session ran again: walks it through every checkpoint it has something for,
/// and notes the ones it has not.
///
/// All checkpoints are walked even after one that would have refused the mail, so that tuning sees everything; the
/// record's verdict is still the first refusal, as live.
struct MessageScreening: Sendable {
    let policy: ScreeningPolicy
    let environment: ScreeningEnvironment
    /// Makes the changes that stages ask for; nil where nobody wants to see them.
    var changes: (@Sendable (Delivery) -> Bytes)?
    /// Whether records tell what hosts on the way wrote into messages.
    private let tellsRecordedFields: Bool
    private let engine: Engine

    init(
        policy: ScreeningPolicy, environment: ScreeningEnvironment, changes: (@Sendable (Delivery) -> Bytes)? = nil,
        tellsRecordedFields: Bool = true
    ) {
        (self.policy, self.environment, self.changes) = (policy, environment, changes)
        self.tellsRecordedFields = tellsRecordedFields
        engine = Engine(policy)
    }

    /// The record of `replayed`.
    func record(of replayed: ReplayedMessage) async -> TransactionRecord {
        let (entry, message, known) = (replayed.entry, replayed.message, replayed.known)
        // A message that tells no time is judged as of the epoch: nothing in it has expired, and any recording serves.
        let now = known.time.value ?? Timestamp(seconds: 0)
        var screener = SessionScreener(engine: engine, session: known.session, environment: environment)
        _ = await screener.connect(at: now)
        if known.session.helo.value != nil {
            _ = await screener.helo(known.session.helo, at: now)
        } else {
            screener.missed(.helo, because: "HELO name not known")
        }
        _ = await screener.mail(known.reversePath, at: now)
        for recipient in known.recipients { _ = await screener.rcpt(Recipient(recipient), at: now) }
        if known.recipients.isEmpty { screener.missed(.rcpt, because: "recipient not known") }
        _ = await screener.message(message, at: now)

        var record = TransactionRecord(
            source: entry.source, session: screener.session, judgement: screener.close() ?? .init())
        record.offset = entry.offset
        record.time = known.time
        record.reversePath = known.reversePath
        record.recipients = known.recipients
        record.describe(message, recordedFields: tellsRecordedFields)
        if let changes { record.noteChanged(message, by: changes) }
        return record
    }
}
