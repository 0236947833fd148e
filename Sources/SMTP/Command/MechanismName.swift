import Values

/// Names of SASL mechanisms (RFC 4422 §3.1), told from credentials that a client says in their place.
enum MechanismName {
    /// Names that clients write in any case.
    private static let known = [
        "plain", "login", "cram-md5", "digest-md5", "xoauth2", "oauthbearer", "ntlm", "gssapi", "external", "anonymous",
    ]

    /// Whether `word` is the name of a mechanism: twenty characters at most, all of one case unless it is one that is
    /// known. Base64 is of both, and is neither to be sent on as a name nor to be written down.
    static func isOne(_ word: some Collection<UInt8>) -> Bool {
        guard (1...20).contains(word.count),
            word.allSatisfy({ $0.isAlphanumeric || $0 == .hyphen || $0 == .ascii("_") })
        else { return false }
        let lower = word.map(\.lowercased)
        let hasBothCases = word.contains { $0 != $0.lowercased } && word.contains { $0.isLetter && $0 == $0.lowercased }
        let isScram = lower.starts(with: "scram-".utf8)
        return !hasBothCases || isScram || known.contains { lower.elementsEqual($0.utf8) }
    }
}
