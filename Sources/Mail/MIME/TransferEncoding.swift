import Values

/// How a part's body is encoded for transport: the Content-Transfer-Encoding field (RFC 2045 §6).
public enum TransferEncoding: Sendable, Hashable {
    case sevenBit
    case eightBit
    case binary
    case quotedPrintable
    case base64
    /// A name RFC 2045 does not give, in lower case. The body is left as it is.
    case other(String)

    /// Reads a field's value; nil when it is empty. Quotes, comments and a trailing semicolon are overlooked.
    public init?(_ value: Bytes) {
        var scanner = ParameterScanner(value)
        scanner.skipCommentsAndSpace()
        let name = scanner.word(endingAtSlash: false)
        guard !name.isEmpty else { return nil }
        self =
            switch name {
            case "7bit", "7-bit": .sevenBit
            case "8bit", "8-bit": .eightBit
            case "binary": .binary
            case "quoted-printable": .quotedPrintable
            case "base64": .base64
            default: .other(name)
            }
    }

    /// The name as RFC 2045 §6.1 writes it.
    public var name: String {
        switch self {
        case .sevenBit: "7bit"
        case .eightBit: "8bit"
        case .binary: "binary"
        case .quotedPrintable: "quoted-printable"
        case .base64: "base64"
        case .other(let name): name
        }
    }

    /// Whether the encoded and the decoded body are the same bytes.
    public var isIdentity: Bool { self != .quotedPrintable && self != .base64 }

    /// The decoded body, and what was wrong with the encoded one. Nothing is copied when nothing is encoded.
    public func decode(_ body: Bytes) -> (bytes: Bytes, defects: TransferDefects) {
        switch self {
        case .quotedPrintable:
            let decoded = QuotedPrintableDecoder.decode(body)
            return (Bytes(decoded.bytes), decoded.defects)
        case .base64:
            let decoded = Base64Decoder.decode(body)
            return (Bytes(decoded.bytes), decoded.defects)
        case .sevenBit, .eightBit, .binary, .other:
            return (body, [])
        }
    }
}

/// What is irregular in an encoded body. Decoding goes on past each.
public struct TransferDefects: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A byte outside the base64 alphabet, passed over (RFC 2045 §6.8).
    public static let illegalCharacter = TransferDefects(rawValue: 1 << 0)
    /// Base64 that ends within a group of four, or without its padding.
    public static let truncated = TransferDefects(rawValue: 1 << 1)
    /// Base64 that goes on after padding; what follows is decoded as a group of its own.
    public static let dataAfterPadding = TransferDefects(rawValue: 1 << 2)
    /// An equals sign that no two hexadecimal digits follow; it stands for itself (RFC 2045 §6.7).
    public static let illegalEscape = TransferDefects(rawValue: 1 << 3)
    /// A raw byte above 126 in quoted-printable, kept.
    public static let eightBit = TransferDefects(rawValue: 1 << 4)

    /// Each defect's name, for evidence, in a fixed order.
    public var names: [String] {
        let all: [(TransferDefects, String)] = [
            (.illegalCharacter, "illegal-character"), (.truncated, "truncated"),
            (.dataAfterPadding, "data-after-padding"), (.illegalEscape, "illegal-escape"), (.eightBit, "eight-bit"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
