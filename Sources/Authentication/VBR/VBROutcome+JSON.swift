import DNS
import Values

extension VBROutcome {
    /// The outcome as `assay check vbr --format ndjson` prints it. A result that hangs on an answer which nobody
    /// recorded is `temperror`, as one that could not be had.
    public var json: JSON {
        var members: [String: JSON] = [
            "result": .string(result?.rawValue ?? VBRResult.temperror.rawValue),
            "certifier": JSON(certifier?.relativeText), "domain": JSON(info?.domain.relativeText),
            "type": JSON(info?.content), "method": JSON(method?.rawValue), "reason": JSON(reason?.rawValue),
            "certifiers": .array((info?.certifiers ?? []).map { .string($0.relativeText) }),
            "asked": .array(exchanges.map { .string($0.question.name.text) }),
        ]
        if let fault { members["fault"] = .string(fault) }
        if !unrecorded.isEmpty { members["unrecorded"] = .array(unrecorded.map { .string($0.description) }) }
        return .object(members)
    }
}
