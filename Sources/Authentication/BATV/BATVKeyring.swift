import Cryptography
import Mail
import Values

/// The keys of a site: tags are made with the current one and may come back made with any, so that keys can be changed
/// while mail is on its way.
public struct BATVKeyring: Sendable {
    /// The keys that tags are verified with.
    public let keys: [BATVKey]
    /// The key that tags are made with.
    public let current: BATVKey
    /// How many days a tag is valid.
    public let lifetime: Int

    /// The days that a tag may be valid. Days are counted modulo 1000: a longer life would leave too few to tell what
    /// has expired from what was never made.
    public static let lifetimes = 1...365
    /// draft-levine-smtp-batv-01: seven days, longer than mail is usually retried.
    public static let standardLifetime = 7

    /// Keys of which the first makes tags, unless `current` says another of them by its number. Nil without keys, for
    /// a number that none has, and for a lifetime out of bounds.
    public init?(_ keys: [BATVKey], current: Int? = nil, lifetime: Int = standardLifetime) {
        let chosen = current.map { number in keys.first { $0.number == number } } ?? keys.first
        guard let chosen, BATVKeyring.lifetimes.contains(lifetime) else { return nil }
        (self.keys, self.current, self.lifetime) = (keys, chosen, lifetime)
    }
}

extension BATVKeyring {
    /// The path with a tag that expires `lifetime` days after `now`. Nil for the null path, one without a domain or with
    /// an empty local part (`""@example.org`), and where the digest is not to be had.
    public func sign(_ path: SMTPPath, now: Timestamp) -> SMTPPath? {
        guard !path.localPart.isEmpty, let domain = path.domain else { return nil }
        let (number, day) = (current.number ?? 0, BATVKeyring.day(of: now, after: lifetime))
        let original = BATVKeyring.original(path.localPart, domain.asciiLowercased)
        guard let hash = BATVKeyring.hash(original, keyNumber: number, day: day, current) else { return nil }
        let tag = BATVTag(keyNumber: number, day: day, hash: hash, localPart: path.localPart)
        return SMTPPath(localPart: tag.taggedLocalPart, domain: domain)
    }

    /// What the tag of a path is worth at `now`.
    public func verify(_ path: SMTPPath, now: Timestamp) -> BATVOutcome {
        let tag: BATVTag
        switch BATVTag.read(path.localPart) {
        case .untagged: return BATVOutcome(.untagged, original: path)
        case .malformed: return BATVOutcome(.malformed, original: nil)
        case .tagged(let read): tag = read
        }
        let original = SMTPPath(localPart: tag.localPart, domain: path.domain)
        // What a tag that is not ours says of its day means nothing.
        let fault = signatureFault(of: tag, in: path)
        return BATVOutcome(fault ?? dayResult(of: tag, now: now), original: original, tag: tag)
    }

    private func signatureFault(of tag: BATVTag, in path: SMTPPath) -> BATVOutcome.Result? {
        let candidates = keys.filter { $0.number == nil || $0.number == tag.keyNumber }
        guard !candidates.isEmpty else { return .unknownKey }
        // The domain may come back in another case than it went; signers that do not fold it hash it as it is.
        var originals = [BATVKeyring.original(tag.localPart, (path.domain ?? "").asciiLowercased)]
        let unfolded = BATVKeyring.original(tag.localPart, path.domain ?? "")
        if unfolded != originals[0] { originals.append(unfolded) }
        var isOurs = false
        for key in candidates {
            for original in originals {
                let hash = BATVKeyring.hash(original, keyNumber: tag.keyNumber, day: tag.day, key)
                if let hash, ConstantTime.isEqual(hash, tag.hash) { isOurs = true }
            }
        }
        return isOurs ? nil : .badSignature
    }

    /// draft-levine-smtp-batv-01: the day is compared modulo 1000. A tag lives for at most `lifetime` days, so one
    /// that would for longer was made with other settings, or expired more than 500 days ago.
    private func dayResult(of tag: BATVTag, now: Timestamp) -> BATVOutcome.Result {
        let left = (tag.day - BATVKeyring.day(of: now, after: 0) + 1000) % 1000
        if left <= lifetime { return .valid(daysLeft: left) }
        return left >= 500 ? .expired(daysAgo: 1000 - left) : .farAhead(daysLeft: left)
    }

    /// The day that is `days` after that of `now`, in days since 1970 modulo 1000.
    static func day(of now: Timestamp, after days: Int) -> Int {
        let seconds = now.seconds
        let today = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return Int(((today + Int64(days)) % 1000 + 1000) % 1000)
    }

    /// The address as it is hashed: as SMTP writes it, without brackets.
    private static func original(_ localPart: String, _ domain: String) -> String {
        SMTPPath(localPart: localPart, domain: domain).address
    }

    /// draft-levine-smtp-batv-01: the first three bytes of HMAC-SHA1 over K, DDD and the address.
    private static func hash(_ original: String, keyNumber: Int, day: Int, _ key: BATVKey) -> [UInt8]? {
        let text = BATVTag.prefix(keyNumber: keyNumber, day: day) + original
        let code = HMAC.code(of: Array(text.utf8), key: key.secret, with: .sha1)
        return code.isEmpty ? nil : Array(code.prefix(3))
    }
}
