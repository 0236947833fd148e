/// The parts of a line that is written as it is made, without a tree of values: who writes so keeps the keys in the
/// order of their bytes.
extension JSON {
    /// Appends a string, or null.
    public static func write(_ string: String?, to output: inout [UInt8]) {
        if let string { write(string, to: &output) } else { write(raw: "null", to: &output) }
    }

    /// Appends what is JSON already, then a string, or null.
    @inlinable
    public static func write(_ literal: StaticString, _ string: String?, to output: inout [UInt8]) {
        if let string { return output.append(literal: literal, quoting: string) }
        output.append(literal: literal)
        output.append(literal: "null")
    }

    /// Appends an integer, or null.
    public static func write(_ number: Int?, to output: inout [UInt8]) {
        guard let number else { return write(raw: "null", to: &output) }
        var digits = number.magnitude
        output.append(addingCapacity: 20) { room in
            if number < 0 { room.append(.hyphen) }
            var divisor: UInt = 1
            while digits / divisor >= 10 { divisor *= 10 }
            while divisor > 0 {
                room.append(0x30 + UInt8(digits / divisor))
                digits %= divisor
                divisor /= 10
            }
        }
    }

    /// Appends an array of what `write` makes of each of `values`.
    @inlinable
    public static func write<Values: Collection>(
        array values: Values, to output: inout [UInt8],
        _ write: (borrowing Values.Element, inout [UInt8]) -> Void
    ) {
        output.append(.ascii("["))
        var isFirst = true
        for value in values {
            if !isFirst { output.append(.comma) }
            isFirst = false
            write(value, &output)
        }
        output.append(.ascii("]"))
    }
}
