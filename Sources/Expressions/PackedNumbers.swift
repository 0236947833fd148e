import Values

/// Lists of numbers as bytes, and back.
struct PackedNumbers {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ list: [UInt32]) {
        bytes.reserveCapacity(bytes.count + 4 * list.count + 4)
        for number in [UInt32(list.count)] + list {
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
    }

    struct Reader {
        private(set) var rest: Bytes

        init(_ bytes: Bytes) { rest = bytes }

        private mutating func numbers(_ count: Int) -> [UInt32]? {
            guard count <= rest.count / 4 else { return nil }
            defer { rest = rest[(4 * count)..<rest.count] }
            return rest.withSpan { span in
                (0..<count).map {
                    unsafe span.unsafeLoadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self).littleEndian
                }
            }
        }

        /// The next list; nil when there is none whole.
        mutating func list() -> [UInt32]? {
            guard let count = numbers(1)?.first else { return nil }
            return numbers(Int(count))
        }
    }
}
