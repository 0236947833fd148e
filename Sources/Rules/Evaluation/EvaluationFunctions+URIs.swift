import Expressions
import Values

extension EvaluationFunctions {
    static let uriFunctions: [String: EvaluationFunction] = [
        "check_uri_truncated": { $0.message.uris.isTruncated },
        "check_uri_host_listed": { scope in listedHosts(scope).contains(scope.call.text(0)) },
        "check_uri_host_in_blocklist": { listedHosts($0).contains("BLOCK") },
        "check_uri_host_in_blacklist": { listedHosts($0).contains("BLOCK") },
        "check_uri_host_in_welcomelist": { listedHosts($0).contains("WELCOME") },
        "check_uri_host_in_whitelist": { listedHosts($0).contains("WELCOME") },
        "check_https_ip_mismatch": { scope in
            scope.message.htmlParts.contains { html in
                html.references.contains { uri, reference in
                    scope.has(addressLink, uri)
                        && reference.anchorTexts.contains { text in
                            !scope.has(secureAddressLink, Bytes(text)) && scope.has(secureMention, Bytes(text))
                        }
                }
            }
        },
        "check_https_http_mismatch": { scope in
            let least = scope.call.number(0) ?? 1
            return scope.message.htmlParts.contains {
                mismatch($0, least: least == 0 ? 1 : least, most: scope.call.number(1), scope)
            }
        },
        "check_for_http_redirector": { scope in
            scope.message.uris.all.contains { uri in
                var rest = Bytes(uri)
                for _ in 0..<20 {
                    guard let groups = scope.matcher.groups(of: redirection, in: rest), let from = groups[1],
                        let inner = groups[2],
                        let to = groups[3]
                    else { return false }
                    let names = [from, to].map { range in
                        scope.message.registries.domain(of: rest[range].array)?.domain ?? rest[range].lossyString
                    }
                    if names[0] != names[1] { return true }
                    rest = rest[inner]
                }
                return false
            }
        },
        "short_url": { scope in
            !scope.facts.settings.urlShorteners.isEmpty
                && scope.message.uris.details.contains { detail in
                    detail.hosts.contains { scope.facts.settings.urlShorteners.contains($0.host) }
                }
        },
        "short_url_chained": { _ in false },
    ]

    private static let addressLink = Expression(known: #"^https?:/*(?:[^@/]+@)?\d+\.\d+\.\d+\.\d+"#, .ignoringCase)
    private static let secureAddressLink = Expression(known: #"^https:/*(?:[^@/]+@)?\d+\.\d+\.\d+\.\d+"#, .ignoringCase)
    private static let secureMention = Expression(known: "https:", .ignoringCase)
    private static let linkHost = Expression(known: "^https?://([^/:?#]+)", .ignoringCase)
    private static let mentionedHost = Expression(known: #"https://([^\s/:?#]+)"#, .ignoringCase)
    private static let redirection = Expression(
        known: #"^https?://([^/:?]+).+?(https?:/{0,2}?([^/:?]+).*)$"#, .ignoringCase)

    /// Whether a link shows another secure host than the one it leads to.
    private static func mismatch(_ html: HTMLRendering, least: Double, most: Double?, _ scope: EvaluationScope) -> Bool
    {
        let registries = scope.message.registries
        var (anchors, isHit) = (0, false)
        for (uri, reference) in html.references where !reference.anchorTexts.isEmpty {
            guard let host = scope.matcher.capture(1, of: linkHost, in: uri), IPAddress(host.lossyString) == nil
            else { continue }
            let target = registries.registeredPart(of: host.lossyString)
            guard registries.isValid(Array(target.utf8)) else { continue }
            anchors += 1
            for text in reference.anchorTexts where !isHit {
                guard let shown = scope.matcher.capture(1, of: mentionedHost, in: Bytes(text))?.lossyString else {
                    continue
                }
                var name = shown
                if IPAddress(shown) == nil {
                    name = registries.registeredPart(of: shown)
                    guard registries.isValid(Array(name.utf8)) else { continue }
                }
                if name != target { isHit = true }
            }
        }
        return isHit && Double(anchors) >= least && (most.map { Double(anchors) < $0 } ?? true)
    }

    /// The lists that a host of the message's links is on.
    private static func listedHosts(_ scope: EvaluationScope) -> Set<String> {
        if let known = scope.message.memory.hosts { return known }
        var result: Set<String> = []
        var seen: Set<String> = []
        let lists = scope.facts.settings.hostLists
        for detail in scope.message.uris.details where !detail.raw.hasPrefixIgnoringCase("mailto:") {
            for (host, _) in detail.hosts where seen.insert(host).inserted {
                var names = [host]
                if IPAddress(host) == nil {
                    var rest = host[...]
                    while let dot = rest.firstIndex(of: ".") {
                        rest = rest[rest.index(after: dot)...]
                        names.append(String(rest))
                    }
                }
                for (list, entries) in lists {
                    if let isListed = names.suffix(11).lazy.compactMap({ entries[$0] }).first, isListed {
                        result.insert(list)
                    }
                }
            }
        }
        scope.message.memory.hosts = result
        return result
    }
}
