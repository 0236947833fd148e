import Values

extension MessageEdits {
    /// Puts a disclaimer into the text that a reader is shown first, in each of its forms, in the charset and transfer
    /// encoding that they have. Text that cannot take it in its own charset becomes UTF-8.
    ///
    /// - Returns: the parts that got it, by their section numbers.
    /// - Throws: `RewritingRefusal`, and no form is changed, where one of them may not be.
    public mutating func add(_ disclaimer: Disclaimer, in tree: MIMETree) throws(RewritingRefusal) -> [String] {
        try add([disclaimer], in: tree)
    }

    /// Puts several disclaimers in at once, as two that are put in apart may want different charsets of one text; those of
    /// one place stand in their order. Called once for a message.
    ///
    /// - Returns: the parts that got them, by their section numbers.
    /// - Throws: `RewritingRefusal`, and no form is changed, where one of them may not be.
    public mutating func add(_ disclaimers: [Disclaimer], in tree: MIMETree) throws(RewritingRefusal) -> [String] {
        guard tree.defects.isDisjoint(with: [.tooDeep, .tooManyParts, .headerTooLarge]) else { throw .notTakenApart }
        let shown = tree.shownText
        guard let first = shown.first else {
            throw tree.parts.lazy.compactMap { tree.protection(of: $0) }.first ?? .noText
        }
        if let protection = tree.protection(of: first) { throw protection }
        var trial = self
        for part in shown {
            var writer = TextPartWriter(part, of: message, lineEnd: lineEnd)
            try writer.add(disclaimers)
            for splice in writer.splices where !trial.replace(splice.range, with: splice.replacement) {
                throw .alreadyChanged
            }
        }
        self = trial
        return shown.map(\.path)
    }
}
