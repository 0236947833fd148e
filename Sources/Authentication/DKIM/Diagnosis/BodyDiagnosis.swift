import Mail
import Values

/// Finds what was done to a body whose hash is not the signed one.
struct BodyDiagnosis {
    let message: Message
    let limits: DKIMDiagnosisLimits
    /// What may still be hashed for this message.
    private(set) var budget: Int

    init(_ message: Message, limits: DKIMDiagnosisLimits) {
        (self.message, self.limits, budget) = (message, limits, limits.hashedBytes)
    }

    /// What was done, and the part that was the body before it was wrapped, if it was.
    struct Result {
        var changes: [DKIMChange] = []
        var wrapped: MIMEPart?
    }

    /// The changes whose undoing gives the hash of `signature`; nil when none does that was tried. When `isShort`, only
    /// added lines and parts are looked for. `marked` is the body as it was digested for the signature.
    mutating func changes(
        for signature: DKIMSignature, marked: MarkedBody? = nil, isShort: Bool = false
    ) -> Result? {
        var trial = BodyTrial(signature, budget: budget, marked: marked)
        defer { budget = trial.budget }
        let body = message.body
        // One pass, whatever the size.
        let searched = isShort ? BodyDiagnosis.shortSearch : .max
        if let footer = BodyDiagnosis.footer(of: body, &trial, searched: searched) { return Result(changes: [footer]) }
        guard body.count <= limits.bodyBytes else { return nil }
        if isShort, !saysMultipart { return nil }

        let tree = message.mime
        let parts = PartRepair(message: message, tree: tree)
        for (candidate, shared) in parts.withoutLastParts where trial.isSigned(candidate.body, sharing: shared) {
            return Result(changes: [candidate.change])
        }
        if let (first, part, added) = parts.firstPart {
            if let lines = trial.signedLines(of: first) {
                var changes = [DKIMChange.wrapped(addedParts: added)]
                if let footer = BodyDiagnosis.footer(of: first, keeping: lines) { changes.append(footer) }
                return Result(changes: changes, wrapped: part)
            }
        }
        if isShort { return nil }
        let attempts =
            BodyRepair.candidates(for: body, signature.canonicalization.body)
            + EncodingRepair(message: message, tree: tree).candidates
        for attempt in attempts where !trial.isExhausted {
            guard let candidate = attempt(), let lines = trial.signedLines(of: candidate.body) else { continue }
            let footer = BodyDiagnosis.footer(of: candidate.body, keeping: lines)
            return Result(changes: [candidate.change] + [footer].compactMap(\.self))
        }
        let change =
            parts.trimming(&trial) ?? PartRepair.trimmingStart(of: body, &trial) ?? parts.trimmingHTML(&trial)
            ?? parts.trimmingEncoded(&trial)
        return change.map { Result(changes: [$0]) }
    }

    /// Whether the message can have parts, told without taking it apart.
    private var saysMultipart: Bool {
        guard let type = message.header.first("Content-Type")?.rawValue.trimmingFoldingWhitespace else { return false }
        return type.withSpan { $0.equalsIgnoringCase("multipart/", in: 0..<min(10, type.count)) }
    }

    /// The lines that a short search takes off at most.
    private static let shortSearch = 64

    private static func footer(of body: Bytes, _ trial: inout BodyTrial, searched: Int) -> DKIMChange? {
        guard trial.length == nil, let lines = trial.signedLines(of: body, searched: searched, isWhole: true) else {
            return nil
        }
        return footer(of: body, keeping: lines)
    }

    /// The lines with content after the first `kept`, and those between them; nil when there is none.
    private static func footer(of body: Bytes, keeping kept: Int) -> DKIMChange? {
        var first: Int?
        var last = 0
        for (number, line) in BodyLines(body).enumerated() where number >= kept {
            guard body[line.content].contains(where: { !$0.isWhitespace }) else { continue }
            first = first ?? number
            last = number
        }
        return first.map { .footerAppended(lines: last - $0 + 1) }
    }
}
