import Values

extension String {
    /// What a scanner says of itself or of what it found, fit to be shown: printable, on one line, of bounded length.
    var asShown: String {
        var shown = ""
        for character in unicodeScalars.prefix(200) {
            switch character.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: shown.unicodeScalars.append("?")
            default: shown.unicodeScalars.append(character)
            }
        }
        return shown.trimmed
    }

    private var trimmed: String {
        var rest = self[...]
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}
