import DNS
import Values

extension DKIMOutcome {
    /// The outcome as reports and `assay check dkim` write it.
    public var json: JSON {
        var members: [String: JSON] = [
            "result": .string(result.rawValue), "reason": JSON(reason), "domain": JSON(domain),
            "selector": JSON(selector), "identity": JSON(identity), "algorithm": JSON(algorithm),
            "canonicalization": JSON(canonicalization?.description), "key_name": JSON(keyQuestion?.name.text),
            "key_bits": keyBits.map(JSON.integer) ?? .null, "testing": .bool(isTesting), "weak": .bool(isWeak),
            "body_hash_matches": bodyHashMatches.map(JSON.bool) ?? .null,
            "signed_headers": .array(signedHeaders.map(JSON.string)), "authentic": .bool(isKeyAuthentic),
        ]
        if let signedAt { members["signed_at"] = .string(signedAt.rfc3339) }
        if let expiresAt { members["expires_at"] = .string(expiresAt.rfc3339) }
        if let signedBodyLength {
            members["signed_body_length"] = .integer(signedBodyLength)
            members["unsigned_body_length"] = .integer(unsignedBodyLength)
        }
        if let headerHashMatches { members["header_hash_matches"] = .bool(headerHashMatches) }
        if let text = diagnosis.text {
            members["likely_change"] = .string(text)
            members["changes"] = .array(diagnosis.changes.map { .string($0.kind) })
            members["proved"] = .bool(diagnosis.isProved)
        }
        if let keyNotes { members["key_notes"] = .string(keyNotes) }
        if isExpired { members["expired"] = .bool(true) }
        if isFromFuture { members["signed_in_future"] = .bool(true) }
        if !unsignedFields.isEmpty { members["unsigned_fields"] = .array(unsignedFields.map(JSON.string)) }
        return .object(members)
    }

    /// All outcomes of a message as `assay check dkim --format ndjson` prints them: the best result, then each
    /// signature's, topmost first. `fault` is why there may be signatures that were not found.
    public static func json(_ outcomes: [DKIMOutcome], without fault: DKIMFault? = nil) -> JSON {
        var members: [String: JSON] = [
            "result": .string(word(outcomes, without: fault)), "signatures": .array(outcomes.map(\.json)),
        ]
        if outcomes.isEmpty, let fault { members["reason"] = .string(fault.description) }
        return .object(members)
    }

    /// The result to tell of a message in the word of RFC 8601 §2.7.1: without signatures `none`, or `permerror` when
    /// `fault` says that they may be there all the same.
    public static func word(_ outcomes: [DKIMOutcome], without fault: DKIMFault?) -> String {
        if let best = best(outcomes) { return best.rawValue }
        return fault == nil ? "none" : DKIMResult.permerror.rawValue
    }
}
