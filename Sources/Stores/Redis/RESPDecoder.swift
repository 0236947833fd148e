import Values

/// Puts the replies of a Redis server together from the pieces that come in. What is held is bounded, and each octet is
/// looked at once however small the pieces are.
package struct RESPDecoder: Sendable {
    /// What a reply may be at most.
    package struct Limits: Sendable {
        /// The length of a line, such as an error's.
        package var line = 64 << 10
        /// The length of a string.
        package var bulk = 16 << 20
        /// The values in a reply, all levels together.
        package var values = 1 << 20
        /// The octets of all strings in a reply.
        package var octets = 64 << 20
        /// How deep arrays may lie in arrays.
        package var depth = 8

        /// The defaults.
        package init() {}
    }

    /// What came in is no reply.
    package struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        package let description: String
    }

    /// An array whose last elements are still to come.
    private struct Open: Sendable {
        var values: [RESPValue] = []
        var missing: Int
        let kind: UInt8
    }

    private let limits: Limits
    private var buffer: [UInt8] = []
    private var position = 0
    /// How far the line at `position` has been searched for its end.
    private var searched = 0
    /// The length of the string that is coming, and its kind.
    private var bulk: (length: Int, kind: UInt8)?
    private var open: [Open] = []
    private var values = 0
    private var octets = 0
    private var fault: Fault?

    /// A decoder before the first reply.
    package init(limits: Limits = Limits()) { self.limits = limits }

    /// How many octets are held for replies that are not complete.
    package var heldByteCount: Int { buffer.count - position + octets }

    /// The replies that `input` completes. Throws where it is no reply; nothing more is read then.
    package mutating func consume(_ input: some Collection<UInt8>) throws(Fault) -> [RESPValue] {
        if let fault { throw fault }
        buffer += input
        var replies: [RESPValue] = []
        do throws(Fault) {
            while let value = try next() {
                if let reply = close(value) {
                    replies.append(reply)
                    (values, octets) = (0, 0)
                }
            }
        } catch {
            (fault, buffer, position) = (error, [], 0)
            throw error
        }
        // Moved to the front once that is no more work than reading was.
        if position > 4096, position > buffer.count / 2 {
            buffer.removeFirst(position)
            (searched, position) = (searched - position, 0)
        }
        return replies
    }

    /// The next value that is no array with elements to come; nil where more has to come in first.
    private mutating func next() throws(Fault) -> RESPValue? {
        if let (length, kind) = bulk {
            guard buffer.count - position >= length + 2 else { return nil }
            let end = position + length
            guard buffer[end] == .cr, buffer[end + 1] == .lf else {
                throw Fault(description: "a string without an end")
            }
            var content = Bytes(Array(buffer[position..<end]))
            skip(to: end + 2)
            bulk = nil
            octets += length
            if kind == .ascii("!") { return .error(content.lossyString) }
            // Verbatim strings begin with their format and a colon.
            if kind == .equals, content.count >= 4, content[3] == .colon { content = content[4..<content.count] }
            return .bulk(content)
        }
        while let line = try takeLine() {
            guard let kind = line.first else { throw Fault(description: "an empty line") }
            values += 1
            guard values <= limits.values else { throw Fault(description: "more than \(limits.values) values") }
            let rest = Bytes(Array(line.dropFirst()))
            switch kind {
            case .ascii("+"): return .simple(rest.lossyString)
            case .hyphen: return .error(rest.lossyString)
            case .colon:
                guard let number = Int64(rest.lossyString) else { throw Fault(description: "a number that is none") }
                return .integer(number)
            case .ascii("_"): return .null
            case .ascii("#"), .comma, .ascii("("): return .other(rest.lossyString)
            case .ascii("$"), .ascii("!"), .equals:
                guard let length = try length(rest, limit: limits.bulk) else { return .null }
                guard octets + length <= limits.octets else {
                    throw Fault(description: "more than \(limits.octets) octets")
                }
                bulk = (length, kind)
                return try next()
            case .ascii("*"), .ascii("~"), .ascii(">"), .ascii("%"), .ascii("|"):
                guard var count = try length(rest, limit: limits.values) else { return .null }
                if kind == .ascii("%") || kind == .ascii("|") { count *= 2 }
                guard open.count < limits.depth else { throw Fault(description: "arrays too deep") }
                if count == 0, kind != .ascii("|") { return kind == .ascii(">") ? .push([]) : .array([]) }
                if count > 0 { open.append(Open(missing: count, kind: kind)) }
            default: throw Fault(description: "a reply of unknown kind")
            }
        }
        return nil
    }

    /// Puts a value into the innermost array, and closes arrays that are complete; the reply, when all are.
    private mutating func close(_ value: RESPValue) -> RESPValue? {
        var value = value
        while var last = open.popLast() {
            last.values.append(value)
            last.missing -= 1
            guard last.missing == 0 else {
                open.append(last)
                return nil
            }
            // Attributes are about the value after them.
            if last.kind == .ascii("|") { return nil }
            value = last.kind == .ascii(">") ? .push(last.values) : .array(last.values)
        }
        return value
    }

    /// A count in decimal; nil for -1, which stands for nothing.
    private func length(_ digits: Bytes, limit: Int) throws(Fault) -> Int? {
        if digits.elementsEqual("-1".utf8) { return nil }
        guard (1...10).contains(digits.count), digits.allSatisfy(\.isDigit), let length = Int(digits.lossyString) else {
            throw Fault(description: "a length that is none")
        }
        guard length <= limit else { throw Fault(description: "a length of \(length), more than \(limit)") }
        return length
    }

    /// The line at the position, without its end.
    private mutating func takeLine() throws(Fault) -> ArraySlice<UInt8>? {
        searched = max(searched, position)
        guard let end = buffer[searched...].firstIndex(of: .lf) else {
            searched = buffer.count
            guard searched - position <= limits.line else { throw Fault(description: "a line without an end") }
            return nil
        }
        guard end > position, buffer[end - 1] == .cr, end - position <= limits.line else {
            throw Fault(description: "a line that does not end as lines do")
        }
        let line = buffer[position..<(end - 1)]
        skip(to: end + 1)
        return line
    }

    private mutating func skip(to place: Int) { (position, searched) = (place, place) }
}
