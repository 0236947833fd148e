import Mail
import Values

/// The sets that a header holds, and what is wrong with their structure (RFC 8617 §5.2 steps 1 to 3).
struct ARCChain {
    /// The sets from the first to the newest, when the structure is right; else those that are complete.
    private(set) var sets: [ARCSet] = []
    /// The greatest instance found; 0 without a chain, or when there are too many.
    private(set) var newest = 0
    /// Whether the header has no field of a chain.
    var isEmpty: Bool { newest == 0 && fault == nil }
    /// What is wrong.
    private(set) var fault: ARCFault?

    /// What the fields of a chain are called.
    private static let names = HeaderNames(ARCFieldKind.allCases.map(\.rawValue))

    /// The fields of one instance.
    private struct Fields {
        var results: [(field: HeaderField, payload: Bytes)] = []
        var messageSignatures: [(field: HeaderField, tags: DKIMTagList)] = []
        var seals: [(field: HeaderField, tags: DKIMTagList)] = []
    }

    /// Collects the sets of `header`. A chain of more than `maximum` sets is not read.
    init(_ header: HeaderBlock, maximum: Int = ARCInstance.range.upperBound) {
        let maximum = min(max(maximum, 1), ARCInstance.range.upperBound)
        // Most messages have no chain.
        if header.isWhole, !header.mayContain(ARCChain.names) { return }
        let seals = header.all(ARCFieldKind.seal.rawValue)
        let signatures = header.all(ARCFieldKind.messageSignature.rawValue)
        let results = header.all(ARCFieldKind.results.rawValue)
        // RFC 8617 §5.2 step 1. What is beyond the limit is not looked at.
        guard max(seals.count, signatures.count, results.count) <= maximum else {
            fault = .tooManySets
            return
        }
        var found: [Int: Fields] = [:]
        for field in seals {
            note(tags: field, .seal) { found[$0, default: Fields()].seals.append((field, $1)) }
        }
        for field in signatures {
            note(tags: field, .messageSignature) {
                found[$0, default: Fields()].messageSignatures.append((field, $1))
            }
        }
        for field in results {
            guard let read = ARCResultsField(field) else {
                fault = fault ?? .noInstance(.results)
                continue
            }
            found[read.instance, default: Fields()].results.append((field, read.payload))
        }
        newest = found.keys.max() ?? 0
        guard newest <= maximum else {
            newest = 0
            fault = .tooManySets
            return
        }
        // The sets are chosen from the whole header or not at all.
        if fault == nil, !header.isWhole { fault = .headerTooLarge }
        complete(found)
    }

    private mutating func note(
        tags field: HeaderField, _ kind: ARCFieldKind, _ keep: (Int, DKIMTagList) -> Void
    ) {
        switch DKIMTagList.parse(field.rawValue) {
        case .failure(let failure): fault = fault ?? .unreadable(kind, failure)
        case .success(let tags):
            guard let instance = tags["i"].flatMap({ ARCInstance.number($0) }) else {
                fault = fault ?? .noInstance(kind)
                return
            }
            keep(instance, tags)
        }
    }

    private mutating func complete(_ found: [Int: Fields]) {
        guard newest > 0 else { return }
        // RFC 8617 §5.2 step 2: what the newest seal says comes before all structure.
        if let seal = found[newest]?.seals.first, seal.tags["cv"].flatMap({ ARCStatus(tag: $0) }) == .fail {
            fault = .chainFailed(instance: newest)
        }
        for instance in 1...newest {
            let fields = found[instance] ?? Fields()
            note(fields.results.count, .results, instance)
            note(fields.messageSignatures.count, .messageSignature, instance)
            note(fields.seals.count, .seal, instance)
            guard let results = fields.results.first, let signature = fields.messageSignatures.first,
                let seal = fields.seals.first
            else { continue }
            // RFC 8617 §5.2 step 3C.
            let value = seal.tags["cv"]
            if value.flatMap({ ARCStatus(tag: $0) }) != (instance == 1 ? ARCStatus.none : .pass) {
                fault = fault ?? .chainValue(value.map { $0[0..<min($0.count, 16)].lossyString }, instance: instance)
            }
            sets.append(
                ARCSet(
                    instance: instance, results: results.field, messageSignature: signature.field, seal: seal.field,
                    payload: results.payload, signatureTags: signature.tags, sealTags: seal.tags))
        }
    }

    /// RFC 8617 §5.2 steps 3A and 3B: exactly one of each, without a gap.
    private mutating func note(_ count: Int, _ kind: ARCFieldKind, _ instance: Int) {
        guard count != 1, fault == nil else { return }
        fault = count == 0 ? .missing(kind, instance: instance) : .duplicate(kind, instance: instance)
    }
}
