import DNS
import Values

/// What a check found, and how.
public struct SPFOutcome: Sendable, Hashable {
    /// The result; nil when it hangs on DNS answers that nobody recorded (`unrecorded`), so that nothing can be said.
    public let result: SPFResult?
    /// Why there is no better result: for `none`, `temperror`, `permerror` and checks that could not be evaluated.
    public let reason: String?
    /// The terms that decided, outermost first: an `include` is followed by the term that matched in the included
    /// record, a record reached by `redirect` stands for itself. Empty when no term matched.
    public let matches: [SPFMatch]
    /// The domain owner's explanation of a `fail`: printable ASCII, from outside and not to be trusted (§6.2). Nil when
    /// there is none, or none that can be used.
    public let explanation: String?
    /// The domain whose policy was asked.
    public let domain: String
    /// Terms evaluated that count against the limit of ten.
    public let lookups: Int
    /// Terms among them whose lookups found nothing.
    public let voidLookups: Int
    /// The questions asked, in order and each once, with their answers.
    public let answersUsed: [DNSExchange]
    /// The questions that would have been needed and that nobody recorded an answer to.
    public let unrecorded: [DNSQuestion]
    /// Such questions where only the explanation hangs on them.
    public let explanationUnrecorded: [DNSQuestion]

    /// The deciding term of the asked record as it is written there, as `-all` or `include:_spf.example.org`.
    public var mechanism: String? { matches.first?.term }
    /// The domain in whose record that term stands: not the asked one after a `redirect`.
    public var mechanismDomain: String? { matches.first?.domain }

    /// The SPF records that were found, in the order in which they were asked for: the domain's own, then those of
    /// `include` and `redirect`. More than one of a domain is an error (RFC 7208 §4.5).
    public var records: [SPFPublishedRecord] {
        answersUsed.flatMap { exchange -> [SPFPublishedRecord] in
            guard exchange.question.type == .txt, case .records(let records, _) = exchange.answer else { return [] }
            return records.compactMap { record in
                guard case .txt(let strings) = record else { return nil }
                let text = strings.flatMap(\.array)
                guard SPFRecord.isRecord(text) else { return nil }
                return SPFPublishedRecord(
                    domain: exchange.question.name.relativeText,
                    text: SPFText.printable(text, limit: SPFPublishedRecord.longestText))
            }
        }
    }
}

/// A term that matched, as written, and the domain in whose record it stands.
public struct SPFMatch: Sendable, Hashable, CustomStringConvertible {
    public let term: String
    public let domain: String

    /// `-all (example.org)`.
    public var description: String { "\(term) (\(domain))" }
}
