import DNS
import Policy
import Screening
import Values

extension DNSListLookup {
    /// What is found where a list says something; nil where it says nothing. `evidence` is about what was asked, and
    /// goes on with what the list said and the policy's entry for it.
    func finding(
        _ evidence: Evidence, listedAs symbol: Symbol, unusableAs fault: Symbol, failedAs failure: Symbol,
        entry: PolicyPlace, repliesWithText: Bool, scope: Finding.Scope = .transaction
    ) -> Finding? {
        func adding(_ key: String, _ value: EvidenceValue) -> Evidence {
            var evidence = evidence
            evidence.add(key, value)
            evidence.add("text", text.map(EvidenceValue.text))
            evidence.add("entry", .text(entry.description))
            evidence.add(answers: exchanges)
            return evidence
        }
        switch listing {
        case .listed(let codes):
            return Finding(
                symbol, adding("codes", .list(codes.map(\.description))), scope: scope,
                replyNote: repliesWithText ? text : nil)
        case .unusable(let reason, _):
            return Finding(fault, adding("reason", .text(reason.rawValue)), scope: scope)
        case .failed(let answer):
            return Finding(failure, adding("reason", .text(answer.summary)), scope: scope)
        case .otherCodes, .notListed, .unrecorded:
            return nil
        }
    }
}
