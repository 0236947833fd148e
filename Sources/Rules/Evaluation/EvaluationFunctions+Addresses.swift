import Expressions
import Values

extension EvaluationFunctions {
    static let addressFunctions: [String: EvaluationFunction] = [
        "check_from_in_list": { scope in isListed(senders(scope), scope.call.text(0), scope) },
        "check_to_in_list": { scope in isListed(receivers(scope), scope.call.text(0), scope) },
        "check_replyto_in_list": { scope in
            let address = scope.text("Reply-To:addr")
            return !address.isEmpty && isListed([address.array], scope.call.text(0), scope)
        },
        "check_from_in_blocklist": { isListed(senders($0), "blocklist_from", $0) },
        "check_from_in_blacklist": { isListed(senders($0), "blocklist_from", $0) },
        "check_to_in_blocklist": { isListed(receivers($0), "blocklist_to", $0) },
        "check_to_in_blacklist": { isListed(receivers($0), "blocklist_to", $0) },
        "check_to_in_welcomelist": { isListed(receivers($0), "welcomelist_to", $0) },
        "check_to_in_whitelist": { isListed(receivers($0), "welcomelist_to", $0) },
        "check_to_in_more_spam": { isListed(receivers($0), "more_spam_to", $0) },
        "check_to_in_all_spam": { isListed(receivers($0), "all_spam_to", $0) },
        "check_from_in_welcomelist": isWelcome,
        "check_from_in_whitelist": isWelcome,
        "check_forged_in_welcomelist": { scope in
            !isWelcome(scope) && relayListed(scope, "welcomelist_from_rcvd") == false
                && relayListed(scope, "def_welcomelist_from_rcvd") == nil
        },
        "check_from_in_default_welcomelist": { relayListed($0, "def_welcomelist_from_rcvd") ?? false },
        "check_from_in_default_whitelist": { relayListed($0, "def_welcomelist_from_rcvd") ?? false },
        "check_forged_in_default_welcomelist": { scope in
            relayListed(scope, "def_welcomelist_from_rcvd") == false && !isWelcome(scope)
                && relayListed(scope, "welcomelist_from_rcvd") == nil
        },
        "check_subject_in_welcomelist": { isSubjectListed("welcomelist_subject", $0) },
        "check_subject_in_whitelist": { isSubjectListed("welcomelist_subject", $0) },
        "check_subject_in_blocklist": { isSubjectListed("blocklist_subject", $0) },
        "check_subject_in_blacklist": { isSubjectListed("blocklist_subject", $0) },
    ]

    private static func isSubjectListed(_ list: String, _ scope: EvaluationScope) -> Bool {
        let subject = scope.text("Subject")
        return !subject.isEmpty && (scope.facts.subjectLists[list] ?? []).contains { scope.has($0, subject) }
    }

    private static func isListed(
        _ addresses: @autoclosure () -> [[UInt8]], _ list: String, _ scope: EvaluationScope
    ) -> Bool {
        guard let entries = scope.facts.addressLists[list], !entries.isEmpty else { return false }
        return addresses().contains { entries.contains($0) }
    }

    /// Who the message says it is from: in its fields and in its envelope.
    static func senders(_ scope: EvaluationScope) -> [[UInt8]] {
        if let known = scope.message.memory.fromAddresses { return known }
        var addresses = scope.message.all("Resent-From:first:addr")
        if addresses.isEmpty {
            for request in [
                "From:addr", "Envelope-Sender:addr", "Resent-Sender:addr", "X-Envelope-From:addr", "EnvelopeFrom:addr",
            ] {
                for address in scope.message.all(request) where !address.isEmpty {
                    var single: [UInt8] = []
                    for byte in address where !(byte == .dot && single.last == .dot) { single.append(byte) }
                    addresses.append(single)
                }
            }
        }
        var seen: Set<[UInt8]> = []
        let result = addresses.filter { seen.insert($0).inserted }
        scope.message.memory.fromAddresses = result
        return result
    }

    private static let forRecipient = Expression(known: #" for <?(\S+@\S+?)>?;"#)

    /// Who the message says it is for.
    private static func receivers(_ scope: EvaluationScope) -> [[UInt8]] {
        if let known = scope.message.memory.toAddresses { return known }
        var addresses = scope.message.all("Resent-To:first:addr") + scope.message.all("Resent-Cc:first:addr")
        if addresses.isEmpty {
            for line in scope.message.all("Received").prefix(3) {
                if let address = scope.matcher.capture(1, of: forRecipient, in: Bytes(line)) {
                    addresses.append(address.array)
                }
            }
            for name in [
                "To", "Apparently-To", "Delivered-To", "Envelope-Recipients", "Apparently-Resent-To", "X-Envelope-To",
                "Envelope-To", "X-Delivered-To", "X-Original-To", "X-Rcpt-To", "X-Real-To", "Cc",
            ] {
                addresses += scope.message.all("\(name):addr")
            }
        }
        var seen: Set<[UInt8]> = []
        let result = addresses.filter { seen.insert($0).inserted }
        scope.message.memory.toAddresses = result
        return result
    }

    private static let isWelcome: EvaluationFunction = { scope in
        isListed(senders(scope), "welcomelist_from", scope) || relayListed(scope, "welcomelist_from_rcvd") == true
    }

    /// Whether a sender on the list came through the relay it belongs to; nil where none is on it.
    private static func relayListed(_ scope: EvaluationScope, _ list: String) -> Bool? {
        guard let entries = scope.facts.settings.addressRelayLists[list] else { return nil }
        let trail = scope.message.relays
        let relays = trail.untrusted.isEmpty ? trail.trusted : Array(trail.untrusted.prefix(1))
        guard !relays.isEmpty else { return nil }
        var isForged = false
        for address in senders(scope).map({ $0.map(\.lowercased) }) {
            for entry in entries where RuleGlob.matches(Array(entry.address.utf8), address) {
                let isRelay = relays.contains { relay in
                    if entry.relay.hasPrefix("["), let close = entry.relay.lastIndex(of: "]") {
                        let name = entry.relay[entry.relay.index(after: entry.relay.startIndex)..<close]
                        if let network = IPNetwork(name + entry.relay[entry.relay.index(after: close)...]),
                            let ip = relay.address
                        {
                            return network.contains(ip)
                        }
                        return name == relay.ip
                    }
                    let name = relay.reverseName.lowercased()
                    return name == entry.relay || name.hasSuffix("." + entry.relay)
                }
                if isRelay { return true }
                isForged = true
            }
        }
        guard isForged else { return nil }
        let exempt = scope.facts.addressLists["welcomelist_allows_relays"]
        return senders(scope).contains { exempt?.contains($0) ?? false } ? nil : false
    }
}
