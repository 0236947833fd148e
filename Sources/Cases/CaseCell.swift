import Foundation
import GRDB
import Values

/// A cell of a query's result.
public enum CaseCell: Sendable, Hashable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    /// Points, in thousandths.
    case points(Int)
    case list([String])

    /// The cell that a value of the database is. Bytes that are no text are written in hexadecimal.
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(Int(number))
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data):
            self = .text(
                String(data: data, encoding: .utf8)
                    ?? data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        }
    }

    /// The cell for people and for CSV.
    public var text: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): CaseCell.decimal(number) ?? ""
        case .text(let text): text
        case .points(let points): JSON.decimal(thousandths: points)
        case .list(let items): items.joined(separator: " ")
        }
    }

    /// Appends the cell as JSON.
    public func write(to output: inout [UInt8]) {
        switch self {
        case .null: JSON.null.write(to: &output)
        case .integer(let number): JSON.integer(number).write(to: &output)
        case .real(let number): output += (CaseCell.decimal(number) ?? "null").utf8
        case .text(let text): JSON.string(text).write(to: &output)
        case .points(let points): JSON.thousandths(points).write(to: &output)
        case .list(let items): JSON.array(items.map(JSON.string)).write(to: &output)
        }
    }

    /// The shortest text that is the number; nil for what JSON has no number for.
    private static func decimal(_ number: Double) -> String? {
        guard number.isFinite else { return nil }
        if let whole = Int(exactly: number) { return String(whole) }
        return "\(number)"
    }
}
