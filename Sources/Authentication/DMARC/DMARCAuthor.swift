import DNS
import Mail
import Values

/// Who a message says it is from: the domains of its From field, which DMARC protects (RFC 7489 §3.1, §6.6.1).
public struct DMARCAuthor: Sendable, Hashable {
    /// The domains, each once, in the order of the message, in their A-label form (RFC 7489 §6.6.1).
    public let domains: [DomainName]
    /// How many From fields there are: RFC 5322 §3.6 allows one.
    public let fieldCount: Int
    /// Addresses among them whose domain is none: absent, a literal, or malformed.
    public let unusable: [String]
    /// There are more fields, addresses or domains than are looked at: authors may be among them whom nobody saw.
    public let isCutOff: Bool
    /// The header was not indexed whole: there may be From fields that nobody saw.
    public let isIncomplete: Bool

    /// More domains than this are not looked at: a message that is honest has one.
    public static let maximumDomains = 10

    /// The author of a message with this header. Addresses in groups count like others (RFC 6854 allows groups in
    /// From).
    public init(_ header: HeaderBlock) {
        let fields = header.all("From")
        self.init(
            fields.prefix(Message.authorFields).map { AddressList($0.rawValue) }, fieldCount: fields.count,
            isIncomplete: !header.isWhole)
    }

    /// The author of `message`.
    public init(_ message: Message) {
        self.init(message.authors, fieldCount: message.header.count(of: "From"), isIncomplete: !message.header.isWhole)
    }

    private init(_ lists: [AddressList], fieldCount: Int, isIncomplete: Bool) {
        let isCut = lists.contains { $0.defects.contains(.tooMany) || $0.defects.contains(.tooLong) }
        self.init(
            domains: lists.flatMap(\.mailboxes).map { ($0.domain, $0.address) }, fieldCount: fieldCount,
            isCutOff: fieldCount > Message.authorFields || isCut, isIncomplete: isIncomplete)
    }

    /// The author that is one domain.
    public init(domain: DomainName) {
        (domains, fieldCount, unusable, isCutOff, isIncomplete) = ([domain], 1, [], false, false)
    }

    /// The author that is the domain `text`, as an address has it; nil when it is none.
    public init?(domain text: String) {
        guard let name = DMARCAuthor.name(text) else { return nil }
        self.init(domain: name)
    }

    private init(
        domains all: [(domain: String, address: String)], fieldCount: Int, isCutOff: Bool, isIncomplete: Bool
    ) {
        var domains: [DomainName] = []
        var unusable: [String] = []
        var isCutOff = isCutOff
        for (domain, address) in all {
            guard let name = DMARCAuthor.name(domain) else {
                if unusable.count < DMARCAuthor.maximumDomains { unusable.append(address) }
                continue
            }
            if domains.contains(name) { continue }
            guard domains.count < DMARCAuthor.maximumDomains else {
                isCutOff = true
                break
            }
            domains.append(name)
        }
        (self.domains, self.unusable, self.fieldCount) = (domains, unusable, fieldCount)
        (self.isCutOff, self.isIncomplete) = (isCutOff, isIncomplete)
    }

    /// Whether there may be authors whom nobody saw.
    public var isUnreadable: Bool { isIncomplete || isCutOff }

    /// Whether the message has one author domain in one field and nothing besides: what RFC 7489 §6.6.1 calls for.
    public var isSingular: Bool { domains.count == 1 && fieldCount == 1 && unusable.isEmpty }

    /// `domain` as a name, its labels in lower case and their A-label form; nil when it is none.
    static func name(_ domain: String) -> DomainName? {
        guard var bytes = InternationalName.ascii(Array(domain.utf8)) else { return nil }
        // A final dot is no part of an address, and is written all the same.
        if bytes.last == .dot { bytes.removeLast() }
        return DKIMDomain.name(Bytes(bytes), minimumLabels: 1)
    }
}
