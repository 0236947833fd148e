import Values

/// References resolved against a base, as RFC 3986 §5.2 has it, without the strictness of its scheme rule.
enum URIReference {
    private struct Parts {
        var scheme: ArraySlice<UInt8>?
        var authority: ArraySlice<UInt8>?
        var path: ArraySlice<UInt8>
        var query: ArraySlice<UInt8>?
        var fragment: ArraySlice<UInt8>?
    }

    /// RFC 3986 appendix B.
    private static func parts(_ uri: [UInt8]) -> Parts {
        var rest = uri[...]
        var result = Parts(path: [])
        if let end = rest.firstIndex(where: {
            $0 == .colon || $0 == .ascii("/") || $0 == .ascii("?") || $0 == .ascii("#")
        }),
            rest[end] == .colon, end > rest.startIndex
        {
            result.scheme = rest[..<end]
            rest = rest[(end + 1)...]
        }
        if rest.starts(with: [.ascii("/"), .ascii("/")]) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex { $0 == .ascii("/") || $0 == .ascii("?") || $0 == .ascii("#") } ?? rest.endIndex
            result.authority = rest[..<end]
            rest = rest[end...]
        }
        if let hash = rest.firstIndex(of: .ascii("#")) {
            result.fragment = rest[(hash + 1)...]
            rest = rest[..<hash]
        }
        if let mark = rest.firstIndex(of: .ascii("?")) {
            result.query = rest[(mark + 1)...]
            rest = rest[..<mark]
        }
        result.path = rest
        return result
    }

    /// `reference` as seen from `base`.
    static func resolved(_ reference: [UInt8], against base: [UInt8]) -> [UInt8] {
        var given = parts(reference)
        let origin = parts(base)
        if let scheme = given.scheme, let other = origin.scheme, scheme == other { given.scheme = nil }
        var target = Parts(path: [])
        if given.scheme != nil {
            target = given
            target.path = withoutDots(given.path)[...]
        } else {
            target.scheme = origin.scheme
            if given.authority != nil {
                (target.authority, target.path, target.query) = (
                    given.authority, withoutDots(given.path)[...], given.query
                )
            } else {
                target.authority = origin.authority
                if given.path.isEmpty {
                    (target.path, target.query) = (origin.path, given.query ?? origin.query)
                } else {
                    let path = given.path.first == .ascii("/") ? Array(given.path) : merged(origin, given.path)
                    (target.path, target.query) = (withoutDots(path[...])[...], given.query)
                }
            }
        }
        target.fragment = given.fragment
        return joined(target)
    }

    private static func joined(_ parts: Parts) -> [UInt8] {
        var result: [UInt8] = []
        if let scheme = parts.scheme, !scheme.isEmpty {
            result += scheme
            result.append(.colon)
        } else if let authority = parts.authority {
            // A name that begins as those of servers do tells the scheme.
            if let digits = authority.drop(prefix: "www"), digits.drop(while: \.isDigit).first == .dot {
                result += Array("http:".utf8)
            } else if let digits = authority.drop(prefix: "ftp"), digits.drop(while: \.isDigit).first == .dot {
                result += Array("ftp:".utf8)
            }
        }
        if let authority = parts.authority { result += [.ascii("/"), .ascii("/")] + authority }
        result += parts.path
        if let query = parts.query { result += [.ascii("?")] + query }
        if let fragment = parts.fragment { result += [.ascii("#")] + fragment }
        return result
    }

    private static func merged(_ base: Parts, _ path: ArraySlice<UInt8>) -> [UInt8] {
        if base.authority != nil, base.path.isEmpty { return [.ascii("/")] + Array(path) }
        guard let slash = base.path.lastIndex(of: .ascii("/")) else { return Array(path) }
        return Array(base.path[...slash] + path)
    }

    /// RFC 3986 §5.2.4.
    private static func withoutDots(_ path: ArraySlice<UInt8>) -> [UInt8] {
        guard path.contains(.dot) else { return Array(path) }
        var input = path
        if input.starts(with: [.dot, .dot, .ascii("/")]) {
            input = [.ascii("/")] + input.dropFirst(3)
        } else if input.starts(with: [.dot, .ascii("/")]) {
            input = [.ascii("/")] + input.dropFirst(2)
        }
        var output: [UInt8] = []
        while !input.isEmpty, input != [.ascii("0")] {
            let start = input.startIndex
            let end = input.dropFirst().firstIndex(of: .ascii("/")) ?? input.endIndex
            let segment = input[start..<end]
            let isLast = end == input.endIndex
            if segment.elementsEqual([.ascii("/"), .dot]) {
                input = isLast ? [.ascii("/")] : input[end...]
                if isLast {
                    output.append(.ascii("/"))
                    break
                }
            } else if segment.elementsEqual([.ascii("/"), .dot, .dot]) {
                if let slash = output.lastIndex(of: .ascii("/")) {
                    output.removeSubrange(slash...)
                } else {
                    output = []
                }
                if isLast {
                    output.append(.ascii("/"))
                    break
                }
                input = input[end...]
            } else {
                output += segment
                input = input[end...]
            }
        }
        return output
    }

    /// The folder that a page at `uri` lies in, to resolve its references against; nil where it is no page's address.
    static func folder(of uri: [UInt8]) -> [UInt8]? {
        guard ["http:", "https:", "ftp:"].contains(where: { uri.hasPrefixIgnoringCase($0) }) else { return nil }
        var result = uri
        // A last part with a dot in it is a file.
        if let slash = uri.lastIndex(of: .ascii("/")), let dot = uri.lastIndex(of: .dot), dot > slash + 1,
            (2...4).contains(uri.count - dot - 1), slash > 8
        {
            result = Array(uri[...slash])
        }
        if !result.contains(.ascii("/")) || result.last != .ascii("/") { result.append(.ascii("/")) }
        return result
    }

    /// What follows `url=` in the content of a refresh.
    static func refreshTarget(_ content: [UInt8]) -> [UInt8]? {
        let lower = content.map(\.lowercased)
        var found: Int?
        for index in lower.indices where lower[index...].starts(with: Array("url".utf8)) {
            guard index == 0 || !lower[index - 1].isWordByte else { continue }
            let after = lower[(index + 3)...].drop(while: \.isRuleSpace)
            if after.first == .equals { found = after.startIndex + 1 }
        }
        guard let found else { return nil }
        let target = content[found...].drop(while: \.isRuleSpace)
        var end = target.firstIndex(of: .semicolon) ?? target.endIndex
        if end < target.endIndex { while end > target.startIndex, target[end - 1].isRuleSpace { end -= 1 } }
        return Array(target[..<end])
    }
}

extension ArraySlice<UInt8> {
    /// What follows `text`, upper and lower case alike; nil where the bytes do not begin with it.
    func drop(prefix text: String) -> ArraySlice<UInt8>? {
        hasPrefixIgnoringCase(text) ? dropFirst(text.utf8.count) : nil
    }
}
