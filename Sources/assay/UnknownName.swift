import Policy
import Values

/// What is told of a name that nothing goes by.
enum UnknownName {
    /// `no stage is called 'spff'; did you mean 'spf'?`; nil where `name` is among those `known`. `consequence` is told before
    /// what may have been meant.
    static func complaint(
        _ kind: String, _ name: String, among known: [String], _ consequence: String = ""
    ) -> String? {
        if known.contains(name) { return nil }
        return TerminalLine.safe(
            "no \(kind) is called '\(name)'\(consequence)\(Suggestion.hint(for: name, among: known))")
    }

    /// Throws where `name` is not among those `known`.
    static func refuse(_ kind: String, _ name: String, among known: [String]) throws {
        if let complaint = complaint(kind, name, among: known) { throw Failure(.usage, complaint) }
    }
}
