import Values

/// The media type of a message or part: the Content-Type field (RFC 2045 §5.1).
public struct ContentType: Sendable, Hashable {
    /// The top-level type in lower case: `text`, `multipart`, …
    public let type: String
    /// The subtype in lower case: `plain`, `mixed`, …
    public let subtype: String
    /// The parameters, decoded.
    public let parameters: MIMEParameters
    /// Whether the field could not be read as a media type, so that the default stands in for it.
    public let isMalformed: Bool

    /// RFC 2045 §5.2: without a field the content is text/plain in US-ASCII.
    public static let `default` = ContentType(type: "text", subtype: "plain")
    /// RFC 2046 §5.1.5: the default within a multipart/digest.
    public static let digestDefault = ContentType(type: "message", subtype: "rfc822")

    init(type: String, subtype: String, parameters: MIMEParameters = MIMEParameters(), isMalformed: Bool = false) {
        (self.type, self.subtype) = (type, subtype)
        (self.parameters, self.isMalformed) = (parameters, isMalformed)
    }

    /// Reads a field's value, folds and all. Never fails: what is no media type is taken as text/plain with
    /// `isMalformed` set (RFC 2045 §5.2), its parameters kept.
    public init(_ value: Bytes) {
        var scanner = ParameterScanner(value)
        scanner.skipCommentsAndSpace()
        let type = scanner.word(endingAtSlash: true)
        scanner.skipCommentsAndSpace()
        var subtype = ""
        if !scanner.isAtEnd, scanner.bytes[scanner.position] == .ascii("/") {
            scanner.position += 1
            scanner.skipCommentsAndSpace()
            subtype = scanner.word(endingAtSlash: false)
        }
        let parameters = scanner.parameters()
        if !type.isEmpty, !subtype.isEmpty {
            self.init(type: type, subtype: subtype, parameters: parameters)
        } else if type == "multipart" {
            // RFC 2046 §5.1.7: an unknown multipart subtype is handled as mixed, and so is a missing one: reading
            // the parts shows more than reading the whole as text.
            self.init(type: type, subtype: "mixed", parameters: parameters, isMalformed: true)
        } else {
            self.init(type: "text", subtype: "plain", parameters: parameters, isMalformed: true)
        }
    }

    /// `type/subtype` in lower case.
    public var mediaType: String { "\(type)/\(subtype)" }

    /// The charset parameter, as written.
    public var charset: String? { parameters["charset"] }

    /// The name parameter: a file name in mail that predates RFC 2183, and in much that does not.
    public var name: String? { parameters["name"] }

    /// The boundary of a multipart, without trailing white space; nil when it is missing or empty.
    ///
    /// RFC 2046 §5.1.1: a boundary cannot end with white space, and white space at the end of a delimiter line is
    /// to be taken as added in transport.
    public var boundary: [UInt8]? {
        guard var octets = parameters.parameter("boundary")?.octets else { return nil }
        while let last = octets.last, last.isFoldingWhitespace { octets.removeLast() }
        return octets.isEmpty ? nil : octets
    }

    /// Whether the type is multipart/*.
    public var isMultipart: Bool { type == "multipart" }

    /// Whether the type is multipart/digest (RFC 2046 §5.1.5).
    var isDigest: Bool { type == "multipart" && subtype == "digest" }

    /// Whether the content is itself a message: message/rfc822 (RFC 2046 §5.2.1) or message/global (RFC 6532 §3.7).
    public var isMessage: Bool { type == "message" && (subtype == "rfc822" || subtype == "global") }
}
