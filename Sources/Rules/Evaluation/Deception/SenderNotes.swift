import Expressions
import Values

/// What speaks against who a message says it is from.
struct SenderNotes {
    private(set) var notes = Notes()
    private let scope: EvaluationScope
    private let people: Correspondents

    static func notes(of scope: EvaluationScope) -> Notes { SenderNotes(scope).notes }

    private init(_ scope: EvaluationScope) {
        self.scope = scope
        people = scope.correspondents
        lookAtName()
        lookAtBrand()
        lookAtDomain()
        lookAtAnswers()
        lookAtPath()
        lookAtIdentifier()
        lookAtRecipients()
    }

    private var registries: Registries { scope.message.registries }

    private func shown(_ text: String) -> [UInt8] {
        people.name.prefix(80) + Array(" <".utf8) + people.from.prefix(80) + Array(text.utf8)
    }

    private static let nameAddress = Expression(
        known: #"([\w.+-]{1,64})@((?:[\w-]{1,63}\.)+[a-z]{2,24})\b"#, .ignoringCase)
    private static let nameDomain = Expression(
        known: #"(?<![\w@.-])((?:[a-z0-9][a-z0-9-]{0,61}\.){1,4}[a-z]{2,24})(?![\w.-])"#, .ignoringCase)

    // MARK: The name

    private mutating func lookAtName() {
        let name = Bytes(people.name)
        guard !people.domain.isEmpty, !people.name.isEmpty else { return }
        var inner: [String] = []
        if let groups = scope.matcher.groups(of: SenderNotes.nameAddress, in: name), let whole = groups[0],
            let host = groups[2]
        {
            let address = name[whole].map(\.lowercased)
            let domain = registries.registeredPart(of: name[host].lossyString)
            if people.recipients.contains(address), address != people.from {
                notes.note("name-recipient", shown(">"))
            } else if registries.isValid(name[host].array), domain != people.domain {
                notes.note("name-address", shown(">"))
            }
            inner.append(domain)
        } else {
            scope.matcher.eachMatch(of: SenderNotes.nameDomain, in: name) { groups in
                if let range = groups[1], registries.isValid(name[range].array) {
                    inner.append(registries.registeredPart(of: name[range].lossyString))
                }
                return inner.count < 4
            }
            if let first = inner.first, first.utf8.count >= 6, !people.senders.contains(first) {
                notes.note("name-domain", shown(">"))
            }
        }
        if !people.own.contains(people.domain) {
            if inner.contains(where: { people.own.contains($0) }) || isNameOfOwn { notes.note("name-own", shown(">")) }
        }
        if let word = LookalikeText.mixedWord(in: name) { notes.note("mixed-script", word) }
    }

    /// What those call themselves who are to be taken for somebody of the recipient's own.
    private static let offices = Set(
        """
        support service services help helpdesk desk servicedesk it admin administrator administration team security hr \
        human resources payroll department dept office mail email webmail mailbox server system account accounts \
        notification notifications notice alert alerts portal management manager ceo finance no reply noreply do not the
        """.split(separator: " ").map { Array($0.utf8) })

    /// Whether the name is the first label of a domain of the recipient's, alone or with an office. People and places
    /// have the names of firms too.
    private var isNameOfOwn: Bool {
        let words = LookalikeText.folded(people.name).split { !$0.isAlphanumeric && $0 != .hyphen }
        let labels = people.own.compactMap { $0.split(separator: ".").first }.filter { $0.utf8.count >= 5 }
        return labels.contains { label in
            let others = words.filter { !label.utf8.elementsEqual($0) }
            return others.count < words.count && others.allSatisfy { SenderNotes.offices.contains(Array($0)) }
        }
    }

    // MARK: Companies

    private mutating func lookAtBrand() {
        let brands = scope.facts.brands
        guard !people.domain.isEmpty else { return }
        // What is said twice with one word counts once.
        var counted: [[UInt8]] = []
        func isCounted(_ brand: BrandTable.Brand) -> Bool {
            counted.contains { $0.starts(with: brand.squeezed) || brand.squeezed.starts(with: $0) }
        }
        let named = brands.all(namedIn: people.name)
        // A company that names itself may name another: somebody via Docusign.
        if let brand = named.first, !named.contains(where: { people.speak(for: $0) }), !isProviderNamed(brand) {
            if !people.isFree, brands.isRegistered(people.name, as: people.domain, for: brand) {
                notes.note("brand-within", shown("> for \(brand.name)"))
            } else {
                notes.note(people.isFree ? "brand-freemail" : "brand-name", shown("> for \(brand.name)"))
            }
            counted.append(brand.squeezed)
        }
        if !people.isFree, let imitation = brands.imitated(by: people.domain),
            !imitation.isSpelled || !isCounted(imitation.brand)
        {
            notes.note("brand-domain", "\(people.domain) for \(imitation.brand.name)")
            counted.append(imitation.brand.squeezed)
        }
        if let brand = brands.standing(in: people.host.dropLast(people.domain.utf8.count)), !people.speak(for: brand) {
            notes.note("brand-domain", "\(people.host) for \(brand.name)")
        }
        let user = people.from.prefix { $0 != .at }
        // What is a first name too is one where the sender's name has it and more.
        let words = LookalikeText.folded(people.name).split { !$0.isAlphanumeric }
        if let brand = brands.named(in: user), !brand.isShared, !people.speak(for: brand), !isCounted(brand),
            !(brand.isWord && words.contains { $0.elementsEqual(brand.squeezed) })
        {
            notes.note("brand-user", shown("> for \(brand.name)"))
        }
        lookAtSubject()
    }

    /// Whether a person with an address of a provider that gives them away has the provider's name beside it.
    private func isProviderNamed(_ brand: BrandTable.Brand) -> Bool {
        people.isFree && people.domain.utf8.prefix { $0 != .dot }.elementsEqual(brand.squeezed)
    }

    private mutating func lookAtSubject() {
        // Companies write of orders at others, and of payments to them.
        guard people.company == nil else { return }
        let brands = scope.facts.brands
        let subject = scope.text("Subject")
        guard let brand = brands.named(in: subject), !brand.isShared, !people.speak(for: brand),
            scope.has(SenderNotes.trouble, subject)
        else { return }
        // Headlines of several companies speak for none.
        let clauses = subject.array.split { [.ascii(","), .ascii(";"), .ascii("|")].contains($0) }
        let others = clauses.filter { brands.named(in: $0) != nil }
        guard others.count < 2 else { return }
        notes.note("brand-subject", subject.array + Array(" from ".utf8) + people.from)
    }

    private static let trouble = Expression(
        known:
            #"\b(?:account|verif\w+|confirm\w*|suspend\w*|restrict\w*|limit\w*|lock\w*|unusual|suspicious|security|alert|update|payment|invoice|order|refund|expir\w*|deliver\w*|package|parcel|reward|survey|gift|prize|winner|selected|notice|action|password|log-?in|sign-?in|konto|compte|cuenta|conta|carte|cart\S{1,2}o|fatura|pontos|points|puntos)\b"#,
        .ignoringCase)

    // MARK: The domain

    private mutating func lookAtDomain() {
        guard !people.domain.isEmpty else {
            if !people.from.isEmpty { notes.note("no-domain", people.from) }
            return
        }
        if let own = SenderNotes.imitatedOwn(by: people.domain, people) {
            notes.note("own-lookalike", "\(people.domain) for \(own)")
        }
        if people.host.split(separator: ".").contains(where: { LookalikeText.isDeceptive(label: $0) }) {
            notes.note("mixed-script", people.host)
        }
        if let label = people.domain.split(separator: ".").first, LookalikeText.isRandom(label: label.utf8) {
            notes.note("random-domain", people.domain)
        }
        let user = people.from.prefix { $0 != .at }
        if LookalikeText.isRandom(label: user), user.count >= 10 { notes.note("random-user", people.from) }
    }

    /// The domain of the recipient's that `domain` is meant to be taken for.
    static func imitatedOwn(by domain: String, _ people: Correspondents) -> String? {
        guard !people.own.contains(domain), let label = domain.split(separator: ".").first.map({ Array($0.utf8) }),
            label.count >= 5
        else { return nil }
        let skeleton = LookalikeText.skeleton(label)
        return people.own.sorted().first { own in
            guard let mine = own.split(separator: ".").first.map({ Array($0.utf8) }), mine.count >= 5, mine != label
            else { return false }
            return LookalikeText.skeleton(mine) == skeleton
                || (mine.count >= 6 && LookalikeText.differByOne(mine, label))
        }
    }

    // MARK: Answers

    private mutating func lookAtAnswers() {
        guard let reply = scope.message.all("Reply-To:addr").first?.map(\.lowercased), !people.domain.isEmpty,
            let at = reply.lastIndex(of: .at)
        else { return }
        let domain = registries.registeredPart(of: String(decoding: reply[(at + 1)...], as: UTF8.self))
        guard domain != people.domain else { return }
        // Lists put their address in the place of who wrote, and so do services that people share files by.
        let isPassedOn =
            people.isListAddress || (people.company != nil && scope.has(SenderNotes.onBehalf, Bytes(people.name)))
        if EvaluationFunctions.isFreemail(reply, scope), !isPassedOn {
            notes.note("reply-elsewhere", reply + Array(" for ".utf8) + people.from)
        }
        if let label = domain.split(separator: ".").first.map({ Array($0.utf8) }),
            let mine = people.domain.split(separator: ".").first.map({ Array($0.utf8) }), label.count >= 5,
            LookalikeText.skeleton(label) == LookalikeText.skeleton(mine) || LookalikeText.differByOne(label, mine)
        {
            notes.note("reply-lookalike", "\(domain) for \(people.domain)")
        }
    }

    private static let onBehalf = Expression(known: #"\S.*\bvia\b.*\S"#, .ignoringCase)

    // MARK: The way it came

    private mutating func lookAtPath() {
        let relays = scope.message.relays
        let outside = relays.external.first
        if let outside, outside.authentication.isEmpty, !outside.isPrivate, !outside.ip.isEmpty,
            people.recipients.contains(people.from), !people.isListAddress
        {
            notes.note("own-forged", people.from + Array(" from \(outside.ip)".utf8))
        }
        let names = (relays.trusted + relays.untrusted).flatMap { [$0.reverseName, $0.helo, $0.by] }
            .map { $0.asciiLowercased }
        func passed(_ hosts: [String: Bool]) -> Bool {
            let listed = hosts.filter(\.value).keys
            let isSigned = people.senders.contains { listed.contains($0) && $0 != people.domain }
            return isSigned
                || listed.contains { host in names.contains { $0 == host || $0.hasSuffix(".\(host)") } }
                || scope.message.uris.details.contains { detail in
                    detail.types == ["domainkeys"]
                        && detail.domains.contains { $0 == people.domain || listed.contains($0) }
                }
        }
        let lists = scope.facts.settings.hostLists
        if let hosts = lists["SENDS_\(people.host)"], !relays.untrusted.isEmpty || !relays.trusted.isEmpty,
            !passed(hosts)
        {
            notes.note("provider-forged", people.from)
        }
        if let text = scope.message.all("Message-ID").first, let at = text.lastIndex(of: .at) {
            let host = String(
                decoding: text[(at + 1)...].prefix { $0.isAlphanumeric || $0 == .dot || $0 == .hyphen }.map(
                    \.lowercased),
                as: UTF8.self)
            let domain = registries.registeredPart(of: host)
            if let hosts = lists["SENDS_\(domain)"], lists["SENDS_\(people.host)"] == nil,
                !relays.untrusted.isEmpty || !relays.trusted.isEmpty, !passed(hosts)
            {
                notes.note("id-provider", text.prefix(100))
            }
        }
        if let envelope = scope.message.all("EnvelopeFrom").first, let at = envelope.lastIndex(of: .at),
            !people.domain.isEmpty
        {
            let domain = registries.registeredPart(
                of: String(decoding: envelope[(at + 1)...].map(\.lowercased), as: UTF8.self))
            let isListed = scope.message.header.has("list-id") || scope.message.header.has("list-post")
            if domain != people.domain, !isListed, !people.own.contains(domain) {
                notes.note("envelope-other", envelope + Array(" for ".utf8) + people.from)
            }
        }
    }

    private mutating func lookAtIdentifier() {
        guard let text = scope.message.all("Message-ID").first, let at = text.lastIndex(of: .at),
            !people.domain.isEmpty,
            let outside = scope.message.relays.external.first, !outside.isPrivate, outside.authentication.isEmpty
        else { return }
        let host = String(
            decoding: text[(at + 1)...].prefix { $0.isAlphanumeric || $0 == .dot || $0 == .hyphen }.map(\.lowercased),
            as: UTF8.self)
        let domain = registries.registeredPart(of: host)
        if people.own.contains(domain), !people.own.contains(people.domain) {
            notes.note("id-own", text.prefix(100))
        }
    }

    // MARK: Recipients

    private mutating func lookAtRecipients() {
        let subject = Bytes(scope.text("Subject").map(\.lowercased))
        for address in people.recipients where address != people.from {
            let user = Array(address.prefix { $0 != .at })
            let words = subject.array.split { !$0.isAlphanumeric && $0 != .dot && $0 != .hyphen && $0 != .ascii("_") }
            if subject.contains(address) || (user.count >= 5 && words.contains { $0.elementsEqual(user) }) {
                notes.note("subject-recipient", subject.array)
            }
        }
        let named = scope.message.all("To:name") + scope.message.all("Cc:name")
        if named.filter({ !$0.isEmpty && !$0.contains(.at) }).count >= 3 {
            notes.note("many-named", named.prefix(3).joined(separator: Array(", ".utf8)))
        }
    }
}
