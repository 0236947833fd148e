import DNS
import Values

/// What a host that received a message says it found about who sent it: the Authentication-Results field (RFC 8601 §2.2;
/// RFC 5451, 7001 and 7601 before it) and ARC-Authentication-Results (RFC 8617 §4.1.1).
///
/// A field says nothing about who wrote it: RFC 8601 §5 is for whoever believes one.
public struct AuthenticationResults: Sendable, Hashable {
    /// Which of the two fields is meant.
    public enum Form: Sendable, Hashable, CaseIterable {
        /// Authentication-Results.
        case plain
        /// ARC-Authentication-Results, which opens with the instance of its set.
        case arc

        /// The field's name.
        public var fieldName: String {
            switch self {
            case .plain: "Authentication-Results"
            case .arc: "ARC-Authentication-Results"
            }
        }
    }

    /// The instance of the ARC set (RFC 8617 §4.1.1), in that form alone.
    public var instance: Int?
    /// The authserv-id, quotes resolved (RFC 8601 §2.5); empty where the field has none.
    public var authservID: String
    /// The version of the format: 1 where the field does not say (RFC 8601 §2.2).
    public var version: Int
    /// What was found, in the order of the field; none for a field that says "none".
    public var results: [AuthenticationMethodResult]
    /// The comments before the first result.
    public var comments: [String]

    /// Results of the host `authservID`.
    public init(
        authservID: String, version: Int = 1, results: [AuthenticationMethodResult] = [], comments: [String] = [],
        instance: Int? = nil
    ) {
        (self.authservID, self.version, self.results) = (authservID, version, results)
        (self.comments, self.instance) = (comments, instance)
    }

    /// Reads a field's value by the letter of RFC 8601 §2.2, with the results registered for the methods it defines.
    ///
    /// - Throws: the first thing that the grammar does not allow.
    public init(
        strict value: Bytes, form: Form = .plain, limits: AuthenticationResultsLimits = AuthenticationResultsLimits()
    ) throws(AuthenticationResultsFault) {
        var reader = AuthenticationResultsReader(value, form: form, isStrict: true, limits: limits)
        self = try reader.read()
    }

    /// Reads a field's value as mail in archives holds it: what is understood is kept, whatever else stands there, and
    /// the faults say what was wrong and what was left out.
    public static func read(
        _ value: Bytes, form: Form = .plain, limits: AuthenticationResultsLimits = AuthenticationResultsLimits()
    ) -> AuthenticationResultsReading {
        var reader = AuthenticationResultsReader(value, form: form, isStrict: false, limits: limits)
        do {
            let results = try reader.read()
            return AuthenticationResultsReading(results: results, faults: reader.faults)
        } catch {
            return AuthenticationResultsReading(
                results: AuthenticationResults(authservID: ""), faults: reader.faults + [error])
        }
    }

    /// Whether the field claims to be of the host `identifier`: names are compared as domain names are, without regard
    /// to case (RFC 8601 §2.5), U-labels as the A-labels they stand for (RFC 8616 §5).
    public func claims(_ identifier: String) -> Bool {
        if authservID.equalsIgnoringASCIICase(identifier) { return true }
        guard let own = AuthenticationResults.name(authservID), let other = AuthenticationResults.name(identifier)
        else { return false }
        return own == other
    }

    /// The authserv-id that `text` writes, a token or a quoted string (RFC 8601 §2.2), without its quotes; nil when it is
    /// neither, or empty.
    public static func authservID(_ text: String) -> String? {
        let isQuoted = text.utf8.count > 1 && text.utf8.first == .quote && text.utf8.last == .quote
        guard isQuoted || text.utf8.allSatisfy(\.isTokenText),
            let read = try? AuthenticationResults(strict: Bytes(text + "; none")), !read.authservID.isEmpty
        else { return nil }
        return read.authservID
    }

    private static func name(_ text: String) -> DomainName? {
        let trimmed = text.utf8.last == .dot ? text.dropLast() : text[...]
        return DKIMDomain.name(Bytes(trimmed), minimumLabels: 1)
    }
}
