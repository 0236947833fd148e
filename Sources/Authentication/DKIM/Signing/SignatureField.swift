import Cryptography
import Mail
import Values

/// Writes a header field of tags whose last, `b=`, is a signature over the field itself: DKIM-Signature,
/// ARC-Message-Signature, ARC-Seal.
///
/// Lines are folded so that none is longer than 76 characters where the values allow it; each value says where it may
/// be folded.
public struct SignatureField: Sendable {
    private var text: [UInt8]
    private var column: Int
    private let lineEnd: [UInt8]
    private var isFirst = true

    /// RFC 5322 §2.1.1 asks for 78 characters at most; the semicolon needs room.
    private static let width = 76

    /// A field called `name`, for a message whose lines end with `lineEnd`.
    public init(name: String, lineEnd: [UInt8]) {
        text = Array(name.utf8) + [.colon]
        column = text.count
        self.lineEnd = lineEnd
    }

    /// Adds a tag with a value that stays in one piece.
    public mutating func append(_ tag: String, _ value: String) { append(tag, pieces: [value]) }

    /// Adds a tag whose value may be folded between its pieces (RFC 6376 §2.8).
    public mutating func append(_ tag: String, pieces: [String]) {
        begin(tag, firstPiece: pieces.first?.utf8.count ?? 0)
        for (place, piece) in pieces.enumerated() {
            if place > 0, column + piece.utf8.count > SignatureField.width { fold() }
            append(piece.utf8)
        }
    }

    /// Adds a tag of bytes in base64, which may be folded anywhere.
    public mutating func append(_ tag: String, base64 bytes: [UInt8]) {
        let digits = Array(Base64.text(bytes).utf8)
        // A hash stays whole: it fits in a line, and people search for it.
        begin(tag, firstPiece: digits.count <= 44 ? digits.count : 8)
        append(base64: digits)
    }

    /// The field with an empty `b=` at its end and without a line end: what is signed last (RFC 6376 §3.7).
    public var unsigned: Bytes {
        var copy = self
        copy.begin("b", firstPiece: 8)
        return Bytes(copy.text)
    }

    /// The field with its signature, its line end included.
    public func signed(_ signature: [UInt8]) -> Bytes {
        var copy = self
        copy.begin("b", firstPiece: 8)
        copy.append(base64: Array(Base64.text(signature).utf8))
        return Bytes(copy.text + lineEnd)
    }

    private mutating func begin(_ tag: String, firstPiece: Int) {
        if !isFirst { append([.semicolon]) }
        if column + 2 + tag.utf8.count + firstPiece > SignatureField.width, !isFirst {
            fold()
        } else {
            append([.space])
        }
        isFirst = false
        append(tag.utf8)
        append([.equals])
    }

    private mutating func append(base64 digits: [UInt8]) {
        var rest = digits[...]
        while !rest.isEmpty {
            if column >= SignatureField.width { fold() }
            let piece = rest.prefix(SignatureField.width - column)
            append(piece)
            rest = rest.dropFirst(piece.count)
        }
    }

    private mutating func append(_ bytes: some Collection<UInt8>) {
        text += bytes
        column += bytes.count
    }

    private mutating func fold() {
        text += lineEnd
        text.append(.space)
        column = 1
    }
}

/// The hashes that DKIM and ARC sign.
public enum SignatureHash {
    /// The digest of a body in canonical form (RFC 6376 §3.7), and the length of that form.
    public static func body(
        _ body: Bytes, _ algorithm: DKIMCanonicalization.Algorithm, digest: DigestAlgorithm = .sha256
    ) -> (hash: [UInt8], length: Int) {
        var sink = LimitedDigest(digest, limit: nil)
        body.withSpan { BodyCanonicalizer.append($0, with: algorithm, to: &sink) }
        let length = sink.count
        return (sink.finalize(), length)
    }

    /// The digest of `fields` in canonical form, each with a line end after it, and of `last`, which gets none
    /// (RFC 6376 §3.7, RFC 8617 §5.1.1). No field has its own line end.
    public static func header(
        _ fields: [Bytes], last: Bytes, _ algorithm: DKIMCanonicalization.Algorithm, digest: DigestAlgorithm = .sha256
    ) -> [UInt8] {
        var sink = Digest(digest)
        for field in fields {
            HeaderCanonicalizer.append(field, with: algorithm, to: &sink)
            sink.appendLineEnd()
        }
        HeaderCanonicalizer.append(last, with: algorithm, to: &sink)
        return sink.finalize()
    }
}

extension SignatureField {
    /// The field signed with `key` over `fields` (none with its line end) and itself, its line end included; nil when
    /// the key cannot sign, as one too short for the hash cannot.
    public func signed(
        over fields: [Bytes], _ algorithm: DKIMCanonicalization.Algorithm, with key: PrivateKey
    ) -> Bytes? {
        let hash = SignatureHash.header(fields, last: unsigned, algorithm)
        return key.signature(ofDigest: hash, madeWith: .sha256).map { signed($0) }
    }
}
