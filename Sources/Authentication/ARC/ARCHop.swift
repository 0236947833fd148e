import Mail
import Values

/// What one handler of the message left in the chain, and what came of its signatures.
public struct ARCHop: Sendable, Hashable {
    /// The number of the set, 1 for the first handler that sealed.
    public let instance: Int
    /// `d=` of the seal, in lower case; nil when it is no domain.
    public let domain: String?
    /// `s=` of the seal.
    public let selector: String?
    /// `a=` of the seal, in lower case, known or not.
    public let algorithm: String?
    /// `cv=` of the seal as written: the state in which the handler found the chain.
    public let chainValue: String?
    /// `t=` of the seal.
    public let sealedAt: Timestamp?
    /// What the handler says it found (RFC 8617 §4.1.1): the text after the instance, unfolded.
    public let results: String
    /// The bytes of the ARC-Seal field in the message, line end included.
    public let sealRange: Range<Int>

    /// The ARC-Message-Signature.
    public internal(set) var messageSignature = ARCCheck.notEvaluated
    /// The ARC-Seal.
    public internal(set) var seal = ARCCheck.notEvaluated
    /// The size of the seal's key in bits; nil without a usable key.
    public internal(set) var keyBits: Int?

    init(_ set: ARCSet) {
        func text(_ name: String) -> String? {
            guard let value = set.sealTags[name], (1...255).contains(value.count) else { return nil }
            return value.lossyString
        }
        instance = set.instance
        domain = text("d")?.asciiLowercased
        selector = text("s")
        algorithm = text("a")?.asciiLowercased
        chainValue = text("cv")
        sealedAt = (try? DKIMSignatureTags(list: set.sealTags).number("t", digits: 12)).flatMap { $0 }
            .map { Timestamp(seconds: Int64($0)) }
        results = set.payload.unfoldedText
        sealRange = set.seal.range
    }
}

extension Bytes {
    /// The text with each run of white space and line ends made one space.
    var unfoldedText: String {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        for byte in self {
            if !byte.isFoldingWhitespace {
                output.append(byte)
            } else if output.last != .space {
                output.append(.space)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
