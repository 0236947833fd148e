import Policy
import Screening
import Values

extension DynamicScreen {
    /// What clients are counted by.
    enum Behaviour: String, CaseIterable {
        case connections
        case failedAuthentications = "failed-authentications"
        case unknownRecipients = "unknown-recipients"
        case resets
        case simultaneous
        case protocolErrors = "protocol-errors"
        case spamTraps = "spam-trap"

        /// What `count` of them are called.
        func words(_ count: Int) -> String {
            let (one, several) =
                switch self {
                case .connections: ("connection", "connections")
                case .failedAuthentications: ("failed authentication", "failed authentications")
                case .unknownRecipients: ("unknown recipient", "unknown recipients")
                case .resets: ("RSET", "RSETs")
                case .simultaneous: ("connection at a time", "connections at a time")
                case .protocolErrors: ("protocol error", "protocol errors")
                case .spamTraps: ("spam-trap hit", "spam-trap hits")
                }
            return "\(count) \(count == 1 ? one : several)"
        }
    }

    /// The limits, what they are counted in, and what follows when one is reached.
    public struct Settings: StageSettings {
        /// The limits by what they limit; those that are off are not there.
        let limits: [Behaviour: Int]
        let accountFailures: Int
        let countsRepeated: Bool
        let window: Duration
        let ban: Duration
        let growth: Duration
        let longest: Duration
        let remembers: Duration
        let closesSession: Placed<Bool>
        let prefixV4: Int
        let prefixV6: Int
        let allow: [AddressPattern]

        public init(from reader: inout PolicyReader) {
            var limits: [Behaviour: Int] = [:]
            func limit(_ key: String, _ behaviour: Behaviour, _ summary: String) {
                let limit = reader.integer(key, default: 0, in: 0...1_000_000, "\(summary); 0 is no limit.")
                if limit > 0 { limits[behaviour] = limit }
            }
            limit("connections", .connections, "Connections within the window that bring a ban")
            limit("simultaneous", .simultaneous, "Connections at the same time that bring a ban")
            limit("failed_authentications", .failedAuthentications, "Failed AUTH exchanges that bring a ban")
            limit(
                "unknown_recipients", .unknownRecipients,
                "Recipients that the next hop does not know that bring a ban")
            limit("resets", .resets, "RSET commands that bring a ban")
            limit("protocol_errors", .protocolErrors, "Commands that are none, or out of order, that bring a ban")
            limit("spam_traps", .spamTraps, "Hits of spam traps that bring a ban")
            self.limits = limits
            accountFailures = reader.integer(
                "account_failures", default: 0, in: 0...1_000_000,
                "Failed AUTH exchanges, from anywhere, that bar the account they name; 0 is no limit.")
            countsRepeated = reader.flag(
                "count_repeated", default: false,
                "Whether AUTH counts that fails with the very credentials that a client has failed with before.")
            let year: Duration = .seconds(86_400 * 365)
            window = reader.duration(
                "window", default: .seconds(600), in: .seconds(1)...(.seconds(86_400 * 7)),
                "What is counted is counted for as long as this from the first.")
            ban = reader.duration(
                "ban", default: .seconds(86_400), in: .seconds(1)...year, "How long the first ban lasts.")
            growth = reader.duration(
                "growth", default: .seconds(86_400), in: .zero...year,
                "How much longer than the one before each further ban lasts.")
            longest = reader.duration(
                "maximum", default: .seconds(86_400 * 30), in: .seconds(1)...year, "No ban lasts longer than this.")
            reader.warn(of: "ban", ban, beyond: "maximum", longest)
            remembers = reader.duration(
                "remember", default: .seconds(86_400 * 30), in: .seconds(60)...year,
                "Bans within this time of the first count as repeated.")
            closesSession = Placed(
                reader.flag(
                    "close_session", default: true,
                    "Whether a ban ends the session that brought it, and others of the client, at once."),
                at: reader.place(of: "close_session"))
            prefixV4 = reader.integer(
                "prefix_v4", default: 32, in: 24...32,
                "Bits of an IPv4 address that are counted and banned together; 32 is each address by itself.")
            prefixV6 = reader.integer(
                "prefix_v6", default: 64, in: 32...128, "Bits of an IPv6 address that are counted and banned together.")
            allow = reader.values(
                "allow", default: [], expecting: "an address, a CIDR network, a range a-b, or an address with * and ?",
                "Clients that are never counted or banned.", parse: { AddressPattern($0) }
            ).map(\.value)
        }

        /// Without `close_session`, a ban begins with the next connection.
        public var symbolSettings: [SymbolSetting] {
            guard !closesSession.value else { return [] }
            return [
                SymbolSetting(
                    DynamicScreen.limit, "The client did something so often that it is banned.",
                    at: closesSession.place,
                    action: Placed(.score, at: closesSession.place))
            ]
        }
    }
}
