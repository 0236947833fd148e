import Values

/// What a server offers in its reply to EHLO (RFC 5321 §4.1.1.1).
public struct PeerExtensions: Sendable, Hashable {
    private var parameters: [String: [String]] = [:]

    /// Nothing, as after HELO.
    public init() {}

    /// Reads the reply to EHLO: its lines but the first, each a keyword in any case and its parameters.
    public init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() {
            // Old servers write AUTH=LOGIN for AUTH LOGIN.
            let words = line.utf8.split { $0.isWhitespace || $0 == .equals }.map { String(Substring($0)).uppercased() }
            guard let keyword = words.first else { continue }
            parameters[keyword, default: []] += words.dropFirst()
        }
    }

    /// Reads what `lines` gave.
    init(lines: [String]) { self.init(SMTPReply(code: 250, lines: [""] + lines)) }

    /// What is offered, a line for each keyword with its parameters, sorted.
    var lines: [String] {
        parameters.sorted { $0.key < $1.key }.map { ([$0.key] + $0.value).joined(separator: " ") }
    }

    /// Whether `keyword`, in capitals, is offered.
    public func contains(_ keyword: String) -> Bool { parameters[keyword] != nil }

    /// The parameters of `keyword` in capitals, each once and in their order; empty when it is not offered.
    public func parameters(of keyword: String) -> [String] {
        var seen: Set<String> = []
        return (parameters[keyword] ?? []).filter { seen.insert($0).inserted }
    }

    /// The largest message taken (RFC 1870 §4); nil without a limit.
    public var sizeLimit: Int? { parameters["SIZE"]?.first.flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } }
}
