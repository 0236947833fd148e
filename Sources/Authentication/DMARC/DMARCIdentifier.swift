import DNS
import Values

/// A name that an authentication mechanism vouches for, or might have (RFC 7489 §3.1: SPF's domain, the `d=` of a DKIM
/// signature).
public struct DMARCIdentifier: Sendable, Hashable {
    /// The mechanism.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case spf, dkim
    }

    /// What the mechanism said.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// The name is authenticated.
        case pass
        /// It is not.
        case fail
        /// That could not be told for now.
        case temperror
        /// Nobody looked, or the recording at hand has no answer.
        case unknown
    }

    public let method: Method
    /// The name; nil where the mechanism's was not to be had, so that it may have been any.
    public let domain: DomainName?
    public let status: Status
    /// What the mechanism said, in its own words, such as `softfail` (RFC 8601 §2.7); `unknown` where nobody looked.
    public let result: String
    /// The selector of a signature.
    public let selector: String?

    /// What `method` said of `domain`: `result` in its own words, the status's where they are left out.
    public init(
        _ method: Method, _ domain: DomainName?, _ status: Status, selector: String? = nil, result: String? = nil
    ) {
        (self.method, self.domain, self.status, self.selector) = (method, domain, status, selector)
        self.result = result ?? status.rawValue
    }

    /// What `method` said of the domain that `text` is, labels beyond ASCII taken as the A-labels they stand for. Where
    /// it is no domain, nobody can have been authenticated.
    public init(
        _ method: Method, text: String, _ status: Status, selector: String? = nil, result: String? = nil
    ) {
        let name = DMARCAuthor.name(text)
        self.init(
            method, name ?? .root, name == nil ? .fail : status, selector: selector, result: result ?? status.rawValue)
    }

    /// What SPF's result for the reverse-path says (RFC 7489 §4.1: for a null one, of the HELO name).
    public init(spf domain: String, _ result: SPFResult?) {
        let status: Status =
            switch result {
            case nil: .unknown
            case .pass?: .pass
            case .temperror?: .temperror
            case .fail?, .softfail?, .neutral?, .some(.none), .permerror?: .fail
            }
        self.init(.spf, text: domain, status, result: result?.rawValue)
    }

    /// What the verification of a signature says.
    public init(dkim outcome: DKIMOutcome) {
        let status: Status =
            if outcome.isUnrecorded {
                .unknown
            } else {
                switch outcome.result {
                case .pass: .pass
                case .temperror: .temperror
                case .fail, .neutral, .permerror, .policy: .fail
                }
            }
        self.init(
            .dkim, text: outcome.domain ?? "", status, selector: outcome.selector,
            result: outcome.isUnrecorded ? nil : outcome.result.rawValue)
    }

    /// The domain as text; nil where it is unknown, or was none.
    public var domainText: String? { domain == .root ? nil : domain?.relativeText }

    /// The mechanism, what it said, and of which domain: `dkim=pass (example.org)`.
    public var description: String {
        "\(method.rawValue)=\(result) (\(domainText ?? (domain == nil ? "unknown domain" : "no domain")))"
    }
}
