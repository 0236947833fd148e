import Expressions
import Values

/// A message as rules look at it: rendered once, each view made when it is first asked for.
///
/// One belongs to one evaluation; it is not shared between threads.
final class RuleMessage {
    /// The longest URI that is kept.
    static let longestURI = 8_192
    private static let longestLine = 2_048
    /// How much of a header's decoded form is put together for `ALL`.
    private static let headerLimit = 65_536

    let settings: RuleSettings
    let matcher: Matcher
    let registries: Registries
    private let redirectors: [Expression]
    /// The message with LF as line end.
    let whole: Bytes
    let root: RulePart
    let defects: RuleMessageDefects
    private let headerLength: Int
    private var isHeaderTruncated = false

    var header: FieldTable { root.header }
    /// The header as it came.
    var rawHeader: Bytes { whole[0..<headerLength] }
    /// The body as it came.
    var rawBody: Bytes { whole[headerLength..<whole.count] }

    init(_ bytes: Bytes, settings: RuleSettings, registries: Registries, redirectors: [Expression], matcher: Matcher) {
        (self.settings, self.registries, self.redirectors, self.matcher) = (settings, registries, redirectors, matcher)
        var storage = RuleMessage.lineFed(bytes)
        // An mbox's separator is no field.
        if storage.starts(with: Array("From ".utf8)), let end = storage.firstIndex(of: .lf) {
            storage = Array(storage[(end + 1)...])
        }
        if storage.isEmpty { storage = [.lf] }
        whole = Bytes(storage)
        var reader = RuleMessageReader(settings: settings, matcher: matcher)
        let lines = storage.lines()
        let (root, count) = reader.message(lines)
        (self.root, defects) = (root, reader.defects)
        headerLength = lines.prefix(count).reduce(0) { $0 + $1.count }
    }

    /// `bytes` with LF for CRLF where its first or last line ends in CRLF, so that mail reads the same from the wire
    /// and from an archive.
    private static func lineFed(_ bytes: Bytes) -> [UInt8] {
        let array = bytes.array
        guard let first = array.firstIndex(of: .lf), first > 0 else { return array }
        let isCRLF = array[first - 1] == .cr || array.suffix(2).elementsEqual([.cr, .lf])
        return isCRLF ? array.withoutCarriageReturns : array
    }

    // MARK: Parts

    /// The parts that have no parts, in their order.
    lazy var leaves: [RulePart] = {
        var result: [RulePart] = []
        root.walk { if $0.isLeaf, !$0.type.isEmpty { result.append($0) } }
        return result
    }()

    /// All parts, the message first.
    lazy var parts: [RulePart] = {
        var result: [RulePart] = []
        root.walk { if !$0.type.isEmpty { result.append($0) } }
        return result
    }()

    // MARK: Body

    private lazy var rendering: (lines: [Bytes], html: [HTMLRendering]) = rendered()

    /// The text as people read it, a line a paragraph, the subject first.
    var bodyLines: [Bytes] { rendering.lines }
    /// The HTML parts.
    var htmlParts: [HTMLRendering] { rendering.html }

    private func rendered() -> (lines: [Bytes], html: [HTMLRendering]) {
        guard !leaves.isEmpty else { return ([], []) }
        var texts: [RenderedText?] = []
        var html: [HTMLRendering] = []
        for part in leaves {
            let text = part.rendered(settings, matcher)
            texts.append(text)
            if let page = text?.html { html.append(page) }
        }
        let isWide = texts.contains { $0?.isWide ?? false }
        var joined: [UInt8] = []
        for text in texts {
            if !joined.isEmpty { joined.append(.lf) }
            guard let text else { continue }
            let bytes = isWide ? text.text : text.text.narrowed
            joined += RuleMessage.cut(bytes, at: settings.bodyPartScanSize, orAt: [.lf, .space])
        }
        var whole = header.value("subject")
        whole.append(.lf)
        whole += RuleMessage.paragraphs(joined, isWide: isWide)
        return (RuleMessage.shortLines(whole), html)
    }

    /// `text`, no longer than `limit` but for the rest of a line or a word.
    private static func cut(_ text: [UInt8], at limit: Int, orAt ends: [UInt8]) -> ArraySlice<UInt8> {
        guard limit > 0, text.count > limit else { return text[...] }
        for end in ends {
            if let place = text[limit...].prefix(1_025).firstIndex(of: end) { return text[...place] }
        }
        return text[..<limit]
    }

    /// Runs of white space with two line ends or more become one line end, others one space.
    private static func paragraphs(_ text: [UInt8], isWide: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let byte = text[index]
            var length = byte < 0x80 ? (byte.isRuleSpace ? 1 : 0) : (isWide ? text.unicodeSpaceLength(at: index) : 0)
            guard length > 0 else {
                result.append(byte == 0 ? .lf : byte)
                index += 1
                continue
            }
            let start = index
            var (first, last) = (-1, -1)
            while length > 0 {
                if text[index] == .lf {
                    if first < 0 { first = index }
                    last = index
                }
                index += length
                guard index < text.count else { break }
                let next = text[index]
                length = next < 0x80 ? (next.isRuleSpace ? 1 : 0) : (isWide ? text.unicodeSpaceLength(at: index) : 0)
            }
            if last > first {
                if first > start { result.append(.space) }
                result.append(.lf)
                if last + 1 < index { result.append(.space) }
            } else {
                result.append(.space)
            }
        }
        return result
    }

    private static func shortLines(_ text: [UInt8]) -> [Bytes] {
        var result: [Bytes] = []
        for line in text.lines() {
            var rest = line
            while rest.count > longestLine {
                var length = longestLine
                if let space = rest[0...longestLine].lastIndex(of: .space) { length = space + 1 }
                result.append(rest[0..<length])
                rest = rest[length..<rest.count]
            }
            if rest.count > 0 { result.append(rest) }
        }
        return result
    }

    /// The text parts decoded, not rendered, in pieces of a few kilobytes.
    lazy var rawChunks: [Bytes] = {
        var result: [Bytes] = []
        for part in leaves {
            let type = part.effectiveType
            guard type.hasPrefix("text/") || type.hasPrefix("message/"), part.type != "text/calendar" else { continue }
            let text = Array(
                RuleMessage.cut(part.decoded, at: settings.rawBodyPartScanSize, orAt: [.lf, .ascii(">"), .space]))
            result += RuleMessage.chunks(Bytes(text))
        }
        return result
    }()

    private static func chunks(_ text: Bytes) -> [Bytes] {
        let size = longestLine
        guard text.count > size else { return [text] }
        var result: [Bytes] = []
        var start = 0
        while text.count - start > 2 * size {
            let window = start + size..<min(start + 2 * size, text.count)
            let end = text.withSpan { span in
                span.firstIndex(of: .lf, in: window) ?? span.firstIndex(of: .ascii(">"), in: window)
                    ?? span.firstIndex(of: .space, in: window) ?? start + size
            }
            result.append(text[start..<(end + 1)])
            start = end + 1
        }
        if start < text.count { result.append(text[start..<text.count]) }
        return result
    }

    // MARK: What is found once

    lazy var relays = RelayTrail(header, settings: settings, matcher: matcher)
    lazy var uris = URIList(
        self, variants: URIVariants(registries: registries, redirectors: redirectors, matcher: matcher))
    /// What evaluation functions found out and may need again.
    var memory = EvaluationMemory()
    private var values: [HeaderRequest: [[UInt8]]] = [:]
    private var joinedValues: [HeaderRequest: Bytes?] = [:]
    // By the text of the request: reading it takes longer than finding it.
    private var textValues: [String: Bytes] = [:]
    private var namedValues: [String: [[UInt8]]] = [:]

    /// The values of a field, one a field or, for addresses and names, one an address.
    func all(_ request: HeaderRequest) -> [[UInt8]] {
        if let known = values[request] { return known }
        let found = lookUp(request)
        values[request] = found
        return found
    }

    func all(_ request: String) -> [[UInt8]] {
        if let known = namedValues[request] { return known }
        let found = all(HeaderRequest(request))
        namedValues[request] = found
        return found
    }

    /// Whether there is such a field.
    func has(_ request: HeaderRequest) -> Bool {
        (request.isPlain && header.has(request.key)) || !all(request).isEmpty
    }

    /// The values in one, as an expression looks at them; nil where there is none.
    func joined(_ request: HeaderRequest) -> Bytes? {
        // Most requests are for fields that most mail does not have.
        if request.source == .field, !header.has(request.key), !RuleMessage.isMade(request.key) { return nil }
        if let known = joinedValues[request] { return known }
        let all = all(request)
        let joined =
            all.isEmpty
            ? nil
            : all.count == 1
                ? Bytes(all[0])
                : Bytes(Array(all.joined(separator: all[0].last == .lf ? [] : [.lf])))
        joinedValues[request] = .some(joined)
        return joined
    }

    /// The value as an evaluation function sees it: of addresses and names the first, of fields all in one. Empty
    /// where there is none.
    func text(_ request: String) -> Bytes {
        if let known = textValues[request] { return known }
        let text = lookUpText(HeaderRequest(request))
        textValues[request] = text
        return text
    }

    private func lookUpText(_ request: HeaderRequest) -> Bytes {
        let isSingle = request.takesAddress || request.takesName || request.takesHost || request.takesAddressNumber
        if isSingle || request.name == "EnvelopeFrom" {
            var value = all(request).first ?? []
            if value.last == .lf { value.removeLast() }
            return Bytes(value)
        }
        return Bytes(Array(all(request).joined()))
    }

    private func fieldValues(_ key: String, isRaw: Bool) -> [[UInt8]] {
        header.all(key).map { field in
            isRaw ? RuleMessage.unfolded(field.raw) : field.value + [.lf]
        }
    }

    private static func unfolded(_ raw: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < raw.count {
            if raw[index] == .lf, index + 1 < raw.count, raw[index + 1].isRuleSpace {
                index += 1
                while index < raw.count, raw[index].isRuleSpace { index += 1 }
                result.append(.space)
            } else {
                result.append(raw[index])
                index += 1
            }
        }
        return result
    }

    private func lookUp(_ request: HeaderRequest) -> [[UInt8]] {
        var found: [[UInt8]]
        switch request.source {
        case .all: return request.isRaw ? rawFields : allFields
        case .trustedFields: return fields(from: nil, to: relays.lastTrustedIndex + 1, isRaw: request.isRaw)
        case .internalFields: return fields(from: nil, to: relays.lastInternalIndex + 1, isRaw: request.isRaw)
        case .untrustedFields: return fields(from: relays.lastTrustedIndex + 1, to: nil, isRaw: request.isRaw)
        case .externalFields: return fields(from: relays.lastInternalIndex + 1, to: nil, isRaw: request.isRaw)
        case .envelopeFrom: found = envelopeFrom.map { [$0] } ?? []
        case .untrustedRelays: found = [Array(relays.untrustedText.utf8)]
        case .trustedRelays: found = [Array(relays.trustedText.utf8)]
        case .internalRelays: found = [Array(relays.internalText.utf8)]
        case .externalRelays: found = [Array(relays.externalText.utf8)]
        case .recipients: found = fieldValues("to", isRaw: request.isRaw) + fieldValues("cc", isRaw: request.isRaw)
        case .messageIDs:
            found = ["x-message-id", "resent-message-id", "x-original-message-id", "message-id"].flatMap {
                fieldValues($0, isRaw: request.isRaw)
            }
        case .field:
            let isRaw = request.isRaw || request.takesAddress || request.takesName
            found = header.all(request.key).map { isRaw ? $0.raw : $0.value + [.lf] }
            if found.isEmpty, let text = pseudoField(request.key) { found = [text] }
        }
        guard !found.isEmpty else { return [] }
        if request.isFirst { found = [found[0]] } else if request.isLast { found = found.suffix(1) }
        if request.takesAddress {
            found = found.flatMap { addressTexts($0).compactMap(\.address) }
        } else if request.takesName {
            found = found.flatMap { addressTexts($0).compactMap(\.phrase) }
            if !request.isRaw { found = found.map { RuleMessage.shown($0) } }
        }
        if request.takesHost || request.takesAddressNumber { found = found.compactMap { host(in: $0, request) } }
        return found
    }

    private var knownAddresses: [[UInt8]: [AddressText]] = [:]

    /// The addresses in a field, which rules ask for in several forms.
    private func addressTexts(_ field: [UInt8]) -> [AddressText] {
        if let known = knownAddresses[field] { return known }
        let all = AddressText.all(in: field, matcher)
        knownAddresses[field] = all
        return all
    }

    /// A name as it is shown.
    private static func shown(_ phrase: [UInt8]) -> [UInt8] {
        let text = FieldText.decoded(phrase)
        guard text.contains(where: { !$0.isRuleSpace }) else { return text }
        let words = text.split(whereSeparator: \.isRuleSpace)
        var name = Array(words.joined(separator: [.space]))
        if name.count >= 2, name.first == .ascii("'"), name.last == .ascii("'") {
            name = Array(name.dropFirst().dropLast())
        }
        return name
    }

    private static let addressNumbers = Expression(known: "(?<!\\.)\\b(\(ReceivedFormat.addressPattern))\\b(?!\\.)")

    private func host(in value: [UInt8], _ request: HeaderRequest) -> [UInt8]? {
        if request.takesAddressNumber {
            guard let text = matcher.capture(1, of: RuleMessage.addressNumbers, in: Bytes(value)) else { return nil }
            return request.reversesAddressNumber
                ? Array(text.split(separator: .dot).reversed().joined(separator: [.dot])) : text.array
        }
        var name: [UInt8]?
        if let at = value.lastIndex(of: .at) {
            let end = value[(at + 1)...].firstIndex(where: \.isRuleSpace) ?? value.count
            name = Array(value[(at + 1)..<end])
        } else if !request.takesAddress {
            name = value.split {
                $0.isRuleSpace
                    || [
                        .ascii("<"), .ascii(">"), .ascii("("), .ascii(")"), .ascii("["), .ascii("]"), .semicolon,
                        .comma,
                    ].contains($0)
            }
            .map(Array.init).first { HostName.isQualified(HostName.ascii($0)) && registries.isValid($0) }
        }
        guard let name, !name.isEmpty else { return nil }
        guard request.takesDomain else { return name }
        return Array(registries.registeredPart(of: String(decoding: name, as: UTF8.self)).utf8)
    }

    /// Whether a field of that name is made of others where there is none.
    private static func isMade(_ key: String) -> Bool { key == "x-senderdomain" || key == "x-authordomain" }

    /// Fields that are made of others.
    private func pseudoField(_ key: String) -> [UInt8]? {
        switch key {
        case "x-senderdomain":
            guard let envelopeFrom, let at = envelopeFrom.lastIndex(of: .at) else { return nil }
            return HostName.ascii(Array(envelopeFrom[(at + 1)...]))
        case "x-authordomain":
            var seen: Set<[UInt8]> = []
            let domains = all("From:addr:host").filter { seen.insert($0).inserted }.map { HostName.ascii($0) }
            return domains.isEmpty ? nil : Array(domains.joined(separator: [.space]))
        default: return nil
        }
    }

    private lazy var rawFields: [[UInt8]] = {
        var result: [[UInt8]] = []
        for line in rawHeader.array.lines() {
            if let first = line.first, first.isWhitespace, !result.isEmpty {
                result[result.count - 1] += line.array
            } else if !(line.count == 1 && line[0] == .lf), !(line.first?.isWhitespace ?? true) {
                result.append(line.array)
            } else if line.count == 1, !result.isEmpty {
                continue
            }
        }
        return result
    }()

    private lazy var allFields: [[UInt8]] = {
        var (size, result) = (0, [[UInt8]]())
        for field in header.fields {
            let line = field.name + [.colon, .space] + field.value + [.lf]
            size += line.count
            if size > RuleMessage.headerLimit { break }
            result.append(line)
        }
        return result
    }()

    /// Fields by their place among the Received fields: from the `start`th, up to the `end`th.
    private func fields(from start: Int?, to end: Int?, isRaw: Bool) -> [[UInt8]] {
        if let end, end < 0 { return [] }
        var (current, result) = (-1, [[UInt8]]())
        for field in isRaw ? rawFields : allFields {
            if field.hasPrefixIgnoringCase("received:") { current += 1 }
            if (start.map { $0 <= current } ?? true) && (end.map { current < $0 } ?? true) {
                result.append(field)
            } else if let end, current == end {
                result.append(field)
                break
            }
        }
        return result
    }

    // MARK: The envelope's sender

    /// What the newest hop outside, or a field of the delivering server, says of the envelope's sender.
    private lazy var envelopeFrom: [UInt8]? = findEnvelopeFrom()

    private func firstAddress(_ field: String) -> [UInt8]? { all("\(field):first:addr").first }

    private func findEnvelopeFrom() -> [UInt8]? {
        if let field = settings.envelopeSenderField {
            guard let address = firstAddress(field), address.isEmpty || (address.firstIndex(of: .at) ?? 0) > 0 else {
                return nil
            }
            return address
        }
        if let sender = (relays.untrusted.first ?? relays.trusted.last)?.envelopeFrom,
            sender.isEmpty || (sender.utf8.contains(.at) && !sender.hasPrefix("@"))
        {
            return Array(sender.utf8)
        }
        if let sender = firstAddress("X-Sender"), sender.contains(.at),
            header.all("received").contains(where: {
                Bytes($0.value).withSpan { $0.firstIndex(of: "(fetchmail") } != nil
            })
        {
            return nil
        }
        if let sender = firstAddress("X-Envelope-From") { return follows("received", "x-envelope-from") ? nil : sender }
        for name in ["Envelope-Sender", "Return-Path"] {
            if let sender = firstAddress(name), !follows("received", name.lowercased()) { return sender }
        }
        return nil
    }

    /// Whether a field of the second name comes after one of the first.
    private func follows(_ first: String, _ second: String) -> Bool {
        var isAfter = false
        for field in header.fields {
            let key = String(decoding: field.name.map(\.lowercased), as: UTF8.self)
            if key == first { isAfter = true } else if isAfter, key == second { return true }
        }
        return false
    }
}
