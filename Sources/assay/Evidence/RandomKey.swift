/// Keys that nobody can guess.
enum RandomKey {
    /// Thirty-two octets of the system's randomness.
    static func make() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
