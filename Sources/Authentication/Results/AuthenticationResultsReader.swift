import Values

/// Reads the value of an Authentication-Results field, from left to right and each byte a bounded number of times.
///
/// One reader serves both ways: what departs from the grammar is a fault, which the strict way throws and the tolerant
/// one notes.
struct AuthenticationResultsReader {
    typealias Fault = AuthenticationResultsFault

    let bytes: [UInt8]
    let form: AuthenticationResults.Form
    let isStrict: Bool
    let limits: AuthenticationResultsLimits
    var position = 0
    private(set) var faults: [Fault] = []
    /// The comments skipped since they were last taken.
    var comments: [String] = []
    /// Whether "none" was read.
    var sawNone = false
    /// Whether comments are closed as often as they are opened; found out once.
    var commentsBalance = true
    /// Whether quotes are closed; found out once.
    var quotesClose = true
    private var sawInstance = false
    private let isCut: Bool

    init(_ value: Bytes, form: AuthenticationResults.Form, isStrict: Bool, limits: AuthenticationResultsLimits) {
        bytes = value[0..<limits.fieldLength].array
        isCut = bytes.count < value.count
        (self.form, self.isStrict, self.limits) = (form, isStrict, limits)
    }

    var isAtEnd: Bool { position >= bytes.count }
    var isAtSemicolon: Bool { position < bytes.count && bytes[position] == .semicolon }

    /// Reads the whole field.
    mutating func read() throws(Fault) -> AuthenticationResults {
        if isCut { try note(.tooMuch, at: bytes.count) }
        // RFC 5322 §3.2.4, §4.1: no text has a NUL but in a quoted pair that nobody may write any more.
        if let place = bytes.firstIndex(of: 0) { try note(.unexpectedText, at: place, [0]) }
        var field = AuthenticationResults(authservID: "")
        if form == .arc { field.instance = try readInstance() }
        try readServer(into: &field)
        field.comments = takeComments()
        while isAtSemicolon {
            position += 1
            guard field.results.count < limits.results else {
                try note(.tooMuch, at: position, upToSemicolon: true)
                break
            }
            try readResult(into: &field)
        }
        // RFC 8601 §2.2: ( no-result / 1*resinfo ).
        if field.results.isEmpty, !sawNone { try note(.noResults, at: bytes.count) }
        if !field.results.isEmpty, sawNone { try note(.noneAmongResults, at: 0) }
        return field
    }

    /// RFC 8617 §4.1.1: instance = [CFWS] "i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";".
    private mutating func readInstance() throws(Fault) -> Int? {
        try skipBlank()
        let start = position
        guard !isAtEnd, bytes[position].lowercased == .ascii("i") else {
            try note(.malformedInstance, at: start, upToSemicolon: true)
            return nil
        }
        position += 1
        try skipBlank()
        guard !isAtEnd, bytes[position] == .equals else {
            try note(.malformedInstance, at: start, upToSemicolon: true)
            position = start
            return nil
        }
        position += 1
        try skipBlank()
        let digits = takeWord()
        try skipBlank()
        let instance = digits.count <= 2 ? number(digits) : nil
        // RFC 8617 §4.2.1: 1 to 50.
        if instance.map({ (1...50).contains($0) }) != true { try note(.malformedInstance, at: start, digits) }
        if !isAtSemicolon { try skipUnexpected() }
        if isAtSemicolon { position += 1 }
        return instance
    }

    /// [CFWS] authserv-id [ CFWS authres-version ] (RFC 8601 §2.2).
    private mutating func readServer(into field: inout AuthenticationResults) throws(Fault) {
        try skipBlank()
        let start = position
        guard !isAtEnd, !isAtSemicolon else {
            try note(.missingAuthservID, at: start)
            return
        }
        if bytes[position] == .quote, let text = try takeQuoted() {
            field.authservID = text
        } else {
            let word = takeWord(upTo: [.equals])
            try skipBlank()
            if !isAtEnd, bytes[position] == .equals {
                // As Outlook writes it: the first result stands where the authserv-id belongs.
                position = start
                comments = []
                if form == .plain, !sawInstance, word.count == 1, word[0].lowercased == .ascii("i") {
                    try note(.unexpectedInstance, at: start, upToSemicolon: true)
                    sawInstance = true
                    field.instance = try readInstance()
                    return try readServer(into: &field)
                }
                try note(.missingAuthservID, at: start)
                return try readResult(into: &field)
            }
            // RFC 8601 §2.2: a value is a token (RFC 2045 §5.1) or a quoted string, so that U-labels want quotes.
            if word.isEmpty || !word.allSatisfy(\.isTokenText) { try note(.malformedAuthservID, at: start, word) }
            field.authservID = text(word)
        }
        let isSkipped = try skipBlank()
        let isSpaced = isSkipped || isAfterBlank
        let versionStart = position
        if isSpaced, !isAtEnd, bytes[position].isDigit {
            let digits = takeWord()
            if let version = number(digits) {
                field.version = version
            } else {
                try note(.malformedVersion, at: versionStart, digits)
            }
            try skipBlank()
        }
        if !isAtEnd, !isAtSemicolon { try skipUnexpected() }
    }

    /// Whether white space or a comment ends right before here.
    var isAfterBlank: Bool {
        position > 0 && (bytes[position - 1].isFoldingWhitespace || bytes[position - 1] == .ascii(")"))
    }

    /// Leaves out what stands here, up to the next semicolon.
    mutating func skipUnexpected() throws(Fault) {
        try note(.unexpectedText, at: position, upToSemicolon: true)
        try skipToSemicolon()
    }

    // MARK: Faults

    mutating func note(_ kind: Fault.Kind, at offset: Int, _ text: some Sequence<UInt8>) throws(Fault) {
        let fault = Fault(kind, offset: offset, text)
        if isStrict { throw fault }
        if faults.count < limits.faults { faults.append(fault) }
    }

    mutating func note(_ kind: Fault.Kind, at offset: Int, upToSemicolon: Bool = false) throws(Fault) {
        let rest = upToSemicolon ? bytes[min(offset, bytes.count)...].prefix(80).prefix { $0 != .semicolon } : []
        try note(kind, at: offset, rest)
    }
}
