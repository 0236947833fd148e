import DNS
import Values

/// What a certifier has published about a domain (RFC 5518 §5): the kinds of mail that it vouches for.
public struct VBRRecord: Sendable, Hashable {
    private let text: Bytes

    /// Reads the character strings of a TXT record, put together. Nil when they are not words of lower-case letters
    /// between spaces: RFC 5518 §5 has such records, as a wildcard may bring them up, discarded.
    public init?(_ strings: [Bytes]) {
        let text = strings.count == 1 ? strings[0] : Bytes(strings.flatMap(\.array))
        guard text.allSatisfy({ $0 == .space || $0.isLetter && $0 == $0.lowercased }),
            text.contains(where: { $0 != .space })
        else { return nil }
        self.text = text
    }

    /// Whether mail of this kind is vouched for. RFC 5518 §5: `all` stands for every kind.
    public func vouches(for content: String) -> Bool {
        let (all, wanted) = (Array("all".utf8), Array(content.utf8))
        return text.split(separator: .space).contains { word in
            word.elementsEqual(all) || word.elementsEqual(wanted)
        }
    }
}
