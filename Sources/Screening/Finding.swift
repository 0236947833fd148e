import DNS
import Values

/// The stable name of something a stage can find: `SPF_FAIL`. Policy, reports and case files know findings by it.
public struct Symbol: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name: capitals, digits and underscores.
    public let name: String

    /// A symbol by its name.
    public init(_ name: String) { self.name = name }

    /// A symbol by its name.
    public init(stringLiteral value: String) { self.name = value }

    public static func < (left: Symbol, right: Symbol) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    /// The name.
    public var description: String { name }
}

/// What a stage saw: a symbol with its evidence. No score and no action: weighing is the policy's.
public struct Finding: Sendable, Hashable {
    /// What was found.
    public let symbol: Symbol
    /// What was seen, and where.
    public let evidence: Evidence
    /// What it is about.
    public let scope: Scope
    /// What a refusal on this finding may say besides the policy's words, such as what a DNS list has published about
    /// the client. The judge takes of it what is fit to send.
    public let replyNote: String?

    /// What a finding holds for.
    public enum Scope: Sendable, Hashable {
        /// The whole session.
        case session
        /// This transaction.
        case transaction
        /// One recipient of the transaction, by its place among them.
        case recipient(Int)
    }

    /// A finding about the transaction, unless `scope` says otherwise.
    public init(
        _ symbol: Symbol, _ evidence: Evidence = [:], scope: Scope = .transaction, replyNote: String? = nil
    ) {
        (self.symbol, self.evidence, self.scope, self.replyNote) = (symbol, evidence, scope, replyNote)
    }
}

extension Finding {
    /// The finding as one about a single recipient, given by its place among all.
    func about(recipient: Int) -> Finding {
        Finding(symbol, evidence, scope: .recipient(recipient), replyNote: replyNote)
    }
}

/// The grounds of a finding: named values in the order in which a person should read them.
public struct Evidence: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One named value.
    public struct Item: Sendable, Hashable {
        public let key: String
        public let value: EvidenceValue
    }

    /// The items in reading order.
    public private(set) var items: [Item]

    /// Evidence from keys and values in reading order.
    public init(dictionaryLiteral elements: (String, EvidenceValue)...) {
        items = elements.map { Item(key: $0.0, value: $0.1) }
    }

    /// No evidence yet, with room for `count` items.
    public init(roomFor count: Int) {
        items = []
        items.reserveCapacity(count)
    }

    /// Adds a value at the end; nil adds nothing.
    public mutating func add(_ key: String, _ value: EvidenceValue?) {
        if let value { items.append(Item(key: key, value: value)) }
    }

    /// Adds the DNS answers that were used as `dns`, and, where DNSSEC vouches for every one, `authentic`.
    public mutating func add(answers exchanges: [DNSExchange]) {
        guard !exchanges.isEmpty else { return }
        if exchanges.areAuthentic { add("authentic", .flag(true)) }
        add("dns", .answers(exchanges))
    }

    /// The evidence as a JSON object.
    public var json: JSON {
        .object(Dictionary(items.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
    }
}

/// A value of evidence, typed so that reports can show it for what it is.
public enum EvidenceValue: Sendable, Hashable {
    case text(String)
    case number(Int)
    case flag(Bool)
    case duration(Duration)
    case address(IPAddress)
    case network(IPNetwork)
    case list([String])
    /// Bytes of the message.
    case span(Range<Int>)
    /// DNS questions asked, with the answers that were used.
    case answers([DNSExchange])
}
