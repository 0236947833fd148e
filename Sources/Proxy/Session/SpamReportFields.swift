import Mail
import Policy
import Screening
import Values

/// The fields that SpamAssassin writes, for rules of users and programs behind that look for them: `X-Spam-Flag`,
/// `X-Spam-Level`, `X-Spam-Status`, `X-Spam-Report`, `X-Spam-Checker-Version`.
public struct SpamReportFields: Sendable {
    /// The host that says so.
    let hostname: String
    /// The program and its version.
    let program: String
    /// The score from which on a message is tagged, in thousandths of a point; nil where none is.
    let required: Int?
    /// What says whether the message is learned by the verdict on it: `ham`, `spam` or `no`.
    public var learning: @Sendable (TransactionRecord.Judgement, Session) -> String = { _, _ in "unavailable" }

    /// One star a point; more than this many say no more.
    private static let mostStars = 50
    private static let mostTests = 200
    /// Octets of names between two places where a field may be folded.
    private static let lineWidth = 60

    /// Fields in the name of a host and a program.
    public init(hostname: String, program: String, required: Int?) {
        (self.hostname, self.program, self.required) = (hostname, program, required)
    }

    /// Whether a field of that name is one of these.
    static func isOne(_ name: String) -> Bool {
        name.utf8.count > 7 && name.utf8.prefix(7).elementsEqual("X-Spam-".utf8, by: { $0.lowercased == $1.lowercased })
    }

    /// The fields for a message, in the order that SpamAssassin has them.
    func fields(_ delivery: Delivery) -> [UInt8] {
        let judgement = delivery.judgement
        let isSpam = delivery.disposition >= .tag
        var tests: [(name: String, weight: Int, text: String)] = []
        for finding in judgement.decidingFindings
        where (finding.weight.value != 0 || finding.action.value != .score) && tests.count < SpamReportFields.mostTests
        {
            let name = finding.finding.symbol.name
            if let place = tests.firstIndex(where: { $0.name == name }) {
                tests[place].weight += finding.weight.value
            } else {
                tests.append((name, finding.weight.value, SpamReportFields.text(of: finding)))
            }
        }
        let score = judgement.decidingScore
        var output: [UInt8] = []
        if isSpam { output += HeaderWriting.structuredField("X-Spam-Flag", "YES") }
        output += HeaderWriting.structuredField("X-Spam-Checker-Version", "\(program) on \(hostname)")
        let stars = min(max(0, score / 1000), SpamReportFields.mostStars)
        if stars > 0 { output += HeaderWriting.structuredField("X-Spam-Level", String(repeating: "*", count: stars)) }
        let names = tests.isEmpty ? "none" : SpamReportFields.list(tests.map(\.name))
        let learned = learning(judgement, delivery.transaction.session)
        output += HeaderWriting.structuredField(
            "X-Spam-Status",
            "\(isSpam ? "Yes" : "No"), score=\(SpamReportFields.points(score)) "
                + "required=\(required.map { SpamReportFields.points($0) } ?? "none") tests=\(names) "
                + "autolearn=\(learned) version=\(program.split(separator: " ").last ?? "")")
        if isSpam { output += report(tests) }
        return output
    }

    /// Names with commas between, and with a space where the field may go on in another line, as SpamAssassin has them.
    static func list(_ names: [String]) -> String {
        var (text, width) = ("", 0)
        for name in names {
            if width > 0 {
                text += ","
                if width + name.utf8.count > SpamReportFields.lineWidth { (text, width) = (text + " ", 0) }
            }
            text += name
            width += name.utf8.count + 1
        }
        return text
    }

    private func report(_ tests: [(name: String, weight: Int, text: String)]) -> [UInt8] {
        var output = Array("X-Spam-Report:".utf8)
        if tests.isEmpty { output += Array(" none".utf8) }
        for test in tests.sorted(by: { abs($0.weight) > abs($1.weight) }) {
            let points = SpamReportFields.points(test.weight)
            let padding = String(repeating: " ", count: max(0, 5 - points.utf8.count))
            output += Array("\r\n\t* \(padding)\(points) \(test.name) \(test.text)".utf8)
        }
        return output + [.cr, .lf]
    }

    /// Points with one decimal, as such fields have them.
    private static func points(_ thousandths: Int) -> String {
        let tenths = (abs(thousandths) + 50) / 100
        return "\(thousandths < 0 && tenths > 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }

    /// What a rule says of itself, or else the stage; printable ASCII on one line.
    private static func text(of finding: WeighedFinding) -> String {
        var text = finding.stage
        if case .text(let rule) = finding.finding.evidence.items.first(where: { $0.key == "rule" })?.value {
            text = rule
        }
        return String(
            decoding: text.utf8.prefix(100).map { $0.isVisible || $0 == .space ? $0 : .ascii("?") }, as: UTF8.self)
    }
}
