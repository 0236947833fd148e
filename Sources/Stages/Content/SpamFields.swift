import Mail
import Screening
import Values

/// Fields that tell what a spam filter made of a message, as programs behind it and rules of users look for them:
/// `X-Spam-Flag`, `X-Spam-Status` and their kin.
enum SpamFields {
    static let found: Symbol = "SPAM_FIELDS_FOUND"
    private static let limit = 100

    /// What leaves such fields out that a message comes with: they are somebody else's, and would pass for ours.
    static func removal(from message: Message) -> StageReport {
        var report = StageReport()
        var names: [String] = []
        for field in message.header where isOne(field.name) {
            guard names.count < limit else { break }
            names.append(field.name)
            report.effects.append(.removeHeader(name: field.name, span: field.range))
        }
        if let first = names.first {
            report.findings.append(Finding(found, ["field": .text(first), "count": .number(names.count)]))
        }
        return report
    }

    private static func isOne(_ name: String) -> Bool {
        name.utf8.count > 7 && name.utf8.prefix(7).elementsEqual("X-Spam-".utf8, by: { $0.lowercased == $1.lowercased })
    }
}
