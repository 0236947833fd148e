import Mail
import Values

/// A report about one message in the Abuse Reporting Format (RFC 5965), mostly one about an authentication failure
/// (RFC 6591; RFC 7489 §7.3 for DMARC).
public struct FailureReport: Sendable, Hashable {
    /// A field of the machine-readable part, its value unfolded.
    public struct Field: Sendable, Hashable {
        public let name: String
        public let value: String

        /// A field.
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
    }

    /// The fields of the machine-readable part (RFC 5965 §3), in their order.
    public let fields: [Field]
    /// The message reported, or its header, as the third part has it; nil without one.
    public let original: Bytes?

    /// A report with these fields about `original`.
    public init(fields: [Field], original: Bytes?) { (self.fields, self.original) = (fields, original) }

    /// More fields than this are not read.
    public static let maximumFields = 200

    /// The report that `message` is; nil when it is none. Of a report wrapped in other mail, the first is found.
    public init?(_ message: Message) {
        let tree = message.mime
        if let (fields, original) = FailureReport.plainText(tree, message) {
            (self.fields, self.original) = (fields, original)
            return
        }
        guard let part = tree.parts.first(where: { $0.contentType.mediaType == "message/feedback-report" }) else {
            return nil
        }
        // Some end the last field without a line end, or begin the part with a blank line.
        let body = part.decodedBody(in: message)
        let start = body.firstIndex { !$0.isFoldingWhitespace } ?? 0
        let block = HeaderBlock(Bytes(body[start..<body.count].array + [.cr, .lf]))
        fields = block.prefix(FailureReport.maximumFields).map { Field($0.name, $0.text) }
        guard !fields.isEmpty else { return nil }
        let kinds: Set = ["message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"]
        original = tree.parts.first { $0.index > part.index && kinds.contains($0.contentType.mediaType) }
            .map { $0.decodedBody(in: message) }
    }

    /// What Exim writes without a machine-readable part: words and a copy of the header, in a multipart/report.
    private static func plainText(_ tree: MIMETree, _ message: Message) -> (fields: [Field], original: Bytes)? {
        guard tree.root.contentType.mediaType == "multipart/report",
            !tree.parts.contains(where: { $0.contentType.mediaType == "message/feedback-report" }),
            let part = tree.leaves.first, part.contentType.mediaType == "text/plain"
        else { return nil }
        let body = part.decodedBody(in: message)
        guard body.withSpan({ $0.firstIndex(of: "has failed the published DMARC policy", from: 0) }) != nil,
            let rule = body.withSpan({ $0.firstIndex(of: "------ This is a copy of the headers", from: 0) })
        else { return nil }
        let known = [
            "sender domain": "Reported-Domain", "sender ip address": "Source-IP", "received date": "Arrival-Date",
            "dmarc results": "Delivery-Result",
        ]
        var fields = [Field("Feedback-Type", "auth-failure"), Field("Auth-Failure", "dmarc")]
        var aligned: [String] = []
        for line in body[0..<rule].lossyString.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].drop { $0 == " " }.asciiLowercased
            let value = String(line[line.index(after: colon)...].drop { $0 == " " })
            if let known = known[name] { fields.append(Field(known, value)) }
            if value == "yes", name.hasSuffix(" alignment") { aligned.append(String(name.prefix { $0 != " " })) }
        }
        fields.append(Field("Identity-Alignment", aligned.isEmpty ? "none" : aligned.joined(separator: ", ")))
        let rest = body[rule..<body.count]
        let end = rest.firstIndex(of: .lf).map { $0 + 1 } ?? rest.count
        let start = rest[end..<rest.count].firstIndex { !$0.isFoldingWhitespace } ?? 0
        return (fields, rest[end + start..<rest.count])
    }

    /// The value of the first field called `name`, upper and lower case alike.
    public subscript(name: String) -> String? {
        fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    /// The values of all fields called `name`.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    }

    /// When the message came (RFC 5965 §3.2; its drafts called the field Received-Date).
    public var arrival: Timestamp? {
        (self["arrival-date"] ?? self["received-date"]).flatMap { MailDate(Bytes($0)) }?.timestamp
    }

    /// The client's address (RFC 5965 §3.2). Some write its name behind it.
    public var sourceIP: IPAddress? {
        self["source-ip"].flatMap { $0.split(separator: " ").first.flatMap { IPAddress($0) } }
    }

    /// The report by its fields, the names in lower case with underscores; those that may come several times
    /// (RFC 5965 §3.2) are lists.
    public var json: JSON {
        let lists: Set = ["authentication-results", "original-rcpt-to", "reported-domain", "reported-uri"]
        var members: [String: JSON] = [:]
        for field in fields {
            let name = field.name.asciiLowercased
            let key = name.replacing("-", with: "_")
            if lists.contains(name) {
                members[key] = .array(all(name).map(JSON.string))
            } else if members[key] == nil {
                members[key] = .string(field.value)
            }
        }
        if let arrival { members["arrival_time"] = .string(arrival.rfc3339) }
        if let sourceIP { members["source_ip"] = .string(sourceIP.description) }
        if let original {
            members["original"] = .string(original[0..<min(original.count, 1 << 20)].lossyString)
        }
        return .object(members)
    }
}
