import Values

/// A line of a client as a server session takes it, for who keeps transcripts.
public struct TakenLine: Sendable, Hashable {
    /// The line without its CRLF; its beginning when it is too long.
    public let content: Bytes
    /// Whether it was longer than a line may be.
    public let isTooLong: Bool
    /// Whether it answers a challenge of AUTH (RFC 4954 §4).
    public let isSecret: Bool
    /// Whether it is no command, and may say credentials that AUTH was not there to take.
    public let isStray: Bool
    /// Whether more had come already when it was taken.
    public let hasMoreBehind: Bool
}

extension TakenLine {
    /// The line with its credentials written as `*`, and as `* *` where they were none that AUTH takes. What makes a
    /// server refuse a line whatever it says is kept, so that it is refused in a replay too.
    public var withoutCredentials: Bytes {
        let defects = content.filter { $0 == 0 || $0 == .cr || $0 == .lf }
        if isSecret { return Bytes(Array("*".utf8) + defects) }
        if isStray { return StrayCredentials.standIn(for: content) }
        return TakenLine.withoutCredentials(content)
    }

    /// The same of a command line: what an AUTH command says behind its mechanism is left out, and all that follows a
    /// misspelt one, such as `XAUTH` or `AUT`.
    public static func withoutCredentials(_ content: Bytes) -> Bytes {
        let defects = content.filter { $0 == 0 || $0 == .cr || $0 == .lf }
        let words = content.split(maxSplits: 2, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
        func kept(_ text: String) -> Bytes { Bytes(Array(text.utf8) + defects) }
        guard let verb = words.first else { return content }
        guard verb.prefix(4).lossyString.equalsIgnoringASCIICase("AUTH") else {
            let isMisspelt = verb.count <= 12 && verb.lossyString.uppercased().contains("AUT")
            return isMisspelt && words.count > 1 ? kept("\(verb.lossyString) *") : content
        }
        guard verb.count == 4 else { return verb.count == content.count && verb.count < 12 ? content : kept("AUTH* *") }
        guard words.count > 1 else { return content }
        let mechanism = words[1].lossyString
        // What is no mechanism may be more than one.
        guard MechanismName.isOne(words[1]) else { return kept("AUTH * *") }
        guard words.count == 3 else { return content }
        if case .success(.auth) = SMTPCommand.parse(content) { return kept("AUTH \(mechanism) *") }
        return kept("AUTH \(mechanism) * *")
    }

    /// What a client may have sent where `recorded` was written down, as far as a server cares: any credentials in the
    /// place of those left out, and a line as long as the limits do not allow where it was cut.
    public static func restored(_ recorded: Bytes, isCut: Bool, limits: LineLimits) -> Bytes {
        var bytes = recorded.array
        let words = recorded.split(omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
        if words.count == 3, words[0].lossyString.equalsIgnoringASCIICase("AUTH"), words[2].array == [.ascii("*")] {
            bytes = Array("AUTH \(words[1].lossyString) =".utf8)
        }
        if isCut, bytes.count < limits.authentication {
            bytes += [UInt8](repeating: .ascii("x"), count: limits.authentication - bytes.count)
        }
        return Bytes(bytes + [.cr, .lf])
    }
}
