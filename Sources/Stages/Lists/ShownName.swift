import Values

/// A display name as it looks to a reader, for comparison: encoded words are decoded already; here go the characters
/// nobody sees (controls, marks of direction, joiners), the number of spaces and the case.
struct ShownName: Sendable, Hashable {
    /// The name in the form in which it is compared.
    let text: String
    /// How many characters were in it that nobody sees.
    let hiddenCount: Int

    init(_ name: some StringProtocol) {
        var scalars = String.UnicodeScalarView()
        var hidden = 0
        var isAfterSpace = true
        for scalar in name.unicodeScalars {
            let properties = scalar.properties
            if properties.isWhitespace {
                if !isAfterSpace { scalars.append(" ") }
                isAfterSpace = true
            } else if properties.generalCategory == .control || properties.generalCategory == .format
                || properties.isDefaultIgnorableCodePoint
            {
                hidden += 1
            } else {
                scalars.append(scalar)
                isAfterSpace = false
            }
        }
        if scalars.last == " " { scalars.removeLast() }
        (text, hiddenCount) = (String(scalars).lowercased(), hidden)
    }

    /// The addresses that the name spells, at most `limit`.
    func addresses(limit: Int) -> [SenderAddress] {
        guard text.utf8.contains(.at) else { return [] }
        let words = text.utf8.lazy.split { " <>()\"',;:".utf8.contains($0) }
        return words.lazy.compactMap { word in
            guard let at = word.lastIndex(of: .at), at > word.startIndex, word.index(after: at) < word.endIndex else {
                return nil
            }
            return SenderAddress(
                localPart: String(decoding: word[..<at], as: UTF8.self),
                domain: String(decoding: word[word.index(after: at)...], as: UTF8.self))
        }.prefix(limit).map { $0 }
    }
}
