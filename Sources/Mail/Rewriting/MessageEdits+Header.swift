import Values

extension MessageEdits {
    /// Puts a field above all others, as trace fields stand (RFC 5322 §3.6.7). The field asked for last stands on top.
    public mutating func prepend(name: String, value: String) {
        prepend(HeaderWriting.field(name, value, lineEnd: lineEnd))
    }

    /// Puts fields, written with their line ends, above all others. Their lines end as those of the message do.
    public mutating func prepend(_ fields: [UInt8]) {
        let fields = ended(fields)
        // A line "From " of an mbox is no part of the header.
        insert(fields, beforeAllAt: message.header.first?.range.lowerBound ?? 0)
    }

    /// Puts a field below all others.
    public mutating func append(name: String, value: String) {
        let end = message.header.last?.range.upperBound ?? 0
        replace(end..<end, with: HeaderWriting.field(name, value, lineEnd: lineEnd))
    }

    /// Takes a field of the message out, its line end too.
    @discardableResult
    public mutating func remove(_ field: HeaderField) -> Bool { replace(field.range, with: []) }

    /// Gives a field another value. Its name stays as it is written.
    @discardableResult
    public mutating func replace(_ field: HeaderField, value: String) -> Bool {
        replace(field.range, with: HeaderWriting.field(field.name, value, lineEnd: lineEnd))
    }

    /// Fields whose lines end in CRLF, their lines ended as those of the message are.
    public func ended(_ fields: [UInt8]) -> [UInt8] { lineEnd == [.lf] ? fields.filter { $0 != .cr } : fields }
}
