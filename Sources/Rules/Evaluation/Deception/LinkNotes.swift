import Expressions
import Values

/// What speaks against where a message's links lead.
struct LinkNotes {
    /// A link to a page.
    private struct Link {
        let raw: [UInt8]
        var userinfo: [UInt8]?
        var host = ""
        var port: Int?
        /// From the slash on.
        var rest: [UInt8] = []
        /// What was registered of the host; empty for an address.
        var domain = ""
        let texts: [[UInt8]]
        /// Domains that a redirector in it leads to.
        let targets: Set<String>
        /// Other hosts that it names, with what was registered of them: those that a redirector leads to.
        let others: [(host: String, domain: String)]
        let isClicked: Bool

        init?(_ detail: URIList.Detail, _ registries: Registries) {
            raw = detail.raw
            texts = detail.anchorTexts
            targets = Set(detail.domains)
            isClicked = detail.types.contains { $0 == "a" || $0 == "area" || $0 == "form" || $0 == "parsed" }
            var text = raw[...]
            guard text.hasPrefixIgnoringCase("http") else { return nil }
            text = text.dropFirst(4)
            if text.first?.lowercased == .ascii("s") { text = text.dropFirst() }
            guard text.first == .colon else { return nil }
            text = text.dropFirst().drop { $0 == .ascii("/") || $0 == .backslash }
            let end =
                text.firstIndex { [.ascii("/"), .ascii("?"), .ascii("#"), .backslash].contains($0) } ?? text.endIndex
            rest = Array(text[end...])
            var authority = text[..<end]
            if let at = authority.lastIndex(of: .at) {
                userinfo = Array(authority[..<at])
                authority = authority[(at + 1)...]
            }
            if authority.last != .ascii("]"), let colon = authority.lastIndex(of: .colon) {
                port = Int(String(decoding: authority[(colon + 1)...], as: UTF8.self))
                authority = authority[..<colon]
            }
            host = String(decoding: HostName.ascii(URIVariants.decoded(Array(authority))), as: UTF8.self)
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            while host.hasSuffix(".") { host.removeLast() }
            guard !host.isEmpty else { return nil }
            if IPAddress(host) == nil, registries.isValid(Array(host.utf8)) {
                domain = registries.registeredPart(of: host)
            }
            let own = domain
            others = detail.hosts.filter { $0.domain != own && IPAddress($0.host) == nil }
        }
    }

    private(set) var notes = Notes()
    private let scope: EvaluationScope
    private let people: Correspondents
    private static let linkLimit = 300

    static func notes(of scope: EvaluationScope) -> Notes { LinkNotes(scope).notes }

    private init(_ scope: EvaluationScope) {
        self.scope = scope
        people = scope.correspondents
        let registries = scope.message.registries
        let links = scope.message.uris.details.prefix(2_000).lazy.compactMap { Link($0, registries) }
            .prefix(LinkNotes.linkLimit).map { $0 }
        let encoded = people.recipients.filter { $0.count >= 6 }.map { ($0, LinkNotes.encodings(of: $0)) }
        var hosts: Set<String> = []
        for link in links {
            if link.isClicked { notes.note("any", link.raw) }
            lookAtForm(link)
            for (host, domain) in [(link.host, link.domain)] + link.others.prefix(4) where hosts.insert(host).inserted {
                lookAtHost(host, domain, isClicked: link.isClicked)
            }
            guard link.isClicked else { continue }
            lookAtTexts(link)
            lookAtPath(link)
            lookForRecipient(link, encoded)
        }
        let clicked = links.filter { $0.isClicked && !$0.domain.isEmpty }
        let domains = Set(clicked.map(\.domain))
        guard !domains.isEmpty, !people.domain.isEmpty else { return }
        if domains.isSubset(of: people.senders) { notes.note("all-own", domains.sorted().joined(separator: ", ")) }
        if domains.count == 1, domains.isDisjoint(with: people.senders), let first = domains.first {
            notes.note("all-elsewhere", "\(first), from \(people.domain)")
        }
    }

    private mutating func lookAtForm(_ link: Link) {
        if let address = IPAddress(link.host) {
            if !PrivateAddress.contains(address.description) { notes.note("address", link.raw) }
        } else if LinkNotes.isOddAddress(link.host) {
            notes.note("odd-address", link.raw)
        }
        if let userinfo = link.userinfo, !userinfo.isEmpty { notes.note("userinfo", link.raw) }
        if let port = link.port, ![80, 443, 8080, 8443].contains(port) { notes.note("port", link.raw) }
    }

    /// Whether a host is an address in one number, or with octal or hexadecimal ones.
    private static func isOddAddress(_ host: String) -> Bool {
        guard host.utf8.first?.isDigit ?? false else { return false }
        let parts = host.utf8Array.split(separator: .dot, omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return false }
        let areNumbers = parts.allSatisfy { part in
            let isHexadecimal =
                part.count > 2 && part.starts(with: "0x".utf8)
                && part.dropFirst(2).allSatisfy { $0.hexDigitValue != nil }
            return isHexadecimal || (!part.isEmpty && part.allSatisfy(\.isDigit))
        }
        return areNumbers && (parts.count > 1 || host.utf8.count >= 8)
    }

    private mutating func lookAtHost(_ host: String, _ domain: String, isClicked: Bool) {
        guard !domain.isEmpty else { return }
        let brands = scope.facts.brands
        let labels = host.split(separator: ".")
        if labels.contains(where: { LookalikeText.isDeceptive(label: $0) }) { notes.note("mixed-script", host) }
        if labels.count >= 6 { notes.note("deep-host", host) }
        if LookalikeText.isRandom(label: labels[max(0, labels.count - domain.split(separator: ".").count)].utf8) {
            notes.note("random-host", host)
        }
        if isClicked { lookForFreeHost(host) }
        guard !people.senders.contains(domain) else { return }
        lookAtBelow(host, domain)
        guard brands.owner(of: domain) == nil else { return }
        if let own = SenderNotes.imitatedOwn(by: domain, people) { notes.note("own-lookalike", "\(domain) for \(own)") }
        if let brand = brands.imitated(by: domain)?.brand { notes.note("brand-host", "\(host) for \(brand.name)") }
    }

    private mutating func lookForFreeHost(_ host: String) {
        let free = scope.facts.settings.hostLists["FREEHOST"] ?? [:]
        guard !free.isEmpty else { return }
        var name = host[...]
        while true {
            if free[String(name)] == true { notes.note("free-host", host) }
            guard let dot = name.firstIndex(of: ".") else { break }
            name = name[name.index(after: dot)...]
        }
    }

    /// Looks at what stands in a host below what was registered.
    private mutating func lookAtBelow(_ host: String, _ domain: String) {
        let brands = scope.facts.brands
        let below = host.dropLast(domain.utf8.count)
        guard !below.isEmpty else { return }
        var brand = brands.standing(in: below)
        // Companies have hosts called after others; below what they lend, anybody has.
        if brand == nil, brands.owner(of: domain) == nil || brands.isLent(domain) {
            brand = brands.named(in: below.utf8).flatMap { $0.isWord ? nil : $0 }
        }
        if let brand, !brand.owns(domain), !people.speak(for: brand) {
            notes.note("brand-subdomain", "\(host) for \(brand.name)")
        }
        if people.own.contains(where: {
            $0.utf8.count >= 6 && "\(below)".hasPrefix("\($0).") || "\(below)".contains(".\($0).")
        }) {
            notes.note("own-subdomain", host)
        }
    }

    private static let shownHost = Expression(
        known:
            #"^[\s<("']*(?:https?://)?(?:[^\s/@]{1,64}@)?((?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}[a-z]{2,24})(?=[/:?#\s>)"'.,]|$)"#,
        .ignoringCase)
    private static let login = Expression(
        known:
            #"\b(?:log ?-?in|sign ?-?in|verif\w+|confirm\w*|validat\w+|re-?activate|restore|unlock|update|review|secure|view (?:document|file|message|invoice|fax)|open (?:document|file)|(?:download|access) (?:document|file|invoice)|keep (?:my|same|current)|claim|anmelden|best\S{1,2}tigen|aktualisieren|connexion|confirmer|v\S{1,2}rifier|acc\S{1,2}der|acceder|verificar|actualizar|acessar|atualizar|regularizar|pagar|accedi|aggiorna\w*)\b"#,
        .ignoringCase)

    /// What a text says that speaks to who reads it, rather than of something: a headline does not.
    private static let address = Expression(
        known:
            #"^\W*(?:please )?(?:log ?-?in|sign ?-?in|verify|confirm|validate|re-?activate|restore|unlock|update|review|secure|view|open|download|claim|get|manage|cancel|activate|renew|click|clique\w*|klick\w*|haga clic|pagar|verifi\w+|confirm\w*|v\S{1,2}rifi\w+|regulari\w+)\b|\b(?:you|your|my|free|offers?|gift|rewards?|surprise|survey|department|customers?|promotion|prize|winner|won|selected|congratulations|alert|now|terminated|expired?|confirmation|verifique|\d+ ?%|guthaben|geschenk\w*|ihre?[mnrs]?|deine?[mnrs]?|votre|vos|mon|mes|sus?|mis?|seus?|suas?|meus?|minhas?|acessar|resgatar)\b"#,
        .ignoringCase)

    /// Whether a text of several words is a headline: it may well name companies.
    private func isHeadline(_ text: Bytes) -> Bool {
        let words = text.array.split(whereSeparator: \.isRuleSpace)
            .filter { $0.contains { $0.isLetter || $0 >= 0x80 } && !$0.contains(.ascii("<")) }
        return words.count >= 5 && !scope.has(LinkNotes.address, text)
    }

    private mutating func lookAtTexts(_ link: Link) {
        let registries = scope.message.registries
        for text in link.texts.prefix(10) where !text.isEmpty && text.count < 300 {
            let bytes = Bytes(text)
            if let range = scope.matcher.groups(of: LinkNotes.shownHost, in: bytes)?[1], !bytes.contains(.at),
                registries.isValid(bytes[range].array)
            {
                let shown = registries.registeredPart(of: bytes[range].lossyString)
                // Who signs may count the clicks on links to itself.
                let isTracked = shown == people.domain && people.signers.contains(shown)
                if shown != link.domain, !link.targets.contains(shown), !people.senders.contains(link.domain),
                    !isTracked
                {
                    notes.note("text-elsewhere", text + Array(" → ".utf8) + link.raw.prefix(100))
                }
            }
            guard !people.senders.contains(link.domain), people.company == nil, !isHeadline(bytes) else { continue }
            if text.count <= 80, let brand = scope.facts.brands.named(in: text), !brand.isShared,
                !brand.owns(link.domain), !link.targets.contains(where: { brand.owns($0) })
            {
                notes.note("brand-text", text + Array(" → ".utf8) + link.raw.prefix(100))
            }
            if text.count <= 60, scope.has(LinkNotes.login, bytes) {
                notes.note("login-elsewhere", text + Array(" → ".utf8) + link.raw.prefix(100))
            }
        }
    }

    private static let loginPath = Expression(
        known: #"log-?in|sign-?in|verif|secure|account|update|auth|confirm|webscr|banking|billing|unlock"#,
        .ignoringCase)
    private static let picture = Expression(known: #"\.(?:png|jpe?g|gif|svg|webp|ico)(?:$|[?#])"#, .ignoringCase)

    private mutating func lookAtPath(_ link: Link) {
        guard link.rest.count > 4, !link.domain.isEmpty else { return }
        let path = Bytes(Array(link.rest.prefix(300)))
        guard scope.has(LinkNotes.loginPath, path), !scope.has(LinkNotes.picture, path),
            let brand = scope.facts.brands.named(in: path), !brand.isShared, !brand.isWord, !brand.owns(link.domain),
            !people.speak(for: brand), !link.targets.contains(where: { brand.owns($0) })
        else { return }
        notes.note("brand-path", link.raw)
    }

    private mutating func lookForRecipient(_ link: Link, _ encoded: [(address: [UInt8], forms: [[UInt8]])]) {
        guard link.rest.count >= 6, !people.senders.contains(link.domain) else { return }
        let rest = Bytes(link.rest)
        let lower = Bytes(link.rest.map(\.lowercased))
        for (address, forms) in encoded {
            let fragment = lower.array.firstIndex(of: .ascii("#")).map { lower[$0..<lower.count] }
            if fragment?.contains(address) ?? false || forms.contains(where: { rest.contains($0) }) {
                notes.note("recipient", link.raw)
            }
        }
    }

    /// `address` in base64, without the end that depends on what follows it.
    private static func encodings(of address: [UInt8]) -> [[UInt8]] {
        let text = Array(Base64.text(address).utf8)
        let whole = text.prefix(address.count * 8 / 6)
        return whole.count >= 8 ? [Array(whole)] : []
    }
}
