import Mail
import Values

/// What the tag of an address is worth.
public struct BATVOutcome: Sendable, Hashable {
    /// What was found.
    public enum Result: Sendable, Hashable {
        /// The tag was made here and has not expired.
        case valid(daysLeft: Int)
        /// The address has no tag.
        case untagged
        /// The address begins like a tagged one, and the tag is none that can be read.
        case malformed
        /// No key has the number that the tag names.
        case unknownKey
        /// The tag was not made with our key for this address.
        case badSignature
        /// The tag was made here and has expired.
        case expired(daysAgo: Int)
        /// The tag was made with our key and would be valid for longer than tags are.
        case farAhead(daysLeft: Int)
    }

    /// What was found.
    public let result: Result
    /// The address without its tag; nil where the tag cannot be read.
    public let original: SMTPPath?
    /// The tag; nil without one.
    public let tag: BATVTag?

    init(_ result: Result, original: SMTPPath?, tag: BATVTag? = nil) {
        (self.result, self.original, self.tag) = (result, original, tag)
    }

    /// Whether the tag is valid.
    public var isValid: Bool {
        if case .valid = result { true } else { false }
    }

    /// Why the tag is not valid, in a word that programs can compare; nil when it is.
    public var reason: String? {
        switch result {
        case .valid: nil
        case .untagged: "untagged"
        case .malformed: "malformed"
        case .unknownKey: "unknown-key"
        case .badSignature: "bad-signature"
        case .expired: "expired"
        case .farAhead: "day-out-of-range"
        }
    }
}

extension BATVOutcome {
    /// The result in the words of the other checks: `pass`, `fail`, and `none` without a tag.
    public var word: String {
        switch result {
        case .valid: "pass"
        case .untagged: "none"
        case .malformed, .unknownKey, .badSignature, .expired, .farAhead: "fail"
        }
    }

    /// The outcome as `assay check batv verify --format ndjson` prints it.
    public var json: JSON {
        var members: [String: JSON] = [
            "result": .string(word), "reason": JSON(reason), "address": JSON(original?.address),
            "key_number": tag.map { .integer($0.keyNumber) } ?? .null, "day": tag.map { .integer($0.day) } ?? .null,
            "form": JSON(tag?.form.rawValue),
        ]
        switch result {
        case .valid(let days), .farAhead(let days): members["days_left"] = .integer(days)
        case .expired(let days): members["days_ago"] = .integer(days)
        case .untagged, .malformed, .unknownKey, .badSignature: break
        }
        return .object(members)
    }
}
