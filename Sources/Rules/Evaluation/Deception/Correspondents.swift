import Values

/// Whom a message says it is from and to, and which domains are whose.
struct Correspondents {
    /// The first From address, in lower case; empty where there is none.
    let from: [UInt8]
    /// What was registered of its domain.
    let domain: String
    let host: String
    /// The From field's first display name.
    let name: [UInt8]
    /// The addresses of To and Cc, in lower case.
    let recipients: [[UInt8]]
    /// What was registered of the domains that are the recipient's: the site's, and those of the recipients named.
    let own: Set<String>
    /// What was registered of the domains that are the sender's: of From, of the envelope's sender, and of those that
    /// signed.
    let senders: Set<String>
    let isFree: Bool
    /// Of those, the ones that users and customers of a provider do not write in as well.
    private let speakers: Set<String>
    /// The domains that the message says it is signed by.
    let signers: Set<String>
    /// The company whose own domain the sender's is.
    let company: BrandTable.Brand?
    /// Whether the sender's address is that of a list that subscribers write to, in the place of who wrote.
    let isListAddress: Bool

    private static let recipientLimit = 20

    init(_ scope: EvaluationScope) {
        let message = scope.message
        let registries = message.registries
        func registered(_ address: [UInt8]) -> String? {
            guard let at = address.lastIndex(of: .at), at + 1 < address.count else { return nil }
            let name = HostName.ascii(Array(address[(at + 1)...]))
            return registries.isValid(name) ? registries.registeredPart(of: String(decoding: name, as: UTF8.self)) : nil
        }
        let from = message.all("From:addr").first?.map(\.lowercased) ?? []
        self.from = from
        name = message.all("From:name").first ?? []
        let domain = registered(from) ?? ""
        self.domain = domain
        host = from.lastIndex(of: .at).map { String(decoding: from[($0 + 1)...], as: UTF8.self) } ?? ""
        isFree = EvaluationFunctions.isFreemail(from, scope)
        recipients = (message.all("To:addr") + message.all("Cc:addr")).prefix(Correspondents.recipientLimit)
            .map { $0.map(\.lowercased) }
        var own = Set(
            (scope.facts.settings.hostLists[RuleSettings.ownDomains] ?? [:]).keys.map {
                registries.registeredPart(of: $0)
            })
        for address in recipients {
            if let name = registered(address), !EvaluationFunctions.isFreemail(address, scope) { own.insert(name) }
        }
        self.own = own
        var senders: Set<String> = domain.isEmpty ? [] : [domain]
        var speakers: Set<String> = domain.isEmpty || isFree ? [] : [domain]
        func add(_ other: String) {
            senders.insert(other)
            if other != domain, !EvaluationFunctions.isFreemail(Array("x@\(other)".utf8), scope) {
                speakers.insert(other)
            }
        }
        if let envelope = message.all("EnvelopeFrom").first.flatMap({ registered($0) }) { add(envelope) }
        signers = Set(message.uris.details.lazy.filter { $0.types == ["domainkeys"] }.flatMap(\.domains))
        for signer in signers { add(signer) }
        self.senders = senders
        let brands = scope.facts.brands
        // What a company lends to its customers is theirs, and addresses at a provider are their users'.
        self.speakers = speakers.filter { !brands.isLent($0) }
        company = self.speakers.contains(domain) ? brands.owner(of: domain) : nil
        isListAddress =
            !from.isEmpty && message.header.has("list-id")
            && message.all("List-Post").contains { field in
                Bytes(field.map(\.lowercased)).contains(Array("<mailto:".utf8) + from + [.ascii(">")])
            }
    }

    /// Whether the sender is `brand`.
    func speak(for brand: BrandTable.Brand) -> Bool { speakers.contains { brand.owns($0) } }
}

extension EvaluationScope {
    /// Whom the message says it is from and to.
    var correspondents: Correspondents {
        if let known = message.memory.correspondents { return known }
        let made = Correspondents(self)
        message.memory.correspondents = made
        return made
    }
}
