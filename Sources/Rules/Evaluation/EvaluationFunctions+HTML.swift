import Expressions
import Values

extension EvaluationFunctions {
    static let htmlFunctions: [String: EvaluationFunction] = [
        "html_test": { scope in scope.message.htmlParts.contains { $0.facts.contains(scope.call.text(0)) } },
        "html_tag_exists": { scope in scope.message.htmlParts.contains { $0.inside[scope.call.text(0)] != nil } },
        "html_tag_balance": { scope in
            scope.message.htmlParts.contains { html in
                html.inside[scope.call.text(0)].map { compare(Double($0), scope.call.text(1)) } ?? false
            }
        },
        "html_eval": { scope in
            scope.message.htmlParts.contains { html in
                html.number(scope.call.text(0)).map { compare($0, scope.call.text(1)) } ?? false
            }
        },
        "html_range": { scope in
            let (least, most) = (scope.call.number(1) ?? 0, scope.call.number(2) ?? .infinity)
            return scope.message.htmlParts.contains { html in
                html.number(scope.call.text(0)).map { $0 > least && $0 <= most } ?? false
            }
        },
        "html_image_only": { scope in
            let (least, most) = (scope.call.number(0) ?? 0, scope.call.number(1) ?? 0)
            return scope.message.htmlParts.contains { html in
                html.inside["img"] != nil && Double(html.length) > least && Double(html.length) <= most
            }
        },
        "html_image_ratio": { scope in
            let (least, most) = (scope.call.number(0) ?? 0, scope.call.number(1) ?? 0)
            return scope.message.htmlParts.contains { html in
                guard html.imageArea > 0 else { return false }
                let ratio = Double(html.visibleLength) / Double(html.imageArea)
                return ratio > least && ratio <= most
            }
        },
        "html_text_match": { scope in
            guard let expression = argument(1, scope) else { return false }
            return scope.message.htmlParts.contains { html in
                html.texts(scope.call.text(0)).contains { scope.has(expression, Bytes($0)) }
            }
        },
        "html_text_not_match": { scope in
            guard let expression = argument(1, scope) else { return false }
            return scope.message.htmlParts.contains { html in
                html.texts(scope.call.text(0)).contains { !scope.has(expression, Bytes($0)) }
            }
        },
        "html_title_subject_ratio": { scope in
            let subject = scope.text("Subject")
            guard !subject.isEmpty else { return false }
            return scope.message.htmlParts.contains { html in
                let longest = html.titles.map(\.characterCount).max() ?? 0
                return Double(longest) / Double(subject.count) > scope.call.number(0) ?? 0
            }
        },
        "html_charset_faraway": { scope in
            let locales = scope.facts.settings.acceptedLocales
            guard !locales.contains("all") else { return false }
            return scope.message.htmlParts.contains { html in
                let near = html.charsets.count { LocaleCharsets.isAccepted($0, locales) }
                let far = html.charsets.count - near
                return far > 0 && far >= near
            }
        },
        "check_iframe_src": { scope in
            scope.message.htmlParts.contains { html in html.references.values.contains { $0.types.contains("iframe") } }
        },
    ]

    /// `value` compared as `text` says: `!= 0`, `< 384`.
    private static func compare(_ value: Double, _ text: String) -> Bool {
        let words = text.trimmingSpace
        for sign in ["!=", "==", "<=", ">=", "<", ">"] where words.hasPrefix(sign) {
            guard let number = Double(words.dropFirst(sign.count).trimmingSpace) else { return false }
            switch sign {
            case "!=": return value != number
            case "==": return value == number
            case "<=": return value <= number
            case ">=": return value >= number
            case "<": return value < number
            default: return value > number
            }
        }
        return false
    }

    /// An argument that is an expression.
    static func argument(_ index: Int, _ scope: EvaluationScope) -> Expression? {
        guard scope.call.arguments.indices.contains(index) else { return nil }
        return ArgumentExpressions.shared.expression(scope.call.arguments[index])
    }
}

extension HTMLRendering {
    /// A number that rules ask for by name; nil where it is not known.
    func number(_ name: String) -> Double? {
        func share(_ part: Int, of all: Int) -> Double? { all > 0 ? Double(part) / Double(all) : nil }
        switch name {
        case "length": return Double(length)
        case "min_size": return Double(minimumSize)
        case "max_size": return Double(maximumSize)
        case "image_area": return Double(imageArea)
        case "ratio": return ratio
        case "closed_extra_ratio": return share(extraClosings, of: tagCount)
        case "bad_tag_ratio": return elementCount > 0 ? share(tagCount - elementCount, of: tagCount) : nil
        case "non_element_ratio": return elementsSeen > 0 ? share(tagsSeen - elementsSeen, of: tagsSeen) : nil
        case "obfuscation_ratio": return obfuscationCount > 0 ? share(obfuscationCount, of: tagCount) : nil
        case "backhair_count": return backhairs.isEmpty ? nil : Double(backhairs.count)
        case "html_length": return Double(renderedLength)
        case "non_space_len": return Double(visibleLength)
        default: return nil
        }
    }

    func texts(_ name: String) -> [[UInt8]] {
        switch name {
        case "comment": comments
        case "script": scripts
        case "title": titles
        case "anchor": anchors
        default: []
        }
    }
}
