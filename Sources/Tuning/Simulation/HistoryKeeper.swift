import Mail
import Screening
import Synchronization
import Values

/// Keeps the history of one session as it is screened.
public final class HistoryKeeper: ScreeningWitness {
    private let kept: Mutex<SessionHistory>

    /// A keeper for the session of `source`.
    public init(source: String) { kept = Mutex(SessionHistory(source: source)) }

    /// What has been seen.
    public var history: SessionHistory { kept.withLock { $0 } }

    public func saw(_ checkpoint: Checkpoint, at now: Timestamp, _ outcomes: [Engine.Outcome]) {
        guard let kind = SessionHistory.Kind(checkpoint) else { return }
        var event = SessionHistory.Event(now, kind)
        for outcome in outcomes where !SessionHistory.simulatedStages.contains(outcome.stage) {
            event.symbols += outcome.report.findings.map(\.symbol)
            event.grants += outcome.report.effects.filter { effect in
                switch effect {
                case .exempt, .countAs: true
                default: false
                }
            }
        }
        kept.withLock { history in
            if case .connect = checkpoint {
                history.client = checkpoint.session.client.value
                history.listener = checkpoint.session.listener.value
                history.listenerPort = checkpoint.session.listenerPort.value
            }
            if case .mail(let transaction) = checkpoint, let identity = transaction.session.authenticated.value,
                !history.isAuthenticated
            {
                // Nobody saw the exchange: a trace field tells of it.
                let mechanism = transaction.session.mechanism.value ?? "unknown"
                history.events.append(
                    SessionHistory.Event(now, .auth(mechanism: mechanism, identity: identity, succeeded: true)))
            }
            history.events.append(event)
        }
    }
}

extension SessionHistory.Kind {
    /// What a checkpoint is in a history; nil where no stage is asked again about it.
    fileprivate init?(_ checkpoint: Checkpoint) {
        switch checkpoint {
        case .connect: self = .connect
        case .helo(let session): self = .helo(session.helo.value)
        case .auth(_, let attempt):
            self = .auth(
                mechanism: attempt.mechanism, identity: attempt.identity, succeeded: attempt.succeeded,
                isRepeated: attempt.isRepeated)
        case .mail(let transaction): self = .mail(transaction.reversePath.value?.description)
        case .rcpt(_, let recipient): self = .rcpt(recipient.path.value?.description)
        case .message(_, let message): self = .message(octets: message.bytes.count)
        case .tls: return nil
        case .observe(_, let observation):
            switch observation {
            case .reset: self = .reset
            case .protocolError: self = .protocolError
            case .unknownRecipient: self = .unknownRecipient
            case .spokeEarly(let phase): self = .spokeEarly(phase)
            case .closed: self = .closed
            case .tlsFailed: return nil
            }
        }
    }
}
