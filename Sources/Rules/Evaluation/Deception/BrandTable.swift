import Values

/// Names that mail is often forged in, as the host lists `BRAND_` and `BRANDWORD_` of rule files have them.
struct BrandTable: Sendable {
    struct Brand: Sendable {
        /// For people: `wells fargo`.
        let name: String
        let words: [[UInt8]]
        let squeezed: [UInt8]
        let skeleton: [UInt8]
        /// Names that are its own, and those under every country's registry.
        let domains: Set<String>
        let labels: Set<String>
        /// Whether people and things have the name too.
        let isWord: Bool
        /// Whether anybody's mail links to it by name.
        let isShared: Bool

        /// Whether `domain`, what was registered of a name, is the brand's.
        func owns(_ domain: String) -> Bool {
            domains.contains(domain) || BrandTable.label(of: domain).map { labels.contains($0) } ?? false
        }
    }

    /// A name that longer ones are made with.
    private struct Part: Sendable {
        let brand: Int
        let squeezed: [UInt8]
        let skeleton: [UInt8]
    }

    /// In the order of their names.
    let brands: [Brand]
    private let byWord: [[UInt8]: [Int]]
    private let bySkeleton: [[UInt8]: Int]
    /// The first brand that a domain, or a label under every country's registry, belongs to.
    private let byDomain: [String: Int]
    private let byLabel: [String: Int]
    private let parts: [Part]
    /// Countries whose names anybody has for nothing.
    private static let openRegistries: Set<String> = ["tk", "ml", "ga", "cf", "gq", "pw", "cc", "ws", "su", "to"]

    init(_ lists: [String: [String: Bool]]) {
        let shared = Set((lists["BRANDS_SHARED"] ?? [:]).keys)
        brands = lists.keys.filter { $0.hasPrefix("BRAND_") || $0.hasPrefix("BRANDWORD_") }.sorted().compactMap {
            list in
            let isWord = list.hasPrefix("BRANDWORD_")
            let name = list.dropFirst(isWord ? 10 : 6).lowercased().split(separator: "_").joined(separator: " ")
            guard !name.isEmpty else { return nil }
            let entries = (lists[list] ?? [:]).filter(\.value).keys
            let squeezed = Array(name.utf8.filter { $0 != .space })
            return Brand(
                name: name, words: name.utf8.split(separator: .space).map { Array($0) }, squeezed: squeezed,
                skeleton: LookalikeText.skeleton(squeezed), domains: Set(entries.filter { !$0.hasSuffix(".*") }),
                labels: Set(entries.filter { $0.hasSuffix(".*") }.map { String($0.dropLast(2)) }), isWord: isWord,
                isShared: shared.contains(name))
        }
        var byWord: [[UInt8]: [Int]] = [:]
        var bySkeleton: [[UInt8]: Int] = [:]
        var (byDomain, byLabel): ([String: Int], [String: Int]) = ([:], [:])
        var parts: [Part] = []
        for (index, brand) in brands.enumerated() {
            if let first = brand.words.first { byWord[first, default: []].append(index) }
            if brand.squeezed.count >= 5, !brand.isWord { bySkeleton[brand.skeleton] = index }
            for domain in brand.domains { byDomain[domain] = byDomain[domain] ?? index }
            for label in brand.labels { byLabel[label] = byLabel[label] ?? index }
            if brand.squeezed.count >= 6, !brand.isWord {
                parts.append(Part(brand: index, squeezed: brand.squeezed, skeleton: brand.skeleton))
            }
        }
        (self.byWord, self.bySkeleton) = (byWord, bySkeleton)
        (self.byDomain, self.byLabel, self.parts) = (byDomain, byLabel, parts)
    }

    /// The label of `domain`, where what is below the registry of a country, or `com`, is registered there by who has
    /// the name; nil for others.
    private static func label(of domain: String) -> String? {
        guard let dot = domain.utf8.firstIndex(of: .dot) else { return nil }
        let registry = domain.utf8[domain.utf8.index(after: dot)...]
        let label = domain.utf8[..<dot]
        if registry.elementsEqual("com".utf8) { return String(label) }
        if registry.count == 2 { return openRegistries.contains(String(Substring(registry))) ? nil : String(label) }
        let parts = registry.split(separator: .dot)
        let isCountry =
            parts.count == 2 && parts[1].count == 2
            && (parts[0].elementsEqual("co".utf8) || parts[0].elementsEqual("com".utf8))
        return isCountry ? String(label) : nil
    }

    /// Words that a name which people have too needs beside it.
    private static let services = Set(
        """
        support service services security team account accounts billing bank banking delivery express customer \
        notification notifications alert alerts pay payment store card verify rewards shipping parcel tracking package \
        online info id app care help noreply no reply update paket shop invoice
        """.split(separator: " ").map { Array($0.utf8) })

    /// The brand that is named in `text`, in UTF-8; nil for none.
    func named(in text: some Sequence<UInt8>, wholeWordsOnly: Bool = true) -> Brand? {
        guard !brands.isEmpty else { return nil }
        let words = LookalikeText.folded(text).split { !$0.isAlphanumeric }.prefix(60).map { Array($0) }
        for (place, word) in words.enumerated() {
            for index in byWord[word] ?? [] {
                let brand = brands[index]
                guard words[place...].starts(with: brand.words) else { continue }
                if brand.isWord {
                    let isAlone = words.count == brand.words.count
                    guard isAlone || words.contains(where: { BrandTable.services.contains($0) }) else { continue }
                }
                return brand
            }
            // Written as one word, or with digits for letters.
            if word.count >= 5, let index = bySkeleton[LookalikeText.skeleton(word)] { return brands[index] }
        }
        return nil
    }

    /// The brand that a registered domain imitates, and how; nil for none.
    func imitated(by domain: String) -> Brand? {
        guard !brands.isEmpty, let label = domain.split(separator: ".").first.map({ Array($0.utf8) }),
            owner(of: domain) == nil
        else { return nil }
        let folded: [UInt8]
        if domain.hasPrefix("xn--"), let scalars = Punycoded.text(of: label) {
            folded = LookalikeText.folded(scalars.utf8)
        } else {
            folded = label
        }
        let whole = LookalikeText.skeleton(folded)
        if let index = bySkeleton[whole] { return brands[index] }
        let parts = folded.split(separator: .hyphen).map { LookalikeText.skeleton($0) }
        for part in parts where part.count >= 5 {
            if let index = bySkeleton[part] { return brands[index] }
        }
        let bytes = Bytes(whole)
        let part = self.parts.first {
            LookalikeText.differByOne($0.squeezed, folded)
                || (folded.count > $0.squeezed.count && bytes.contains($0.skeleton))
        }
        return part.map { brands[$0.brand] }
    }

    /// The brand whose own domain `domain` is.
    func owner(of domain: String) -> Brand? {
        let known = [byDomain[domain], BrandTable.label(of: domain).flatMap { byLabel[$0] }]
        return known.compactMap(\.self).min().map { brands[$0] }
    }
}

extension Bytes {
    /// Whether `other` stands somewhere in it.
    func contains(_ other: [UInt8]) -> Bool {
        other.isEmpty || withSpan { $0.firstIndex(of: other) } != nil
    }
}
