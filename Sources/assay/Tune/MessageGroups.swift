import ArgumentParser
import Cases
import Screening
import Values

/// The messages of a run by their direction and by the local domain that they are for or from.
struct MessageGroups {
    /// What messages are told apart by.
    enum Kind: String, ExpressibleByArgument, CaseIterable { case direction, domain }

    private var directions: [Int: MailDirection] = [:]
    private var domains: [Int: [String]] = [:]

    /// Domains beyond these are not tuned alone.
    private static let mostDomains = 50

    init(_ file: CaseFile, run: Int, site: Site) throws {
        try file.envelopes(run: run) { envelope in
            let direction = MailDirection(
                client: envelope.client, isAuthenticated: envelope.isAuthenticated,
                senderDomain: envelope.senderDomain, recipientDomains: envelope.recipientDomains, site: site)
            directions[envelope.number] = direction
            let own =
                direction == .outbound ? [envelope.senderDomain].compactMap(\.self) : envelope.recipientDomains
            domains[envelope.number] = own.filter { site.isLocal(domain: $0) }
        }
    }

    func direction(of number: Int) -> MailDirection { directions[number] ?? .inbound }

    func domains(of number: Int) -> [String] { domains[number] ?? [] }

    /// The parts that have messages: directions in their order, domains by the number of their messages.
    func names(_ kind: Kind) -> [String] {
        switch kind {
        case .direction:
            let found = Set(directions.values)
            return MailDirection.allCases.filter { found.contains($0) }.map(\.rawValue)
        case .domain:
            var counts: [String: Int] = [:]
            for domains in domains.values { for domain in domains { counts[domain, default: 0] += 1 } }
            return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(MessageGroups.mostDomains).map(
                \.key)
        }
    }

    func contains(_ number: Int, _ name: String, _ kind: Kind) -> Bool {
        switch kind {
        case .direction: direction(of: number).rawValue == name
        case .domain: domains(of: number).contains(name)
        }
    }

    /// The file of a part's overlay: `tuned.inbound.yaml` beside `tuned.yaml`.
    static func file(_ path: String, of name: String) -> String {
        let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
        for ending in [".yaml", ".yml"] where path.hasSuffix(ending) {
            return "\(path.dropLast(ending.count)).\(safe)\(ending)"
        }
        return "\(path).\(safe)"
    }
}

extension MailDirection: ExpressibleByArgument {}
