import Values

/// One element of an address list (RFC 5322 §3.4).
public enum AddressEntry: Sendable, Hashable {
    case mailbox(Mailbox)
    /// A named group; `undisclosed-recipients:;` is one without members.
    case group(name: String, [Mailbox])
}

/// What an address field has that RFC 5322 §3.4 does not allow. Each is met in real mail; none stops the reading.
public enum AddressDefect: String, Sendable, Hashable, CaseIterable {
    /// A quote, parenthesis or bracket that nothing closes, or comments nested deeper than 100.
    case unclosed
    /// `<` without `>`, or the reverse.
    case unbalancedBrackets = "unbalanced-brackets"
    /// A name and an address without angle brackets around the address.
    case missingBrackets = "missing-brackets"
    /// Two addresses with nothing between them.
    case missingComma = "missing-comma"
    /// A semicolon where no group ends.
    case semicolonSeparator = "semicolon-separator"
    /// A group without its closing semicolon.
    case unclosedGroup = "unclosed-group"
    /// A dot, at-sign, comma or other special in a name without quotes around it.
    case unquotedName = "unquoted-name"
    /// An address with white space inside, dots in odd places, two at-signs or characters that want quotes.
    case malformedAddress = "malformed-address"
    /// An address without a domain, or a name without an address.
    case missingAddress = "missing-address"
    /// A source route, dropped as RFC 5322 §4.4 says.
    case sourceRoute = "source-route"
    /// More addresses than are read; the rest were left out.
    case tooMany = "too-many"
    /// An element of more than 1,000 tokens, cut there.
    case tooLong = "too-long"
}

/// The addresses of a From, Sender, Reply-To, To, Cc or Bcc field, read as generously as mail programs write them.
public struct AddressList: Sendable, Hashable {
    /// The list's elements in order.
    public let entries: [AddressEntry]
    /// Each kind of irregularity once, in order of first sight.
    public let defects: [AddressDefect]

    /// The number of mailboxes and groups read from one field.
    public static let limit = 10_000

    /// Reads the value of an address field, folded or not: RFC 5322 §3.4 with the obsolete syntax of §4.4, RFC 6532's
    /// UTF-8, and the usual mistakes, which are named in `defects`. Never fails; an empty value is an empty list.
    public init(_ bytes: Bytes) {
        if let mailbox = Mailbox(common: bytes) {
            (entries, defects) = ([.mailbox(mailbox)], [])
            return
        }
        var parser = AddressParser(bytes.array)
        parser.run()
        (entries, defects) = (parser.entries, parser.defects)
    }

    /// Every mailbox in order, the members of groups included.
    public var mailboxes: [Mailbox] {
        if entries.count == 1, case .mailbox(let only) = entries[0] { return [only] }
        return entries.flatMap { entry in
            switch entry {
            case .mailbox(let mailbox): [mailbox]
            case .group(_, let members): members
            }
        }
    }
}
