import Expressions
import Policy
import Values

extension ContentCondition {
    private static let subjects =
        "'subject', 'header NAME', 'any-header', 'text', 'source', 'attachment-name', 'attachment-type', "
        + "'attachment-size', 'size', 'sender', 'recipient', 'client' or 'finding'"

    /// Reads a condition; nil, with the mistake noted, when it is none.
    init?(from reader: inout PolicyReader, groups: [String: AddressGroup]) {
        let subject = reader.optionalValue(
            "in", expecting: ContentCondition.subjects, "What is looked at.", parse: { ContentCondition.subject($0) })
        var tests: [(test: Test, text: String)] = []
        func folded(_ text: String) -> String? { text.isEmpty ? nil : text.lowercased() }
        let plain: [(String, String, (String) -> Test)] = [
            ("contains", "Holds where this text is found, in capitals or not.", { .contains(Array($0.utf8)) }),
            ("is", "Holds where it is this text.", { .is($0) }),
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
        for (key, summary) in [
            ("over", "Holds for more bytes than this."), ("under", "Holds for fewer bytes than this."),
        ] {
            let value = reader.optionalValue(
                key, expecting: "a size such as 10M", summary, parse: { SizeText.parse($0) })
            if let value {
                tests.append(
                    (key == "over" ? .over(value.value) : .under(value.value), "\(key) \(SizeText.render(value.value))")
                )
            }
        }
        let group = reader.optionalValue(
            "group", expecting: "the name of a group", "Holds for the addresses of this group.", parse: { $0 })
        if let group {
            if let known = groups[group.value] {
                tests.append((.isIn(known), "in group \(group.value)"))
            } else {
                reader.reportUnknown("group", group.value, among: groups.keys.sorted(), at: group.place)
            }
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
        if tests.isEmpty, group != nil { return nil }
        let test = tests.first ?? (.exists, "is there")
        if let mistake = ContentCondition.mistake(subject.value.subject, test.test) {
            reader.report(mistake, at: reader.place)
            return nil
        }
        self.init(
            subject: subject.value.subject, test: test.test, isNegated: isNegated,
            text: "\(subject.value.text) \(test.text)")
    }

    private static func subject(_ text: String) -> (subject: Subject, text: String)? {
        let words = text.split(separator: " ")
        switch (words.first.map(String.init) ?? "", words.count) {
        case ("header", 2): return (.header(String(words[1])), text)
        case ("subject", 1): return (.header("Subject"), text)
        case ("any-header", 1): return (.anyHeader, text)
        case ("text", 1): return (.text, text)
        case ("source", 1): return (.source, text)
        case ("attachment-name", 1): return (.attachmentName, text)
        case ("attachment-type", 1): return (.attachmentType, text)
        case ("attachment-size", 1): return (.attachmentSize, text)
        case ("size", 1): return (.size, text)
        case ("sender", 1): return (.sender, text)
        case ("recipient", 1): return (.recipient, text)
        case ("client", 1): return (.client, text)
        case ("finding", 1): return (.finding, text)
        default: return nil
        }
    }

    /// What is wrong with comparing this so; nil when nothing is.
    private static func mistake(_ subject: Subject, _ test: Test) -> String? {
        let isNumber = subject == .size || subject == .attachmentSize
        let comparesNumbers =
            switch test {
            case .over, .under: true
            case .contains, .is, .starts, .ends, .like, .matches, .isIn, .exists: false
            }
        if isNumber != comparesNumbers {
            return isNumber ? "a size is compared by 'over' or 'under'" : "'over' and 'under' are for sizes"
        }
        switch (subject, test) {
        case (.sender, .isIn), (.recipient, .isIn): return nil
        case (_, .isIn): return "a group is compared with 'sender' or 'recipient'"
        case (.source, .contains), (.source, .matches): return nil
        case (.source, _): return "the source is searched by 'contains' or 'matches'"
        default: return nil
        }
    }
}
