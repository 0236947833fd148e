import Cryptography
import Values

/// Holds bodies against the hash that a signature has, as long as the budget lasts.
struct BodyTrial {
    let canonicalization: DKIMCanonicalization.Algorithm
    let digest: DigestAlgorithm
    /// `bh=`.
    let expected: [UInt8]
    /// `l=`.
    let length: Int?
    /// What may still be hashed, in bytes.
    private(set) var budget: Int
    /// The message's body as it was digested; nil where that was another way.
    private let marked: MarkedBody?

    init(_ signature: DKIMSignature, budget: Int, marked: MarkedBody? = nil) {
        self.marked = signature.bodyLength == nil ? marked : nil
        canonicalization = signature.canonicalization.body
        digest = signature.algorithm.digest
        expected = signature.bodyHash
        length = signature.bodyLength
        self.budget = budget
    }

    /// Whether there is nothing left to hash with.
    var isExhausted: Bool { budget <= 0 }

    /// Whether `body` is the one signed. False when the budget does not suffice. Its first `shared` bytes are those of the
    /// message's body.
    mutating func isSigned(_ body: Bytes, sharing shared: Int = 0) -> Bool {
        guard body.count < budget else {
            budget = 0
            return false
        }
        budget -= body.count + 256
        if shared > 0, let mark = mark(of: body, sharing: shared) {
            var sink = LimitedDigest(from: mark)
            body.withSpan { BodyCanonicalizer.append($0, with: canonicalization, from: mark.position, to: &sink) }
            return sink.finalize() == expected
        }
        var sink = LimitedDigest(digest, limit: length)
        body.withSpan { BodyCanonicalizer.append($0, with: canonicalization, to: &sink) }
        return sink.finalize() == expected
    }

    /// How many lines at the beginning of `body` are the body signed, found in one pass; nil when no number is. Lines
    /// without content at the end of the signed body are not counted, as they are not signed. Only numbers that leave
    /// `searched` lines at most are looked at. `isWhole` says that `body` is the message's, none of it changed.
    mutating func signedLines(of body: Bytes, searched: Int = .max, isWhole: Bool = false) -> Int? {
        if length != nil {
            guard isSigned(body) else { return nil }
            return body.count { $0 == .lf } + 1
        }
        guard !isExhausted else { return nil }
        let empty: [UInt8] = canonicalization == .simple ? [.cr, .lf] : []
        if Bytes(empty).withSpan({ Digest.hash($0, with: digest) }) == expected { return 0 }
        let lines = searched == .max ? 0 : body.withSpan { $0.lineFeedCount }
        let unsearched = searched == .max ? 0 : lines - searched
        if isWhole, unsearched > 0 {
            // Lines before the first whose hash is looked at need not be digested anew.
            let limit = budget
            var passed = 0
            let mark = mark(of: body, sharing: body.count) { mark in
                passed = lines - body[mark.position..<body.count].withSpan { $0.lineFeedCount }
                return passed < unsearched && mark.count < limit
            }
            if let mark {
                var sink = PrefixSearch(mark, lines: passed, expected: expected, budget: budget, from: unsearched)
                body.withSpan { BodyCanonicalizer.append($0, with: canonicalization, from: mark.position, to: &sink) }
                budget = sink.budget
                return sink.found
            }
        }
        var sink = PrefixSearch(digest, expected: expected, budget: budget, from: unsearched)
        body.withSpan { BodyCanonicalizer.append($0, with: canonicalization, to: &sink) }
        budget = sink.budget
        return sink.found
    }

    /// The mark to go on from in `body`, which begins with `shared` bytes of the message's.
    private func mark(
        of body: Bytes, sharing shared: Int, where isWanted: (BodyMark) -> Bool = { _ in true }
    ) -> BodyMark? {
        guard let marked else { return nil }
        let end = body.withSpan { BodyCanonicalizer.contentEnd(of: $0, with: canonicalization) }
        return marked.mark(sharing: min(shared, end), where: isWanted)
    }
}

/// Canonical bytes, the hash of which is looked at after every line with content.
private struct PrefixSearch: ~Copyable, CanonicalSink {
    private var digest: ProgressiveDigest
    private let expected: [UInt8]
    private var lines = 0
    /// The hash is looked at from this number of lines on.
    private let first: Int
    /// The bytes of the line at hand, its CR included.
    private var lineLength = 0
    /// The number of lines whose hash is the expected one.
    private(set) var found: Int?
    private(set) var budget: Int

    init(_ algorithm: DigestAlgorithm, expected: [UInt8], budget: Int, from first: Int) {
        digest = ProgressiveDigest(algorithm)
        (self.expected, self.budget, self.first) = (expected, budget, first)
    }

    /// Goes on from `mark`, which `lines` lines are before.
    init(_ mark: BodyMark, lines: Int, expected: [UInt8], budget: Int, from first: Int) {
        digest = ProgressiveDigest(from: mark.digest)
        (self.expected, self.budget, self.first) = (expected, budget - mark.count, first)
        (self.lines, lineLength) = (lines, mark.lineLength)
    }

    mutating func append(_ bytes: RawSpan) {
        var start = 0
        // Lines before the first whose hash is looked at are added whole.
        let passed = lines < first ? bytes.lineFeedCount : 0
        if found == nil, budget > 0, passed > 0, lines + passed < first {
            add(bytes)
            lines += passed
            lineLength = 0
            while bytes[bytes.byteCount - lineLength - 1] != .lf { lineLength += 1 }
            return
        }
        while found == nil, budget > 0, let lineFeed = bytes.firstIndex(of: .lf, from: start) {
            add(bytes.extracting(start..<lineFeed + 1))
            endLine()
            start = lineFeed + 1
        }
        guard found == nil, budget > 0, start < bytes.byteCount else { return }
        add(bytes.extracting(start..<bytes.byteCount))
    }

    mutating func append(_ byte: UInt8) { Bytes([byte]).withSpan { append($0) } }

    private mutating func add(_ bytes: RawSpan) {
        digest.update(bytes)
        lineLength += bytes.byteCount
        budget -= bytes.byteCount
    }

    private mutating func endLine() {
        lines += 1
        let hasContent = lineLength > 2
        lineLength = 0
        guard hasContent, lines >= first else { return }
        budget -= 256
        if digest.isNow(expected) { found = lines }
    }
}
