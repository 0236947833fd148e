import DNS
import Expressions
import Values

/// What a rule asks the DNS, and which answers are a hit.
public struct NetworkTest: Sendable {
    /// Which answers count.
    enum Wanted: Sendable {
        case any
        case address(IPAddress)
        /// Any of these bits of the code's last numbers.
        case bits(UInt32)
        case range(ClosedRange<UInt32>)
        case pattern(PerlExpression)
        /// That there is nothing under any of the names.
        case nothing
    }

    enum Query: Sendable {
        /// The list that `urirhssub` and its kin define by the name of a rule.
        case uriList(String)
        /// Addresses of relays in a zone: `check_rbl('set-lastexternal', 'zone.', 'wanted')`.
        case relays(set: String, zone: String, type: RecordType, Wanted)
        /// An answer to what another rule asks about the same set.
        case sameRelays(set: String, Wanted)
        /// The domain of the envelope's sender in a zone.
        case sender(zone: String)
        /// Whether the domain of the envelope's sender is in the DNS at all.
        case senderHost
        /// A name made of tags: `askdns NAME _AUTHORDOMAIN_.zone. A wanted`.
        case name(String, RecordType, Wanted)
        /// Asks what is not asked here.
        case unknown
    }

    /// The word or the function that says it.
    public let word: String
    let query: Query
}

/// A list that domains of links, or what serves them, are looked up in.
struct URIListTest: Sendable {
    /// What is looked up.
    enum Subject: Sendable {
        /// The domain: `urirhssub`, `urirhsbl`.
        case domain
        /// The addresses of its name servers, or of its host: `uridnssub`, `uridnsbl`.
        case addresses
        /// What was registered of the names of its name servers: `urinsrhssub`, `urinsrhsbl`.
        case serverDomains
        /// The names of its name servers: `urifullnsrhssub`, `urifullnsrhsbl`.
        case servers
    }

    let subject: Subject
    let zone: String
    let type: RecordType
    let wanted: NetworkTest.Wanted
}

extension NetworkTest.Wanted {
    /// Reads a subtest of `urirhssub`: an address, a number of bits, `n1-n2` (Mail::SpamAssassin::Plugin::URIDNSBL).
    init?(subtest text: String) {
        if let address = IPAddress(text) {
            self = .address(address)
        } else if let bits = NetworkTest.Wanted.number(text[...]) {
            self = .bits(bits)
        } else {
            let ends = text.split(separator: "-").map { NetworkTest.Wanted.number($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], low <= high else { return nil }
            self = .range(low...high)
        }
    }

    /// Reads a subtest of `check_rbl` or `askdns`: an address, a number of bits, or else an expression.
    init?(pattern text: String) {
        if text.hasPrefix("/") || text.hasPrefix("m{") {
            guard let expression = try? PerlExpression(Array(text.utf8)).checked() else { return nil }
            self = .pattern(expression)
        } else if let plain = NetworkTest.Wanted(subtest: text) {
            self = plain
        } else {
            guard let expression = try? PerlExpression(pattern: Array(text.utf8)).checked() else { return nil }
            self = .pattern(expression)
        }
    }

    private static func number(_ text: Substring) -> UInt32? {
        if text.hasPrefix("0x") { return UInt32(text.dropFirst(2), radix: 16) }
        let labels = text.split(separator: ".")
        if labels.count == 4, case .v4(let value)? = IPAddress(text) { return value }
        return UInt32(text)
    }

    /// Whether `record` is an answer that counts.
    func matches(_ record: RecordData, _ matcher: Matcher) -> Bool {
        switch (self, record) {
        case (.any, _): return true
        case (.address(let wanted), .address(let address)): return wanted == address
        case (.bits(let bits), .address(.v4(let value))): return value >> 24 == 127 && value & 0xFF_FFFF & bits != 0
        case (.range(let range), .address(.v4(let value))):
            return range.contains(value) || (value >> 24 == 127 && range.contains(value & 0xFF_FFFF))
        case (.pattern(let source), .address(let address)):
            return matcher.matches(Expression(unchecked: source), Bytes(address.description))
        case (.pattern(let source), .txt(let strings)):
            return matcher.matches(Expression(unchecked: source), Bytes(strings.flatMap(\.array)))
        default: return false
        }
    }
}

extension NetworkTest {
    /// The test that a function of a rule stands for, `check_rbl` and its kin.
    init(function name: String, arguments: [[UInt8]]) {
        func text(_ index: Int) -> String {
            arguments.indices.contains(index) ? String(decoding: arguments[index], as: UTF8.self) : ""
        }
        word = name
        let wanted = text(2).isEmpty ? Wanted.any : Wanted(pattern: text(2))
        switch name {
        case "check_uridnsbl": query = .uriList(text(0))
        case "check_rbl": query = wanted.map { .relays(set: text(0), zone: text(1), type: .a, $0) } ?? .unknown
        case "check_rbl_txt": query = wanted.map { .relays(set: text(0), zone: text(1), type: .txt, $0) } ?? .unknown
        case "check_rbl_sub":
            query = Wanted(pattern: text(1)).map { .sameRelays(set: text(0), $0) } ?? .unknown
        case "check_rbl_envfrom": query = .sender(zone: text(1))
        case "check_dns_sender": query = .senderHost
        default: query = .unknown
        }
    }

    /// `askdns NAME_TEMPLATE TYPE SUBTEST` (Mail::SpamAssassin::Plugin::AskDNS).
    init(askdns words: [String]) {
        word = "askdns"
        let type = words.count > 1 ? RecordType(rawValue: words[1].uppercased()) : .a
        let wanted = words.count > 2 ? Wanted(pattern: words[2...].joined(separator: " ")) : .any
        guard let name = words.first, let type, let wanted else {
            query = .unknown
            return
        }
        query = .name(name, type, wanted)
    }
}
