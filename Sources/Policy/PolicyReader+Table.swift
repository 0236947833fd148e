extension PolicyReader {
    /// A mapping from names to scalars, such as the weights of symbols, in the order of the file. `keyKind` is what a
    /// name is called in messages (`symbol`); with `knownKeys` nil any name will do. `expecting` says what a value
    /// is, with its article.
    ///
    /// `defaults` are the values of the names that the file leaves out, as text, with what each name means. They are
    /// told among the settings; what is returned is the file's alone. `inForce` are values that other settings give to
    /// names that the table leaves out, of several the last: they too are told, each with its place.
    public mutating func table<V: Sendable>(
        _ key: String, knownKeys: [String]?, keyKind: String,
        defaults: [(key: String, text: String, summary: String)] = [],
        inForce: [(key: String, value: Placed<String>)] = [], _ summary: String, expecting: String,
        parse: (String) -> V?
    ) -> [(key: String, value: Placed<V>)] {
        let member = member(key)
        let tablePath = path + [key]
        settings.append(
            PolicySetting(
                tablePath, .table(keyed: keyKind, of: expecting), default: "{}", value: "{}",
                at: member?.valuePlace ?? .builtIn, summary))
        let members = tableMembers(member, keyKind: keyKind)
        let known = knownKeys.map(Set.init)
        if let knownKeys, let known {
            noteUnknown(members.filter { !known.contains($0.key) }, kind: keyKind, known: knownKeys, in: tablePath)
        }
        var result: [(key: String, value: Placed<V>)] = []
        var texts: [String: String] = [:]
        for member in members where known?.contains(member.key) != false {
            guard let value = take(member.value, at: member.valuePlace, expecting: expecting, parse: parse)
            else { continue }
            result.append((member.key, value))
            texts[member.key] = member.value.yamlText
        }
        let places = Dictionary(result.map { ($0.key, $0.value.place) }, uniquingKeysWith: { first, _ in first })
        let other = Dictionary(inForce.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
        for (name, text, summary) in defaults {
            let text = YAMLText.value(text)
            let value = texts[name] ?? other[name].map { YAMLText.value($0.value) } ?? text
            settings.append(
                PolicySetting(
                    tablePath + [name], .member, default: text, value: value,
                    at: places[name] ?? other[name]?.place ?? .builtIn, summary))
        }
        var documented = Set(defaults.map(\.key))
        for (name, _) in inForce where texts[name] == nil && documented.insert(name).inserted {
            guard let value = other[name] else { continue }
            settings.append(
                PolicySetting(
                    tablePath + [name], .member, default: "null", value: YAMLText.value(value.value), at: value.place,
                    ""))
        }
        for (name, value) in result where !documented.contains(name) {
            settings.append(
                PolicySetting(
                    tablePath + [name], .member, default: "null", value: texts[name] ?? "null", at: value.place, ""))
        }
        return result
    }

    /// The table's members; none, with the complaint noted, where it is no mapping.
    private mutating func tableMembers(_ member: PolicyMember?, keyKind: String) -> [PolicyMember] {
        switch member?.value.content {
        case .mapping(let members): return members
        case .null, nil: return []
        case .scalar, .sequence:
            if let value = member?.value {
                report("expected a value for each \(keyKind), found \(value.found)", at: value.place)
            }
            return []
        }
    }
}
