import DNS
import Values

/// Proof that something does not exist, from NSEC (RFC 4035 §5.4) or NSEC3 records (RFC 5155 §8) whose signatures hold.
///
/// What is not taken for a proof: answers made from wildcards, spans that NSEC3 opts out (RFC 5155 §6), and NSEC3 with
/// more iterations than anybody needs (RFC 9276 §3.2). These leave an absence unproven, and it is believed no more than
/// one without DNSSEC.
struct DenialOfExistence {
    static let nsec: UInt16 = 47
    static let nsec3: UInt16 = 50
    /// More hash iterations are not gone through.
    private static let maximumIterations = 100
    /// Sets beyond these are not looked at: a proof has three at most (RFC 5155 §7.2).
    static let maximumSets = 6

    /// NSEC or NSEC3 sets of one zone, their signatures verified.
    let sets: [SignedSet]
    /// The zone that signed them.
    let zone: DomainName

    /// Whether they prove that `name` does not exist, or with `type` that it has no records of that type.
    func denies(_ name: DomainName, type: UInt16?) -> Bool {
        guard name.isEqualOrBelow(zone) else { return false }
        let spans = sets.filter { $0.type == DenialOfExistence.nsec }.compactMap(Span.init)
        if !spans.isEmpty { return deniesBySpans(name, type, spans) }
        let hashed = sets.filter { $0.type == DenialOfExistence.nsec3 }.compactMap { HashedSpan($0, zone: zone) }
        guard let first = hashed.first, first.iterations <= DenialOfExistence.maximumIterations,
            hashed.allSatisfy({ $0.iterations == first.iterations && $0.salt == first.salt })
        else { return false }
        return deniesByHashes(name, type, hashed)
    }

    private func deniesBySpans(_ name: DomainName, _ type: UInt16?, _ spans: [Span]) -> Bool {
        if let type {
            // RFC 4035 §5.4: the name's own NSEC lacks the type; an alias would have been followed.
            if let own = spans.first(where: { $0.owner == name }) {
                return !own.types.contains(type) && !own.types.contains(.cname) && !own.types.isDelegation
            }
            // A name without records of its own between others (RFC 4592 §2.2.2): the next one lies below it.
            return spans.contains { $0.covers(name) && $0.next.isEqualOrBelow(name) }
        }
        guard let span = spans.first(where: { $0.covers(name) && !$0.next.isEqualOrBelow(name) }) else { return false }
        // The closest encloser is the longest end that the name has in common with one that exists.
        let shared = max(name.sharedLabels(with: span.owner), name.sharedLabels(with: span.next))
        guard shared >= zone.labelCount, shared < name.labelCount,
            let wildcard = DomainName(labels: [Bytes("*")] + name.labels.suffix(shared))
        else { return false }
        // RFC 4035 §5.4: nor is there a wildcard that would have stood for the name.
        return spans.contains { $0.covers(wildcard) }
    }

    /// An NSEC record: nothing lies between its owner and the next name (RFC 4034 §4).
    private struct Span {
        let owner: DomainName
        let next: DomainName
        let types: TypeBitmap

        init?(_ set: SignedSet) {
            guard set.records.count == 1, let (next, length) = DomainName.reading(set.records[0][...]),
                let types = TypeBitmap(set.records[0][length...])
            else { return nil }
            (owner, self.next, self.types) = (set.owner, next, types)
        }

        /// Whether `name` lies between the two. The last span of a zone goes on to its apex.
        func covers(_ name: DomainName) -> Bool {
            // RFC 6840 §4.1: a span at a delegation or DNAME says nothing of what lies below.
            if name.isEqualOrBelow(owner), name != owner, types.isDelegation || types.contains(.dname) { return false }
            let isAfter = owner.precedesCanonically(name)
            let isBefore = name.precedesCanonically(next)
            return owner.precedesCanonically(next) ? isAfter && isBefore : isAfter || isBefore
        }
    }

    private func deniesByHashes(_ name: DomainName, _ type: UInt16?, _ spans: [HashedSpan]) -> Bool {
        guard let parameters = spans.first else { return false }
        func hash(_ name: DomainName) -> [UInt8]? {
            SignatureWire.nsec3Hash(of: name, iterations: parameters.iterations, salt: parameters.salt)
        }
        if let type {
            // RFC 5155 §8.5: the name's own NSEC3 lacks the type.
            guard let hashed = hash(name), let own = spans.first(where: { $0.owner == hashed }) else { return false }
            return !own.types.contains(type) && !own.types.contains(.cname) && !own.types.isDelegation
        }
        // RFC 5155 §8.3: the closest encloser is proven to exist, and the next closer name not to.
        var closer = name
        while closer != zone, let candidate = closer.parent, candidate.isEqualOrBelow(zone) {
            guard let hashed = hash(candidate) else { return false }
            guard let encloser = spans.first(where: { $0.owner == hashed }) else {
                closer = candidate
                continue
            }
            guard !encloser.types.isDelegation, !encloser.types.contains(.dname), let next = hash(closer),
                spans.contains(where: { $0.covers(next) && !$0.optsOut }),
                let wildcard = DomainName(labels: [Bytes("*")] + candidate.labels), let other = hash(wildcard)
            else { return false }
            // RFC 5155 §8.4: nor is there a wildcard that would have stood for the name.
            return spans.contains { $0.covers(other) }
        }
        return false
    }

    /// An NSEC3 record: no name of the zone has a hash between its own and the next (RFC 5155 §3).
    private struct HashedSpan {
        let owner: [UInt8]
        let next: [UInt8]
        let iterations: Int
        let salt: [UInt8]
        let optsOut: Bool
        let types: TypeBitmap

        init?(_ set: SignedSet, zone: DomainName) {
            guard set.records.count == 1, set.owner.parent == zone, let label = set.owner.labels.first,
                let owner = HashedSpan.base32(label)
            else { return nil }
            let data = set.records[0]
            // RFC 5155 §3.2: algorithm, flags, iterations, salt, next hash, types.
            guard data.count > 5, data[0] == 1, data.count > 5 + Int(data[4]) else { return nil }
            let hashStart = 6 + Int(data[4])
            let hashEnd = hashStart + Int(data[hashStart - 1])
            guard hashEnd <= data.count, hashEnd - hashStart == owner.count, let types = TypeBitmap(data[hashEnd...])
            else { return nil }
            self.owner = owner
            next = Array(data[hashStart..<hashEnd])
            iterations = Int(data[2]) << 8 | Int(data[3])
            salt = Array(data[5..<hashStart - 1])
            optsOut = data[1] & 1 != 0
            self.types = types
        }

        func covers(_ hash: [UInt8]) -> Bool {
            let isAfter = owner.lexicographicallyPrecedes(hash)
            let isBefore = hash.lexicographicallyPrecedes(next)
            return owner.lexicographicallyPrecedes(next) ? isAfter && isBefore : isAfter || isBefore
        }

        /// RFC 4648 §7 without padding, as labels have it.
        private static func base32(_ text: Bytes) -> [UInt8]? {
            var output: [UInt8] = []
            var (bits, count) = (UInt32(0), 0)
            for byte in text {
                let lower = byte.lowercased
                let value: UInt8
                switch lower {
                case 0x30...0x39: value = lower - 0x30
                case 0x61...0x76: value = lower - 0x61 + 10
                default: return nil
                }
                bits = (bits << 5 | UInt32(value)) & 0xFFF
                count += 5
                if count >= 8 {
                    count -= 8
                    output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                }
            }
            return output.count == 20 ? output : nil
        }
    }
}

/// The types that an NSEC or NSEC3 record says a name has (RFC 4034 §4.1.2).
private struct TypeBitmap {
    private var types: Set<UInt16> = []

    init?(_ data: ArraySlice<UInt8>) {
        var rest = data
        while let window = rest.first {
            guard rest.count > 2, let length = rest.dropFirst().first, (1...32).contains(length),
                rest.count >= 2 + Int(length)
            else { return nil }
            for (index, octet) in rest.dropFirst(2).prefix(Int(length)).enumerated() {
                for bit in 0..<8 where octet & (0x80 >> UInt8(bit)) != 0 {
                    types.insert(UInt16(window) << 8 | UInt16(index * 8 + bit))
                }
            }
            rest = rest.dropFirst(2 + Int(length))
        }
    }

    func contains(_ type: UInt16) -> Bool { types.contains(type) }

    /// Whether the name is another zone's, seen from above: it has NS records and no SOA.
    var isDelegation: Bool { types.contains(2) && !types.contains(6) }
}

extension UInt16 {
    fileprivate static let cname: UInt16 = 5
    fileprivate static let dname: UInt16 = 39
}

extension DomainName {
    /// How many labels the ends of both names have in common.
    fileprivate func sharedLabels(with other: DomainName) -> Int {
        zip(labels.reversed(), other.labels.reversed()).prefix { $0 == $1 }.count
    }

    /// The canonical order of names (RFC 4034 §6.1): by labels, the rightmost first.
    fileprivate func precedesCanonically(_ other: DomainName) -> Bool {
        let (mine, others) = (Array(labels.reversed()), Array(other.labels.reversed()))
        for (one, another) in zip(mine, others) where one != another { return one.lexicographicallyPrecedes(another) }
        return mine.count < others.count
    }
}
