import Expressions
import Values

/// The URIs of a message that name a host, in its text and in the references of its HTML.
public struct MessageURIs: Sendable {
    /// A URI and the hosts that it names, in one form or another of it.
    public struct URI: Sendable, Hashable {
        /// As it stands in the message.
        public let text: Bytes
        /// Where it was found: `parsed` in text, or the tags it stands in.
        public let places: [String]
        /// Names in A-label form, or addresses.
        public let hosts: [String]
        /// The part of the message it stands in, from 1, and its type; nil where no part has it letter for letter.
        public let part: String?

        /// Whether it is an address for mail.
        public var isMail: Bool { String(text.lossyString.prefix(7)).lowercased() == "mailto:" }
    }

    public let all: [URI]
    /// Whether there were more than are kept.
    public let isTruncated: Bool

    /// The URIs of `message`. `isTopLevel` tells whether a label in lower case is a top-level domain.
    public init(
        _ message: Bytes, worker: RuleWorker, isTopLevel: @escaping @Sendable (String) -> Bool
    ) {
        var settings = RuleSettings()
        // What signs a message is no link in it.
        settings.parsesDKIMDomains = false
        settings.followsEveryLink = true
        let registries = Registries(topLevelDomains: isTopLevel)
        let view = RuleMessage(
            message, settings: settings, registries: registries, redirectors: [], matcher: worker.matcher)
        let uris = view.uris
        all = uris.details.compactMap { detail in
            guard !detail.hosts.isEmpty else { return nil }
            return URI(
                text: Bytes(detail.raw), places: detail.types, hosts: detail.hosts.map(\.host),
                part: MessageURIs.part(of: detail.raw, in: view))
        }
        isTruncated = uris.isTruncated
    }

    private static func part(of uri: [UInt8], in view: RuleMessage) -> String? {
        // A scheme may have been put before it.
        let text = Bytes(uri.hasPrefixIgnoringCase("http://") ? Array(uri.dropFirst(7)) : uri)
        for (number, leaf) in view.leaves.prefix(partLimit).enumerated()
        where leaf.effectiveType.hasPrefix("text/") && !text.isEmpty {
            let body = leaf.decoded
            if body.count <= bodyLimit, Bytes(body).withSpan({ $0.firstIndex(of: text.array) }) != nil {
                return "\(number + 1) \(leaf.effectiveType)"
            }
        }
        return nil
    }

    private static let partLimit = 20
    private static let bodyLimit = 1 << 20
}
