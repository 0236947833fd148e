import Values

/// What a virus scanner answered about some content.
public struct RecordedScanAnswer: Sendable, Hashable {
    /// What the scanner is called.
    public let scanner: String
    /// The SHA-256 of the content in 64 lower-case hexadecimal digits.
    public let sha256: String
    /// The outcome's name.
    public let outcome: Outcome
    /// The name of what was found, or the reason.
    public let detail: String?
    /// The version of the signatures.
    public let signatures: String?
    /// The content without what was found in it, where the scanner took that out.
    public let repaired: Bytes?

    /// The outcomes of a scan.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        case clean, infected, unscannable
        case tooLarge = "too-large"
        case error
    }

    /// An answer, field by field.
    public init(
        scanner: String, sha256: String, outcome: Outcome, detail: String? = nil, signatures: String? = nil,
        repaired: Bytes? = nil
    ) {
        (self.scanner, self.sha256, self.outcome) = (scanner, sha256, outcome)
        (self.detail, self.signatures, self.repaired) = (detail, signatures, repaired)
    }
}

extension RecordedScanAnswer {
    /// The fields of a line with the event.
    var fields: [String: JSON] {
        let fields: [String: JSON?] = [
            "scanner": .string(scanner), "sha256": .string(sha256), "outcome": .string(outcome.rawValue),
            "detail": detail.map(JSON.string), "signatures": signatures.map(JSON.string),
            "repaired": repaired.map { .string(Base64.text($0)) },
        ]
        return fields.compactMapValues(\.self)
    }

    /// Reads the fields.
    init(_ fields: JSONFields) throws {
        guard let outcome = Outcome(rawValue: try fields.required("outcome", fields.text)) else {
            throw TranscriptFields.Fault(message: "field 'outcome' has an unknown value")
        }
        let digest = try fields.required("sha256", fields.text)
        guard digest.utf8.count == 64, digest.utf8.allSatisfy({ $0.hexDigitValue != nil }) else {
            throw TranscriptFields.Fault(message: "field 'sha256' is not 64 hexadecimal digits")
        }
        self.init(
            scanner: try fields.required("scanner", fields.text), sha256: digest.asciiLowercased,
            outcome: outcome,
            detail: try fields.text("detail"), signatures: try fields.text("signatures"),
            repaired: try fields.base64("repaired"))
    }
}
