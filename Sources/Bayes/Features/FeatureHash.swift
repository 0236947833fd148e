import Values

/// The hash that features are known by: FNV-1a over 64 bits, mixed at the end. It never changes, since models hold it.
enum FeatureHash {
    static let basis: UInt64 = 0xCBF2_9CE4_8422_2325
    static let prime: UInt64 = 0x0000_0100_0000_01B3

    /// How many bits of a hash are kept.
    static let bits = 24

    /// The hash of `text`, as the tokens of texts are hashed.
    static func of(_ text: some StringProtocol) -> UInt64 {
        var hash = basis
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* prime }
        return hash
    }

    /// The feature that a token of this hash is in a kind.
    @inline(__always)
    static func feature(_ kind: FeatureKind, _ hash: UInt64) -> UInt32 {
        var mixed = hash ^ kind.seed
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return UInt32(truncatingIfNeeded: mixed >> (64 - UInt64(bits)))
    }
}
