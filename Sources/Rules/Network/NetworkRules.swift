import DNS
import Expressions
import Values

/// The questions that rules have about a message.
struct NetworkRules {
    let engine: RuleEngine
    let message: RuleMessage

    /// How many addresses of relays are asked about in each list.
    private static let relayLimit = 10
    /// How many values a tag of a name may have.
    private static let valueLimit = 5
    /// How many name servers of a domain, and addresses of a name, are looked at.
    private static let serverLimit = 4
    /// How many times questions follow from answers: a domain's name servers, their addresses, these in a list.
    static let roundLimit = 3

    /// What a test asks.
    struct Inquiry {
        /// What the test goes by.
        var questions: [DNSQuestion] = []
        /// Which answers to these count.
        var wanted = NetworkTest.Wanted.any
        /// What has to be known first.
        var steps: [DNSQuestion] = []
    }

    /// What `test` asks, where `answers` are known.
    func inquiry(_ test: NetworkTest, _ flags: RuleFlags, _ answers: [DNSQuestion: DNSAnswer]) -> Inquiry {
        switch test.query {
        case .uriList(let name):
            guard let list = engine.rules.settings.uriLists[name] else { return Inquiry() }
            return inquiry(list, flags, answers)
        case .relays(let set, let zone, let type, let wanted):
            return Inquiry(questions: relays(set).compactMap { question($0, zone, type) }, wanted: wanted)
        case .sameRelays(let set, let wanted):
            guard let (zone, type) = engine.relayZones[set] else { return Inquiry() }
            return Inquiry(questions: relays(set).compactMap { question($0, zone, type) }, wanted: wanted)
        case .sender(let zone):
            return Inquiry(questions: senderDomain.flatMap { name($0, zone) }.map { [DNSQuestion($0, .a)] } ?? [])
        case .senderHost:
            guard let domain = senderDomain, domain.utf8.contains(.dot), let name = DomainName(domain) else {
                return Inquiry()
            }
            return Inquiry(questions: [DNSQuestion(name, .a), DNSQuestion(name, .mx)], wanted: .nothing)
        case .senders(let zone, let isRegistered, let wanted):
            return Inquiry(
                questions: senderDomains(isRegistered).compactMap { name($0, zone) }.map { DNSQuestion($0, .a) },
                wanted: wanted)
        case .name(let template, let types, let wanted):
            return Inquiry(
                questions: names(template).flatMap { name in types.map { DNSQuestion(name, $0) } }, wanted: wanted)
        case .unknown: return Inquiry()
        }
    }

    /// The domains of the addresses that a message says it is from, each once.
    private func senderDomains(_ isRegistered: Bool) -> [String] {
        var seen: Set<String> = []
        let addresses = message.all("From:addr") + message.all("Sender:addr") + message.all("EnvelopeFrom")
        return addresses.compactMap { address in
            address.lastIndex(of: .at).map { HostName.ascii(address[($0 + 1)...].filter { !$0.isRuleSpace }) }
        }.map { String(decoding: $0, as: UTF8.self) }
            .map { isRegistered ? message.registries.registeredPart(of: $0) : $0 }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    private var senderDomain: String? {
        guard let sender = message.all("EnvelopeFrom").first, let at = sender.lastIndex(of: .at) else { return nil }
        let domain = sender[(at + 1)...].filter { !$0.isRuleSpace }
        return domain.isEmpty ? nil : String(decoding: HostName.ascii(domain), as: UTF8.self)
    }

    private func inquiry(
        _ list: URIListTest, _ flags: RuleFlags, _ answers: [DNSQuestion: DNSAnswer]
    ) -> Inquiry {
        let settings = engine.rules.settings
        var seen: Set<String> = []
        var inquiry = Inquiry(wanted: list.wanted)
        for detail in message.uris.details {
            for (host, domain) in detail.hosts where seen.count < settings.uriDomainLimit {
                let address = IPAddress(host)
                if flags.words.contains(address != nil ? "domains_only" : "ips_only") { continue }
                let isWhole = flags.words.contains("notrim") || (list.subject == .addresses && asksHosts(flags))
                let asked = isWhole ? host : domain
                guard !settings.skippedURIDomains.contains(domain), seen.insert(asked).inserted else { continue }
                if let address {
                    if let found = question(address, list.zone, list.type) { inquiry.questions.append(found) }
                } else if list.subject == .domain {
                    if let name = name(asked, list.zone) { inquiry.questions.append(DNSQuestion(name, list.type)) }
                } else {
                    follow(host: host, domain: domain, list, flags, answers, &inquiry)
                }
            }
        }
        return inquiry
    }

    /// Whether `uridnssub` is about the addresses of hosts, and whether it is about those of name servers, as it is
    /// where nothing is said (Mail::SpamAssassin::Plugin::URIDNSBL, tflags).
    private func asksHosts(_ flags: RuleFlags) -> Bool { flags.words.contains("a") }
    private func asksServers(_ flags: RuleFlags) -> Bool { flags.words.contains("ns") || !asksHosts(flags) }

    /// Goes from a domain to its name servers and to addresses, as far as answers are known.
    private func follow(
        host: String, domain: String, _ list: URIListTest, _ flags: RuleFlags, _ answers: [DNSQuestion: DNSAnswer],
        _ inquiry: inout Inquiry
    ) {
        func records(_ name: DomainName, _ type: RecordType) -> ArraySlice<RecordData> {
            let question = DNSQuestion(name, type)
            guard let answer = answers[question] else {
                inquiry.steps.append(question)
                return []
            }
            guard case .records(let records, _) = answer else { return [] }
            return records.prefix(NetworkRules.serverLimit)
        }
        func look(upAddressesOf name: DomainName) {
            for case .address(let address) in records(name, .a) {
                if let found = question(address, list.zone, list.type) { inquiry.questions.append(found) }
            }
        }
        if list.subject == .addresses, asksHosts(flags), let name = DomainName(host) { look(upAddressesOf: name) }
        guard list.subject != .addresses || asksServers(flags), let name = DomainName(domain) else { return }
        for case .name(let server) in records(name, .ns) {
            guard list.subject != .addresses else {
                look(upAddressesOf: server)
                continue
            }
            var text = server.description
            if text.hasSuffix(".") { text.removeLast() }
            let asked = list.subject == .servers ? text : message.registries.registeredPart(of: text)
            if let name = self.name(asked, list.zone) { inquiry.questions.append(DNSQuestion(name, list.type)) }
        }
    }

    /// The addresses of relays that a set stands for, by the end of its name (Mail::SpamAssassin::Conf, check_rbl).
    private func relays(_ set: String) -> [IPAddress] {
        let relays: [Relay]
        if set.hasSuffix("-lastexternal") {
            relays = Array(message.relays.external.prefix(1))
        } else if set.hasSuffix("-firsttrusted") {
            relays = Array((message.relays.trusted.last ?? message.relays.untrusted.first).map { [$0] } ?? [])
        } else if set.hasSuffix("-untrusted") {
            relays = message.relays.untrusted
        } else {
            // The first hop may be a dial-up line that sends through its provider, as it should.
            let all = message.relays.external
            relays = set.hasSuffix("-notfirsthop") && all.count > 1 ? Array(all.dropLast()) : all
        }
        var seen: Set<IPAddress> = []
        return relays.filter { !$0.isPrivate }.compactMap(\.address).filter { seen.insert($0).inserted }
            .prefix(NetworkRules.relayLimit).map { $0 }
    }

    private func question(_ address: IPAddress, _ zone: String, _ type: RecordType) -> DNSQuestion? {
        guard let zone = DomainName(zone) else { return nil }
        return DNSList(zone).name(of: address).map { DNSQuestion($0, type) }
    }

    private func name(_ domain: String, _ zone: String) -> DomainName? {
        guard let domain = DomainName(domain), let zone = DomainName(zone), domain != .root else { return nil }
        return DNSList(zone).name(of: domain)
    }

    /// The names that a template makes, its tags filled in; none where one of them has no value.
    private func names(_ template: String) -> [DomainName] {
        var texts = [""]
        var rest = template[...]
        while let start = rest.firstIndex(of: "_") {
            guard let end = rest[rest.index(after: start)...].firstIndex(of: "_") else { break }
            let tag = String(rest[rest.index(after: start)..<end])
            guard let values = values(of: tag) else {
                // Underscores of the name itself, as in _dmarc.
                texts = texts.map { $0 + rest[..<end] }
                rest = rest[end...]
                if rest.count == 1 { break }
                continue
            }
            texts = texts.flatMap { text in values.prefix(NetworkRules.valueLimit).map { text + rest[..<start] + $0 } }
            rest = rest[rest.index(after: end)...]
        }
        return texts.prefix(NetworkRules.valueLimit).compactMap { DomainName($0 + rest) }.filter { $0 != .root }
    }

    /// The values of a tag; nil where there is no tag of that name.
    private func values(of tag: String) -> [String]? {
        func domains(_ request: String) -> [String] {
            var seen: Set<String> = []
            return message.all(request).map { String(decoding: HostName.ascii($0), as: UTF8.self) }
                .filter { !$0.isEmpty && seen.insert($0).inserted }
        }
        switch tag {
        case "AUTHORDOMAIN": return domains("From:addr:host")
        case "SENDERDOMAIN": return message.all("X-SenderDomain").prefix(1).map { String(decoding: $0, as: UTF8.self) }
        case "LASTEXTERNALIP": return message.relays.external.prefix(1).map(\.ip).filter { !$0.isEmpty }
        case "LASTEXTERNALREVIP":
            return message.relays.external.prefix(1).compactMap(\.address).map { address in
                DomainName.reverseLabels(of: address).joined(separator: ".")
            }
        case "LASTEXTERNALRDNS": return message.relays.external.prefix(1).map(\.reverseName).filter { !$0.isEmpty }
        case "LASTEXTERNALHELO": return message.relays.external.prefix(1).map(\.helo).filter { !$0.isEmpty }
        case "DKIMDOMAIN", "DKIMIDENTITY", "DKIMSELECTOR": return []
        default: return nil
        }
    }
}

extension RuleEngine {
    /// What the rules want the DNS to be asked about `message`, each question once, in the order of the rules; none
    /// where the scores are those without network. What `answers` has is not asked again; more than so many questions,
    /// those answered among them, are left out. Some follow from answers: ask until there are none, which they are
    /// after a few times.
    public func questions(
        about message: Bytes, worker: RuleWorker, after answers: [DNSQuestion: DNSAnswer] = [:]
    ) -> (questions: [DNSQuestion], isCut: Bool) {
        guard !networkRules.isEmpty else { return ([], false) }
        let network = NetworkRules(engine: self, message: view(message, worker))
        var seen: Set<DNSQuestion> = []
        var result: [DNSQuestion] = []
        for (rule, test) in networkRules {
            let inquiry = network.inquiry(test, rules.rules[rule].flags, answers)
            for question in inquiry.steps + inquiry.questions
            where answers[question] == nil && seen.insert(question).inserted {
                result.append(question)
            }
        }
        let room = max(0, options.questionLimit - answers.count)
        return (Array(result.prefix(room)), result.count > room)
    }

    /// How many times at most `questions` has questions.
    public var roundLimit: Int { asksServers ? NetworkRules.roundLimit : 1 }

    private var asksServers: Bool {
        networkRules.contains { _, test in
            guard case .uriList(let name) = test.query else { return false }
            return rules.settings.uriLists[name].map { $0.subject != .domain } ?? false
        }
    }
}
