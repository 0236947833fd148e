import Mail
import Values

/// Which header fields a signature is to cover (RFC 6376 §5.4).
public enum SignableFields {
    /// What is signed unless something else is asked for: the list of RFC 6376 §5.4.1, and the fields that say how the
    /// body is shown, identify the message, or that RFC 8058 §4 wants signed. In lower case, in the order of `h=`.
    public static let standard = [
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding", "content-id", "content-description",
        "content-disposition", "content-language", "resent-date", "resent-from", "resent-sender", "resent-to",
        "resent-cc", "resent-message-id", "list-id", "list-help", "list-unsubscribe", "list-unsubscribe-post",
        "list-subscribe", "list-post", "list-owner", "list-archive", "autocrypt",
    ]

    /// Whether a field of this name (in lower case) is likely changed or removed on its way, so that signing it breaks
    /// the signature: trace fields and what receivers write (RFC 6376 §5.4, §5.4.1; RFC 8601 §5; RFC 8617 §4.1).
    public static func isUnsteady(_ name: String) -> Bool { unsteady.contains(name) || name.hasPrefix("arc-") }

    private static let unsteady = [
        "return-path", "received", "authentication-results", "received-spf", "bcc", "resent-bcc", "delivered-to",
        "x-original-to",
    ]

    /// The names of `h=` for `header`: each name of `names` as often as there are fields of it, then once more where
    /// `oversigned` has it. Names are in lower case; none is listed that the header does not have, unless oversigned.
    public static func names(
        in header: HeaderBlock, signing names: [String], oversigning oversigned: [String]
    ) -> [String] {
        var counts: [String: Int] = [:]
        for field in header { counts[field.nameBytes.lowercasedText, default: 0] += 1 }
        var listed: [String] = []
        var seen: Set<String> = []
        for name in names + oversigned where seen.insert(name).inserted {
            let count = counts[name, default: 0] + (oversigned.contains(name) ? 1 : 0)
            listed += repeatElement(name, count: count)
        }
        return listed
    }

    /// The fields that `names` (in lower case) choose, in signing order and without their line ends: the instances of a
    /// name from the bottom up (RFC 6376 §5.4.2).
    public static func fields(of header: HeaderBlock, chosenBy names: [String]) -> [Bytes] {
        var places: [String: [Int]] = [:]
        for index in header.indices { places[header[index].nameBytes.lowercasedText, default: []].append(index) }
        return names.compactMap { name in places[name]?.popLast().map { header[$0].unterminatedBytes } }
    }
}
