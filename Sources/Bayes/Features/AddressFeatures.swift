import Values

/// Features of links: their hosts, the domains these lie in, and the shape of what follows.
struct AddressFeatures {
    /// Where an address stands.
    enum Role {
        case text
        case link
        case image
        case form
    }

    /// The domain of the author, to compare with.
    var authorDomain = ""
    private(set) var count = 0
    private(set) var images = 0
    private(set) var foreign = 0
    private(set) var own = 0
    private var domains: [String: Int] = [:]

    /// No more addresses of a message are looked at.
    private static let limit = 60
    private static let longest = 2_048

    /// How many different domains the addresses lie in.
    var domainCount: Int { domains.count }

    /// The end of an address in text that starts before `start`.
    static func end(of text: [UInt8], from start: Int) -> Int {
        var position = min(start, text.count)
        let last = min(text.count, start + longest)
        while position < last {
            let byte = text[position]
            if byte <= .space || byte == .ascii("<") || byte == .ascii(">") || byte == .quote || byte == .ascii(")")
                || byte == .ascii("]")
            {
                break
            }
            position += 1
        }
        return position
    }

    /// Adds the address in `range` of `text`.
    mutating func add(_ text: [UInt8], _ range: Range<Int>, role: Role, into collector: inout FeatureCollector) {
        if role == .image { images += 1 } else { count += 1 }
        guard count + images <= AddressFeatures.limit else { return }
        let address = Array(text[range].prefix(AddressFeatures.longest))
        guard let colon = address.prefix(12).firstIndex(of: .colon) else {
            if role != .image { collector.add(.path, "relative") }
            return
        }
        let scheme = String(decoding: address[..<colon], as: UTF8.self).asciiLowercased
        guard scheme == "http" || scheme == "https" else {
            collector.add(.path, "scheme:\(scheme.prefix(12))")
            return
        }
        var position = colon + 1
        while position < address.count, address[position] == .ascii("/") || address[position] == .backslash {
            position += 1
        }
        let hostStart = position
        while position < address.count, !AddressFeatures.endsHost(address[position]) { position += 1 }
        var authority = address[hostStart..<position]
        if let at = authority.lastIndex(of: .at) {
            collector.add(.path, "userinfo")
            authority = authority[(at + 1)...]
        }
        if let port = authority.firstIndex(of: .colon) {
            collector.add(.path, "port")
            authority = authority[..<port]
        }
        let host = String(decoding: authority.prefix(255), as: UTF8.self).asciiLowercased
        addHost(host, role, into: &collector)
        if role != .image { addPath(address, from: position, scheme, into: &collector) }
    }

    private static func endsHost(_ byte: UInt8) -> Bool {
        byte == .ascii("/") || byte == .ascii("?") || byte == .ascii("#") || byte == .backslash || byte <= .space
    }

    private mutating func addHost(_ host: String, _ role: Role, into collector: inout FeatureCollector) {
        let labels = host.utf8.split(separator: .dot, omittingEmptySubsequences: true)
        if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(\.isDigit) }) {
            collector.add(.host, "address")
            return
        }
        let domain = DomainShape.registered(host)
        if domains.count < AddressFeatures.limit { domains[domain, default: 0] += 1 }
        if !authorDomain.isEmpty {
            if domain == authorDomain { own += 1 } else { foreign += 1 }
        }
        collector.add(.domain, domain)
        guard role != .image else { return }
        if let top = labels.last { collector.add(.host, "." + String(decoding: top, as: UTF8.self)) }
        if labels.count > 2 { collector.add(.host, "labels", sized: labels.count) }
        if host.utf8.contains(where: \.isDigit) { collector.add(.host, "digits") }
        if host.utf8.contains(.hyphen) { collector.add(.host, "hyphen") }
        if host.hasPrefix("xn--") || host.containsBytes(of: ".xn--") { collector.add(.host, "punycode") }
        if host.utf8.count > 30 { collector.add(.host, "long") }
        if role == .form { collector.add(.host, "form") }
    }

    /// The shape of path and query, and the words of the path.
    private func addPath(
        _ address: [UInt8], from start: Int, _ scheme: String, into collector: inout FeatureCollector
    ) {
        let rest = address[start...]
        let pathEnd = rest.firstIndex { $0 == .ascii("?") || $0 == .ascii("#") } ?? rest.endIndex
        let path = rest[..<pathEnd]
        let segments = path.split(separator: .ascii("/"))
        collector.add(.path, "\(scheme) depth", sized: segments.count)
        if pathEnd < rest.endIndex { collector.add(.path, "query", sized: rest.count - path.count) }
        if let last = segments.last, let dot = last.lastIndex(of: .dot), last.endIndex - dot <= 6 {
            collector.add(.path, "ends " + String(decoding: last[dot...], as: UTF8.self).asciiLowercased)
        }
        for segment in segments.prefix(4) where segment.count <= 20 {
            let letters = segment.map(\.lowercased)
            if letters.allSatisfy({ $0.isLetter || $0 == .hyphen || $0 == .ascii("_") }) {
                collector.add(.path, "/" + String(decoding: letters, as: UTF8.self))
            }
        }
        if segments.contains(where: { $0.count > 24 }) { collector.add(.path, "long segment") }
    }

    /// What the addresses are together.
    func finish(into collector: inout FeatureCollector) {
        collector.add(.structure, "links", sized: count)
        collector.add(.structure, "images", sized: images)
        if count > 0 {
            collector.add(.structure, "link domains", sized: domainCount)
            if own + foreign > 0 {
                collector.add(
                    .structure, own == 0 ? "links all foreign" : foreign == 0 ? "links all own" : "links mixed")
            }
        }
    }
}
