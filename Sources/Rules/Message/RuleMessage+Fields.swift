import DNS
import Expressions
import Values

/// What was found of the fields of a message: rules ask for the same ones again and again.
struct KnownFields {
    var values: [HeaderRequest: [[UInt8]]] = [:]
    var joined: [HeaderRequest: Bytes?] = [:]
    // By the text of the request: reading it takes longer than finding it.
    var texts: [String: Bytes] = [:]
    var named: [String: [[UInt8]]] = [:]
    /// The addresses in a field, which rules ask for in several forms.
    var addresses: [Bytes: [AddressText]] = [:]
}

/// What rules ask of the header.
extension RuleMessage {
    /// The values of a field, one a field or, for addresses and names, one an address.
    func all(_ request: HeaderRequest) -> [[UInt8]] {
        if let found = known.values[request] { return found }
        let found = lookUp(request)
        known.values[request] = found
        return found
    }

    func all(_ request: String) -> [[UInt8]] {
        if let found = known.named[request] { return found }
        let found = all(HeaderRequest(request))
        known.named[request] = found
        return found
    }

    /// Whether there is such a field.
    func has(_ request: HeaderRequest) -> Bool {
        (request.isPlain && header.has(request.key)) || !all(request).isEmpty
    }

    /// The values in one, as an expression looks at them; nil where there is none.
    func joined(_ request: HeaderRequest) -> Bytes? {
        // Most requests are for fields that most mail does not have.
        if request.source == .field, !header.has(request.key), !RuleMessage.isMade(request.key) { return nil }
        if let found = known.joined[request] { return found }
        let all = all(request)
        let joined =
            all.isEmpty
            ? nil
            : all.count == 1
                ? Bytes(all[0])
                : Bytes(all.joinedBytes(by: all[0].last == .lf ? nil : .lf))
        known.joined[request] = .some(joined)
        return joined
    }

    /// The value as an evaluation function sees it: of addresses and names the first, of fields all in one. Empty
    /// where there is none.
    func text(_ request: String) -> Bytes {
        if let found = known.texts[request] { return found }
        let text = lookUpText(HeaderRequest(request))
        known.texts[request] = text
        return text
    }

    func lookUpText(_ request: HeaderRequest) -> Bytes {
        let isSingle = request.takesAddress || request.takesName || request.takesHost || request.takesAddressNumber
        if isSingle || request.name == "EnvelopeFrom" {
            var value = all(request).first ?? []
            if value.last == .lf { value.removeLast() }
            return Bytes(value)
        }
        return Bytes(all(request).joinedBytes())
    }

    func fieldValues(_ key: String, isRaw: Bool) -> [[UInt8]] {
        header.all(key).map { field in
            isRaw ? RuleMessage.unfolded(field.raw) : field.value + [.lf]
        }
    }

    static func unfolded(_ raw: [UInt8]) -> [UInt8] { FieldText.unfolded(raw, isFold: \.isRuleSpace) }

    func lookUp(_ request: HeaderRequest) -> [[UInt8]] {
        var found: [[UInt8]]
        switch request.source {
        case .all: return request.isRaw ? rawFields : allFields
        case .trustedFields: return fields(from: nil, to: relays.lastTrustedIndex + 1, isRaw: request.isRaw)
        case .internalFields: return fields(from: nil, to: relays.lastInternalIndex + 1, isRaw: request.isRaw)
        case .untrustedFields: return fields(from: relays.lastTrustedIndex + 1, to: nil, isRaw: request.isRaw)
        case .externalFields: return fields(from: relays.lastInternalIndex + 1, to: nil, isRaw: request.isRaw)
        case .envelopeFrom: found = envelopeFrom.map { [$0] } ?? []
        case .untrustedRelays: found = [Array(relays.untrustedText.utf8)]
        case .trustedRelays: found = [Array(relays.trustedText.utf8)]
        case .internalRelays: found = [Array(relays.internalText.utf8)]
        case .externalRelays: found = [Array(relays.externalText.utf8)]
        case .recipients: found = fieldValues("to", isRaw: request.isRaw) + fieldValues("cc", isRaw: request.isRaw)
        case .messageIDs:
            found = ["x-message-id", "resent-message-id", "x-original-message-id", "message-id"].flatMap {
                fieldValues($0, isRaw: request.isRaw)
            }
        case .field:
            let isRaw = request.isRaw || request.takesAddress || request.takesName
            found = header.all(request.key).map { isRaw ? $0.raw : $0.value + [.lf] }
            if found.isEmpty, let text = pseudoField(request.key) { found = [text] }
        }
        guard !found.isEmpty else { return [] }
        if request.isFirst { found = [found[0]] } else if request.isLast { found = found.suffix(1) }
        if request.takesAddress {
            found = found.flatMap { addressTexts($0).compactMap(\.address) }
        } else if request.takesName {
            found = found.flatMap { addressTexts($0).compactMap(\.phrase) }
            if !request.isRaw { found = found.map { RuleMessage.shown($0) } }
        }
        if request.takesHost || request.takesAddressNumber { found = found.compactMap { host(in: $0, request) } }
        return found
    }

    /// The addresses in a field, which rules ask for in several forms.
    func addressTexts(_ field: [UInt8]) -> [AddressText] {
        if let found = known.addresses[Bytes(field)] { return found }
        let all = AddressText.all(in: field, matcher)
        known.addresses[Bytes(field)] = all
        return all
    }

    /// A name as it is shown.
    static func shown(_ phrase: [UInt8]) -> [UInt8] {
        let text = FieldText.decoded(phrase)
        guard text.contains(where: { !$0.isRuleSpace }) else { return text }
        let words = text.split(whereSeparator: \.isRuleSpace)
        var name = Array(words.joined(separator: [.space]))
        if name.count >= 2, name.first == .ascii("'"), name.last == .ascii("'") {
            name = Array(name.dropFirst().dropLast())
        }
        return name
    }

    static let addressNumbers = Expression(known: "(?<!\\.)\\b(\(ReceivedFormat.addressPattern))\\b(?!\\.)")

    func host(in value: [UInt8], _ request: HeaderRequest) -> [UInt8]? {
        if request.takesAddressNumber {
            guard let (text, address) = addressNumber(in: Bytes(value)) else { return nil }
            guard request.reversesAddressNumber else { return text.array }
            return Array(DomainName.reverseLabels(of: address).joined(separator: ".").utf8)
        }
        // What was read as an address ends in its domain, whatever that is.
        let name =
            request.takesAddress
            ? value.lastIndex(of: .at).map { Array(value[($0 + 1)...].prefix { !$0.isRuleSpace }) }
            : shownHost(in: value)
        guard let name, !name.isEmpty else { return nil }
        guard request.takesDomain else { return name }
        return Array(registries.registeredPart(of: String(decoding: name, as: UTF8.self)).utf8)
    }

    /// The first IP address in a text: a time looks like one.
    private func addressNumber(in value: Bytes) -> (text: Bytes, address: IPAddress)? {
        var found: (Bytes, IPAddress)?
        matcher.eachRange(of: RuleMessage.addressNumbers, in: value) { range in
            let text = value[range]
            let bare = text.array.hasPrefixIgnoringCase("IPv6:") ? text[5..<text.count] : text
            if let address = IPAddress(bare.lossyString) { found = (text, address) }
            return found == nil
        }
        return found
    }

    /// The host that a text names: behind its last `@`, or else the first anywhere.
    private func shownHost(in value: [UInt8]) -> [UInt8]? {
        if let at = value.lastIndex(of: .at), let end = hostEnd(in: value[(at + 1)...]) {
            let name = value[(at + 1)..<end]
            if HostName.isQualified(HostName.ascii(Array(name))) { return Array(name) }
        }
        for word in value.split(whereSeparator: \.isRuleSpace) {
            var rest = word
            while let end = hostEnd(in: rest) {
                let name = Array(rest[..<end])
                if HostName.isQualified(HostName.ascii(name)) { return name }
                rest = rest[end...]
            }
        }
        return nil
    }

    /// Where the longest beginning of a word ends that ends in a top-level domain, and is not gone on with as a name is.
    private func hostEnd(in word: ArraySlice<UInt8>) -> Int? {
        let word = word.prefix { !$0.isRuleSpace }.prefix(RuleMessage.longestHost)
        for dot in word.indices.reversed() where word[dot] == .dot && dot > word.startIndex {
            let label = word[(dot + 1)...].prefix { $0.isAlphanumeric || $0 == .hyphen || $0 >= 0x80 }
            guard !label.isEmpty, label.endIndex == word.endIndex || !"._-".utf8.contains(word[label.endIndex]),
                registries.isTopLevel(label)
            else { continue }
            return label.endIndex
        }
        return nil
    }

    private static let longestHost = 315

    /// Whether a field of that name is made of others where there is none.
    static func isMade(_ key: String) -> Bool { key == "x-senderdomain" || key == "x-authordomain" }

    /// Fields that are made of others.
    func pseudoField(_ key: String) -> [UInt8]? {
        switch key {
        case "x-senderdomain":
            guard let envelopeFrom, let at = envelopeFrom.lastIndex(of: .at) else { return nil }
            return HostName.ascii(Array(envelopeFrom[(at + 1)...]))
        case "x-authordomain":
            var seen: Set<[UInt8]> = []
            let domains = all("From:addr:host").filter { seen.insert($0).inserted }.map { HostName.ascii($0) }
            return domains.isEmpty ? nil : Array(domains.joined(separator: [.space]))
        default: return nil
        }
    }

    /// Fields by their place among the Received fields: from the `start`th, up to the `end`th.
    func fields(from start: Int?, to end: Int?, isRaw: Bool) -> [[UInt8]] {
        if let end, end < 0 { return [] }
        var (current, result) = (-1, [[UInt8]]())
        for field in isRaw ? rawFields : allFields {
            if field.hasPrefixIgnoringCase("received:") { current += 1 }
            if (start.map { $0 <= current } ?? true) && (end.map { current < $0 } ?? true) {
                result.append(field)
            } else if let end, current == end {
                result.append(field)
                break
            }
        }
        return result
    }
}
