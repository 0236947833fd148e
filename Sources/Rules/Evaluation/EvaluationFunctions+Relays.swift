import Expressions
import Values

extension EvaluationFunctions {
    static let relayFunctions: [String: EvaluationFunction] = [
        "check_all_trusted": { scope in
            let relays = scope.message.relays
            return !relays.trusted.isEmpty && relays.untrusted.isEmpty && relays.unparseableCount == 0
        },
        "check_no_relays": { scope in
            let relays = scope.message.relays
            return relays.trusted.isEmpty && relays.untrusted.isEmpty && relays.unparseableCount == 0
        },
        "check_relays_unparseable": { $0.message.relays.unparseableCount > 0 },
        "check_for_numeric_helo": { scope in
            guard let helo = scope.matcher.capture(1, of: numericHelo, in: Bytes(scope.message.relays.untrustedText))
            else { return false }
            return !PrivateAddress.contains(helo.lossyString)
        },
        "helo_ip_mismatch": { scope in
            scope.message.relays.untrusted.contains { relay in
                guard PrivateAddress.isV4(relay.helo), !PrivateAddress.contains(relay.helo),
                    PrivateAddress.isV4(relay.ip), !relay.isPrivate, relay.helo != relay.ip,
                    let dot = relay.helo.lastIndex(of: ".")
                else { return false }
                return !relay.ip.hasPrefix(relay.helo[...dot])
            }
        },
        "check_for_sender_no_reverse": { scope in
            guard let relay = scope.message.relays.untrusted.last else { return false }
            return relay.reverseName.contains(".") && !relay.isPrivate
        },
        "check_for_no_rdns_dotcom_helo": { scope in
            var result = false
            for relay in scope.message.relays.untrusted where !relay.isPrivate {
                result = scope.has(dotcomHelo, Bytes(relay.helo)) && relay.hasNoReverseName
            }
            return result
        },
        "check_for_forged_received_trail": { mismatches($0) > 1 },
        "check_for_forged_received_ip_helo": { scope in
            scope.message.relays.untrusted.contains { relay in
                let helo = domain(relay.helo)
                guard PrivateAddress.isV4(helo), PrivateAddress.isV4(relay.ip), helo != relay.ip,
                    !PrivateAddress.contains(helo)
                else { return false }
                return helo.split(separator: ".").prefix(2) != relay.ip.split(separator: ".").prefix(2)
            }
        },
        "check_for_from_domain_in_received_headers": { scope in
            let name = scope.call.text(0)
            let pattern = quoted(Bytes(name))
            guard scope.has(Expression(known: "\\b\(pattern)", .ignoringCase), scope.text("From:addr")) else {
                return false
            }
            let relays = scope.message.relays
            let found = scope.has(
                Expression(known: " rdns=\\S*\\b\(pattern) [^\\]]*by=\\S*\\b\(pattern) "),
                Bytes(relays.trustedText + "\n" + relays.untrustedText))
            return found == (scope.call.text(1) == "true")
        },
        "check_mailfrom_matches_rcvd": { scope in
            let sender = scope.text("EnvelopeFrom:addr")
            guard let at = sender.lastIndex(of: .at),
                sender[(at + 1)..<sender.count].dropFirst().dropLast().contains(.dot)
            else { return false }
            let relays = scope.message.relays
            let registries = scope.message.registries
            let wanted = registries.registeredPart(of: sender[(at + 1)..<sender.count].lossyString)
            let seen = relays.untrusted.isEmpty ? relays.trusted : Array(relays.untrusted.prefix(1))
            return seen.contains { !$0.reverseName.isEmpty && registries.registeredPart(of: $0.reverseName) == wanted }
        },
    ]

    private static let numericHelo = Expression(
        known: "\\bhelo=(\(ReceivedFormat.v4Pattern))(?=[\\000-\\040,;\\[()<>]|\\z)", .ignoringCase)
    private static let dotcomHelo = Expression(
        known:
            #"(?:\.|^)(?:lycos\.com|lycos\.co\.uk|hotmail\.com|localhost\.com|excite\.com|caramail\.com|cs\.com|aol\.com|msn\.com|yahoo\.com|drizzle\.com)$"#,
        .ignoringCase)
    private static let hostNames = Expression(known: #"^\w+(?:[\w.-]+\.)+\w+$"#)

    /// The part of a host name that belongs to one owner, by a rule of thumb; an address as it is.
    private static func domain(_ host: String) -> String {
        guard host.utf8.contains(where: \.isLetter) else { return host }
        let labels = host.utf8Array.split(separator: .dot, omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last else { return host }
        let isLong = last.count >= 3 || ["ie", "fr", "de"].contains { last.elementsEqual($0.utf8) }
        guard isLong || labels.count > 2 else { return host }
        return String(decoding: labels.suffix(isLong ? 2 : 3).joinedBytes(by: .dot), as: UTF8.self)
    }

    /// How many hops came from another host than the one that the hop before says it is.
    private static func mismatches(_ scope: EvaluationScope) -> Int {
        if let known = scope.message.memory.forgedTrail { return known }
        let relays = scope.message.relays.untrusted
        var from = relays.map { domain($0.reverseName.lowercased()) as String? }
        let by = relays.map { domain($0.by.lowercased()) }
        var count = 0
        for index in relays.indices where scope.has(hostNames, Bytes(by[index])) {
            if from[index] == "localhost" || from[index] == "localhost.localdomain", relays[index].ip == "127.0.0.1" {
                from[index] = nil
            }
            guard index > 0, let previous = from[index - 1], scope.has(hostNames, Bytes(previous)) else { continue }
            if by[index] != previous, !(by[index] == "msn.com" && previous == "hotmail.com") { count += 1 }
        }
        scope.message.memory.forgedTrail = count
        return count
    }
}
