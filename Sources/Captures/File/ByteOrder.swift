import Values

/// In which order the octets of a number stand.
enum ByteOrder: Sendable {
    case big, little
}

extension Collection where Element == UInt8, Index == Int {
    /// The unsigned number in `octets` octets at `offset`, which the caller knows to be there; at most eight.
    func number(at offset: Int, octets: Int, _ order: ByteOrder = .big) -> Int {
        var value: UInt64 = 0
        for place in 0..<octets {
            let byte = UInt64(self[startIndex + offset + (order == .big ? place : octets - 1 - place)])
            value = value << 8 | byte
        }
        return Int(truncatingIfNeeded: value)
    }
}
