import DNS
import Values

extension ARCOutcome {
    /// The outcome as reports and `assay check arc` write it. A chain that hangs on answers that were not recorded is
    /// told as failed, with the questions.
    public var json: JSON {
        var members: [String: JSON] = [
            "result": .string((status ?? .fail).rawValue), "instance": .integer(instance), "reason": JSON(reason),
            "oldest_pass": oldestPass.map(JSON.integer) ?? .null, "authentic": .bool(answersUsed.areAuthentic),
            "sets": .array(hops.map(\.json)),
        ]
        if !unrecorded.isEmpty { members["unrecorded"] = .array(unrecorded.map { .string($0.description) }) }
        return .object(members)
    }
}

extension ARCHop {
    /// The hop as a JSON object.
    public var json: JSON {
        var members: [String: JSON] = [
            "instance": .integer(instance), "domain": JSON(domain), "selector": JSON(selector),
            "algorithm": JSON(algorithm), "cv": JSON(chainValue), "seal": .string(seal.text),
            "message_signature": .string(messageSignature.text), "results": .string(results),
            "key_bits": keyBits.map(JSON.integer) ?? .null,
        ]
        if let reason = seal.reason { members["seal_reason"] = .string(reason) }
        if let reason = messageSignature.reason { members["message_signature_reason"] = .string(reason) }
        if let sealedAt { members["sealed_at"] = .string(sealedAt.rfc3339) }
        return .object(members)
    }
}
