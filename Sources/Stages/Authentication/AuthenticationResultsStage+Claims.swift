import Authentication
import Mail
import Screening
import Values

/// A field that claims to be of this site.
private struct Claim {
    let field: HeaderField
    let name: String
    let identifier: String
    let results: [String]
    /// Whether live the field is left out.
    let isRemoved: Bool
}

extension AuthenticationResultsStage {
    /// Fields that are told one by one; of more, the last finding tells how many there are.
    private static let findingsLimit = 10

    /// The fields under our names that somebody else wrote: a finding each, and live the request to leave them out
    /// (RFC 8601 §5: "MUST NOT be trusted", and to be deleted at the border).
    func claims(in message: Message, _ session: Session, _ earlier: EarlierFindings) -> StageReport {
        if settings.trustsRelays, let client = session.client.value, site.isTrustedRelay(client) { return .nothing }
        let claims = foreignClaims(in: message, session, earlier)
        var report = StageReport()
        for (index, claim) in claims.enumerated() {
            if claim.isRemoved {
                report.effects.append(.removeHeader(name: claim.name, span: claim.field.range))
            }
            guard index < AuthenticationResultsStage.findingsLimit else { continue }
            var evidence: Evidence = ["field": .text(claim.name), "authserv_id": .text(claim.identifier)]
            if !claim.results.isEmpty { evidence.add("results", .list(claim.results)) }
            evidence.add("span", .span(claim.field.range))
            if index == AuthenticationResultsStage.findingsLimit - 1, claims.count > index + 1 {
                evidence.add("further", .number(claims.count - index - 1))
            }
            report.findings.append(Finding(AuthenticationResultsStage.forged, evidence))
        }
        return report
    }

    private func foreignClaims(in message: Message, _ session: Session, _ earlier: EarlierFindings) -> [Claim] {
        var claims: [Claim] = []
        for field in message.header.all(AuthenticationResults.Form.plain.fieldName) {
            if let claim = claim(field, form: .plain) { claims.append(claim) }
        }
        claims = AuthenticationResultsStage.foreign(claims, in: message, session)
        var traces: [Claim] = []
        for field in message.header.all(ReceivedSPF.fieldName) {
            guard let spf = ReceivedSPFField(field.rawValue), let receiver = spf.receiver, isOurs(receiver) else {
                continue
            }
            traces.append(
                Claim(
                    field: field, name: ReceivedSPF.fieldName, identifier: receiver,
                    results: ["spf=\(spf.result.rawValue)"], isRemoved: true))
        }
        claims += AuthenticationResultsStage.foreign(traces, in: message, session)
        // A set of ours that came back, as from a mailing list, holds by its seal. It stays either way: without it the
        // chain would be broken (RFC 8617 §5.2).
        if !earlier.contains("ARC_PASS") {
            for field in message.header.all(AuthenticationResults.Form.arc.fieldName) {
                if let claim = claim(field, form: .arc) { claims.append(claim) }
            }
        }
        return claims.sorted { $0.field.range.lowerBound < $1.field.range.lowerBound }
    }

    private func claim(_ field: HeaderField, form: AuthenticationResults.Form) -> Claim? {
        let read = AuthenticationResults.read(field.rawValue, form: form).results
        guard isOurs(read.authservID) else { return nil }
        return Claim(
            field: field, name: form.fieldName, identifier: read.authservID,
            results: AuthenticationResultsStage.words(read), isRemoved: form == .plain)
    }

    /// What a field claims, as the finding about it tells.
    private static func words(_ read: AuthenticationResults) -> [String] {
        read.results.prefix(10).map { result in
            "\(result.method)=\(result.result)" + (result.domain.map { " \($0)" } ?? "")
        }
    }

    /// Those of a message's `fields` that none of `findings` calls forged.
    ///
    /// What this site did not write lies below all that it wrote: of the fields of one name under one of its names, as
    /// many as there are findings, counted from the lowest, so that the findings tell what those fields tell.
    public static func genuine(_ fields: [RecordedField], by findings: [Finding]) -> [RecordedField] {
        let claims = findings.filter { $0.symbol == forged }.compactMap { finding -> Claimed? in
            guard let field = finding.evidence.text("field"), let identifier = finding.evidence.text("authserv_id")
            else {
                return nil
            }
            return Claimed(field: field, identifier: identifier, results: finding.evidence.texts("results"))
        }
        guard !claims.isEmpty else { return fields }
        var dropped: Set<Int> = []
        for name in [AuthenticationResults.Form.plain.fieldName, ReceivedSPF.fieldName] {
            let forged = claims.filter { $0.field == name }
            let identifiers = Set(forged.map(\.identifier))
            let places = fields.indices.compactMap { index in
                Claimed(fields[index]).flatMap { claim in
                    claim.field == name && identifiers.contains(claim.identifier) ? (index: index, claim: claim) : nil
                }
            }
            guard !forged.isEmpty else { continue }
            // Of many, the findings tell the first alone.
            let start = places.indices.last { start in
                places.count - start >= forged.count && zip(places[start...], forged).allSatisfy { $0.claim == $1 }
            }
            let first = start ?? max(0, places.count - forged.count)
            dropped.formUnion(places[first...].map(\.index))
        }
        return fields.indices.filter { !dropped.contains($0) }.map { fields[$0] }
    }

    /// A field under a name of this site, as a finding tells of it.
    private struct Claimed: Equatable {
        let field: String
        let identifier: String
        let results: [String]

        init(field: String, identifier: String, results: [String]) {
            (self.field, self.identifier, self.results) = (field, identifier, results)
        }

        init?(_ recorded: RecordedField) {
            field = recorded.name
            if field == ReceivedSPF.fieldName {
                guard let spf = ReceivedSPFField(Bytes(recorded.value)), let receiver = spf.receiver else { return nil }
                (identifier, results) = (receiver, ["spf=\(spf.result.rawValue)"])
            } else {
                let read = AuthenticationResults.read(Bytes(recorded.value)).results
                (identifier, results) = (read.authservID, AuthenticationResultsStage.words(read))
            }
        }
    }

    private func isOurs(_ identifier: String) -> Bool {
        guard !identifier.isEmpty else { return false }
        let claimed = AuthenticationResults(authservID: identifier)
        return site.authservID.map(claimed.claims) ?? false || settings.identifiers.contains { claimed.claims($0) }
    }

    /// Those of `claims` that are not ours.
    ///
    /// Live, none of them is: the message has only just arrived. In an archive, what this site wrote then stands in the
    /// message too: whatever is above the hop into the site, or, since some servers write their results below their own
    /// Received field, the topmost between that hop and the one before.
    private static func foreign(_ claims: [Claim], in message: Message, _ session: Session) -> [Claim] {
        guard !claims.isEmpty, let source = session.client.source, let entry = source.range?.lowerBound else {
            return claims
        }
        let below = claims.filter { $0.field.range.lowerBound > entry }
        guard below.count == claims.count, let first = below.first else { return below }
        let next = message.header.all("Received").first { $0.range.lowerBound > entry }?.range.lowerBound
        return first.field.range.lowerBound < next ?? .max ? Array(below.dropFirst()) : below
    }
}
