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

    /// What `test` asks, and which answers count.
    func questions(_ test: NetworkTest, _ flags: RuleFlags) -> (questions: [DNSQuestion], wanted: NetworkTest.Wanted) {
        switch test.query {
        case .uriList(let name):
            guard let list = engine.rules.settings.uriLists[name] else { return ([], .any) }
            return (domains(in: list.zone, list.type, flags), list.wanted)
        case .relays(let set, let zone, let type, let wanted):
            return (relays(set).compactMap { question($0, zone, type) }, wanted)
        case .sameRelays(let set, let wanted):
            guard let (zone, type) = engine.relayZones[set] else { return ([], wanted) }
            return (relays(set).compactMap { question($0, zone, type) }, wanted)
        case .sender(let zone):
            guard let sender = message.all("EnvelopeFrom").first, let at = sender.lastIndex(of: .at) else {
                return ([], .any)
            }
            let domain = sender[(at + 1)...].filter { !$0.isRuleSpace }
            return (name(String(decoding: domain, as: UTF8.self), zone).map { [DNSQuestion($0, .a)] } ?? [], .any)
        case .name(let template, let type, let wanted):
            return (names(template).map { DNSQuestion($0, type) }, wanted)
        case .unknown: return ([], .any)
        }
    }

    private func domains(in zone: String, _ type: RecordType, _ flags: RuleFlags) -> [DNSQuestion] {
        let settings = engine.rules.settings
        var seen: Set<String> = []
        var result: [DNSQuestion] = []
        for detail in message.uris.details {
            for (host, domain) in detail.hosts where result.count < settings.uriDomainLimit {
                let isAddress = IPAddress(host) != nil
                if flags.words.contains(isAddress ? "domains_only" : "ips_only") { continue }
                let asked = flags.words.contains("notrim") ? host : domain
                guard !settings.skippedURIDomains.contains(domain), seen.insert(asked).inserted else { continue }
                if let address = IPAddress(host) {
                    if let found = question(address, zone, type) { result.append(found) }
                } else if let name = name(asked, zone) {
                    result.append(DNSQuestion(name, type))
                }
            }
        }
        return result
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
    /// where the scores are those without network. More than so many are left out.
    public func questions(about message: Bytes, worker: RuleWorker) -> (questions: [DNSQuestion], isCut: Bool) {
        guard !networkRules.isEmpty else { return ([], false) }
        let network = NetworkRules(engine: self, message: view(message, worker))
        var seen: Set<DNSQuestion> = []
        var result: [DNSQuestion] = []
        for (rule, test) in networkRules {
            for question in network.questions(test, rules.rules[rule].flags).questions
            where seen.insert(question).inserted {
                result.append(question)
            }
        }
        return (Array(result.prefix(options.questionLimit)), result.count > options.questionLimit)
    }
}
