import Values

/// The encoding that A-labels are made with (RFC 3492), and nothing besides: `InternationalName` is what maps and checks
/// names of mail (RFC 5891 §5.4).
public enum Punycode {
    /// `label` as an A-label; itself when it is ASCII. Nil when it is not UTF-8, is over 63 bytes either way or empty.
    public static func asciiLabel(_ label: Bytes) -> Bytes? {
        guard (1...63).contains(label.count) else { return nil }
        guard label.contains(where: { $0 > 127 }) else { return label }
        guard let text = String(validating: label.array, as: UTF8.self) else { return nil }
        let encoded = Array("xn--".utf8) + encode(text.unicodeScalars.map(\.value))
        return encoded.count <= 63 ? Bytes(encoded) : nil
    }

    private static func encode(_ scalars: [UInt32]) -> [UInt8] {
        var output = scalars.filter { $0 < 128 }.map { UInt8($0).lowercased }
        let basicCount = output.count
        if basicCount > 0 { output.append(.hyphen) }
        var handled = basicCount
        var code: UInt32 = 128
        var delta: UInt32 = 0
        var bias: UInt32 = 72
        // A label has at most 63 bytes, so at most 63 rounds, and no product here overflows.
        while handled < scalars.count, let next = scalars.filter({ $0 >= code }).min() {
            delta += (next - code) * UInt32(handled + 1)
            code = next
            for scalar in scalars {
                if scalar < code { delta += 1 }
                guard scalar == code else { continue }
                appendVariableLength(delta, bias: bias, to: &output)
                bias = adapted(delta, count: UInt32(handled + 1), isFirst: handled == basicCount)
                delta = 0
                handled += 1
            }
            delta += 1
            code += 1
        }
        return output
    }

    private static func appendVariableLength(_ delta: UInt32, bias: UInt32, to output: inout [UInt8]) {
        var rest = delta
        var k: UInt32 = 36
        while true {
            let threshold = k <= bias ? 1 : min(k - bias, 26)
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            k += 36
        }
        output.append(digit(rest))
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? value + 0x61 : value - 26 + 0x30)
    }

    static func adapted(_ delta: UInt32, count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k: UInt32 = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
