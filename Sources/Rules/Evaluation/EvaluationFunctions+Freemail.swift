import Expressions
import Values

extension EvaluationFunctions {
    static let freemailFunctions: [String: EvaluationFunction] = [
        "check_freemail_from": { scope in
            senders(scope).contains { isFreemail($0.map(\.lowercased), scope) && fits($0.map(\.lowercased), 0, scope) }
        },
        "check_freemail_header": { scope in
            scope.message.all("\(scope.call.text(0)):addr").contains {
                isFreemail($0.map(\.lowercased), scope) && fits($0.map(\.lowercased), 1, scope)
            }
        },
        "check_freemail_body": { scope in
            let findings = freemails(scope)
            return !findings.isOverMaximum && findings.addresses.contains { fits($0, 0, scope) }
        },
        "check_freemail_replyto": replyElsewhere,
    ]

    private static func fits(_ address: [UInt8], _ index: Int, _ scope: EvaluationScope) -> Bool {
        guard let expression = argument(index, scope) else { return true }
        return scope.has(expression, Bytes(address))
    }

    private static let roles = Expression(
        known:
            #"^(?:abuse|support|sales|info|helpdesk|contact|kontakt|(?:post|host|domain)master|undisclosed.*|request-[a-f0-9]{16}|bounced?-|[a-f0-9]{8}(?:\.[a-f0-9]{8}|-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})|.+=.+=.+)@"#,
        .ignoringCase)
    private static let bulkSenders = Expression(
        known:
            #"(?:^(?:post|host|domain)master|^double-bounce|^(?:sentto|owner|return|(?:gr)?bounced?)-.+|-(?:request|bounces?|admin|owner)|\b(?:do[._t-]?)?no[._t-]?repl(?:y|ies)|.+=.+)@"#,
        .ignoringCase)

    /// Whether a person may have the address, in lower case, from a provider that gives them away.
    static func isFreemail(_ address: [UInt8], _ scope: EvaluationScope) -> Bool {
        guard !address.isEmpty else { return false }
        let settings = scope.facts.settings
        let whole = String(decoding: address, as: UTF8.self)
        let domain = String(
            decoding: address.lastIndex(of: .at).map { address[($0 + 1)...] } ?? address[...], as: UTF8.self)
        if settings.freemailExceptions.contains(whole) || settings.freemailExceptions.contains(domain) { return false }
        if scope.has(roles, Bytes(address)) { return false }
        if settings.freemailDomains.contains(domain) { return true }
        return scope.facts.freemailExpression.map { scope.has($0, Bytes(address)) } ?? false
    }

    private static let mailboxes = Expression(
        known:
            #"(?=.{0,64}@)(?<![a-z0-9!#$%&'*+/=?^_`{|}~-])([a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,59}[a-z0-9])?\.){1,4}(?<![a-z0-9-])([a-z][a-z0-9-]*[a-z0-9])(?!(?:[a-z0-9-]|\.[a-z0-9])))"#,
        .ignoringCase)
    private static let links = Expression(known: #"<?https?://\S{0,255}(?:@|%40)\S{0,255}"#, .ignoringCase)
    private static let attributed = Expression(
        known: #"\G(?:>|\s{1,10}(?!(?:fa(?:x|csi)|tel|phone|e?-?mail))[a-z]{2,11}:)"#, .ignoringCase)

    private static func freemails(_ scope: EvaluationScope) -> FreemailFindings {
        if let known = scope.message.memory.freemails { return known }
        var addresses: [[UInt8]] = []
        var seen: Set<[UInt8]> = []
        for detail in scope.message.uris.details where detail.types.contains("a") && !detail.types.contains("parsed") {
            guard detail.raw.hasPrefixIgnoringCase("mailto:"), addresses.count < 20 else { continue }
            let text = Bytes(Array(detail.raw.dropFirst(7)))
            if let address = mailbox(in: text, from: 0, scope), address.range.lowerBound == 0 {
                let lower = text[address.range].map(\.lowercased)
                if seen.insert(lower).inserted { addresses.append(lower) }
            }
        }
        for line in scope.message.bodyLines where line.contains(.at) && addresses.count < 40 {
            for address in bodyAddresses(line, scope) where seen.insert(address).inserted && addresses.count < 40 {
                addresses.append(address)
            }
        }
        let findings = FreemailFindings(addresses, settings: scope.facts.settings) { isFreemail($0, scope) }
        scope.message.memory.freemails = findings
        return findings
    }

    private static func mailbox(in text: Bytes, from start: Int, _ scope: EvaluationScope) -> (
        range: Range<Int>, next: Int
    )? {
        var position = start
        while let groups = scope.matcher.groups(of: mailboxes, in: text, from: position), let whole = groups[1],
            let top = groups[2]
        {
            if scope.message.registries.isTopLevel(text[top]) { return (whole, whole.upperBound) }
            position = whole.lowerBound + 1
        }
        return nil
    }

    /// Addresses in a line of text, without those of links and of whom a quotation names.
    private static func bodyAddresses(_ line: Bytes, _ scope: EvaluationScope) -> [[UInt8]] {
        var text = line
        if line.withSpan({ $0.firstIndex(of: "://") }) != nil {
            var kept: [UInt8] = []
            var last = 0
            scope.matcher.eachRange(of: links, in: line) { range in
                kept += line[last..<range.lowerBound].array + [.space]
                last = range.upperBound
                return true
            }
            text = Bytes(kept + line[last..<line.count].array)
        }
        var result: [[UInt8]] = []
        var position = 0
        while let (range, next) = mailbox(in: text, from: position, scope), result.count < 100 {
            position = next
            let isLinked =
                range.lowerBound >= 7
                && text[(range.lowerBound - 7)..<range.lowerBound].hasPrefixIgnoringCase("mailto:")
            if !isLinked, scope.matcher.firstRange(of: attributed, in: text, from: next) != nil { continue }
            result.append(text[range].map(\.lowercased))
        }
        return result
    }

    /// Whether an answer would go to another free address than the one it seems to come from.
    private static let replyElsewhere: EvaluationFunction = { scope in
        let what = scope.call.text(0).isEmpty ? "replyto" : scope.call.text(0)
        if scope.facts.settings.freemailSkipsBulk, let sender = scope.message.all("EnvelopeFrom").first,
            scope.has(bulkSenders, Bytes(sender))
        {
            return false
        }
        let from = scope.message.all("From:addr").map { $0.map(\.lowercased) }
        let reply = scope.message.all("Reply-To:addr").map { $0.map(\.lowercased) }
        let isFromFree = from.contains { isFreemail($0, scope) }
        let isReplyFree = reply.contains { isFreemail($0, scope) }
        if isFromFree, isReplyFree, !from.contains(where: { reply.contains($0) }) { return true }
        if what == "replyto" {
            guard isReplyFree else { return false }
        } else {
            if !reply.isEmpty, !isReplyFree { return false }
            if !isFromFree { return false }
        }
        let findings = freemails(scope)
        guard !findings.isOverMaximum else { return false }
        let answers = what == "replyto" || isReplyFree ? reply : from
        return findings.addresses.contains { address in answers.contains { $0 != address } }
    }
}

/// Free addresses in the text of a message.
struct FreemailFindings {
    private(set) var addresses: [[UInt8]] = []
    /// Whether there are so many that they say nothing.
    private(set) var isOverMaximum = false

    init(_ all: [[UInt8]], settings: RuleSettings, isFree: ([UInt8]) -> Bool) {
        var (count, free) = (0, 0)
        for address in all {
            count += 1
            if count == settings.freemailMaximumBodyAddresses, settings.freemailSkipsOverMaximum {
                isOverMaximum = true
            }
            guard !isOverMaximum else { return }
            guard isFree(address) else { continue }
            free += 1
            if free == settings.freemailMaximumBodyFreemails, settings.freemailSkipsOverMaximum { isOverMaximum = true }
            addresses.append(address)
        }
    }
}
