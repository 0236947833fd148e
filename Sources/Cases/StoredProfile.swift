import Screening
import Tuning
import Values

/// What a policy's weights act upon in a record, as a case keeps it: many messages share one.
struct StoredProfile: Hashable {
    /// The verdict that stood: its checkpoint and what became of the message; nil when nothing was ruled.
    let outcome: String?
    let recipientCount: Int
    let hasMessage: Bool
    /// The sorts of the findings, by their numbers in the case, in the order in which they were made.
    let kinds: [Int64]

    /// The profile of `record`, whose findings are of these sorts.
    init(_ record: TransactionRecord, kinds: [Int64]) {
        outcome = record.judgement.verdict.map { "\($0.phase.rawValue) \($0.disposition.rawValue)" }
        (recipientCount, hasMessage) = (record.recipients.count, record.id != nil)
        self.kinds = kinds
    }

    /// The profile as text: `2 1 message accept:17 4 4`.
    var text: String {
        "\(recipientCount) \(hasMessage ? 1 : 0) \(outcome ?? "-"):" + kinds.map(String.init).joined(separator: " ")
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
