import State
import Values

/// State as lines of NDJSON, one entry each: what `assay state export` writes and every backend takes back.
public enum StateLines {
    /// A line that cannot be read.
    public struct Mistake: Error, Sendable, Hashable, CustomStringConvertible {
        /// The file's name.
        public let file: String
        /// The line's number.
        public let line: Int
        /// What is wrong.
        public let message: String

        /// `file:line:column: message`.
        public var description: String { "\(file):\(line):1: \(message)" }
    }

    /// The longest line read, in octets.
    static let maximumLineLength = 1 << 20

    /// The line of an entry.
    public static func line(_ held: HeldEntry) -> JSON {
        .object([
            "created": .string(held.entry.created.rfc3339), "expires": .string(held.entry.expires.rfc3339),
            "key": .string(held.key.text), "value": .string(held.entry.value),
        ])
    }

    /// Reads lines and gives `body` their entries, a batch at a time. Empty lines are passed over. Throws the first
    /// mistake, after the entries before it.
    public static func read(
        _ text: Bytes, file: String, _ body: ([HeldEntry]) async throws -> Void
    ) async throws {
        var batch: [HeldEntry] = []
        var (number, start) = (0, 0)
        while start < text.count {
            number += 1
            let end = text.withSpan { $0.firstIndex(of: .lf, from: start) } ?? text.count
            let line = text[start..<end]
            start = end + 1
            if line.allSatisfy(\.isFoldingWhitespace) { continue }
            switch entry(line) {
            case .success(let held): batch.append(held)
            case .failure(let fault):
                if !batch.isEmpty { try await body(batch) }
                throw Mistake(file: file, line: number, message: fault.message)
            }
            if batch.count == 1000 {
                try await body(batch)
                batch = []
            }
        }
        if !batch.isEmpty { try await body(batch) }
    }

    private struct Fault: Error { let message: String }

    private static func entry(_ line: Bytes) -> Result<HeldEntry, Fault> {
        do throws(Fault) { return .success(try read(line)) } catch { return .failure(error) }
    }

    private static func read(_ line: Bytes) throws(Fault) -> HeldEntry {
        guard line.count <= maximumLineLength else {
            throw Fault(message: "the line is longer than \(maximumLineLength) octets")
        }
        guard let object = try? JSON(reading: line) else {
            throw Fault(message: "not a JSON object of key, value, created and expires")
        }
        guard let fields = JSONFields(object) else {
            throw Fault(message: "expected an object of key, value, created and expires")
        }
        func text(_ name: String) throws(Fault) -> String {
            do throws(JSONFields.Fault) {
                return try fields.required(name, fields.text)
            } catch {
                guard case .missing = error else { throw Fault(message: error.description) }
                throw Fault(message: "\(error); a line has key, value, created and expires")
            }
        }
        let (keyText, value) = (try text("key"), try text("value"))
        guard let key = StateKey(text: keyText) else {
            throw Fault(message: "'key' is not the text of a key: parts joined by |, with %7C for | and %25 for %")
        }
        func time(_ name: String) throws(Fault) -> Timestamp {
            let text = try text(name)
            guard let time = Timestamp(rfc3339: text) else {
                throw Fault(message: "'\(name)' must be an RFC 3339 time, not '\(text.prefix(40))'")
            }
            return time
        }
        let (created, expires) = (try time("created"), try time("expires"))
        return HeldEntry(key, StateEntry(value: value, created: created, expires: expires))
    }
}
