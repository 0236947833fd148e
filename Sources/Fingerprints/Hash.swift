/// Hashing that is the same in every process and on every machine: its results are keys of state.
enum Hash {
    /// The offset basis of FNV-1a of 64 bits.
    static let start: UInt64 = 0xcbf2_9ce4_8422_2325

    /// FNV-1a over a byte.
    static func adding(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// `hash` with a number more.
    static func adding(_ number: UInt64, to hash: UInt64) -> UInt64 { mixed(hash &* 0x9e37_79b9_7f4a_7c15 ^ number) }

    /// Every bit of the result depends on every bit of `value` (the finaliser of SplitMix64).
    static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// A hash as 16 hexadecimal digits.
    static func text(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
