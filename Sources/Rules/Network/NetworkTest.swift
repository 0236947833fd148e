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
        /// A record that says just this.
        case text(Bytes)
        /// These bits of an address, as they are to be.
        case masked(UInt32, mask: UInt32)
        /// What the DNS says of the name, whatever it has: `NOERROR`, `NXDOMAIN`, `SERVFAIL`.
        case codes(Set<String>)
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
        /// The domains of all addresses that the message is from in a zone, or what was registered of them.
        case senders(zone: String, isRegistered: Bool, Wanted)
        /// Whether the domain of the envelope's sender is in the DNS at all.
        case senderHost
        /// A name made of tags: `askdns NAME _AUTHORDOMAIN_.zone. A wanted`.
        case name(String, [RecordType], Wanted)
        /// Asks what is not asked here.
        case unknown
    }

    /// The word or the function that says it, and what it says.
    public let word: String
    public let arguments: String
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

    /// Reads a subtest of `askdns`: a text in quotes, an address with a mask, the names of response codes in brackets, or
    /// one of `check_rbl` (Mail::SpamAssassin::Plugin::AskDNS).
    init?(answer text: String) {
        if let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote {
            self = .text(Bytes(String(text.dropFirst().dropLast())))
        } else if text.hasPrefix("["), text.hasSuffix("]") {
            let codes = text.dropFirst().dropLast().split { $0 == "," || $0 == " " }.map { $0.uppercased() }
            guard !codes.isEmpty, codes.allSatisfy({ $0.utf8.allSatisfy(\.isLetter) }) else { return nil }
            self = .codes(Set(codes))
        } else {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 2, case .v4(let value)? = IPAddress(parts[0]), case .v4(let mask)? = IPAddress(parts[1]) {
                self = .masked(value & mask, mask: mask)
            } else {
                self.init(pattern: text)
            }
        }
    }

    /// Reads a subtest of `check_rbl`: an address, a number of bits, or else an expression.
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

    /// Whether `answer` counts.
    func matches(_ answer: DNSAnswer, _ matcher: Matcher) -> Bool {
        if case .codes(let codes) = self { return answer.code.map { codes.contains($0) } ?? false }
        guard case .records(let records, _) = answer else { return false }
        return records.contains { matches($0, matcher) }
    }

    private func matches(_ record: RecordData, _ matcher: Matcher) -> Bool {
        switch (self, record) {
        case (.any, _): return true
        case (.address(let wanted), .address(let address)): return wanted == address
        case (.bits(let bits), .address(.v4(let value))): return value >> 24 == 127 && value & 0xFF_FFFF & bits != 0
        case (.range(let range), .address(.v4(let value))):
            return range.contains(value) || (value >> 24 == 127 && range.contains(value & 0xFF_FFFF))
        case (.masked(let wanted, let mask), .address(.v4(let value))): return value & mask == wanted
        case (.pattern(let source), _): return matcher.matches(Expression(unchecked: source), record.said)
        case (.text(let wanted), _): return record.said == wanted
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
        self.arguments = arguments.map { Bytes($0).lossyString }.joined(separator: ", ")
        let wanted = text(2).isEmpty ? Wanted.any : Wanted(pattern: text(2))
        switch name {
        case "check_uridnsbl": query = .uriList(text(0))
        case "check_rbl": query = wanted.map { .relays(set: text(0), zone: text(1), type: .a, $0) } ?? .unknown
        case "check_rbl_txt": query = wanted.map { .relays(set: text(0), zone: text(1), type: .txt, $0) } ?? .unknown
        case "check_rbl_sub":
            query = Wanted(pattern: text(1)).map { .sameRelays(set: text(0), $0) } ?? .unknown
        case "check_rbl_envfrom": query = .sender(zone: text(1))
        case "check_rbl_from_host", "check_rbl_from_domain":
            query =
                wanted.map { .senders(zone: text(1), isRegistered: name == "check_rbl_from_domain", $0) } ?? .unknown
        case "check_dns_sender": query = .senderHost
        default: query = .unknown
        }
    }

    /// The functions that stand for a test.
    static let functions: Set<String> = [
        "check_uridnsbl", "check_rbl", "check_rbl_txt", "check_rbl_sub", "check_rbl_envfrom", "check_rbl_from_host",
        "check_rbl_from_domain", "check_dns_sender",
    ]

    /// `askdns NAME_TEMPLATE TYPES SUBTEST` (Mail::SpamAssassin::Plugin::AskDNS).
    ///
    /// - Throws: `ExpressionError`, for what cannot be asked here.
    init(askdns words: [String]) throws(ExpressionError) {
        word = "askdns"
        arguments = words.joined(separator: " ")
        guard let name = words.first else { throw ExpressionError("askdns wants a rule and a name to ask about") }
        var types: [RecordType] = []
        for text in (words.count > 1 ? words[1] : "A").split(separator: ",") {
            guard let type = RecordType(mnemonic: text) else {
                throw ExpressionError("askdns: records of the type \(text) are not asked for here")
            }
            types.append(type)
        }
        let answer = words.dropFirst(2).joined(separator: " ")
        guard let wanted = answer.isEmpty ? .any : Wanted(answer: answer) else {
            throw ExpressionError("askdns: \(answer) says of no answer whether it is meant")
        }
        query = .name(name, types, wanted)
    }
}

extension RecordData {
    /// What it says, as expressions look at it.
    fileprivate var said: Bytes {
        func plain(_ name: DomainName) -> Bytes {
            let text = name.description
            return Bytes(text.hasSuffix(".") && text != "." ? String(text.dropLast()) : text)
        }
        switch self {
        case .address(let address): return Bytes(address.description)
        case .txt(let strings): return Bytes(strings.flatMap(\.array))
        case .name(let name): return plain(name)
        case .mx(_, let exchange): return plain(exchange)
        case .other(let text): return Bytes(text)
        }
    }
}

extension DNSAnswer {
    /// Whether it leaves open what there is.
    var isOpen: Bool {
        switch self {
        case .unrecorded, .timeout, .serverFailure: true
        case .records, .noData, .nameError: false
        }
    }

    /// The response code (RFC 1035 §4.1.1); nil where there was no response.
    fileprivate var code: String? {
        switch self {
        case .records, .noData: "NOERROR"
        case .nameError: "NXDOMAIN"
        case .serverFailure: "SERVFAIL"
        case .timeout, .unrecorded: nil
        }
    }
}
