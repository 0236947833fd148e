import Values

extension Punycode {
    /// The characters of an A-label (RFC 3492 §6.2); nil for a label that is none.
    public static func scalars(of label: Bytes) -> [Unicode.Scalar]? {
        let prefix = Array("xn--".utf8)
        guard label.count <= 63, label.prefix(4).map(\.lowercased) == prefix else { return nil }
        let encoded = label.dropFirst(4).map { $0 }
        var output: [UInt32] = []
        var rest = encoded[...]
        if let hyphen = encoded.lastIndex(of: .hyphen) {
            output = encoded[..<hyphen].map { UInt32($0.lowercased) }
            rest = encoded[(hyphen + 1)...]
        }
        var (code, position, bias): (UInt32, UInt32, UInt32) = (128, 0, 72)
        while !rest.isEmpty {
            let start = position
            var (weight, k): (UInt32, UInt32) = (1, 36)
            while true {
                guard let byte = rest.popFirst(), let digit = value(of: byte) else { return nil }
                let (product, isTooLarge) = digit.multipliedReportingOverflow(by: weight)
                let (sum, overflows) = position.addingReportingOverflow(product)
                guard !isTooLarge, !overflows else { return nil }
                position = sum
                let threshold = k <= bias ? 1 : min(k - bias, 26)
                if digit < threshold { break }
                let (next, isWide) = weight.multipliedReportingOverflow(by: 36 - threshold)
                guard !isWide else { return nil }
                weight = next
                k += 36
            }
            let count = UInt32(output.count) + 1
            bias = adapted(position - start, count: count, isFirst: start == 0)
            let (sum, overflows) = code.addingReportingOverflow(position / count)
            guard !overflows else { return nil }
            code = sum
            position %= count
            output.insert(code, at: Int(position))
            position += 1
        }
        let scalars = output.compactMap { Unicode.Scalar($0) }
        return scalars.count == output.count ? scalars : nil
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte.lowercased {
        case 0x61...0x7A: UInt32(byte.lowercased) - 0x61
        case 0x30...0x39: UInt32(byte) - 0x30 + 26
        default: nil
        }
    }
}
