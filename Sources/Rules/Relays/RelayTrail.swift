import Expressions
import Values

/// The hops of a message, parted where trust ends.
struct RelayTrail {
    private(set) var trusted: [Relay] = []
    private(set) var untrusted: [Relay] = []
    private(set) var `internal`: [Relay] = []
    private(set) var external: [Relay] = []
    private(set) var unparseableCount = 0
    /// The last Received field, from the newest, that a trusted relay wrote; -1 for none.
    private(set) var lastTrustedIndex = -1
    private(set) var lastInternalIndex = -1

    var trustedText: String { trusted.map(\.text).joined(separator: " ") }
    var untrustedText: String { untrusted.map(\.text).joined(separator: " ") }
    var internalText: String { `internal`.map(\.text).joined(separator: " ") }
    var externalText: String { external.map(\.text).joined(separator: " ") }

    /// How many Received fields are looked at.
    private static let fieldLimit = 500

    init(_ header: FieldTable, settings: RuleSettings, matcher: Matcher) {
        var fields = header.all("received").prefix(RelayTrail.fieldLimit).map(\.value)
        for name in settings.originatingAddressFields {
            let value = header.value(name.lowercased())
            if let range = matcher.firstRange(of: ReceivedFormat.address, in: Bytes(value)) {
                fields.append(Array("from X-Originating-IP: ".utf8) + value[range])
            }
        }
        let isTold = settings.trustedNetworks.isConfigured || settings.internalNetworks.isConfigured
        let trustedNetworks =
            settings.trustedNetworks.isConfigured ? settings.trustedNetworks : settings.internalNetworks
        let internalNetworks =
            settings.internalNetworks.isConfigured ? settings.internalNetworks : settings.trustedNetworks
        var (isTrusted, isInternal, hasSubmission) = (true, true, false)
        var reader = ReceivedReader(matcher: matcher)
        var envelopeFrom: String?
        var mayBeFetched = true
        for field in fields {
            let told = envelopeFrom
            envelopeFrom = nil
            guard case .relay(var relay) = reader.read(field) else {
                switch reader.last {
                case .unparseable: unparseableCount += 1
                case .fetched where mayBeFetched:
                    (trusted, `internal`, external) = ([], [], [])
                case .scanned(let sender): envelopeFrom = sender
                default: break
                }
                if isTrusted { lastTrustedIndex += 1 }
                if isInternal { lastInternalIndex += 1 }
                continue
            }
            if let told { relay.envelopeFrom = told }
            if isTrusted, !hasSubmission {
                let isAuthenticated = !relay.authentication.isEmpty
                if !isTold {
                    if !relay.isPrivate, !isAuthenticated { (isTrusted, isInternal) = (false, false) }
                } else if !isAuthenticated, !trustedNetworks.contains(relay.address) {
                    (isTrusted, isInternal) = (false, false)
                } else {
                    if isInternal, !isAuthenticated, !internalNetworks.contains(relay.address) { isInternal = false }
                    if settings.submissionNetworks.isConfigured, settings.submissionNetworks.contains(relay.address) {
                        (hasSubmission, relay.isSubmission) = (true, true)
                    }
                }
            }
            relay.isInternal = isInternal
            mayBeFetched = isTrusted
            if isTrusted {
                trusted.append(relay)
                lastTrustedIndex += 1
            } else {
                untrusted.append(relay)
            }
            if isInternal {
                `internal`.append(relay)
                lastInternalIndex += 1
            } else {
                external.append(relay)
            }
        }
    }
}
