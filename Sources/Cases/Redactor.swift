import Cryptography
import Mail
import Values

/// Leaves out who wrote to whom and what: local parts and content become tokens, the same for the same text, so that
/// what belongs together can still be seen. Domains, addresses of the network, times, sizes and results stay.
///
/// Tokens are made with a key (HMAC-SHA256, RFC 2104). Without it, nobody can try names out; who has the case has it.
public struct Redactor: Sendable {
    private let key: [UInt8]

    /// A redactor with this key.
    public init(key: [UInt8]) { self.key = key }

    /// `u-` and a token instead of the local part; the domain stays. `<>` stays, and what is no address becomes a token.
    public func address(_ text: String) -> String {
        let isPath = text.hasPrefix("<") && text.hasSuffix(">")
        let inner = isPath ? String(text.dropFirst().dropLast()) : text
        if inner.isEmpty { return text }
        guard let at = inner.lastIndex(of: "@") else {
            let local = "u-" + token("address", inner.asciiLowercased)
            return isPath ? "<\(local)>" : local
        }
        let domain = inner[inner.index(after: at)...]
        let local = "u-" + token("address", inner.asciiLowercased)
        return isPath ? "<\(local)@\(domain)>" : "\(local)@\(domain)"
    }

    /// The addresses of a From field as a case keeps them, with `, ` between them.
    public func addressList(_ text: String) -> String {
        text.components(", ").map(address).joined(separator: ", ")
    }

    /// A token for a text of whatever kind.
    public func content(_ text: String) -> String { text.isEmpty ? "" : "[" + token("content", text) + "]" }

    /// The name of a place, `file.mbox#17`: its number and its ending stay.
    public func place(_ text: String) -> String {
        let number = text.lastIndex(of: "#").map { text[$0...] } ?? ""
        let path = text.dropLast(number.count)
        let file = path.split(separator: "/").last ?? ""
        let ending = file.firstIndex(of: ".").map { file[$0...] } ?? ""
        let isPlain = ending.utf8.count <= 16 && ending.utf8.allSatisfy { $0.isAlphanumeric || $0 == .dot }
        return "file-" + token("place", String(path)) + (isPlain ? ending : "") + number
    }

    /// A text of evidence: addresses lose their local parts; what is a domain, an address of the network, a number or a
    /// word of a protocol stays, and all else becomes a token.
    public func text(_ text: String) -> String { words(of: text, redacted) }

    /// A text in which only addresses lose their local parts: what a server said, or the program.
    public func addresses(in text: String) -> String {
        words(of: text) { word in
            guard let at = word.lastIndex(of: "@"), Redactor.isDomain(word[word.index(after: at)...]) else {
                return String(word)
            }
            return address(String(word))
        }
    }

    private func words(of text: String, _ change: (Substring) -> String) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.map { word in
            var core = word[...]
            let before = core.prefix { "<([\"'".contains($0) }
            core = core.dropFirst(before.count)
            var after = ""
            while let last = core.last, ">)]\"',;:.".contains(last) {
                after = "\(last)\(after)"
                core = core.dropLast()
            }
            return "\(before)\(change(core))\(after)"
        }.joined(separator: " ")
    }

    private func redacted(_ word: Substring) -> String {
        if word.isEmpty || Redactor.stays(word) { return String(word) }
        if let at = word.lastIndex(of: "@"), Redactor.isDomain(word[word.index(after: at)...]) {
            return address(String(word))
        }
        if let equals = word.firstIndex(of: "="), word[..<equals].utf8.allSatisfy({ $0.isAlphanumeric || $0 == .dot }) {
            return String(word[...equals]) + redacted(word[word.index(after: equals)...])
        }
        return content(String(word))
    }

    /// A JSON value of a replay line in which nobody is named any more.
    public func json(_ value: JSON, key name: String = "") -> JSON {
        if name == "provenance" { return value }
        switch value {
        case .object(let members):
            return .object(Dictionary(uniqueKeysWithValues: members.map { ($0, json($1, key: $0)) }))
        case .array(let items): return .array(items.map { json($0, key: name) })
        case .string(let text):
            if Redactor.plainKeys.contains(name) { return value }
            switch name {
            case "mail_from", "rcpt_to", "address", "sender", "recipient": return .string(address(text))
            case "header_from": return .string(addressList(text))
            case "subject": return .string(content(text))
            case "source": return .string(place(text))
            case "reply", "reason", "then": return .string(addresses(in: text))
            default: return .string(self.text(text))
            }
        case .null, .bool, .integer, .thousandths: return value
        }
    }

    /// Fields whose words are the program's own, or say nothing of a person.
    private static let plainKeys: Set<String> = [
        "id", "time", "ip", "ptr", "helo", "label", "defects", "stage", "symbol", "checkpoint", "disposition", "scope",
        "provenance", "outcome", "message_id", "authenticated_provenance", "client", "tls", "result", "kind",
        "effect", "decided_by", "policy_line", "weighed_by",
    ]

    private static func stays(_ word: Substring) -> Bool {
        if word.utf8.allSatisfy({ $0.isDigit || $0 == .dot || $0 == .hyphen || $0 == .colon }) { return true }
        if IPAddress(word) != nil || IPNetwork(String(word)) != nil { return true }
        return isDomain(word) || words.contains(word.asciiLowercased)
    }

    private static func isDomain(_ word: Substring) -> Bool {
        let labels = word.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && word.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
            } && (labels.last?.utf8.contains { $0.isLetter } ?? false)
    }

    /// Words of results and protocols.
    private static let words: Set<String> = [
        "pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "reject", "quarantine",
        "relaxed", "strict", "aligned", "spf", "dkim", "dmarc", "arc", "helo", "ehlo", "mail", "rcpt", "data", "tls",
        "from", "to", "by", "in", "at", "of", "and", "or", "not", "no", "the", "a", "is", "true", "false", "yes",
        "error", "ok", "queued", "as", "listed", "ip4", "ip6", "all", "include", "mx", "ptr", "exists", "redirect",
    ]

    private func token(_ kind: String, _ text: String) -> String {
        let code = HMAC.code(of: Array("\(kind)\0\(text)".utf8), key: key, with: .sha256)
        return String(Hexadecimal.text(code).prefix(12))
    }
}

extension String {
    /// The parts between a separator.
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
