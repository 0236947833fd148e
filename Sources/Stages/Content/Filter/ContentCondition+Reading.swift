import Expressions
import Policy
import Values

extension ContentCondition {
    private static let subjects =
        "'subject', 'header NAME', 'any-header', 'text', 'source', 'attachment-name', 'attachment-type', "
        + "'attachment-size', 'size', 'sender', 'recipient', 'from', 'client', 'helo', 'user', 'finding', 'score' or "
        + "'program NAME'"

    /// Reads a condition; nil, with the mistake noted, when it is none.
    init?(from reader: inout PolicyReader, among named: ContentNames) {
        let subject = reader.optionalValue(
            "in", expecting: ContentCondition.subjects, "What is looked at.", parse: { ContentCondition.subject($0) })
        var tests: [(test: Test, text: String)] = []
        func folded(_ text: String) -> String? { text.isEmpty ? nil : text.lowercased() }
        let plain: [(String, String, (String) -> Test)] = [
            ("contains", "Holds where this text is found, in capitals or not.", { .contains(Array($0.utf8)) }),
            ("is", "Holds where it is this text, or this exit code.", { .is($0) }),
            ("starts", "Holds where it starts with this text.", { .starts($0) }),
            ("ends", "Holds where it ends with this text.", { .ends($0) }),
            ("like", "Holds where it is like this text with * and ? for any characters.", { .like(Array($0.utf8)) }),
        ]
        for (key, summary, make) in plain {
            let value = reader.optionalValue(key, expecting: "a text", summary, parse: folded)
            if let value { tests.append((make(value.value), "\(key) \(value.value)")) }
        }
        let expression = reader.optionalValue(
            "matches", expecting: "a Perl-compatible expression",
            "Holds where this expression matches, in capitals or not.",
            parse: { try? Expression(Array($0.utf8), [.ignoringCase]) })
        if let expression {
            tests.append(
                (.matches(expression.value), "matches \(String(decoding: expression.value.pattern, as: UTF8.self))"))
        }
        let isScore = subject?.value.subject == .score
        for (key, summary) in [
            ("over", "Holds for more than this: bytes of a size such as 10M, points of a score, an exit code."),
            ("under", "Holds for less than this."),
        ] {
            let value = reader.optionalValue(
                key, expecting: isScore ? "a score such as 2.5" : "a size such as 10M", summary,
                parse: { isScore ? ScoreText.parse($0) : SizeText.parse($0) })
            guard let value else { continue }
            let shown = isScore ? ScoreText.render(value.value) : SizeText.render(value.value)
            tests.append((key == "over" ? .over(value.value) : .under(value.value), "\(key) \(shown)"))
        }
        let group = reader.optionalValue(
            "group", expecting: "the name of a group", "Holds for the addresses of this group.", parse: { $0 })
        if let group, let known = named.group(group, &reader) {
            tests.append((.isIn(known), "in group \(group.value)"))
        }
        let isNegated = reader.flag("not", default: false, "Whether the condition holds where it otherwise would not.")
        guard !reader.place.isBuiltIn else { return nil }
        guard let subject else {
            if reader.place(of: "in").isBuiltIn {
                reader.report("a condition needs an 'in': \(ContentCondition.subjects)", at: reader.place)
            }
            return nil
        }
        guard tests.count < 2 else {
            reader.report("a condition has one comparison; write a condition for each", at: reader.place)
            return nil
        }
        // What is wrong with a value has been told.
        let hasComparison = ["over", "under", "matches", "group"].contains { !reader.place(of: $0).isBuiltIn }
        if tests.isEmpty, hasComparison { return nil }
        var test = tests.first ?? (.exists, "is there")
        var program: ContentProgram?
        if case .program(let name) = subject.value.subject {
            program = named.program(Placed(name, at: subject.place), &reader)
            if program == nil { return nil }
            if case .is(let text) = test.test, let code = Int(text), (0...255).contains(code) {
                test.test = .equals(code)
            }
        }
        if let mistake = ContentCondition.mistake(subject.value.subject, test.test) {
            reader.report(mistake, at: reader.place)
            return nil
        }
        self.init(
            subject: subject.value.subject, test: test.test, isNegated: isNegated,
            text: "\(subject.value.text) \(test.text)", program: program)
    }

    private static func subject(_ text: String) -> (subject: Subject, text: String)? {
        let words = text.split(separator: " ").map(String.init)
        let subject: Subject? =
            switch (words.first ?? "", words.count) {
            case ("header", 2): .header(words[1])
            case ("program", 2): .program(words[1])
            case ("subject", 1): .header("Subject")
            case ("any-header", 1): .anyHeader
            case ("text", 1): .text
            case ("source", 1): .source
            case ("attachment-name", 1): .attachmentName
            case ("attachment-type", 1): .attachmentType
            case ("attachment-size", 1): .attachmentSize
            case ("size", 1): .size
            case ("sender", 1): .sender
            case ("recipient", 1): .recipient
            case ("from", 1): .author
            case ("client", 1): .client
            case ("helo", 1): .helo
            case ("user", 1): .user
            case ("finding", 1): .finding
            case ("score", 1): .score
            default: nil
            }
        return subject.map { ($0, text) }
    }

    /// What is wrong with comparing this so; nil when nothing is.
    private static func mistake(_ subject: Subject, _ test: Test) -> String? {
        let comparesNumbers =
            switch test {
            case .over, .under, .equals: true
            case .contains, .is, .starts, .ends, .like, .matches, .isIn, .exists: false
            }
        switch subject {
        case .size, .attachmentSize, .score:
            let kind = subject == .score ? "score" : "size"
            return comparesNumbers ? nil : "a \(kind) is compared by 'over' or 'under'"
        case .program:
            return comparesNumbers ? nil : "an exit code is compared by 'is' with a number, 'over' or 'under'"
        default: if comparesNumbers { return "'over' and 'under' are for sizes, the score and exit codes" }
        }
        switch (subject, test) {
        case (.sender, .isIn), (.recipient, .isIn), (.author, .isIn): return nil
        case (_, .isIn): return "a group is compared with 'sender', 'recipient' or 'from'"
        case (.source, .contains), (.source, .matches): return nil
        case (.source, _): return "the source is searched by 'contains' or 'matches'"
        default: return nil
        }
    }
}
