import Cryptography
import Testing
import Values

struct DigestTests {
    /// FIPS 180-4 examples and the empty message.
    static let sha256: [(String, String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ]

    @Test(arguments: sha256)
    func oneShot(input: String, expected: String) {
        #expect(SHA256.hexadecimal(Bytes(input)) == expected)
    }

    @Test func sha1() {
        let digest = Bytes("abc").withSpan { Digest.hash($0, with: .sha1) }
        #expect(Hexadecimal.text(digest) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    /// Pieces of every size around the gathering buffer give the digest of the whole.
    @Test(arguments: [1, 2, 63, 64, 65, 1000, 4095, 4096, 4097, 9000], DigestAlgorithm.allCases)
    func pieces(size: Int, algorithm: DigestAlgorithm) {
        let bytes = Bytes((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) })
        var digest = Digest(algorithm)
        digest.update(bytes[0])
        var position = 1
        while position < bytes.count {
            digest.update(bytes[position..<position + size])
            position += size
        }
        let whole = bytes.withSpan { Digest.hash($0, with: algorithm) }
        #expect(digest.finalize() == whole)
        #expect(whole.count == algorithm.length)
    }
}
