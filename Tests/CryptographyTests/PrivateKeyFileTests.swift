import Cryptography
import Testing
import Values

/// Private keys in files.
@Suite struct PrivateKeyFileTests {
    private static func fault(_ text: String) -> PrivateKeyFault? {
        guard case .failure(let fault) = PrivateKeyFile.read(Bytes(text)) else { return nil }
        return fault
    }

    /// A key written is read as the same key.
    @Test func newKeys() throws {
        for bits in [1024, 2048] {
            let key = try #require(PrivateKey(newRSA: bits))
            #expect(key.kind == .rsa && key.bits == bits)
            let read = try PrivateKeyFile.read(Bytes(PrivateKeyFile.text(of: key))).get()
            #expect(read.publishedKey == key.publishedKey)
            let digest = [UInt8](repeating: 7, count: 32)
            let signature = try #require(read.signature(ofDigest: digest, madeWith: .sha256))
            let published = try #require(PublicKey(rsa: key.publishedKey))
            #expect(published.isValid(signature: signature, ofDigest: digest, madeWith: .sha256))
            #expect(published.signedDigest(in: signature, madeWith: .sha256) == digest)
            #expect(published.signedDigest(in: signature, madeWith: .sha1) == nil)
        }
        let key = try #require(PrivateKey.newEd25519())
        let read = try PrivateKeyFile.read(Bytes(PrivateKeyFile.text(of: key))).get()
        #expect(read.kind == .ed25519 && read.publishedKey == key.publishedKey && key.publishedKey.count == 32)
        #expect(PrivateKey(newRSA: 1023) == nil && PrivateKey(newRSA: 4097) == nil)
    }

    /// CRLF, text before the block, the seed alone.
    @Test func forms() throws {
        let key = try #require(PrivateKey.newEd25519())
        let text = PrivateKeyFile.text(of: key)
        for form in [
            text.replacing("\n", with: "\r\n"), "a note\n" + text,
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + text,
            Base64.text(key.privateKeyInfo.suffix(32)) + "\n",
        ] {
            #expect(try PrivateKeyFile.read(Bytes(form)).get().publishedKey == key.publishedKey)
        }
    }

    @Test func faults() throws {
        let text = PrivateKeyFile.text(of: try #require(PrivateKey.newEd25519()))
        let begin = "-----BEGIN"
        #expect(PrivateKeyFileTests.fault("") == .noKey)
        #expect(PrivateKeyFileTests.fault("hello") == .noKey)
        #expect(PrivateKeyFileTests.fault(String(repeating: "A", count: 1 << 17)) == .noKey)
        #expect(
            PrivateKeyFileTests.fault("\(begin) ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----")
                == .encrypted)
        #expect(
            PrivateKeyFileTests.fault(
                "\(begin) RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----"
            )
                == .encrypted)
        #expect(PrivateKeyFileTests.fault("\(begin) PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----") == .publicKey)
        #expect(PrivateKeyFileTests.fault("\(begin) CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") == .publicKey)
        #expect(
            PrivateKeyFileTests.fault("\(begin) EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----")
                == .unsupported("EC PRIVATE KEY"))
        #expect(
            PrivateKeyFileTests.fault("\(begin) OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----")
                == .unsupported("OPENSSH PRIVATE KEY"))
        #expect(PrivateKeyFileTests.fault(text.replacing("-----END", with: "-----ENDE")) == .malformed)
        #expect(PrivateKeyFileTests.fault("\(begin) PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----") == .malformed)
        #expect(PrivateKeyFileTests.fault("\(begin) PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----") == .malformed)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"),
    ])
    func base64(plain: String, encoded: String) {
        #expect(Base64.text(plain.utf8) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "Zm9", "=", "Zg==Zg==", "Zm9v!"]) func notBase64(text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }
}
