import Values

/// A source of scanners' answers: live scanners, a recording of their answers, or a fixture. A stage cannot tell which.
public protocol ScannerView: Sendable {
    /// What the scanner that is asked makes of the content; nil where nobody recorded it. Never throws: that a scanner
    /// is away or fails is an outcome.
    func answer(to question: ScanQuestion) async -> ScanAnswer?
}

/// Content, and the scanner that is to look at it.
public struct ScanQuestion: Sendable {
    /// The scanner.
    public let scanner: ScannerSettings
    /// The content.
    public let content: Bytes
    /// The SHA-256 of the content in 64 lower-case hexadecimal digits.
    public let digest: String

    /// A question. `digest` is the SHA-256 of the content in hexadecimal digits.
    public init(_ scanner: ScannerSettings, _ content: Bytes, digest: String) {
        (self.scanner, self.content, self.digest) = (scanner, content, digest)
    }
}

/// What a scanner answered.
public struct ScanAnswer: Sendable, Hashable {
    /// What it made of the content.
    public let outcome: ScanOutcome
    /// The version of the signatures that it looked for, as it says itself; nil where it says none.
    public let signatures: String?
    /// The content without what was found in it, where the scanner could take that out.
    public let repaired: Bytes?

    /// An answer.
    public init(_ outcome: ScanOutcome, signatures: String? = nil, repaired: Bytes? = nil) {
        (self.outcome, self.signatures, self.repaired) = (outcome, signatures, repaired)
    }
}

/// A view without any answer.
public struct NoScanner: ScannerView {
    public init() {}

    public func answer(to question: ScanQuestion) async -> ScanAnswer? { nil }
}
