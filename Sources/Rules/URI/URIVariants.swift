import Expressions
import Values

/// The forms that a URI can be written in to be the same to a browser, each of which rules look at.
struct URIVariants {
    let registries: Registries
    let redirectors: [Expression]
    let matcher: Matcher
    /// Whether hosts count that browsers find where SpamAssassin finds none.
    var followsEveryLink = false
    private static let variantLimit = 100

    /// `uri` and its other forms, without repeats.
    func all(of uri: [UInt8]) -> [[UInt8]] {
        var sources = [uri]
        var found: [[UInt8]] = []
        var index = 0
        while index < sources.count, sources.count + found.count < URIVariants.variantLimit {
            var text = sources[index].filter { $0 != .lf && $0 != .cr }[...]
            while let first = text.first, first.isRuleSpace { text.removeFirst() }
            while let last = text.last, last.isRuleSpace { text.removeLast() }
            sources[index] = Array(text)
            add(sources[index], &sources, &found)
            index += 1
        }
        var seen: Set<[UInt8]> = []
        return (sources + found).filter { seen.insert($0).inserted }
    }

    private func add(_ uri: [UInt8], _ sources: inout [[UInt8]], _ found: inout [[UInt8]]) {
        guard uri.count > 1, let first = uri.first, ![.ascii("#"), .ascii("?"), .ascii("&")].contains(first),
            !(first == .ascii("/") && uri[1] != .ascii("/"))
        else { return }
        if uri.hasPrefixIgnoringCase("mailto:") || isAddress(uri) { return addMail(uri, &found) }
        let text = normalized(uri)
        if text != uri { found.append(text) }
        if followsEveryLink, let form = URIVariants.opened(text) { found.append(form) }
        guard let groups = matcher.groups(of: URIVariants.web, in: Bytes(text)), let schemeRange = groups[1],
            let hostRange = groups[3], let restRange = groups[4]
        else { return }
        let (scheme, rest) = (Array(text[schemeRange]), Array(text[restRange]))
        var host = Array(text[hostRange])
        let hasUser = groups[2] != nil
        let isPlain = scheme.count == 7
        var port = groups[5].map { Array(text[$0]) } ?? []
        var withoutPort: [UInt8]?
        if port.isEmpty {
            port = Array((isPlain ? "80" : "443").utf8)
        } else {
            withoutPort = rest
            let standard = Array((isPlain ? ":80" : ":443").utf8)
            if rest.starts(with: standard), rest.count == standard.count || !rest[standard.count].isWordByte {
                withoutPort = Array(rest.dropFirst(standard.count))
                found.append(scheme + host + (withoutPort ?? []))
            }
        }
        // A quotation mark or a full stop of another script behind a host in a sentence is no part of it.
        if let last = host.last, last >= 0x80 {
            let bare = host.prefix((host.lastIndex { $0.isAlphanumeric } ?? -1) + 1)
            if !bare.isEmpty { found.append(scheme + bare + rest) }
        }
        let asciiHost = HostName.ascii(host)
        if asciiHost != host.map(\.lowercased) {
            found.append(scheme + asciiHost + rest)
            if let withoutPort, !withoutPort.isEmpty { found.append(scheme + asciiHost + withoutPort) }
            host = asciiHost
        }
        if host.contains(where: { $0 <= 0x20 }) {
            host.removeAll { $0 <= 0x20 }
            found.append(scheme + host + rest)
        }
        addRedirection(scheme + host + rest, rest, &sources)
        if let at = host.lastIndex(of: .at), at > 0 {
            host = Array(host[(at + 1)...])
            found.append(scheme + host + rest)
        }
        if let last = host.last, !last.isAlphanumeric {
            while let last = host.last, !last.isAlphanumeric { host.removeLast() }
            found.append(scheme + host + rest)
        }
        if let address = URIVariants.address(host) {
            found.append(scheme + address + rest)
        } else if isPlain, !hasUser, port.elementsEqual("80".utf8), !asciiHost.elementsEqual("localhost".utf8) {
            // Browsers try www. and .com around a single word.
            let name = asciiHost.starts(with: Array("www.".utf8)) ? Array(asciiHost.dropFirst(4)) : asciiHost
            if !name.isEmpty, !name.contains(.dot), !registries.isValid(asciiHost) {
                found.append(scheme + Array("www.".utf8) + name + Array(".com".utf8) + rest)
            }
        }
    }

    /// Where another address is said to lead to.
    private func addRedirection(_ whole: [UInt8], _ rest: [UInt8], _ sources: inout [[UInt8]]) {
        let subject = Bytes(whole)
        for redirector in redirectors {
            guard let target = matcher.capture(1, of: redirector, in: subject), target.contains(.dot) else { continue }
            sources.append(target.array)
            return
        }
        guard let target = matcher.capture(1, of: URIVariants.inner, in: Bytes(rest)), target.contains(.dot) else {
            return
        }
        sources.append(target.array)
    }

    private static let web = Expression(known: #"^(https?://)([^@/?#]*@)?([^/?#:]+)((?::(\d*))?.*)$"#, .ignoringCase)
    private static let inner = Expression(known: #"(https?:/{0,2}[^&#]+)"#, .ignoringCase)

    private func isAddress(_ uri: [UInt8]) -> Bool {
        guard let at = uri.firstIndex(of: .at) else { return false }
        return !uri[..<at].contains(.colon)
    }

    private static let queried = Expression(known: #"^([^@]+@[^?]+)\?"#)
    private static let joined = Expression(known: #"^([^@]+@[^?&]+)&"#)
    private static let spaced = Expression(known: #"^(?:mailto:)?(?:%20)*([^@]+@[^?&%]+)"#)
    private static let angled = Expression(known: #"^[^?&]*<([^@>]+@[^>]+)>"#)

    private func addMail(_ uri: [UInt8], _ found: inout [[UInt8]]) {
        let text = Bytes(uri)
        if let address = matcher.capture(1, of: URIVariants.queried, in: text) { found.append(address.array) }
        if let address = matcher.capture(1, of: URIVariants.joined, in: text) { found.append(address.array) }
        let prefix = Array("mailto:".utf8)
        if text.withSpan({ $0.firstIndex(of: "%20") }) != nil,
            let address = matcher.capture(1, of: URIVariants.spaced, in: text)
        {
            found.append(prefix + address.array)
        }
        if let address = matcher.capture(1, of: URIVariants.angled, in: text) { found.append(prefix + address.array) }
    }

    /// What a browser opens where that is another host: slashes before it left out, and escapes in it undone
    /// (URL Standard §3.5, §4.4); nil where nothing of it changes.
    private static func opened(_ text: [UInt8]) -> [UInt8]? {
        guard let colon = text.firstIndex(of: .colon),
            ["http", "https"].contains(where: { text[..<colon].equalsIgnoringCase($0) })
        else { return nil }
        let rest = text[(colon + 1)...].drop { $0 == .ascii("/") }
        let authority = rest.prefix { ![.ascii("/"), .ascii("?"), .ascii("#")].contains($0) }
        var host: [UInt8] = []
        var index = authority.startIndex
        while index < authority.endIndex {
            if authority[index] == .ascii("%"), index + 2 < authority.endIndex,
                let high = authority[index + 1].hexDigitValue, let low = authority[index + 2].hexDigitValue
            {
                host.append(high << 4 | low)
                index += 3
            } else {
                host.append(authority[index])
                index += 1
            }
        }
        let opened = Array(text[...colon]) + Array("//".utf8) + HostName.ascii(host) + rest[authority.endIndex...]
        return opened == text ? nil : opened
    }

    private func normalized(_ uri: [UInt8]) -> [UInt8] {
        var text = uri.map { $0 == .backslash ? .ascii("/") : $0 }
        if let scheme = ["http:", "https:"].first(where: { text.hasPrefixIgnoringCase($0) })?.utf8.count {
            var end = scheme
            while end < text.count, end < scheme + 2, text[end] == .ascii("/") { end += 1 }
            text.replaceSubrange(scheme..<end, with: [.ascii("/"), .ascii("/")])
        }
        if text.contains(.ascii("%")) { text = URIVariants.decoded(text) }
        let scheme = text.prefix { $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") }
        if scheme.isEmpty || scheme.endIndex >= text.count || text[scheme.endIndex] != .colon {
            text = Array((text.starts(with: Array("ftp.".utf8)) ? "ftp://" : "http://").utf8) + text
        }
        if let host = ["http://", "https://"].first(where: { text.hasPrefixIgnoringCase($0) })?.utf8.count,
            let end = text[host...].firstIndex(where: { [.ascii("/"), .ascii("?"), .ascii("#")].contains($0) }),
            end > host, text[end] != .ascii("/")
        {
            text.insert(.ascii("/"), at: end)
        }
        return text.contains(.ascii("&")) ? URIVariants.withoutReferences(text) : text
    }

    /// Escapes of characters that need none are undone, characters that need one get it.
    static func decoded(_ text: [UInt8]) -> [UInt8] {
        guard
            text.indices.dropLast(2).contains(where: {
                text[$0] == .ascii("%") && text[$0 + 1].hexDigitValue != nil && text[$0 + 2].hexDigitValue != nil
            })
        else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == .ascii("%"), index + 2 < text.count, let high = text[index + 1].hexDigitValue,
                let low = text[index + 2].hexDigitValue
            {
                let value = high << 4 | low
                if (0x21...0x7E).contains(value) { result.append(value) } else { result += text[index..<(index + 3)] }
                index += 3
                continue
            }
            if byte <= 0x20 || byte >= 0x7F || [.quote, .ascii("%"), .ascii("<"), .ascii(">")].contains(byte) {
                result += Array("%".utf8) + [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
            } else {
                result.append(byte)
            }
            index += 1
        }
        return result
    }

    private static func hexadecimal(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    /// `&#65;` and the full stops of other scripts as the characters that they are.
    private static func withoutReferences(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == .ascii("&"), index + 3 < text.count, text[index + 1] == .ascii("#"),
                let end = text[(index + 2)...].prefix(10).firstIndex(of: .semicolon)
            {
                let digits = text[(index + 2)..<end]
                let isHexadecimal = digits.first?.lowercased == .ascii("x")
                let number = UInt32(
                    String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self),
                    radix: isHexadecimal ? 16 : 10)
                if let number, (33...126).contains(number) || [0x3002, 0xFF0E, 0xFF61].contains(number) {
                    result.append(number <= 126 ? UInt8(number) : .dot)
                    index = end + 1
                    continue
                }
            }
            result.append(text[index])
            index += 1
        }
        return result
    }

    /// The dotted form of an address written as one number, in octal or in hexadecimal; nil where it is none.
    private static func address(_ host: [UInt8]) -> [UInt8]? {
        let parts = host.split(separator: .dot, omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 4 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...20).contains(part.count) else { return nil }
            let text = String(decoding: part, as: UTF8.self).lowercased()
            if text.hasPrefix("0x"), text.dropFirst(2).utf8.allSatisfy({ $0.hexDigitValue != nil }), text.count > 2 {
                numbers.append(Int(text.dropFirst(2).suffix(8), radix: 16) ?? 0)
            } else if text.utf8.allSatisfy(\.isDigit) {
                let isOctal = parts.count == 4 && text.hasPrefix("0") && text.utf8.allSatisfy { $0 < 0x38 }
                numbers.append(Int(text, radix: isOctal ? 8 : 10) ?? Int(UInt32.max))
            } else {
                return nil
            }
        }
        if numbers.count == 4 { return Array(numbers.map(String.init).joined(separator: ".").utf8) }
        let value = UInt32(truncatingIfNeeded: numbers[0])
        return Array(
            [value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255].map(String.init).joined(separator: ".").utf8
        )
    }
}
