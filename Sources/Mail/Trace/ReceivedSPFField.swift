import Values

/// A Received-SPF field (RFC 7208 §9.1): what the host that wrote it found when it checked SPF.
public struct ReceivedSPFField: Sendable, Hashable {
    /// The result the field opens with.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        case pass, fail, softfail, neutral, none, temperror, permerror
    }

    /// The result; the older names `error` and `unknown` (RFC 4408's predecessors) are read as temperror, permerror.
    public let result: Result
    /// `client-ip=`, or the address that the explanation names.
    public internal(set) var clientIP: IPAddress?
    /// `envelope-from=`, or the address or domain that the explanation names. Empty for the null path.
    public internal(set) var envelopeFrom: String?
    /// `helo=`.
    public internal(set) var helo: String?
    /// `receiver=`, or the host that the explanation opens with.
    public internal(set) var receiver: String?
    /// `identity=`: `mailfrom` or `helo`.
    public internal(set) var identity: String?
    /// `mechanism=`: the term that matched, or `default`.
    public internal(set) var mechanism: String?
    /// `problem=`: what went wrong.
    public internal(set) var problem: String?

    /// Reads the value of a Received-SPF field, key-value list and free text; nil when it opens with no SPF result.
    public init?(_ bytes: Bytes) {
        guard let (result, pairs) = ReceivedSPFField.parts(of: bytes) else { return nil }
        self.result = result
        clientIP = pairs.clientIP
        envelopeFrom = pairs[.envelopeFrom].map { TraceComment.withoutAngles($0.utf8Array[...]) }
        helo = pairs[.helo]
        receiver = pairs[.receiver]
        identity = pairs[.identity]
        mechanism = pairs[.mechanism]
        problem = pairs[.problem]
        if let comment = pairs.comment { readExplanation(comment) }
    }

    /// The `clientIP` of the field with this value, without reading what else there is.
    public static func clientIP(in bytes: Bytes) -> IPAddress? {
        guard let (_, pairs) = parts(of: bytes, only: .clientIP) else { return nil }
        return pairs.clientIP ?? ReceivedSPFField(bytes)?.clientIP
    }

    private static func parts(of bytes: Bytes, only key: ReceivedSPFPairs.Key? = nil) -> (Result, ReceivedSPFPairs)? {
        var lexer = StructuredLexer(bytes.array)
        guard let first = lexer.next(), first.kind == .atom,
            let result = ReceivedSPFField.result(String(decoding: lexer.bytes[first.range], as: UTF8.self))
        else { return nil }
        var pairs = ReceivedSPFPairs(lexer)
        pairs.run(only: key)
        return (result, pairs)
    }

    private static func result(_ word: String) -> Result? {
        switch word.asciiLowercased {
        case "error": .temperror
        case "unknown": .permerror
        case let name: Result(rawValue: name)
        }
    }

    /// The text most implementations write: "mx.example.net: domain of a@example.org designates 192.0.2.1 as
    /// permitted sender".
    private mutating func readExplanation(_ text: String) {
        let words = text.utf8.split(separator: .space, maxSplits: 64).prefix(64).map { Substring($0) }
        if receiver == nil, let first = words.first, first.utf8.last == .colon { receiver = String(first.dropLast()) }
        if clientIP == nil {
            clientIP =
                words.lazy.filter { $0.utf8.contains { $0 == .dot || $0 == .colon } }
                .compactMap { AddressLiteral.bare($0) }.first
        }
        if envelopeFrom == nil, let of = words.firstIndex(of: "of"), of > words.startIndex,
            words[of - 1].asciiLowercased == "domain", of + 1 < words.endIndex
        {
            let isTransition = words[of + 1] == "transitioning" && of + 2 < words.endIndex
            envelopeFrom = String(words[isTransition ? of + 2 : of + 1])
        }
    }
}

/// The `key=value;` list of a Received-SPF field, and the comment before it.
private struct ReceivedSPFPairs {
    private var lexer: StructuredLexer
    /// The first value of each known key.
    private var values: [(key: Key, value: String)] = []
    /// Where the comment's text lies.
    private var commentRange: Range<Int>?

    enum Key: CaseIterable {
        case clientIP, envelopeFrom, helo, receiver, identity, mechanism, problem

        var name: StaticString {
            switch self {
            case .clientIP: "client-ip"
            case .envelopeFrom: "envelope-from"
            case .helo: "helo"
            case .receiver: "receiver"
            case .identity: "identity"
            case .mechanism: "mechanism"
            case .problem: "problem"
            }
        }
    }

    subscript(key: Key) -> String? { values.first { $0.key == key }?.value }

    /// The address that `client-ip=` names.
    var clientIP: IPAddress? { self[.clientIP].flatMap { AddressLiteral.bare($0) } }

    /// The comment's text; nil where there is none.
    var comment: String? { commentRange.map { Comment.text(of: lexer.bytes, in: $0) } }

    private static let lengthLimit = 1000

    init(_ lexer: StructuredLexer) { self.lexer = lexer }

    /// Reads the list; `wanted` is the one key that is asked for.
    mutating func run(only wanted: Key? = nil) {
        func store(_ key: Key?, _ value: [UInt8]) {
            if let key, wanted == nil || key == wanted { keep(key, value) }
        }
        var key: Key?
        var value: [UInt8] = []
        // RFC 7208 §9.1: key-value-pair = key [CFWS] "=" ( dot-atom / quoted-string ).
        var parted: Key?
        while let token = lexer.next() {
            let isText: Bool
            switch token.kind {
            case .comment:
                if commentRange == nil {
                    commentRange = token.range.lowerBound + 1..<token.range.upperBound - 1
                }
                isText = false
            case .special(.semicolon):
                isText = false
            case .atom:
                isText = true
                let bytes = lexer.bytes[token.range]
                if let name = parted, bytes.first == .equals {
                    store(key, value)
                    (key, value, parted) = (name, Array(bytes.dropFirst()), nil)
                    continue
                }
                parted = ReceivedSPFPairs.key(bytes)
                guard token.spaced || key == nil, let equals = bytes.firstIndex(of: .equals) else { break }
                guard let name = ReceivedSPFPairs.key(bytes[..<equals]) else { break }
                store(key, value)
                (key, value) = (name, Array(bytes[(equals + 1)...]))
                continue
            default:
                isText = true
            }
            if !isText || (token.spaced && !value.isEmpty) {
                store(key, value)
                (key, value) = (nil, [])
            } else if key != nil, value.count < ReceivedSPFPairs.lengthLimit {
                value +=
                    token.kind == .quoted
                    ? StructuredLexer.content(of: lexer.bytes, in: token.range) : Array(lexer.bytes[token.range])
            }
        }
        store(key, value)
    }

    private static func key(_ bytes: ArraySlice<UInt8>) -> Key? {
        guard bytes.count <= 16 else { return nil }
        let span = unsafe bytes.span.bytes
        return Key.allCases.first { span.equalsIgnoringCase($0.name, in: 0..<bytes.count) }
    }

    private mutating func keep(_ key: Key, _ value: [UInt8]) {
        guard self[key] == nil, value.count <= ReceivedSPFPairs.lengthLimit else { return }
        values.append((key, String(decoding: value, as: UTF8.self)))
    }
}
