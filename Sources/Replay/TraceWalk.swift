import Mail
import Screening
import Values

/// The walk down the Received fields to the hop at which the message reached the site, and what that hop tells.
struct TraceWalk {
    let client: Fact<IPAddress>
    let helo: Fact<String>
    let reverseName: Fact<String>
    let tls: Fact<TLSParameters>
    let transmission: Fact<String>
    let authenticated: Fact<String>
    let recipient: Fact<SMTPPath>?
    let time: Fact<Timestamp>?
    /// Where in the message the field of the hop into the site starts: what stands above was written by our side,
    /// what stands below came with the message. Nil when that hop is not known.
    let entryOffset: Int?

    /// The number of Received fields looked at: RFC 5321 §6.3 lets a server refuse at 100.
    private static let depth = 100

    /// A class, as all that a field tells is too much to copy from place to place.
    private final class Hop {
        let received: ReceivedField
        let source: HeaderSource

        init(received: ReceivedField, source: HeaderSource) { (self.received, self.source) = (received, source) }

        var start: Int? { source.range?.lowerBound }
    }

    /// The hops, each field read only when it is asked for: the walk mostly ends within the first few of many.
    private struct Trail {
        private enum Place {
            case unread
            case fetch
            case hop(Hop)
        }

        private let fields: ArraySlice<HeaderField>
        private var places: [Place]

        init(_ fields: ArraySlice<HeaderField>) {
            self.fields = fields
            places = Array(repeating: .unread, count: fields.count)
        }

        /// The hop that the field at `ordinal` tells of; nil when it tells of none.
        private mutating func hop(_ ordinal: Int) -> Hop? {
            switch places[ordinal] {
            case .hop(let hop): return hop
            case .fetch: return nil
            case .unread: break
            }
            let field = fields[fields.startIndex + ordinal]
            let received = ReceivedField(field.value)
            if received.isFetch {
                places[ordinal] = .fetch
                return nil
            }
            let hop = Hop(received: received, source: HeaderSource(field, ordinal: ordinal))
            places[ordinal] = .hop(hop)
            return hop
        }

        /// The topmost hop.
        mutating func top() -> Hop? { first { _ in true } }

        /// The topmost hop that `matches`.
        mutating func first(where matches: (Hop) -> Bool) -> Hop? {
            for ordinal in places.indices {
                if let hop = hop(ordinal), matches(hop) { return hop }
            }
            return nil
        }

        /// The topmost hop that names whom the message was for. Fields without the word are not read for it.
        mutating func firstWithRecipient() -> Hop? {
            for ordinal in places.indices where TraceWalk.mayNameRecipient(fields[fields.startIndex + ordinal]) {
                if let hop = hop(ordinal), TraceWalk.recipient(hop) != nil { return hop }
            }
            return nil
        }

        /// The topmost hop whose client has this address. Fields in which it does not stand are not read for it.
        mutating func first(naming client: IPAddress) -> Hop? {
            let mark = AddressMark(client)
            for ordinal in places.indices where mark?.mayBeIn(fields[fields.startIndex + ordinal]) ?? true {
                if let hop = hop(ordinal), hop.received.clientAddress == client { return hop }
            }
            return nil
        }
    }

    /// Whether "for" stands anywhere in the field, whatever the case of its letters.
    private static func mayNameRecipient(_ field: HeaderField) -> Bool {
        field.rawValue.withSpan { span in
            (0..<max(0, span.byteCount - 2)).contains { offset in
                span[offset] | 0x20 == .ascii("f") && span[offset + 1] | 0x20 == .ascii("o")
                    && span[offset + 2] | 0x20 == .ascii("r")
            }
        }
    }

    /// What a field that names one address holds.
    private struct AddressMark {
        private let texts: [[UInt8]]

        /// An IPv4 address is written one way, but that a field may hold it as an IPv4-mapped IPv6 address in
        /// hexadecimal (RFC 4291 §2.5.5.2). For an IPv6 address, written in many ways, there is no mark.
        init?(_ address: IPAddress) {
            guard address.isV4 else { return nil }
            texts = [address.description, "ff:", "fF:", "Ff:", "FF:"].map { Array($0.utf8) }
        }

        func mayBeIn(_ field: HeaderField) -> Bool {
            field.rawValue.withSpan { span in texts.contains { span.firstIndex(of: $0) != nil } }
        }
    }

    init(_ message: Message, site: Site) {
        var trail = Trail(message.header.all("Received").prefix(TraceWalk.depth))
        var named = TraceWalk.addressNamedElsewhere(message)
        let found: (hop: Hop, note: String)?
        if site.trustedRelays.isEmpty {
            found = TraceWalk.guessedEntry(&trail, named: named?.address)
        } else {
            found = TraceWalk.entry(&trail, site: site)
            // Only what stands above the hop that names nobody can be our relay's word.
            let end = trail.first { $0.received.clientAddress == nil && !$0.received.isLocal }?.start ?? Int.max
            if let start = named?.source.range?.lowerBound, start > end { named = nil }
        }
        guard let (hop, note) = found else {
            entryOffset = nil
            client = named.map { .reconstructed($0.address, from: $0.source) } ?? .absent
            (helo, reverseName, tls, transmission, authenticated) = (.absent, .absent, .absent, .absent, .absent)
            recipient = TraceWalk.firstRecipient(&trail)
            time = TraceWalk.time(trail.top())
            return
        }
        entryOffset = hop.start
        let source = HeaderSource(
            field: hop.source.field, ordinal: hop.source.ordinal, range: hop.source.range, note: note)
        func fact<Value>(_ value: Value?) -> Fact<Value> { value.map { .reconstructed($0, from: source) } ?? .absent }
        client = fact(hop.received.clientAddress)
        helo = fact(hop.received.helo)
        // Gmail writes the name as DNS does, with the root's dot.
        reverseName = fact(hop.received.reverseName.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 })
        tls = fact(TraceWalk.tls(hop.received))
        transmission = fact(TraceWalk.transmission(hop.received))
        // RFC 3848: the A in ESMTPA and its kin says that the identity was authenticated, and so do Postfix' words, which
        // older ones wrote beside ESMTP; others note ident answers.
        authenticated = fact(hop.received.isAuthenticated ? hop.received.identity ?? "(not named)" : nil)
        recipient = TraceWalk.recipient(hop) ?? TraceWalk.firstRecipient(&trail)
        time = TraceWalk.time(hop) ?? TraceWalk.time(trail.top())
    }

    /// The hop whose client is the first that is no relay of ours. Hops within one host (no client, or the loopback
    /// address) are passed.
    private static func entry(_ trail: inout Trail, site: Site) -> (Hop, note: String)? {
        var last: (Hop, note: String)?
        _ = trail.first { hop in
            // A hop over the network that does not name its client ends what can be believed.
            guard let client = hop.received.clientAddress else { return !hop.received.isLocal }
            let isOurs = site.isTrustedRelay(client) || client.isLoopback
            last = (hop, isOurs ? "every hop is a trusted relay's; this is the last" : "written by a trusted relay")
            return !isOurs
        }
        return last
    }

    /// Without knowing our relays: the hop that the receiving server's own Received-SPF or X-Sender-IP names, else the
    /// first whose client has a public address.
    private static func guessedEntry(_ trail: inout Trail, named: IPAddress?) -> (Hop, note: String)? {
        if let named, let hop = trail.first(naming: named) {
            return (hop, "the client that the receiving server's own result names; no trusted_relays in the policy")
        }
        return trail.first { $0.received.clientAddress?.isPublic ?? false }.map {
            ($0, "the first hop from a public address; no trusted_relays in the policy")
        }
    }

    /// The client's address as the receiving server noted it in other fields.
    private static func addressNamedElsewhere(_ message: Message) -> (address: IPAddress, source: HeaderSource)? {
        if let field = message.header.first("Received-SPF"), let address = ReceivedSPFField.clientIP(in: field.value),
            address.isPublic
        {
            return (address, HeaderSource(field))
        }
        if let field = message.header.first("X-Sender-IP"), let address = IPAddress(field.text), address.isPublic {
            return (address, HeaderSource(field))
        }
        if let field = message.header.first("Authentication-Results"),
            let address = AuthenticationResultsClient.address(in: field.text), address.isPublic
        {
            return (address, HeaderSource(field))
        }
        return nil
    }

    /// The TLS of the hop: what the field tells of it, or that there was some (RFC 3848: the S of ESMTPS).
    private static func tls(_ received: ReceivedField) -> TLSParameters? {
        if let told = received.tls { return TLSParameters(version: told.version, cipher: told.cipher, bits: told.bits) }
        switch transmission(received) {
        case "ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTPS", "UTF8LMTPSA":
            return TLSParameters(version: nil, cipher: nil)
        default: return nil
        }
    }

    /// The transmission type, where it is all that `with` says: other words than these may hide TLS.
    private static func transmission(_ received: ReceivedField) -> String? {
        guard let type = received.transmissionType, received.with?.equalsIgnoringASCIICase(type) ?? false else {
            return nil
        }
        return type
    }

    private static func recipient(_ hop: Hop) -> Fact<SMTPPath>? {
        hop.received.for.flatMap { SMTPPath($0) }.map { .reconstructed($0, from: hop.source) }
    }

    private static func firstRecipient(_ trail: inout Trail) -> Fact<SMTPPath>? {
        trail.firstWithRecipient().flatMap(recipient)
    }

    private static func time(_ hop: Hop?) -> Fact<Timestamp>? {
        guard let hop, let date = hop.received.date else { return nil }
        return .reconstructed(date.timestamp, from: hop.source)
    }
}

extension IPAddress {
    fileprivate var isLoopback: Bool {
        switch self {
        case .v4(let value): value >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }
}

extension ReceivedField {
    /// Whether a program fetched the message from a mailbox (fetchmail and its kin): the address it names is the
    /// mailbox server's, nobody's who sent anything.
    fileprivate var isFetch: Bool {
        switch with?.utf8.first.map({ $0 | 0x20 }) {
        case .ascii("i"), .ascii("p"), .ascii("a"): break
        default: return false
        }
        guard let with = with?.asciiLowercased else { return false }
        return ["imap", "pop3", "pop2", "apop"].contains { with.hasPrefix($0) }
    }

    fileprivate var isAuthenticated: Bool {
        if saysAuthenticated { return true }
        // All of the types below have an A; most of what follows `with` has none, and is told from them fast.
        guard let with, with.utf8.contains(where: { $0 | 0x20 == .ascii("a") }) else { return false }
        return switch transmissionType {
        case "ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA", "LMTPA", "LMTPSA", "UTF8LMTPA", "UTF8LMTPSA": true
        default: false
        }
    }
}
