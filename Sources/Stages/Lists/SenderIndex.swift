import Values

/// Patterns of addresses, found by address. What has no wildcard is looked up, however many there are; only the rest
/// are tried one after another.
struct SenderIndex: Sendable {
    /// The longest address that is compared with wildcards, in bytes. RFC 5321 §4.5.3.1 lets none of more than 320
    /// travel.
    static let longestAddress = 2048

    private var nulls: [Int] = []
    private var addresses: [String: [Int]] = [:]
    private var domains: [String: [Int]] = [:]
    private var parents: [String: [Int]] = [:]
    private var addressWildcards: [(index: Int, pattern: [UInt8])] = []
    private var domainWildcards: [(index: Int, pattern: [UInt8])] = []

    /// No patterns.
    init() {}

    /// Patterns known by their place among them.
    init(_ patterns: some Sequence<SenderPattern>) {
        for (index, pattern) in patterns.enumerated() { add(pattern, index) }
    }

    /// Adds a pattern that is known by `index`.
    mutating func add(_ pattern: SenderPattern, _ index: Int) {
        switch pattern {
        case .null: nulls.append(index)
        case .address(let address): addresses[address, default: []].append(index)
        case .domain(let domain): domains[domain, default: []].append(index)
        case .subdomains(let domain): parents[domain, default: []].append(index)
        case .addressWildcard(let pattern): addressWildcards.append((index, Array(pattern.utf8)))
        case .domainWildcard(let pattern): domainWildcards.append((index, Array(pattern.utf8)))
        }
    }

    /// Whether there are patterns that have to be tried one after another.
    var hasWildcards: Bool { !addressWildcards.isEmpty || !domainWildcards.isEmpty }

    /// The patterns that stand for `address`, in order; for nil, the null path, those that name it.
    func matches(_ address: SenderAddress?) -> [Int] {
        guard let address else { return nulls }
        var found = addresses[address.text] ?? []
        if !address.domain.isEmpty {
            found += domains[address.domain] ?? []
            if !parents.isEmpty { found += parentMatches(Array(address.domain.utf8)) }
        }
        if hasWildcards, address.text.utf8.count <= SenderIndex.longestAddress {
            let text = Array(address.text.utf8)
            found += addressWildcards.lazy.filter { Wildcard.matches($0.pattern, text) }.map(\.index)
            let domain = Array(address.domain.utf8)
            if !domain.isEmpty {
                found += domainWildcards.lazy.filter { Wildcard.matches($0.pattern, domain) }.map(\.index)
            }
        }
        return found.sorted()
    }

    /// A listed domain has at most 255 bytes, so longer ends of a name need no look.
    private func parentMatches(_ domain: [UInt8]) -> [Int] {
        var found: [Int] = []
        let start = max(0, domain.count - 256)
        for position in start..<domain.count where domain[position] == .dot && position > 0 {
            found += parents[String(decoding: domain[(position + 1)...], as: UTF8.self)] ?? []
        }
        return found
    }
}
