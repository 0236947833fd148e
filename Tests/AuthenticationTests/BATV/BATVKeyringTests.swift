import Authentication
import Mail
import Testing
import Values

/// Making and checking tags (draft-levine-smtp-batv-01).
@Suite struct BATVKeyringTests {
    static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    static func keyring(_ keys: [(Int?, String)], current: Int? = nil, lifetime: Int = 7) throws -> BATVKeyring {
        let keys = try keys.map { try #require(BATVKey(number: $0.0, secret: Array($0.1.utf8))) }
        return try #require(BATVKeyring(keys, current: current, lifetime: lifetime))
    }

    /// The hashes are those of another implementation of HMAC-SHA1 over K, DDD and the address.
    @Test(arguments: [
        ("ann@example.org", 0, "2024-05-01", 7, "prvs=0851f4e304=ann@example.org"),
        ("ann@example.org", 0, "2024-05-01T23:59:59Z", 7, "prvs=0851f4e304=ann@example.org"),
        ("ann@example.org", 0, "2024-05-02", 7, "prvs=0852b997f0=ann@example.org"),
        ("Ann.Smith+x@example.org", 3, "2024-05-01", 1, "prvs=3845e1dc8a=Ann.Smith+x@example.org"),
        // The domain is folded for the hash, and stays as it is in the address.
        ("ann@Example.ORG", 0, "2024-05-01", 7, "prvs=0851f4e304=ann@Example.ORG"),
        ("\"ann smith\"@example.org", 0, "2024-05-01", 7, "\"prvs=0851f885b9=ann smith\"@example.org"),
        // Over the end of the days: 20001 is 001.
        ("ann@example.org", 9, "2024-09-28", 7, "prvs=90013bb34e=ann@example.org"),
    ])
    func tagsAreMade(
        _ address: String, _ number: Int, _ now: String, _ lifetime: Int, _ tagged: String
    ) throws {
        let keyring = try Self.keyring([(number, "secret")], lifetime: lifetime)
        let path = try #require(SMTPPath(address))
        let now = try Self.time(now)
        let made = try #require(keyring.sign(path, now: now))
        #expect(made.address == tagged)
        let outcome = keyring.verify(made, now: now)
        #expect(outcome.result == .valid(daysLeft: lifetime) && outcome.original == path && outcome.reason == nil)
    }

    /// Whatever an address looks like, what was tagged is what comes back.
    @Test(arguments: [
        "a=b=c", "=", "/", "prvs=", "prvs=0851f4e304=ann", "1999abcdef", "1999abcdef=ann", "ann/1999abcdef", "a+b", "ü",
        "a \"b\" \\c", " ", String(repeating: "x", count: 2000),
    ])
    func addressesComeBack(_ localPart: String) throws {
        let keyring = try Self.keyring([(5, "secret")])
        let now = try Self.time("2024-05-01")
        for domain in ["example.org", "[192.0.2.1]", "BÜCHER.example"] {
            let path = SMTPPath(localPart: localPart, domain: domain)
            let tagged = try #require(keyring.sign(path, now: now))
            let outcome = keyring.verify(SMTPPath(tagged.description) ?? tagged, now: now)
            #expect(outcome.isValid)
            #expect(outcome.original == path)
        }
    }

    @Test func whatHasNoAddressGetsNoTag() throws {
        let keyring = try Self.keyring([(0, "secret")])
        #expect(keyring.sign(.null, now: Timestamp(seconds: 0)) == nil)
        let nobody = try #require(SMTPPath("\"\"@example.org"))
        #expect(keyring.sign(nobody, now: Timestamp(seconds: 0)) == nil)
        #expect(keyring.sign(SMTPPath(localPart: "postmaster", domain: nil), now: Timestamp(seconds: 0)) == nil)
    }

    @Test(arguments: [
        // The tag of 2024-05-01 expires seven days later: it counts on that day, and not on the next.
        ("prvs=0851f4e304=ann@example.org", "2024-05-01", "valid 7"),
        ("prvs=0851f4e304=ann@example.org", "2024-05-08T23:59:59Z", "valid 0"),
        ("prvs=0851f4e304=ann@example.org", "2024-05-09", "expired 1"),
        ("prvs=0851f4e304=ann@example.org", "2024-12-01", "expired 207"),
        // Before it was made, and 500 days after it expired, it would be valid for longer than tags are.
        ("prvs=0851f4e304=ann@example.org", "2024-04-30", "day-out-of-range 8"),
        ("prvs=0851f4e304=ann@example.org", "2025-12-20", "day-out-of-range 409"),
        // In other forms and cases.
        ("PRVS=0851F4E304=ann@EXAMPLE.org", "2024-05-01", "valid 7"),
        ("prvs=ann=0851f4e304@example.org", "2024-05-01", "valid 7"),
        ("prvs=ann/0851f4e304@example.org", "2024-05-01", "valid 7"),
        // Anything else than what was tagged.
        ("prvs=0851f4e304=bob@example.org", "2024-05-01", "bad-signature"),
        ("prvs=0851f4e304=Ann@example.org", "2024-05-01", "bad-signature"),
        ("prvs=0851f4e304=ann@example.com", "2024-05-01", "bad-signature"),
        ("prvs=0852f4e304=ann@example.org", "2024-05-01", "bad-signature"),
        ("prvs=0851f4e305=ann@example.org", "2024-05-01", "bad-signature"),
        // A tag that is not ours says nothing by its day.
        ("prvs=0100f4e304=ann@example.org", "2024-05-01", "bad-signature"),
        ("prvs=1851f4e304=ann@example.org", "2024-05-01", "unknown-key"),
        ("prvs=851f4e304=ann@example.org", "2024-05-01", "malformed"),
        ("ann@example.org", "2024-05-01", "untagged"),
    ])
    func tagsAreChecked(_ address: String, _ now: String, _ expected: String) throws {
        let keyring = try Self.keyring([(0, "secret")])
        let outcome = keyring.verify(try #require(SMTPPath(address)), now: try Self.time(now))
        let words =
            switch outcome.result {
            case .valid(let days): "valid \(days)"
            case .expired(let days): "expired \(days)"
            case .farAhead(let days): "day-out-of-range \(days)"
            case .untagged, .malformed, .unknownKey, .badSignature: outcome.reason ?? ""
            }
        #expect(words == expected)
        #expect(outcome.isValid == expected.hasPrefix("valid"))
    }

    /// Days are counted modulo 1000: the life of a tag may go over the end.
    @Test(arguments: [1, 7, 100, 365]) func daysWrap(_ lifetime: Int) throws {
        let keyring = try Self.keyring([(0, "secret")], lifetime: lifetime)
        let path = try #require(SMTPPath("ann@example.org"))
        for start in [19_990, 19_994, 19_999, 20_000, 20_001, 0, 500, -3] as [Int64] {
            let day: (Int64) -> Timestamp = { Timestamp(seconds: (start + $0) * 86_400 + 43_200) }
            let tagged = try #require(keyring.sign(path, now: day(0)))
            #expect(keyring.verify(tagged, now: day(0)).result == .valid(daysLeft: lifetime))
            #expect(keyring.verify(tagged, now: day(Int64(lifetime))).result == .valid(daysLeft: 0))
            #expect(keyring.verify(tagged, now: day(Int64(lifetime) + 1)).result == .expired(daysAgo: 1))
            #expect(keyring.verify(tagged, now: day(Int64(lifetime) + 500)).result == .expired(daysAgo: 500))
            #expect(keyring.verify(tagged, now: day(-1)).result == .farAhead(daysLeft: lifetime + 1))
        }
    }

    /// A new key makes tags at once, and those of the old one count for as long as it is kept.
    @Test func keysAreRotated() throws {
        let now = try Self.time("2024-05-01")
        let path = try #require(SMTPPath("ann@example.org"))
        let old = try Self.keyring([(0, "old")])
        let both = try Self.keyring([(0, "old"), (1, "new")], current: 1)
        let new = try Self.keyring([(1, "new")])
        let (first, second) = (try #require(old.sign(path, now: now)), try #require(both.sign(path, now: now)))
        #expect(second.localPart.hasPrefix("prvs=1"))
        #expect(both.verify(first, now: now).isValid && both.verify(second, now: now).isValid)
        #expect(new.verify(first, now: now).result == .unknownKey && new.verify(second, now: now).isValid)
        // A number used again for another secret.
        #expect(try Self.keyring([(0, "new")]).verify(first, now: now).result == .badSignature)
        // Keys without a number are tried for every tag.
        #expect(try Self.keyring([(nil, "new"), (nil, "old")]).verify(first, now: now).isValid)
    }

    @Test func keysHaveBounds() throws {
        #expect(BATVKey(number: 10, secret: [1]) == nil && BATVKey(number: -1, secret: [1]) == nil)
        #expect(
            BATVKey(number: 0, secret: []) == nil && BATVKey(number: 0, secret: .init(repeating: 1, count: 4097)) == nil
        )
        #expect(BATVKey(number: 0, file: Bytes("\r\n")) == nil)
        let key = try #require(BATVKey(number: 4, secret: [1]))
        #expect(BATVKeyring([]) == nil && BATVKeyring([key], current: 3) == nil)
        #expect(BATVKeyring([key], lifetime: 0) == nil && BATVKeyring([key], lifetime: 366) == nil)
        #expect(BATVKeyring([key], current: 4, lifetime: 365) != nil)
    }

    @Test func lineEndsAreNoPartOfASecret() throws {
        let now = try Self.time("2024-05-01")
        let path = try #require(SMTPPath("ann@example.org"))
        for contents in ["secret", "secret\n", "secret\r\n"] {
            let key = try #require(BATVKey(number: 0, file: Bytes(contents)))
            #expect(BATVKeyring([key])?.sign(path, now: now)?.localPart == "prvs=0851f4e304=ann")
        }
    }

    @Test func secretsAreNotPrinted() throws {
        let key = try #require(BATVKey(number: 4, secret: Array("hushhush".utf8)))
        var dumped = ""
        dump(key, to: &dumped)
        let ring = try #require(BATVKeyring([key]))
        dump(ring, to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(ring)", dumped] {
            #expect(!text.contains("hush") && !text.contains("104"), "\(text)")
        }
    }

    /// Every cut of a tagged address, and every byte of it replaced: no crash, and never valid for another mailbox.
    @Test func damagedAddresses() throws {
        let keyring = try Self.keyring([(0, "secret")])
        let now = try Self.time("2024-05-01")
        let bytes = Array("prvs=0851f4e304=ann@example.org".utf8)
        for position in bytes.indices {
            for byte in [0, 0x20, 0x22, 0x2F, 0x30, 0x3D, 0x40, 0x5C, 0x7A, 0xFF] as [UInt8]
            where byte != bytes[position] {
                var damaged = bytes
                damaged[position] = byte
                guard let path = SMTPPath(String(decoding: damaged, as: UTF8.self)) else { continue }
                #expect(!keyring.verify(path, now: now).isValid, "\(path)")
            }
            guard let path = SMTPPath(String(decoding: bytes[..<position], as: UTF8.self)) else { continue }
            #expect(!keyring.verify(path, now: now).isValid)
        }
        let long = SMTPPath(localPart: "prvs=" + String(repeating: "=", count: 1_000_000), domain: "example.org")
        #expect(keyring.verify(long, now: now).result == .malformed)
    }
}
