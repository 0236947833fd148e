import Cryptography
import Mail
import Testing
import Values

@testable import Authentication

/// A body that begins as one digested before is judged the same, whether or not it is digested from its start.
@Suite struct MarkedBodyTests {
    static let algorithms = [DKIMCanonicalization.Algorithm.simple, .relaxed]

    /// Lines with white space at all places, blank ones, bare CRs and one far too long, 40 KB of them.
    private static func lines(_ end: String) -> [String] {
        (0..<700).map { number in
            switch number % 9 {
            case 0: "\(end)"
            case 1: "line \(number)  with\tspaces \t \(end)"
            case 2: "\t  \(end)"
            case 3: "a\rb \(number)\r \(end)"
            case 4 where number == 400: String(repeating: "word  ", count: 1500) + end
            default: String(repeating: "text ", count: number % 17) + "\(number)\(end)"
            }
        }
    }

    private func digest(_ body: Bytes, _ algorithm: DKIMCanonicalization.Algorithm) -> [UInt8] {
        var digest = Digest(.sha256)
        body.withSpan { BodyCanonicalizer.append($0, with: algorithm, to: &digest) }
        return digest.finalize()
    }

    private func signature(_ hash: [UInt8], _ algorithm: DKIMCanonicalization.Algorithm) throws -> DKIMSignature {
        let field =
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/\(algorithm.rawValue); d=example.org; s=sel; h=from;"
            + " bh=\(Base64.text(hash)); b=AAAA\r\n\r\n"
        return try DKIMSignature.parse(try #require(Message(Bytes(field)).header.first("DKIM-Signature"))).get()
    }

    @Test(arguments: algorithms, ["\n", "\r\n"])
    func theDigestIsTheSame(_ algorithm: DKIMCanonicalization.Algorithm, end: String) {
        let lines = MarkedBodyTests.lines(end)
        for count in [0, 1, 2, 9, 100, 399, 401, 700] {
            let body = Bytes(lines[..<count].joined())
            let marked = MarkedBody(body, with: algorithm, digest: .sha256)
            #expect(marked.digest == digest(body, algorithm), "\(count) lines")
            #expect(marked.mark(sharing: body.count) { _ in true } != nil || body.count < 9000)
        }
    }

    @Test(arguments: algorithms, ["\n", "\r\n"])
    func addedLinesAreFound(_ algorithm: DKIMCanonicalization.Algorithm, end: String) throws {
        let lines = MarkedBodyTests.lines(end)
        let body = Bytes(lines.joined())
        let marked = MarkedBody(body, with: algorithm, digest: .sha256)
        var found = 0
        for kept in [1, 300, 640, 650, 690, 695, 699, 700] {
            let signature = try signature(digest(Bytes(lines[..<kept].joined()), algorithm), algorithm)
            for budget in [1 << 20, 70_000, 30_000, 2000] {
                var one = BodyTrial(signature, budget: budget)
                var other = BodyTrial(signature, budget: budget, marked: marked)
                let lines = one.signedLines(of: body, searched: 64)
                #expect(other.signedLines(of: body, searched: 64, isWhole: true) == lines, "\(kept) of \(budget)")
                #expect(one.budget == other.budget, "\(kept) of \(budget)")
                if lines != nil { found += 1 }
            }
        }
        #expect(found > 3)
    }

    @Test(arguments: algorithms, ["\n", "\r\n"])
    func anotherEndIsJudgedTheSame(_ algorithm: DKIMCanonicalization.Algorithm, end: String) throws {
        let lines = MarkedBodyTests.lines(end)
        let body = Bytes(lines.joined())
        let marked = MarkedBody(body, with: algorithm, digest: .sha256)
        for shared in stride(from: 4000, to: body.count, by: 613) {
            for tail in ["", "x", " ", "\n", "--end--\(end)"] {
                let candidate = Bytes(body[0..<shared].array + Array(tail.utf8))
                let hash = digest(candidate, algorithm)
                var right = BodyTrial(try signature(hash, algorithm), budget: 1 << 20, marked: marked)
                let isRight = right.isSigned(candidate, sharing: shared)
                #expect(isRight, "\(shared) and \(tail.debugDescription)")
                var wrong = BodyTrial(
                    try signature(hash.reversed(), algorithm), budget: 1 << 20, marked: marked)
                let isWrong = wrong.isSigned(candidate, sharing: shared)
                #expect(!isWrong)
            }
        }
    }
}
