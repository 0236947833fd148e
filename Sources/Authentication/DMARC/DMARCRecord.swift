import Values

/// A DMARC policy record (RFC 7489 §6.3, RFC 9091 §3.2, RFC 9989).
public struct DMARCRecord: Sendable, Hashable {
    /// How closely an authenticated name has to fit the author's domain (RFC 7489 §3.1).
    public enum Alignment: String, Sendable, Hashable, CaseIterable {
        /// The same organizational domain.
        case relaxed = "r"
        /// The same domain.
        case strict = "s"
    }

    /// What a domain says of its place among public suffixes (RFC 9989 `psd=`).
    public enum SuffixStatus: String, Sendable, Hashable, CaseIterable {
        /// A public suffix.
        case suffix = "y"
        /// An organizational domain.
        case organization = "n"
        /// Nothing.
        case unknown = "u"
    }

    /// When failure reports are asked for (RFC 7489 §6.3 `fo=`).
    public enum FailureOption: String, Sendable, Hashable, CaseIterable {
        /// When no mechanism gives an aligned pass.
        case all = "0"
        /// When any mechanism gives anything but an aligned pass.
        case any = "1"
        /// When a DKIM signature fails, aligned or not.
        case dkim = "d"
        /// When SPF fails, aligned or not.
        case spf = "s"
    }

    /// The record as published.
    public let text: String
    /// `p=`; nil where it is absent or no policy.
    public internal(set) var policy: DMARCPolicy?
    /// `sp=`: for sub-domains.
    public internal(set) var subdomainPolicy: DMARCPolicy?
    /// `np=`: for sub-domains that do not exist (RFC 9091 §3.2).
    public internal(set) var nonexistentPolicy: DMARCPolicy?
    /// `adkim=`.
    public internal(set) var dkimAlignment = Alignment.relaxed
    /// `aspf=`.
    public internal(set) var spfAlignment = Alignment.relaxed
    /// `pct=`. RFC 9989 has done away with it.
    public internal(set) var percentage = 100
    /// `fo=`, in the order written.
    public internal(set) var failureOptions = [FailureOption.all]
    /// `rf=`; `afrf` is the only one there is.
    public internal(set) var failureFormats = ["afrf"]
    /// `ri=`: the seconds between aggregate reports. RFC 9989 has done away with it.
    public internal(set) var reportInterval = 86_400
    /// `rua=`.
    public internal(set) var aggregateReports: [DMARCReportURI] = []
    /// `ruf=`.
    public internal(set) var failureReports: [DMARCReportURI] = []
    /// `psd=` (RFC 9989).
    public internal(set) var suffixStatus = SuffixStatus.unknown
    /// `t=y`: the policy is being tested (RFC 9989).
    public internal(set) var isTesting = false
    /// What is wrong with the record, in its order. The default holds for a tag that is wrong (RFC 7489 §6.3).
    public internal(set) var faults: [String] = []
    /// Whether `sp=` or `np=` is there and is no policy.
    var hasInvalidSubdomainPolicy = false

    init(text: String) { self.text = text }

    /// The record as it is to be followed; nil when nothing is to be done by it.
    ///
    /// RFC 7489 §6.6.3: without a valid `p=`, or with an `sp=` that is none, a record that asks for reports by a valid
    /// `rua=` counts as `p=none`; any other is not followed at all. RFC 9989 says the same of `np=`.
    public var effective: DMARCRecord? {
        guard policy == nil || hasInvalidSubdomainPolicy else { return self }
        guard !aggregateReports.isEmpty else { return nil }
        var record = self
        (record.policy, record.subdomainPolicy, record.nonexistentPolicy) = (DMARCPolicy.none, nil, nil)
        return record
    }
}

/// Where reports are to be sent (RFC 7489 §6.3 `rua=`, `ruf=`; §6.4 `dmarc-uri`).
public struct DMARCReportURI: Sendable, Hashable {
    /// The URI, its size limit taken off.
    public let uri: String
    /// The largest report that is wanted there, in bytes; nil where any will do. RFC 9989 has done away with it.
    public let maximumSize: Int?

    /// The address of a `mailto` URI; nil for others.
    public var address: String? {
        guard uri.utf8.count > 7, uri.prefix(7).asciiLowercased == "mailto:" else { return nil }
        let rest = uri.dropFirst(7)
        return String(rest.prefix { $0 != "?" })
    }
}
