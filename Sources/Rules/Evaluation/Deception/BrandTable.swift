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

    /// A brand that a domain is meant to be taken for.
    struct Imitation: Sendable {
        let brand: Brand
        /// Whether the name stands in the domain as it is spelled, and the rest is what misleads.
        let isSpelled: Bool
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
    /// Of names that are words apart, those that are none together: `bestbuy`.
    private let byTogether: [[UInt8]: Int]
    /// The first brand that a domain, or a label under every country's registry, belongs to.
    private let byDomain: [String: Int]
    private let byLabel: [String: Int]
    /// Their own domains with the full stops left out: `trezorio`.
    private let byDotless: [[UInt8]: Int]
    private let parts: [Part]
    /// What companies lend to their customers, and is nobody's for that.
    private let lent: Set<String>
    /// Countries whose names anybody has for nothing.
    private static let openRegistries: Set<String> = ["tk", "ml", "ga", "cf", "gq", "pw", "cc", "ws", "su", "to"]

    init(_ lists: [String: [String: Bool]]) {
        let shared = Set((lists["BRANDS_SHARED"] ?? [:]).keys)
        lent = Set((lists["LENT"] ?? [:]).filter(\.value).keys)
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
        var byTogether: [[UInt8]: Int] = [:]
        var (byDomain, byLabel): ([String: Int], [String: Int]) = ([:], [:])
        var byDotless: [[UInt8]: Int] = [:]
        var parts: [Part] = []
        for (index, brand) in brands.enumerated() {
            if let first = brand.words.first { byWord[first, default: []].append(index) }
            if brand.squeezed.count >= 5, !brand.isWord { bySkeleton[brand.skeleton] = index }
            if brand.isWord, brand.words.count > 1, brand.words.allSatisfy({ $0.count > 1 }) {
                byTogether[brand.squeezed] = index
            }
            for domain in brand.domains { byDomain[domain] = byDomain[domain] ?? index }
            for label in brand.labels { byLabel[label] = byLabel[label] ?? index }
            if brand.squeezed.count >= 5, !brand.isWord {
                for domain in brand.domains.union(brand.labels.map { "\($0).com" })
                where domain.utf8.starts(with: brand.squeezed) {
                    byDotless[LookalikeText.skeleton(domain.utf8)] = index
                }
            }
            if brand.squeezed.count >= 6, !brand.isWord {
                parts.append(Part(brand: index, squeezed: brand.squeezed, skeleton: brand.skeleton))
            }
        }
        (self.byWord, self.bySkeleton, self.byTogether) = (byWord, bySkeleton, byTogether)
        (self.byDomain, self.byLabel, self.byDotless, self.parts) = (byDomain, byLabel, byDotless, parts)
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
    private static let services = words(
        """
        support service services security team account accounts billing bank banking delivery express customer \
        notification notifications alert alerts pay payment store card verify rewards reward shipping parcel tracking \
        package online info id app care help noreply no reply update paket shop invoice department confirmation survey \
        winner loyalty giveaway promotion gift prize bonus offer opinions shopper thank congratulations surprise chance
        """)

    /// Words that those who imitate a company put beside its name in a domain, as the companies themselves seldom do.
    private static let lures = words(
        """
        login logon signin secure security secured verify verification verified confirm confirmation validate account \
        accounts support service services update updates alert alerts billing payment refund recovery restore unlock \
        unlocked wallet reward rewards bonus survey winner giveaway tracking delivery parcel invoice customer notice \
        notification notifications konto kunden kundenservice sicherheit compte client cuenta cliente seguridad conta \
        atendimento pontos resgate rastreio rastreamento pagamento taxa
        """)
    private static let lureSkeletons = lures.map { LookalikeText.skeleton($0) }

    private static func words(_ text: String) -> Set<[UInt8]> { Set(text.split(separator: " ").map { $0.utf8Array }) }

    /// The brands that are named in `text`, in UTF-8, as they stand there.
    func all(namedIn text: some Sequence<UInt8>) -> [Brand] {
        guard !brands.isEmpty else { return [] }
        let words = LookalikeText.folded(text).split { !$0.isAlphanumeric }.prefix(60).map { Array($0) }
        var found: [Int] = []
        for (place, word) in words.enumerated() {
            for index in byWord[word] ?? [] {
                let brand = brands[index]
                guard words[place...].starts(with: brand.words) else { continue }
                if brand.isWord {
                    let isAlone = words.count == brand.words.count
                    guard isAlone || words.contains(where: { BrandTable.services.contains($0) }) else { continue }
                }
                if !found.contains(index) { found.append(index) }
            }
            // Written as one word, or with digits for letters.
            if word.count >= 5, let index = byTogether[word] ?? bySkeleton[LookalikeText.skeleton(word)],
                !found.contains(index)
            {
                found.append(index)
            }
        }
        return found.map { brands[$0] }
    }

    /// The brand that is named first in `text`, in UTF-8; nil for none.
    func named(in text: some Sequence<UInt8>) -> Brand? { all(namedIn: text).first }

    /// Whether `name`, a sender's, is what was registered of the sender's domain, words beside the brand's among them:
    /// `Starbucks Reserve` of starbucksreserve.com. What lures is not taken for a company's own.
    func isRegistered(_ name: some Sequence<UInt8>, as domain: String, for brand: Brand) -> Bool {
        guard let first = domain.split(separator: ".").first else { return false }
        let label = first.utf8.filter { $0 != .hyphen }
        // Some brands are longer than others: dhl and dhl express.
        guard label.count > brand.squeezed.count, bySkeleton[LookalikeText.skeleton(label)] == nil else { return false }
        let words = LookalikeText.folded(name).split { !$0.isAlphanumeric }.prefix(20).map { Array($0) }
        for start in words.indices {
            var joined: [UInt8] = []
            for end in start..<words.count where joined.count < label.count {
                joined += words[end]
                if joined == label { return !words[start...end].contains { BrandTable.lures.contains($0) } }
            }
        }
        return false
    }

    /// The brand whose own domain stands in `host` below another one that was registered: `paypal.com.` in
    /// `www.paypal.com.evil.example`, of which `below` is what stands before the registered part.
    func standing(in below: some StringProtocol) -> Brand? {
        let labels = below.split(separator: ".").suffix(8)
        for start in labels.indices {
            for length in 2...3 where start + length <= labels.endIndex {
                let name = labels[start..<(start + length)].joined(separator: ".").asciiLowercased
                if let brand = owner(of: name) { return brand }
            }
        }
        return nil
    }

    /// The brand that a registered domain imitates, and how; nil for none.
    func imitated(by domain: String) -> Imitation? {
        guard !brands.isEmpty, let label = domain.split(separator: ".").first.map({ Array($0.utf8) }),
            owner(of: domain) == nil
        else { return nil }
        let folded: [UInt8]
        if domain.hasPrefix("xn--"), let scalars = Punycoded.text(of: label) {
            folded = LookalikeText.folded(scalars.utf8)
        } else {
            folded = label
        }
        func imitation(_ index: Int) -> Imitation {
            Imitation(brand: brands[index], isSpelled: folded.filter(\.isAlphanumeric).contains(brands[index].squeezed))
        }
        if let index = bySkeleton[LookalikeText.skeleton(folded)] { return imitation(index) }
        let pieces = folded.split { !$0.isAlphanumeric }.map { Array($0) }
        // Digits part as hyphens do, unless they stand for letters.
        for piece in pieces + pieces.flatMap({ $0.split(whereSeparator: \.isDigit).map { Array($0) } })
        where piece.count >= 5 {
            let skeleton = LookalikeText.skeleton(piece)
            if let index = bySkeleton[skeleton] ?? byDotless[skeleton] { return imitation(index) }
        }
        let skeletons = pieces.map { Bytes(LookalikeText.skeleton($0)) }
        for part in parts {
            // A letter before it makes another word of a name: mobile and t-mobile.
            if part.squeezed.first == folded.first, LookalikeText.differByOne(part.squeezed, folded) {
                return imitation(part.brand)
            }
            if skeletons.contains(where: { BrandTable.lures(with: part.skeleton, in: $0) }) || isTail(of: domain, part)
            {
                return imitation(part.brand)
            }
        }
        return nil
    }

    /// Whether `piece` is `name` with a word that lures before it, or one right behind it and nothing before.
    private static func lures(with name: [UInt8], in piece: Bytes) -> Bool {
        guard piece.count > name.count, let place = piece.withSpan({ $0.firstIndex(of: name) }) else { return false }
        let (before, after) = (piece[0..<place], piece[(place + name.count)..<piece.count])
        return lureSkeletons.contains {
            before.isEmpty ? after.starts(with: $0) : $0.count > 4 && before.contains($0)
        }
    }

    /// Whether `domain` ends as one of the brand's own does, behind letters that make no word: xkqamazon.com.
    private func isTail(of domain: String, _ part: Part) -> Bool {
        guard let dot = domain.utf8.firstIndex(of: .dot) else { return false }
        let label = domain.utf8[..<dot]
        guard label.count > part.squeezed.count, label.suffix(part.squeezed.count).elementsEqual(part.squeezed) else {
            return false
        }
        let before = label.dropLast(part.squeezed.count)
        let own = domain.dropFirst(before.count)
        let consonants = before.split { "aeiouy".utf8.contains($0) }.map(\.count).max() ?? 0
        let isWordless = before.contains(where: \.isDigit) || consonants >= min(4, before.count)
        return isWordless && before.count >= 2 && brands[part.brand].owns(String(own))
    }

    /// Whether a registered domain is lent to customers.
    func isLent(_ domain: String) -> Bool { lent.contains(domain) }

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
