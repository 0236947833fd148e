import Values

/// What the mail server behind a proxy answered to what it was asked on behalf of a client.
public struct RecordedHopAnswer: Sendable, Hashable {
    /// What it was asked.
    public let request: Request
    /// The path of MAIL or RCPT, as the client wrote it.
    public let path: String?
    /// Its answer; nil where it has none and the standard reply was given, and for a greeting that it took.
    public let reply: SMTPReply?
    /// What it offers, for a greeting that it took; nil where nobody is behind.
    public let extensions: PeerExtensions?

    /// What a next hop is asked.
    public enum Request: String, Sendable, Hashable, CaseIterable {
        case greet, auth, response, mail, rcpt, message, reset, quit
    }

    /// An answer, field by field.
    public init(_ request: Request, path: String? = nil, reply: SMTPReply?, extensions: PeerExtensions? = nil) {
        (self.request, self.path, self.reply, self.extensions) = (request, path, reply, extensions)
    }
}

extension RecordedHopAnswer {
    /// The fields of a line with the event.
    var fields: [String: JSON] {
        let fields: [String: JSON?] = [
            "request": .string(request.rawValue), "path": path.map(JSON.string),
            "code": reply.map { .integer($0.code) },
            "status": reply?.enhanced.map { .string($0.description) },
            "text": reply.map { .array($0.lines.map(JSON.string)) },
            "extensions": extensions.map { .array($0.lines.map(JSON.string)) },
        ]
        return fields.compactMapValues(\.self)
    }

    /// Reads the fields.
    init(_ fields: JSONFields) throws {
        guard let request = Request(rawValue: try fields.required("request", fields.text)) else {
            throw TranscriptFields.Fault(message: "field 'request' has an unknown value")
        }
        var reply: SMTPReply?
        if let code = try fields.number("code") {
            let status = try fields.text("status")
            guard status.map({ EnhancedStatus($0) != nil }) ?? true else {
                throw TranscriptFields.Fault(message: "field 'status' is no enhanced status such as 5.1.1")
            }
            reply = SMTPReply(
                code: code, enhanced: status.flatMap { EnhancedStatus($0) },
                lines: try fields.texts("text") ?? [])
        }
        self.init(
            request, path: try fields.text("path"), reply: reply,
            extensions: try fields.texts("extensions").map {
                PeerExtensions(lines: $0)
            })
    }
}
