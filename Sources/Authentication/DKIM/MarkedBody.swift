import Cryptography
import Values

/// A place on the way through a canonical body.
struct BodyMark {
    /// The place in the body as it stands.
    let position: Int
    /// The canonical bytes before it.
    let count: Int
    /// Those of them that are after the last line end.
    let lineLength: Int
    /// Their digest, under way.
    let digest: DigestMark
}

/// A body digested once, and how far the digest was at some places: another body that begins as this one need not be
/// digested from its start.
struct MarkedBody {
    /// The body as it stands.
    let body: Bytes
    /// The digest of all of it.
    let digest: [UInt8]
    /// The length of the whole canonical body.
    let canonicalLength: Int
    /// In the order of the body.
    private let marks: [BodyMark]

    /// Digests `body`.
    init(_ body: Bytes, with canonicalization: DKIMCanonicalization.Algorithm, digest algorithm: DigestAlgorithm) {
        self.body = body
        var digest = MarkingDigest(algorithm)
        body.withSpan { digest.append($0, with: canonicalization) }
        canonicalLength = digest.count
        marks = digest.marks
        self.digest = digest.finalize()
    }

    /// The last mark that `isWanted` of those that a body has as well whose first `shared` bytes are those of this one,
    /// and of which as many are signed.
    func mark(sharing shared: Int, where isWanted: (BodyMark) -> Bool) -> BodyMark? {
        // What is made of a byte depends on the two behind it.
        marks.last { $0.position + 2 <= shared && isWanted($0) }
    }
}

/// A digest of a body that leaves marks.
private struct MarkingDigest: ~Copyable {
    private var digest: Digest
    private(set) var count = 0
    private(set) var marks: [BodyMark] = []
    private var lineLength = 0
    private var next = MarkingDigest.distance

    /// How far marks are from one another: the farther, the later.
    private static let distance = 4096

    init(_ algorithm: DigestAlgorithm) { digest = Digest(algorithm) }

    mutating func append(_ body: RawSpan, with canonicalization: DKIMCanonicalization.Algorithm) {
        let end = BodyCanonicalizer.contentEnd(of: body, with: canonicalization)
        if end > 0 {
            body.extracting(0..<end).forEachCanonicalPiece(
                isRelaxed: canonicalization == .relaxed, size: MarkingDigest.distance
            ) { piece, position in
                add(piece)
                if position >= next, position < end { mark(position, piece) }
            }
        }
        guard end > 0 || canonicalization == .simple else { return }
        digest.update(.cr)
        digest.update(.lf)
        count += 2
    }

    private mutating func add(_ piece: RawSpan) {
        digest.update(piece)
        count += piece.byteCount
        var length = 0
        while length < piece.byteCount, piece[piece.byteCount - 1 - length] != .lf { length += 1 }
        lineLength = length < piece.byteCount ? length : lineLength + length
    }

    private mutating func mark(_ position: Int, _ piece: RawSpan) {
        marks.append(BodyMark(position: position, count: count, lineLength: lineLength, digest: digest.mark))
        next = position + max(MarkingDigest.distance, position / 16)
    }

    consuming func finalize() -> [UInt8] { digest.finalize() }
}
