import Values

extension EvaluationFunctions {
    /// Functions of our own rules: each says whether what its argument names was seen, and what it was.
    static let deceptionFunctions: [String: EvaluationFunction] = [
        "assay_sender": noted("sender", SenderNotes.notes), "assay_link": noted("link", LinkNotes.notes),
        "assay_page": noted("page", PageNotes.notes), "assay_structure": noted("structure", StructureNotes.notes),
        "assay_file": noted("file", FileNotes.notes), "assay_relay": noted("relay", RelayNotes.notes),
    ]

    private static func noted(
        _ group: String, _ look: @escaping @Sendable (EvaluationScope) -> Notes
    ) -> EvaluationFunction {
        { scope in
            let notes: Notes
            if let known = scope.message.memory.notes[group] {
                notes = known
            } else {
                notes = look(scope)
                scope.message.memory.notes[group] = notes
            }
            guard let text = notes[scope.call.text(0)] else { return false }
            scope.message.memory.evidence = Bytes(text)
            return true
        }
    }
}
