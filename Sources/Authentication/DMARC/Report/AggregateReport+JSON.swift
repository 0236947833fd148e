import Values

extension AggregateReport {
    /// The report under the names of its XML.
    public var json: JSON {
        .object([
            "version": JSON(version),
            "report_metadata": .object([
                "org_name": JSON(organization), "email": JSON(email), "extra_contact_info": JSON(contact),
                "report_id": JSON(reportID), "errors": .array(errors.map(JSON.string)), "generator": JSON(generator),
                "date_range": .object([
                    "begin": begin.map { .integer(Int($0.seconds)) } ?? .null,
                    "end": end.map { .integer(Int($0.seconds)) } ?? .null,
                ]),
            ]),
            "policy_published": policy.json, "records": .array(records.map(\.json)),
            "well_formed": .bool(faults.isEmpty), "faults": .array(faults.map(JSON.string)),
        ])
    }
}

extension AggregateReport.Policy {
    /// The policy under the names of its XML.
    public var json: JSON {
        .object([
            "domain": JSON(domain), "version_published": JSON(version), "adkim": JSON(adkim), "aspf": JSON(aspf),
            "p": JSON(p), "sp": JSON(sp), "np": JSON(np), "pct": pct.map(JSON.integer) ?? .null, "fo": JSON(fo),
            "testing": JSON(testing), "discovery_method": JSON(discoveryMethod),
        ])
    }
}

extension AggregateReport.Record {
    /// The record under the names of its XML.
    public var json: JSON {
        .object([
            "source_ip": JSON(sourceIP), "count": .integer(count), "disposition": JSON(disposition),
            "dkim": JSON(dkim), "spf": JSON(spf), "reasons": .array(reasons.map(\.json)),
            "envelope_to": JSON(envelopeTo), "envelope_from": JSON(envelopeFrom), "header_from": JSON(headerFrom),
            "auth_results": .object([
                "dkim": .array(dkimResults.map { $0.json(of: .dkim) }),
                "spf": .array(spfResults.map { $0.json(of: .spf) }),
            ]),
        ])
    }
}

extension AggregateReport.Reason {
    /// The reason under the names of its XML.
    public var json: JSON { .object(["type": JSON(type), "comment": JSON(comment)]) }
}

extension AggregateReport.MechanismResult {
    /// The result under the names of its XML.
    public func json(of method: DMARCIdentifier.Method) -> JSON {
        var members: [String: JSON] = [
            "domain": JSON(domain), "result": JSON(result), "human_result": JSON(humanResult),
        ]
        switch method {
        case .dkim: members["selector"] = JSON(selector)
        case .spf: members["scope"] = JSON(scope)
        }
        return .object(members)
    }
}
