import Values

/// A secret that tags are made with. It is never written anywhere.
public struct BATVKey: Sendable {
    /// The numbers that a tag has room for.
    public static let numbers = 0...9
    /// The longest secret taken, in bytes.
    public static let maximumLength = 4096

    /// The number that tags name the key by; nil for one that fits any.
    public let number: Int?
    let secret: [UInt8]

    /// A key of this number. Nil when the number is none, or the secret empty or too long.
    public init?(number: Int?, secret: [UInt8]) {
        guard number.map(BATVKey.numbers.contains) ?? true, (1...BATVKey.maximumLength).contains(secret.count) else {
            return nil
        }
        (self.number, self.secret) = (number, secret)
    }

    /// A key from the contents of a file: all of it but for line ends at its end.
    public init?(number: Int?, file: Bytes) {
        var count = file.count
        while count > 0, file[count - 1] == .lf || file[count - 1] == .cr { count -= 1 }
        self.init(number: number, secret: file[0..<count].array)
    }
}

extension BATVKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number alone.
    public var description: String { number.map { "key \($0)" } ?? "key" }
    /// The number alone.
    public var debugDescription: String { description }
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
