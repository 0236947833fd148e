import Cryptography
import DNS
import Mail
import Values

/// The signatures of a chain whose structure is right, checked against answers at hand.
struct ARCEvaluation {
    private let message: Message
    private let options: ARCOptions
    private let sets: [ARCSet]
    private var signatures: DKIMEvaluation
    /// The readings of each set's message signature.
    private let messageSignatures: [Result<[DKIMSignature], DKIMFault>]
    private let seals: [Result<DKIMSignature, DKIMFault>]
    private let digests: SealDigest

    init(_ message: Message, sets: [ARCSet], now: Timestamp, options: ARCOptions) {
        (self.message, self.sets, self.options) = (message, sets, options)
        var requirements = options.requirements
        // RFC 8617 judges the chain by what is signed. Of what a forwarder adds besides, only a second From counts.
        requirements.acceptsAddedFields = true
        signatures = DKIMEvaluation(
            message: message, now: now, options: DKIMOptions(requirements: requirements, keys: options.keys))
        messageSignatures = sets.map { set in
            Result { () throws(DKIMFault) in
                try DKIMSignature.messageSignatures(set.messageSignature, tags: set.signatureTags)
            }
        }
        seals = sets.map { set in
            Result { () throws(DKIMFault) in try DKIMSignature(seal: set.seal, tags: set.sealTags) }
        }
        var digests = SealDigest()
        for set in sets.dropLast() { digests.add([set.results, set.messageSignature, set.seal]) }
        self.digests = digests
    }

    /// What no key can mend about the seal of the set at `place`.
    func standingSealFault(_ place: Int) -> DKIMFault? { seals[place].fault }

    /// What is asked for the seal's key.
    func sealQuestion(_ place: Int) -> DNSQuestion? { try? seals[place].get().keyQuestion }

    /// What is asked for the message signature's key.
    func signatureQuestion(_ place: Int) -> DNSQuestion? { try? messageSignatures[place].get().first?.keyQuestion }

    /// What no key can mend about the message signature of the set at `place`: syntax, or another body.
    mutating func standingSignatureFault(_ place: Int) -> DKIMFault? {
        switch messageSignatures[place] {
        case .failure(let fault): return fault
        case .success(let readings):
            // RFC 6376 §8.15: who reads the message sees one of them, and not the one that was signed.
            let froms = message.header.count(of: "from")
            let signed = readings.first?.signedHeaders.count { $0 == "from" } ?? 0
            if froms > 1, froms > signed {
                return .addedField("from")
            }
            let fault = signatureFault(place, answer: .noData)
            return fault == .keyMissing ? nil : fault
        }
    }

    /// Why the message signature of the set at `place` does not validate with the key in `answer`; nil when it does.
    mutating func signatureFault(_ place: Int, answer: DNSAnswer) -> DKIMFault? {
        switch messageSignatures[place] {
        case .failure(let fault): return fault
        case .success(let readings):
            var best: DKIMFault?
            for reading in readings {
                guard let fault = fault(of: reading, in: sets[place].messageSignature, answer: answer) else {
                    return nil
                }
                // A reading with which the body is the one that was signed comes closer.
                if best == nil || best == .bodyHashMismatch { best = fault }
            }
            return best
        }
    }

    private mutating func fault(of signature: DKIMSignature, in field: HeaderField, answer: DNSAnswer) -> DKIMFault? {
        var outcome = DKIMOutcome(fieldRange: field.range)
        signatures.evaluate(signature, at: field.index, answer: answer, outcome: &outcome)
        // Another body is another body, whatever DNS says about the key.
        return outcome.bodyHashMatches == false && outcome.fault != .expired ? .bodyHashMismatch : outcome.fault
    }

    /// Why the seal of the set at `place` does not validate with the key in `answer`, and the size of that key.
    func sealFault(_ place: Int, answer: DNSAnswer) -> (fault: DKIMFault?, keyBits: Int?) {
        let seal: DKIMSignature
        switch seals[place] {
        case .failure(let fault): return (fault, nil)
        case .success(let read): seal = read
        }
        let records: [Bytes]
        switch answer {
        case .records(let data, _): records = DKIMEvaluation.texts(data)
        case .noData, .nameError: return (.keyMissing, nil)
        case .serverFailure, .timeout: return (.keyUnavailable, nil)
        case .unrecorded: return (.keyUnrecorded, nil)
        }
        let set = sets[place]
        let digest = digests.value(
            covering: place, besides: [set.results, set.messageSignature], unsignedField: seal.unsignedField,
            with: seal.algorithm.digest)
        var best: (fault: DKIMFault?, keyBits: Int?) = (.keyMissing, nil)
        for (number, record) in records.enumerated() {
            let attempt = attempt(seal, record: record, digest: digest)
            guard let fault = attempt.fault else { return attempt }
            if number == 0 || fault.progress > best.fault?.progress ?? 0 { best = attempt }
        }
        return best
    }

    private func attempt(
        _ seal: DKIMSignature, record text: Bytes, digest: [UInt8]
    ) -> (fault: DKIMFault?, keyBits: Int?) {
        let key: PublicKey
        switch options.keys.record(text).flatMap({ $0.key(for: seal, options.requirements) }) {
        case .failure(let fault): return (fault, nil)
        case .success(let usable): key = usable
        }
        let requirements = options.requirements
        if key.kind == .rsa, key.bits > requirements.maximumRSABits { return (.keyTooLarge, key.bits) }
        guard key.isValid(signature: seal.signature, ofDigest: digest, madeWith: seal.algorithm.digest) else {
            return (.signatureMismatch, key.bits)
        }
        // RFC 8301 §3.1, §3.2.
        if seal.algorithm == .rsaSHA1, !requirements.acceptsSHA1 { return (.weakAlgorithm, key.bits) }
        if key.kind == .rsa, key.bits < requirements.minimumRSABits { return (.weakKey, key.bits) }
        return (nil, key.bits)
    }
}

extension Result {
    fileprivate var fault: Failure? {
        guard case .failure(let fault) = self else { return nil }
        return fault
    }
}
