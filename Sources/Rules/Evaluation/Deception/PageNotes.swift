import Values

/// What a page hides, and what it is made up as.
struct PageNotes {
    private(set) var notes = Notes()
    private static let hiddenLetters = 200

    static func notes(of scope: EvaluationScope) -> Notes { PageNotes(scope).notes }

    private init(_ scope: EvaluationScope) {
        let people = scope.correspondents
        let registries = scope.message.registries
        var hidden = 0
        for html in scope.message.htmlParts {
            var first: Bytes?
            let text = html.text.bytes
            for range in html.text.invisible where range.upperBound <= text.count {
                let letters = text[range].count { $0.isLetter }
                hidden += letters
                if letters > 20, first == nil { first = Bytes(text, in: range) }
            }
            if hidden >= PageNotes.hiddenLetters, hidden * 3 >= text.count {
                notes.note("hidden-text", first ?? Bytes(text))
            }
            for title in html.titles.prefix(5) where people.company == nil && !people.domain.isEmpty {
                if let brand = scope.facts.brands.named(in: title), !brand.isShared,
                    !people.senders.contains(where: { brand.owns($0) })
                {
                    notes.note("brand-title", title)
                }
            }
            for (uri, reference) in html.references.sorted(by: { $0.value.order < $1.value.order }).prefix(500) {
                if reference.types.contains("form"), let target = registries.domain(of: uri.array),
                    !people.senders.contains(target.domain)
                {
                    notes.note("form-elsewhere", uri)
                }
                if html.visibleLength < 400, html.visibleLength > 0 || html.inside["img"] != nil,
                    reference.anchorTexts.contains(where: { Bytes($0).contains(Array("<img>".utf8)) })
                {
                    notes.note("picture-link", uri)
                }
            }
        }
        var mixed: [[UInt8]] = []
        for line in scope.message.bodyLines.prefix(2_000) {
            if mixed.count < 3, let word = LookalikeText.mixedWord(in: line), !mixed.contains(word) {
                mixed.append(word)
            }
        }
        if mixed.count >= 2 { notes.note("mixed-words", mixed.joined(separator: Array(", ".utf8))) }
        for line in scope.message.bodyLines.dropFirst().prefix(8) where line.count < 120 {
            let lower = Bytes(line.map(\.lowercased))
            for address in people.recipients where address.count >= 6 && lower.contains(address) {
                let isQuotation =
                    lower.contains(Array("wrote".utf8)) || lower.contains(Array("to:".utf8))
                    || lower.first == .ascii(">")
                if !isQuotation { notes.note("greets-address", line) }
            }
        }
    }
}
