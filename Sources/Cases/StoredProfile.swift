import Screening
import Tuning
import Values

/// What a policy's weights act upon in a record, as a case keeps it: many messages share one.
struct StoredProfile: Hashable {
    /// The checkpoint of the verdict that stood; nil when nothing was ruled.
    let phase: Phase?
    /// What became of the message.
    let disposition: Disposition?
    let recipientCount: Int
    let hasMessage: Bool
    /// The sorts of the findings by their numbers, in the order in which they were made.
    let kinds: [Int64]

    /// The profile of `record`, whose verdict is `verdict` and whose findings are of these sorts.
    init(_ record: TransactionRecord, verdict: Verdict?, kinds: [Int]) {
        (phase, disposition) = (verdict?.phase, verdict?.disposition)
        (recipientCount, hasMessage) = (record.recipients.count, record.id != nil)
        self.kinds = kinds.map(Int64.init)
    }

    private init(_ profile: StoredProfile, kinds: [Int64]) {
        (phase, disposition) = (profile.phase, profile.disposition)
        (recipientCount, hasMessage) = (profile.recipientCount, profile.hasMessage)
        self.kinds = kinds
    }

    /// The profile with other numbers for the same sorts.
    func renumbered(_ number: (Int64) throws -> Int64) rethrows -> StoredProfile {
        StoredProfile(self, kinds: try kinds.map(number))
    }

    /// The profile as text, as a case keeps it: `2 1 message accept:17 4 4`.
    var text: String {
        let outcome = phase.flatMap { phase in disposition.map { "\(phase.rawValue) \($0.rawValue)" } }
        return "\(recipientCount) \(hasMessage ? 1 : 0) \(outcome ?? "-"):"
            + kinds.map(String.init).joined(separator: " ")
    }

    /// The profile that `text` is, its sorts by the places that `place` gives them; nil when it is none.
    static func read(_ text: String, place: (Int) -> Int32?) -> FindingProfile? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let head = text[..<colon].split(separator: " ")
        guard (3...4).contains(head.count), let recipients = Int(head[0]) else { return nil }
        var kinds: [Int32] = []
        for word in text[text.index(after: colon)...].split(separator: " ") {
            guard let number = Int(word), let place = place(number) else { return nil }
            kinds.append(place)
        }
        var outcome: (Phase, Disposition)?
        if head.count == 4 {
            guard let phase = Phase(rawValue: String(head[2])), let fate = Disposition(rawValue: String(head[3])) else {
                return nil
            }
            outcome = (phase, fate)
        }
        return FindingProfile(
            kinds: kinds, recipientCount: recipients, hasMessage: head[1] == "1", checkpoint: outcome?.0,
            disposition: outcome?.1)
    }
}
