import Values

/// How a part asks to be presented: the Content-Disposition field (RFC 2183).
public struct ContentDisposition: Sendable, Hashable {
    /// The disposition in lower case: `inline`, `attachment`, or another; empty when the field names none.
    public let type: String
    /// The parameters, decoded.
    public let parameters: MIMEParameters

    /// Reads a field's value, folds and all. Never fails.
    public init(_ value: Bytes) {
        var scanner = ParameterScanner(value)
        scanner.skipCommentsAndSpace()
        let type = scanner.word(endingAtSlash: false)
        if type.utf8.contains(.equals) {
            // `Content-Disposition: filename=a.exe`: parameters without a disposition.
            scanner.position = 0
            self.type = ""
        } else {
            self.type = type
        }
        parameters = scanner.parameters()
    }

    /// Whether the part is to be shown in place.
    public var isInline: Bool { type == "inline" }

    /// Whether the part is to be kept apart. RFC 2183 §2.8: an unknown disposition is treated as attachment.
    public var isAttachment: Bool { !type.isEmpty && type != "inline" }

    /// The suggested file name, exactly as sent: it may hold path separators, control characters or nothing at all
    /// (RFC 2183 §2.3 leaves the caution to the reader).
    public var filename: String? { parameters["filename"] }
}
