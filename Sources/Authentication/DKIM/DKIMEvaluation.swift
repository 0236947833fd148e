import Cryptography
import DNS
import Mail
import Values

/// The verification of one message's signatures, after DNS has answered: pure, and sharing among the signatures what
/// they have in common.
struct DKIMEvaluation {
    private let message: Message
    private let now: Timestamp
    private let options: DKIMOptions
    private let fields: SignedFields
    /// The digests made so far; most messages need one.
    private var bodies: [(form: BodyForm, digest: BodyDigest)] = []
    private var diagnosed = 0
    private var bodyDiagnosis: BodyDiagnosis?

    /// What a body's digest depends on.
    private struct BodyForm: Equatable {
        let digest: DigestAlgorithm
        let canonicalization: DKIMCanonicalization.Algorithm
        let length: Int?
    }

    private struct BodyDigest {
        let bytes: [UInt8]
        /// The length of the whole canonical body.
        let canonicalLength: Int
        /// The body with marks, where that may serve a diagnosis.
        var marked: MarkedBody?
    }

    /// A record tried, and what came of it.
    private struct Attempt {
        var fault: DKIMFault?
        var key: PublicKey?
        var isTesting = false
        var notes: Bytes?
        var headerHashMatches: Bool?
        /// What an RSA signature was made over, once it was looked at: nil within for one made with another key.
        var signedDigest: [UInt8]??

        /// Which of several records to report: the one that came furthest.
        var progress: Int { fault?.progress ?? 3 }
    }

    /// More TXT records at one name than this are not tried.
    private static let maximumRecords = 8

    init(message: Message, now: Timestamp, options: DKIMOptions) {
        (self.message, self.now, self.options) = (message, now, options)
        self.fields = SignedFields(message.header)
    }

    /// Completes `outcome` with what `answer` makes of `signature`, the field at `index`.
    mutating func evaluate(
        _ signature: DKIMSignature, at index: Int, answer: DNSAnswer, outcome: inout DKIMOutcome
    ) {
        outcome.keyAnswer = answer
        outcome.isExpired = signature.expiresAt.map { $0 < now } ?? false
        outcome.isFromFuture = signature.signedAt.map { $0 > now } ?? false
        let body = bodyDigest(for: signature)
        outcome.bodyHashMatches = body.bytes == signature.bodyHash
        if let length = signature.bodyLength { outcome.unsignedBodyLength = max(0, body.canonicalLength - length) }

        // RFC 6376 §6.1.1 looks at these before the key: whatever DNS says, no key could make the signature pass.
        let standing: DKIMFault? =
            isUnacceptableDraft(signature) ? .draftVersion : outcome.isExpired ? .expired : nil
        let records: [Bytes]
        switch answer {
        case .records(let data, _): records = DKIMEvaluation.texts(data)
        case .noData, .nameError: records = []
        case .serverFailure, .timeout, .unrecorded:
            outcome.fault = standing ?? (answer == .unrecorded ? .keyUnrecorded : .keyUnavailable)
            return
        }

        let digest = records.isEmpty ? [] : headerDigest(for: signature, at: index)
        var best = Attempt(fault: standing ?? .keyMissing)
        for (place, record) in records.enumerated() {
            let attempt = attempt(signature, record: record, headerDigest: digest, body: body, outcome: outcome)
            if place == 0 || attempt.progress > best.progress { best = attempt }
            if attempt.fault == nil { break }
        }
        outcome.fault = best.fault
        outcome.keyBits = best.key?.bits
        outcome.isTesting = best.isTesting
        outcome.keyNotes = best.notes.map(DKIMEvaluation.text)
        outcome.headerHashMatches = best.headerHashMatches
        if best.fault.map({ $0.progress == 2 }) ?? true {
            outcome.fields = fields
        }
        if signature.algorithm.key == .rsa, let bits = outcome.keyBits, bits < 1024 { outcome.isWeak = true }
        if let key = best.key, best.fault == .bodyHashMismatch || best.fault == .signatureMismatch {
            diagnose(
                signature, at: index, key: key, headerDigest: digest, signedDigest: best.signedDigest, body: body,
                outcome: &outcome)
        }
    }

    private func attempt(
        _ signature: DKIMSignature, record text: Bytes, headerDigest: [UInt8], body: BodyDigest, outcome: DKIMOutcome
    ) -> Attempt {
        var attempt = Attempt()
        let record: DKIMKeyRecord
        switch options.keys.record(text) {
        case .failure(let fault): return Attempt(fault: fault)
        case .success(let parsed): record = parsed
        }
        attempt.isTesting = record.isTesting
        attempt.notes = record.notes
        let key: PublicKey
        switch record.key(for: signature, options.requirements) {
        case .failure(let fault):
            attempt.fault = fault
            return attempt
        case .success(let usable): key = usable
        }
        attempt.key = key
        attempt.fault = fault(
            of: signature, key: key, headerDigest: headerDigest, body: body, outcome: outcome,
            signedDigest: &attempt.signedDigest)
        if let fault = attempt.fault {
            attempt.headerHashMatches = fault.progress == 2 ? true : fault == .signatureMismatch ? false : nil
        } else {
            attempt.headerHashMatches = true
        }
        return attempt
    }

    private func fault(
        of signature: DKIMSignature, key: PublicKey, headerDigest: [UInt8], body: BodyDigest, outcome: DKIMOutcome,
        signedDigest: inout [UInt8]??
    ) -> DKIMFault? {
        let requirements = options.requirements
        if key.kind == .rsa, key.bits > requirements.maximumRSABits { return .keyTooLarge }
        // RFC 6376 §3.5: l= must not be larger than the canonical body.
        if let length = signature.bodyLength, length > body.canonicalLength { return .bodyLengthBeyondBody }
        guard outcome.bodyHashMatches == true else { return .bodyHashMismatch }
        guard key.isValid(signature, over: headerDigest, &signedDigest) else { return .signatureMismatch }
        // What follows is said of valid signatures only, so that "weak" never hides "forged".
        if isUnacceptableDraft(signature) { return .draftVersion }
        if signature.algorithm == .rsaSHA1, !requirements.acceptsSHA1 { return .weakAlgorithm }
        if key.kind == .rsa, key.bits < requirements.minimumRSABits { return .weakKey }
        if outcome.isExpired { return .expired }
        if !requirements.acceptsAddedFields, let name = fields.addedField(besides: signature.signedHeaders) {
            return .addedField(name)
        }
        if !requirements.acceptsPartialBody, outcome.unsignedBodyLength > 0 { return .partialBody }
        return nil
    }

    /// Says of a signature that fails which of body and header it is, and what may have been done to them.
    private mutating func diagnose(
        _ signature: DKIMSignature, at index: Int, key: PublicKey, headerDigest: [UInt8], signedDigest: [UInt8]??,
        body: BodyDigest, outcome: inout DKIMOutcome
    ) {
        let limits = options.diagnosis
        guard diagnosed < limits.signatures else { return }
        diagnosed += 1
        var signedDigest = signedDigest
        let isHeaderIntact = key.isValid(signature, over: headerDigest, &signedDigest)
        outcome.headerHashMatches = isHeaderIntact
        var changes: [DKIMChange] = []
        var wrapped: MIMEPart?
        if outcome.bodyHashMatches == false {
            var search = bodyDiagnosis ?? BodyDiagnosis(message, limits: limits)
            // An RSA signature tells whether it was made with this key at all. Where it was not, nobody vouches for
            // its bh=, and the other key is reason enough: only what takes a pass or two is looked for.
            let isOtherKey = key.kind == .rsa && signedDigest == .some(nil)
            let found = search.changes(for: signature, marked: body.marked, isShort: isOtherKey)
            bodyDiagnosis = search
            changes = found?.changes ?? []
            wrapped = found?.wrapped
        }
        let isBodyKnown = outcome.bodyHashMatches == true || !changes.isEmpty
        guard !isHeaderIntact else {
            outcome.diagnosis = DKIMDiagnosis(changes: changes, isProved: isBodyKnown)
            return
        }
        var search = HeaderDiagnosis(signature, key: key, signedDigest: signedDigest ?? nil, limits: limits)
        let header = search.diagnose(message.header, at: index, wrapped: wrapped)
        outcome.diagnosis = DKIMDiagnosis(
            changes: changes + header.changes, isProved: isBodyKnown && header.isProved)
    }

    /// A note to people (RFC 6376 §3.6.1, `n=`), of the length that anybody reads.
    private static func text(_ notes: Bytes) -> String {
        Bytes(DKIMQuotedPrintable.decode(notes[0..<min(notes.count, 1024)]) ?? notes[0..<1024].array).lossyString
    }

    /// RFC 6376 §6.1.1: a version other than `1` gives PERMFAIL.
    private func isUnacceptableDraft(_ signature: DKIMSignature) -> Bool {
        signature.isDraft && !options.requirements.acceptsDrafts
    }

    private mutating func bodyDigest(for signature: DKIMSignature) -> BodyDigest {
        let form = BodyForm(
            digest: signature.algorithm.digest, canonicalization: signature.canonicalization.body,
            length: signature.bodyLength)
        if let known = bodies.first(where: { $0.form == form }) { return known.digest }
        if form.length == nil, options.diagnosis.signatures > 0 {
            let marked = MarkedBody(message.body, with: form.canonicalization, digest: form.digest)
            let made = BodyDigest(bytes: marked.digest, canonicalLength: marked.canonicalLength, marked: marked)
            bodies.append((form, made))
            return made
        }
        var digest = LimitedDigest(form.digest, limit: form.length)
        message.body.withSpan { BodyCanonicalizer.append($0, with: form.canonicalization, to: &digest) }
        let length = digest.count
        let made = BodyDigest(bytes: digest.finalize(), canonicalLength: length)
        bodies.append((form, made))
        return made
    }

    /// RFC 6376 §3.7: the chosen fields, then the signature's own with an empty `b=` and without a line end.
    private func headerDigest(for signature: DKIMSignature, at index: Int) -> [UInt8] {
        let algorithm = signature.canonicalization.header
        let selected = fields.selected(by: signature.signedHeaders, excluding: index)
        var canonical: [UInt8] = []
        canonical.reserveCapacity(
            selected.reduce(signature.unsignedField.count + 128) { $0 + $1.range.count + 2 })
        for field in selected {
            HeaderCanonicalizer.append(field.unterminatedBytes, with: algorithm, to: &canonical)
            canonical.append(.cr)
            canonical.append(.lf)
        }
        HeaderCanonicalizer.append(signature.unsignedField, with: algorithm, to: &canonical)
        return unsafe Digest.hash(canonical.span.bytes, with: signature.algorithm.digest)
    }

    /// The text of each TXT record, its strings joined without anything between (RFC 6376 §3.6.2.2).
    ///
    /// RFC 6376 §6.1.2 lets a verifier try several in any order; ours is by content, so that the order in which a
    /// server sends them changes nothing.
    static func texts(_ data: [RecordData]) -> [Bytes] {
        let texts = data.compactMap { record -> Bytes? in
            guard case .txt(let strings) = record else { return nil }
            return strings.count == 1 ? strings[0] : Bytes(strings.flatMap(\.array))
        }
        guard texts.count > 1 else { return texts }
        return Array(texts.sorted { $0.lexicographicallyPrecedes($1) }.prefix(maximumRecords))
    }
}

extension PublicKey {
    /// Whether `signature` is this key's over `digest`. What an RSA signature was made over is kept in `signedDigest`,
    /// and taken from there the next time: reading it is most of the work of verifying.
    fileprivate func isValid(
        _ signature: DKIMSignature, over digest: [UInt8], _ signedDigest: inout [UInt8]??
    ) -> Bool {
        guard kind == .rsa else {
            return isValid(signature: signature.signature, ofDigest: digest, madeWith: signature.algorithm.digest)
        }
        let signed = signedDigest ?? self.signedDigest(in: signature.signature, madeWith: signature.algorithm.digest)
        signedDigest = .some(signed)
        return signed == digest
    }
}
