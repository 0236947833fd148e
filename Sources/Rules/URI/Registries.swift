import Values

/// Where names are registered, as `util_rb_tld` and its kin say.
struct Registries: Sendable {
    private let first: Set<String>
    private let second: Set<String>
    private let third: Set<String>
    /// Knows top-level domains where no rule file lists them.
    private let knows: @Sendable (String) -> Bool

    init(_ settings: RuleSettings) {
        first = settings.topLevelDomains
        (second, third) = (settings.secondLevelRegistries, settings.thirdLevelRegistries)
        knows = { _ in false }
    }

    /// Without rule files: `knows` tells top-level domains.
    init(topLevelDomains knows: @escaping @Sendable (String) -> Bool) {
        (first, second, third, self.knows) = ([], [], [], knows)
    }

    private func isTopLevel(name: String) -> Bool { first.contains(name) || knows(name) }

    func isTopLevel(_ label: some Sequence<UInt8>) -> Bool {
        isTopLevel(name: String(decoding: label.map(\.lowercased), as: UTF8.self))
    }

    /// Whether `name` ends in a known top-level domain.
    func isValid(_ name: [UInt8]) -> Bool {
        guard !name.contains(where: \.isRuleSpace) else { return false }
        let text = HostName.ascii(name)
        guard let dot = text.lastIndex(of: .dot), dot + 1 < text.count else { return false }
        return isTopLevel(name: String(decoding: text[(dot + 1)...], as: UTF8.self))
    }

    private static let states: Set<String> = Set(
        """
        ak al ar az ca co ct dc de fl ga gu hi ia id il in ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok \
        or pa pr ri sc sd tn tx ut va vi vt wa wi wv wy
        """.split(separator: " ").map(String.init))

    /// What was registered of `name`: the registry's part and one label more.
    func registeredPart(of name: String) -> String {
        let labels = HostName.ascii(name).utf8Array.split(separator: .dot)
        guard labels.count > 1 else { return labels.first.map { Registries.text([$0]) } ?? "" }
        // No registry has more than four labels.
        var start = max(0, labels.count - 4)
        while labels.count - start > 1, !isRegistry(labels[start...]) { start += 1 }
        return Registries.text(labels[max(start - 1, 0)...])
    }

    private static func text(_ labels: ArraySlice<ArraySlice<UInt8>>) -> String {
        String(decoding: labels.joinedBytes(by: .dot), as: UTF8.self)
    }

    /// Whether names are registered right under `labels`, which are two to four.
    private func isRegistry(_ labels: ArraySlice<ArraySlice<UInt8>>) -> Bool {
        func part(_ index: Int) -> String { Registries.text(labels[(labels.startIndex + index)...].prefix(1)) }
        let isAmerican = labels.last?.elementsEqual("us".utf8) ?? false
        switch labels.count {
        case 2: return second.contains(Registries.text(labels))
        case 3:
            // RFC 1480 §2: names in us. go by places.
            return isAmerican ? Registries.states.contains(part(1)) : third.contains(Registries.text(labels))
        case 4:
            guard isAmerican else { return false }
            let isLocal =
                (part(0) == "pvt" && part(1) == "k12") || part(0).hasPrefix("ci") || part(0).hasPrefix("co")
            return isLocal && Registries.states.contains(part(2))
        default: return false
        }
    }

    /// The host of a URI and what was registered of it; nil where there is none.
    func domain(of uri: [UInt8]) -> (domain: String, host: String)? {
        var text = uri[...]
        if ["javascript:", "cid:", "file:"].contains(where: { text.hasPrefixIgnoringCase($0) }) { return nil }
        if text.hasPrefixIgnoringCase("mailto:") {
            text = text.dropFirst(7)
            if let mark = text.firstIndex(of: .ascii("?")) { text = text[..<mark] }
            guard let at = text.firstIndex(of: .at), !text[(at + 1)...].contains(.at) else { return nil }
            text = text[(at + 1)...]
        } else {
            let scheme = text.prefix(while: \.isLetter)
            if !scheme.isEmpty, scheme.endIndex < text.endIndex, text[scheme.endIndex] == .colon {
                text = text[(scheme.endIndex + 1)...]
                for _ in 0..<2 where text.first == .ascii("/") { text.removeFirst() }
            }
            if let end = text.firstIndex(where: { $0 == .ascii("/") || $0 == .ascii("?") || $0 == .ascii("#") }) {
                text = text[..<end]
            }
            if let at = text.lastIndex(of: .at) { text = text[(at + 1)...] }
            if let colon = text.lastIndex(of: .colon), text[(colon + 1)...].allSatisfy(\.isDigit) {
                text = text[..<colon]
            }
        }
        // What is encoded and need not be comes decoded too.
        for index in text.indices.dropLast(2) where text[index] == .ascii("%") {
            guard let high = text[index + 1].hexDigitValue, let low = text[index + 2].hexDigitValue else { continue }
            if (0x21...0x7E).contains(high << 4 | low) { return nil }
        }
        let host = HostName.ascii(Array(text))
        let name = String(decoding: host, as: UTF8.self)
        if IPAddress(name) != nil { return (name, name) }
        guard HostName.isQualified(host), isValid(host) else { return nil }
        return (registeredPart(of: name), name)
    }
}
