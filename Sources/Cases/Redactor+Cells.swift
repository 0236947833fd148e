import Mail
import Screening
import Values

extension Redactor {
    /// A cell of a query's answer, by the name of its column.
    public func cell(_ cell: CaseCell, column: String) -> CaseCell {
        switch cell {
        case .null, .integer, .real, .points: return cell
        case .list(let items):
            guard column != "symbols" else { return cell }
            return .list(items.map { text(of: $0, column) })
        case .text(let text): return .text(self.text(of: text, column))
        }
    }

    private func text(of text: String, _ column: String) -> String {
        guard case .string(let redacted) = json(.string(text), key: column) else { return text }
        return redacted
    }
}

extension Redactor {
    /// A path with a token for its local part.
    public func path(_ path: Fact<SMTPPath>) -> Fact<SMTPPath> {
        path.map { SMTPPath(address($0.description)) ?? SMTPPath(localPart: content($0.description), domain: nil) }
    }
}
