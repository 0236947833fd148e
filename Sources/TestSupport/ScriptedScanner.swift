import Screening
import Values

/// Virus scanners as the section `[scan]` of a case has them, a line for each answer: `clamd contains TEXT = infected
/// NAME`, or without `contains` for all else. The first line that fits answers. `signatures VERSION` tells what they go by.
/// With `repaired` in the place of `infected`, the scanner gives the content back without the text.
struct ScriptedScanner: ScannerView {
    private struct Rule {
        let scanner: String
        let text: [UInt8]
        let outcome: ScanOutcome
        let repairs: Bool
    }

    private var rules: [Rule] = []
    private var signatures: String?

    init(_ lines: [String]) {
        for line in lines {
            if line.hasPrefix("signatures ") {
                signatures = String(line.dropFirst(11))
                continue
            }
            let sides = line.split(separator: " = ", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let asked = sides[0].split(separator: " contains ", maxSplits: 1)
            let words = sides[1].split(separator: " ", maxSplits: 1)
            let repairs = words.first == "repaired"
            let kind = repairs ? .infected : words.first.flatMap { ScanOutcome.Kind(rawValue: String($0)) }
            guard let kind else { continue }
            rules.append(
                Rule(
                    scanner: String(asked[0]), text: asked.count > 1 ? Array(asked[1].utf8) : [],
                    outcome: ScanOutcome(kind, detail: words.count > 1 ? String(words[1]) : ""), repairs: repairs))
        }
    }

    func answer(to question: ScanQuestion) async -> ScanAnswer? {
        let content = question.content.array
        return rules.first { rule in
            rule.scanner == question.scanner.name && (rule.text.isEmpty || content.firstRange(of: rule.text) != nil)
        }.map { rule in
            let repaired = rule.repairs ? Bytes(content.replacing(rule.text, with: [])) : nil
            return ScanAnswer(rule.outcome, signatures: signatures, repaired: repaired)
        }
    }
}
