extension PolicyDocument {
    /// Lays later documents over earlier ones: mappings merge key by key, while a later scalar or list replaces what
    /// stood there as a whole. A later mapping that is empty (`thresholds:` with nothing below it) takes nothing
    /// away. Each value keeps the place it came from.
    public static func overlay(_ documents: [PolicyNode]) -> PolicyNode {
        guard let first = documents.first else { return PolicyNode(.null, at: .builtIn) }
        return documents.dropFirst().reduce(first, overlay)
    }

    private static func overlay(_ lower: PolicyNode, _ upper: PolicyNode) -> PolicyNode {
        guard case .mapping(let lowerMembers) = lower.content else { return upper }
        if upper.isNull { return lower }
        guard case .mapping(let upperMembers) = upper.content else { return upper }
        var members = lowerMembers
        var positions: [String: Int] = [:]
        for (index, member) in members.enumerated() { positions[member.key] = index }
        for member in upperMembers {
            guard let index = positions[member.key] else {
                positions[member.key] = members.count
                members.append(member)
                continue
            }
            let value = overlay(members[index].value, member.value)
            // A null that took nothing away does not take the credit either.
            let keyPlace = member.value.isNull && !value.isNull ? members[index].keyPlace : member.keyPlace
            members[index] = PolicyMember(key: member.key, keyPlace: keyPlace, value: value)
        }
        return PolicyNode(.mapping(members), at: upper.place)
    }
}
