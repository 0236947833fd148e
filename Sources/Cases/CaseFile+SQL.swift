import GRDB
import Values

extension CaseFile {
    /// Answers one SELECT over the views. Nothing else runs: no other statement, none that writes, no other file.
    ///
    /// `columns` gets the names of the columns before `deliver` gets the cells of each row; it says whether there
    /// should be more.
    public func answer(
        sql: String, columns: ([String]) throws -> Void, deliver: ([CaseCell]) throws -> Bool
    ) throws {
        guard CaseFile.isQuery(sql) else {
            throw CaseError(
                .badStatement, path, "only a SELECT is run on a case; views and columns stand in assay-case(5)")
        }
        do {
            try queue.read { db in
                let statement = try db.makeStatement(sql: sql)
                guard statement.isReadonly else {
                    throw CaseError(.badStatement, path, "the statement would write; only a SELECT is run on a case")
                }
                try columns(statement.columnNames)
                let rows = try Row.fetchCursor(statement)
                while let row = try rows.next() {
                    if try !deliver(row.databaseValues.map { CaseCell($0) }) { return }
                }
            }
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_AUTH, .SQLITE_RANGE, .SQLITE_TOOBIG:
                let words = error.message ?? "the statement was not understood"
                // The library's advice is for programmers.
                let isList = words.hasPrefix("Multiple statements")
                throw CaseError(.badStatement, path, isList ? "several statements; give one SELECT at a time" : words)
            default: throw CaseError(error, path: path)
            }
        }
    }

    /// Whether the statement begins as a query does.
    private static func isQuery(_ sql: String) -> Bool {
        var rest = sql[...]
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == ";" }
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                break
            }
        }
        let word = rest.prefix { $0.isASCII && $0.isLetter }.lowercased()
        return ["select", "with", "values"].contains(word)
    }
}
