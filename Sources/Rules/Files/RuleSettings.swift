import Expressions
import Values

/// What rule files set besides rules.
public struct RuleSettings: Sendable {
    /// Networks whose Received fields are believed, with those that are excepted.
    public var trustedNetworks = NetworkList()
    /// Networks of the site itself.
    public var internalNetworks = NetworkList()
    /// Networks that take mail from authenticated users only.
    public var submissionNetworks = NetworkList()
    /// The field that has the envelope's sender; nil to look for it.
    public var envelopeSenderField: String?
    /// Fields that have the address of the client of a web mailer.
    public var originatingAddressFields: [String] = []
    public var topLevelDomains: Set<String> = []
    public var secondLevelRegistries: Set<String> = []
    public var thirdLevelRegistries: Set<String> = []
    public var redirectorPatterns: [PerlExpression] = []
    public var replaceTags: [String: [UInt8]] = [:]
    public var replacePrefixes: [String: [UInt8]] = [:]
    public var replaceInfixes: [String: [UInt8]] = [:]
    public var replaceSuffixes: [String: [UInt8]] = [:]
    public var replaceStart: [UInt8] = [.ascii("<")]
    public var replaceEnd: [UInt8] = [.ascii(">")]
    public var replacedRules: Set<String> = []
    /// Lists of addresses with `*` and `?`, by name: `enlist_addrlist`, `welcomelist_from` and their kin.
    public var addressLists: [String: [String]] = [:]
    /// Addresses that are welcome from relays of a name only.
    public var addressRelayLists: [String: [AddressRelay]] = [:]
    /// Lists of host names, and whether each is on it or excepted: `enlist_uri_host`.
    public var hostLists: [String: [String: Bool]] = [:]
    public var freemailDomains: Set<String> = []
    public var freemailPatterns: [String] = []
    public var freemailExceptions: Set<String> = []
    public var freemailMaximumBodyAddresses = 5
    public var freemailMaximumBodyFreemails = 3
    public var freemailSkipsOverMaximum = true
    public var freemailSkipsBulk = true
    /// Relays whose bounces are the site's own.
    public var bounceRelays: [String] = []
    /// `ok_locales`
    public var acceptedLocales: [String] = ["all"]
    public var normalizesCharsets = true
    public var requiredScore = 5_000
    public var bodyPartScanSize = 50_000
    public var rawBodyPartScanSize = 500_000
    public var parsesDKIMDomains = true
    /// Whether links are looked for that browsers and mail programs follow and SpamAssassin does not know. No rule file
    /// sets it: rules see what SpamAssassin shows them.
    var followsEveryLink = false
    public var urlShorteners: Set<String> = []
    public var subjectLists: [String: [PerlExpression]] = [:]
    /// Lists of domains by the rule that asks them.
    var uriLists: [String: URIListTest] = [:]
    /// Domains that no list is asked about, and how many of a message are.
    var skippedURIDomains: Set<String> = []
    var uriDomainLimit = 20

    /// The host list of the domains whose mail is received here.
    public static let ownDomains = "ASSAY_OWN"

    public init() {}

    /// An entry of `welcomelist_from_rcvd`.
    public struct AddressRelay: Sendable, Hashable {
        public let address: String
        public let relay: String
    }
}

/// Networks, some of them excepted: the first that has an address decides.
public struct NetworkList: Sendable, Hashable {
    private var entries: [Entry] = []

    private struct Entry: Sendable, Hashable {
        let network: IPNetwork
        let isExcepted: Bool
    }

    public init() {}

    /// Whether a file named any.
    public var isConfigured: Bool { !entries.isEmpty }

    /// Adds `text`: an address, a network, or the first numbers of one (`10.`), after `!` an exception. False when it
    /// is none of these.
    public mutating func add(_ text: Substring) -> Bool {
        let isExcepted = text.hasPrefix("!")
        var name = isExcepted ? text.dropFirst() : text
        var length: Substring?
        if let slash = name.firstIndex(of: "/") {
            (name, length) = (name[..<slash], name[name.index(after: slash)...])
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        guard let network = NetworkList.network(name, length), entries.count < 100_000 else { return false }
        entries.append(Entry(network: network, isExcepted: isExcepted))
        return true
    }

    /// A network of `text`, of which an IPv4 address may lack its last numbers, and what stands behind the stroke: a length
    /// or, for IPv4, a mask.
    private static func network(_ text: Substring, _ length: Substring?) -> IPNetwork? {
        var (address, bits) = (IPAddress(text), 0)
        let numbers = text.split(separator: ".")
        if address == nil, (1...3).contains(numbers.count), text.utf8.allSatisfy({ $0.isDigit || $0 == .dot }) {
            address = IPAddress((numbers + Array(repeating: "0", count: 4 - numbers.count)).joined(separator: "."))
            bits = 8 * numbers.count
        }
        guard let address else { return nil }
        if bits == 0 { bits = address.bitWidth }
        if let length {
            if case .v4(let mask)? = IPAddress(length), address.isV4 {
                bits = (~mask).leadingZeroBitCount
                guard mask == ~(bits == 32 ? 0 : UInt32.max >> bits) else { return nil }
            } else {
                guard let number = Int(length), length.utf8.allSatisfy(\.isDigit) else { return nil }
                bits = number
            }
        }
        return IPNetwork(address, prefixLength: bits)
    }

    /// The entries as text: equal lists have equal texts.
    public var text: String { entries.map { "\($0.isExcepted ? "!" : "")\($0.network)" }.joined(separator: " ") }

    /// Whether `address` is on the list. Loopback addresses always are.
    public func contains(_ address: IPAddress?) -> Bool {
        guard let address else { return false }
        if NetworkList.loopback.contains(where: { $0.contains(address) }) { return true }
        return entries.first { $0.network.contains(address) }.map { !$0.isExcepted } ?? false
    }

    private static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { IPNetwork($0) }
}
