import DNS
import Glibc
import Synchronization

/// DNSSEC validation (RFC 4035 §5): from a trust anchor over DS and DNSKEY records down to the zone that signed.
///
/// What is proven: records that are called secure were signed by their zone, under keys that lead to the anchor. That a
/// name or type does not exist is proven by `DenialOfExistence`. What is not proven: that a zone has no DS records, so it
/// counts as insecure on the resolver's word; whoever strips both DS records and signatures makes an answer insecure,
/// never secure. Nor is a record from a wildcard ever secure: that there is no closer name is not looked at (RFC 4035
/// §5.3.4).
final class ChainOfTrust: Sendable {
    /// Asks for records of a type by its number; nil when there is no usable answer.
    typealias Inquiry = @Sendable (DomainName, UInt16) async -> [SignedSet]?

    /// What a set of records is (RFC 4035 §4.3).
    enum Verdict: Sendable, Hashable {
        /// Its signature holds, for so many seconds at most.
        case secure(ttl: Int)
        case insecure
        case bogus
        /// The records that would tell did not come.
        case indeterminate
    }

    /// What a zone's keys are.
    enum ZoneTrust: Sendable, Hashable {
        case secure([ZoneKey], ttl: Int)
        case insecure
        case bogus
        case indeterminate

        /// The same, for no longer than `seconds`.
        fileprivate func expiring(within seconds: Int) -> ZoneTrust {
            if case .secure(let keys, let ttl) = self { return .secure(keys, ttl: min(ttl, seconds)) }
            return self
        }

        fileprivate var lifetime: Duration {
            switch self {
            case .secure(_, let ttl): .seconds(min(ttl, 3600))
            case .insecure: .seconds(60)
            case .bogus, .indeterminate: .seconds(5)
            }
        }
    }

    private static let ns: UInt16 = 2
    private static let ds: UInt16 = 43
    private static let dnskey: UInt16 = 48
    private static let signaturesPerSet = 4
    private static let keysPerTag = 2
    private static let digestsPerZone = 8
    private static let maximumLabels = 16

    private let anchors: TrustAnchors
    private let known = Mutex(AnswerCache<ZoneTrust>(limit: 4096))

    init(_ anchors: TrustAnchors) { self.anchors = anchors }

    /// Judges a set by its signatures. One of DS records is signed above the zone it is about.
    func verdict(
        on set: SignedSet, allowance: VerificationAllowance, asking inquiry: Inquiry
    ) async -> Verdict {
        let isDS = set.type == ChainOfTrust.ds
        guard let lowest = isDS ? set.owner.parent : set.owner else { return .bogus }
        var signers: [DomainName] = []
        for signature in set.signatures where !signers.contains(signature.signer) {
            // RFC 4035 §5.3.1: the signer is the zone that has the set.
            if lowest.isEqualOrBelow(signature.signer) { signers.append(signature.signer) }
        }
        guard !signers.isEmpty else { return await unsigned(below: lowest, allowance, inquiry) }
        var verdict = Verdict.insecure
        for signer in signers.prefix(2) {
            switch await trust(in: signer, allowance, inquiry) {
            case .secure(let keys, let ttl):
                let checked = check(set, signer: signer, keys: keys, allowance, allowsWildcard: !isDS)
                switch checked {
                case .secure(let own): return .secure(ttl: min(own, ttl))
                case .insecure: return .insecure
                case .bogus, .indeterminate: verdict = .bogus
                }
            case .insecure: break
            case .bogus: verdict = .bogus
            case .indeterminate: if verdict == .insecure { verdict = .indeterminate }
            }
        }
        return verdict
    }

    /// Records without a signature are bogus in a secure zone (RFC 4035 §5.5); which zone has them, the resolver tells.
    private func unsigned(
        below lowest: DomainName, _ allowance: VerificationAllowance, _ inquiry: Inquiry
    ) async -> Verdict {
        guard lowest.labelCount <= ChainOfTrust.maximumLabels else { return .indeterminate }
        var zone = lowest
        while let parent = zone.parent {
            guard let sets = await inquiry(zone, ChainOfTrust.ns) else { return .indeterminate }
            if sets.contains(where: { $0.owner == zone && $0.type == ChainOfTrust.ns }) { break }
            zone = parent
        }
        switch await trust(in: zone, allowance, inquiry) {
        case .secure, .bogus: return .bogus
        case .insecure: return .insecure
        case .indeterminate: return .indeterminate
        }
    }

    /// The keys of a zone. Each question on the way is about a shorter name, so that the way ends.
    private func trust(
        in zone: DomainName, _ allowance: VerificationAllowance, _ inquiry: Inquiry
    ) async -> ZoneTrust {
        let question = DNSQuestion(zone, .soa)
        if let (trust, remaining) = known.withLock({ $0.value(for: question, at: .now) }) {
            return trust.expiring(within: Int(remaining.components.seconds))
        }
        guard allowance.takeZone() else { return .bogus }
        let trust = await findTrust(in: zone, allowance, inquiry)
        // What one answer ran out of says nothing about the zone to others.
        if allowance.isUsedUp { return trust }
        known.withLock { $0.keep(trust, for: question, until: .now + trust.lifetime) }
        return trust
    }

    private func findTrust(
        in zone: DomainName, _ allowance: VerificationAllowance, _ inquiry: Inquiry
    ) async -> ZoneTrust {
        guard anchors.covers(zone) else { return .insecure }
        var anchor = TrustAnchors.Anchor()
        var ttl = 3600
        if let known = anchors.zones[zone] {
            anchor = known
        } else {
            guard let sets = await inquiry(zone, ChainOfTrust.ds) else { return .indeterminate }
            guard let set = sets.first(where: { $0.owner == zone && $0.type == ChainOfTrust.ds }) else {
                return .insecure
            }
            switch await verdict(on: set, allowance: allowance, asking: inquiry) {
            case .secure(let lifetime): ttl = lifetime
            case .insecure: return .insecure
            case .bogus: return .bogus
            case .indeterminate: return .indeterminate
            }
            anchor.digests = set.records
            // RFC 4035 §5.2: when no algorithm is known, the zone is as if it were not signed.
            guard set.records.contains(where: ChainOfTrust.isUsable) else { return .insecure }
        }
        guard let sets = await inquiry(zone, ChainOfTrust.dnskey) else { return .indeterminate }
        guard let set = sets.first(where: { $0.owner == zone && $0.type == ChainOfTrust.dnskey }) else { return .bogus }
        let keys = set.records.compactMap { ZoneKey($0) }
        let entries = keys.filter { anchor.keys.contains($0.data) } + anchored(keys, by: anchor.digests, zone: zone)
        // RFC 4035 §5.2: a key that the DS record names signs the set of the zone's keys.
        switch check(set, signer: zone, keys: entries, allowance, allowsWildcard: false) {
        case .secure(let own): return .secure(keys, ttl: min(own, ttl))
        case .insecure, .bogus, .indeterminate: return .bogus
        }
    }

    private static func isUsable(_ ds: [UInt8]) -> Bool {
        ds.count > 4 && ZoneKey.isKnown(ds[2]) && (ds[3] == 2 || ds[3] == 4)
    }

    /// The keys that DS records name by their digest.
    private func anchored(_ keys: [ZoneKey], by digests: [[UInt8]], zone: DomainName) -> [ZoneKey] {
        digests.filter(ChainOfTrust.isUsable).prefix(ChainOfTrust.digestsPerZone).flatMap { ds in
            let tag = UInt16(ds[0]) << 8 | UInt16(ds[1])
            return keys.filter { $0.tag == tag && $0.algorithm == ds[2] }.prefix(ChainOfTrust.keysPerTag).filter {
                SignatureWire.digest(of: $0, zone: zone, type: ds[3]) == Array(ds[4...])
            }
        }
    }

    /// Secure when one of the signer's signatures holds under one of `keys`; insecure when the records come from a
    /// wildcard; bogus otherwise.
    private func check(
        _ set: SignedSet, signer: DomainName, keys: [ZoneKey], _ allowance: VerificationAllowance, allowsWildcard: Bool
    ) -> Verdict {
        let now = time(nil)
        let signatures = set.signatures.filter { $0.signer == signer && ZoneKey.isKnown($0.algorithm) }
        for signature in signatures.prefix(ChainOfTrust.signaturesPerSet) {
            let isExpanded = signature.labels < set.signedLabels
            guard allowsWildcard || !isExpanded else { continue }
            let candidates = keys.filter { $0.tag == signature.keyTag && $0.algorithm == signature.algorithm }
            for key in candidates.prefix(ChainOfTrust.keysPerTag) {
                guard allowance.takeVerification() else { return .bogus }
                guard SignatureWire.verifies(signature, of: set, key: key, at: now) else { continue }
                if isExpanded { return .insecure }
                // RFC 4035 §5.3.3: no longer than the signer's time to live and the signature hold. RFC 4034 §3.1.5:
                // times are compared in serial number arithmetic.
                let left = Int32(bitPattern: signature.expiration &- UInt32(truncatingIfNeeded: now))
                return .secure(ttl: max(0, min(set.ttl, signature.originalTTL, Int(left))))
            }
        }
        return .bogus
    }
}
