import Cases
import Reports
import Screening
import Tuning

extension FateDiff {
    /// The comparison as a page.
    var page: FatePage {
        FatePage(
            title: title, base: baseName, trial: trialName, counts: counts,
            items: changed.map { message in
                FatePage.Item(
                    number: message.head.number, label: message.label, change: message.change,
                    scores: (message.base.score ?? message.trial.score ?? 0, message.trial.score ?? 0),
                    from: message.head.headerFrom ?? message.head.mailFrom ?? "–",
                    subject: message.head.subject ?? "(no subject)", source: message.head.source,
                    reasons: message.reasons.map(\.text))
            }, notes: notes)
    }
}
