import Policy
import Screening
import Values

extension ReverseLookup {
    /// What a check leads to when it fails.
    enum Response: String, Sendable, CaseIterable {
        /// It is not looked for.
        case off
        /// A finding and no more.
        case finding
        /// A refusal for good.
        case refuse = "501"
        /// A refusal for now.
        case postpone = "451"

        var action: Action {
            switch self {
            case .off, .finding: .score
            case .refuse: .reject
            case .postpone: .defer
            }
        }
    }

    /// One thing that can be wrong: the setting that says what follows, and the symbol it is found as.
    struct Check: Sendable {
        let key: String
        let symbol: Symbol
        /// What is wrong, in a sentence.
        let summary: String
        /// What follows unless the policy says otherwise.
        let response: Response
        /// In thousandths of a point.
        let weight: Int
        /// Subject and detail of the enhanced status code (RFC 3463).
        let enhanced: (Int, Int)
        /// The words of a refusal.
        let text: String

        var declaration: SymbolDeclaration {
            SymbolDeclaration(symbol, summary, weight: weight, action: response.action, reply: reply(response))
        }

        /// The words of a refusal with the code that the response names.
        func reply(_ response: Response) -> ReplyText {
            ReplyText(response == .postpone ? 51 : 1, enhanced.0, enhanced.1, text)
        }
    }

    // RFC 7372 §3.3: X.7.25 for a failed reverse lookup.
    static let noName = Check(
        key: "no_ptr", symbol: "REVERSE_NONE", summary: "The client's address has no name.", response: .finding,
        weight: 1000, enhanced: (7, 25), text: "Your address has no name in the DNS")
    static let unconfirmedName = Check(
        key: "unconfirmed_ptr", symbol: "REVERSE_UNCONFIRMED",
        summary: "No name of the client's address has that address.", response: .finding, weight: 500,
        enhanced: (7, 25), text: "The name of your address does not have your address")
    static let malformedHelo = Check(
        key: "malformed_helo", symbol: "HELO_MALFORMED",
        summary: "The argument of HELO is neither a fully qualified domain name nor an address literal.",
        response: .finding, weight: 1000, enhanced: (5, 4),
        text: "HELO needs a fully qualified domain name or an address literal")
    static let unknownHelo = Check(
        key: "unknown_helo", symbol: "HELO_NOT_FOUND",
        summary: "The HELO name has neither addresses nor mail exchangers.", response: .postpone, weight: 1000,
        enhanced: (7, 1), text: "The name you gave in HELO is not found in the DNS")
    // RFC 5321 §4.1.4: mail must not be refused because a HELO name does not have the client's address.
    static let mismatchedHelo = Check(
        key: "mismatched_helo", symbol: "HELO_MISMATCH",
        summary: "The HELO name exists, and the client's address is not among its own.", response: .finding, weight: 0,
        enhanced: (7, 1), text: "The name you gave in HELO does not have your address")
    static let forgedHelo = Check(
        key: "forged_helo", symbol: "HELO_FORGED",
        summary: "The client claims in HELO to be one of our own domains, this host, or another public address.",
        response: .refuse, weight: 3000, enhanced: (7, 1), text: "You are not what you say in HELO")
    static let unknownMailDomain = Check(
        key: "unknown_mail_domain", symbol: "MAIL_DOMAIN_NOT_FOUND",
        summary: "The domain of the reverse-path does not exist, or has neither MX nor address records.",
        response: .postpone, weight: 3000, enhanced: (1, 8), text: "The domain of the sender address is not found")
    // RFC 7505 §4.2: mail may be refused, with X.7.27, whose sender's domain takes no mail.
    static let nullMX = Check(
        key: "null_mx", symbol: "MAIL_DOMAIN_NULL_MX",
        summary: "The domain of the reverse-path says that it takes no mail (RFC 7505).", response: .finding,
        weight: 2000, enhanced: (7, 27), text: "The domain of the sender address takes no mail")
    static let unreachableMailDomain = Check(
        key: "unreachable_mail_domain", symbol: "MAIL_DOMAIN_UNREACHABLE",
        summary: "The mail exchangers of the reverse-path's domain have no address, or none that is public.",
        response: .finding, weight: 2000, enhanced: (1, 8),
        text: "The domain of the sender address cannot be reached by mail")

    static let checks = [
        noName, unconfirmedName, malformedHelo, unknownHelo, mismatchedHelo, forgedHelo, unknownMailDomain, nullMX,
        unreachableMailDomain,
    ]

    /// What follows from each check, and when it is made.
    public struct Settings: StageSettings {
        /// Which results a header field is asked for.
        enum Field: String, Sendable, CaseIterable { case all, warnings, none }

        let isEarly: Bool
        let allowed: AllowedClients
        let field: Field
        private let responses: [Symbol: Placed<Response>]

        public init(from reader: inout PolicyReader) {
            allowed = AllowedClients(from: &reader)
            isEarly = reader.flag(
                "early", default: false,
                "Whether PTR and HELO names are looked up at once, before the client can authenticate, rather than at MAIL."
            )
            field = reader.choice(
                "add_field", default: Field.all,
                "Which results are told in an X-Lookup-Result field of the message: all, failures alone, or none.")
            var responses: [Symbol: Placed<Response>] = [:]
            for check in ReverseLookup.checks {
                let response = reader.choice(check.key, default: check.response, check.summary)
                responses[check.symbol] = Placed(response, at: reader.place(of: check.key))
            }
            self.responses = responses
        }

        func response(_ check: Check) -> Response { responses[check.symbol]?.value ?? check.response }

        /// Whether any of `checks` is looked for.
        func looks(for checks: Check...) -> Bool { checks.contains { response($0) != .off } }

        var checksName: Bool { looks(for: noName, unconfirmedName) }
        var checksHelo: Bool { looks(for: malformedHelo, unknownHelo, mismatchedHelo, forgedHelo) }
        var checksMailDomain: Bool { looks(for: unknownMailDomain, nullMX, unreachableMailDomain) }

        public var symbolSettings: [SymbolSetting] {
            ReverseLookup.checks.compactMap { check in
                guard let response = responses[check.symbol], !response.place.isBuiltIn else { return nil }
                return SymbolSetting(
                    check.symbol, check.summary, at: response.place,
                    action: Placed(response.value.action, at: response.place), reply: check.reply(response.value))
            }
        }

        var idlePhases: Set<Phase> {
            var idle: Set<Phase> = []
            if !isEarly || !checksName { idle.insert(.connect) }
            if !isEarly || !checksHelo { idle.insert(.helo) }
            return checksName || checksHelo || checksMailDomain ? idle : [.connect, .helo, .mail]
        }
    }
}
