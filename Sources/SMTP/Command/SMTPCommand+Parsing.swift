import Values

extension SMTPCommand {
    /// Reads one command line without its line end (RFC 5321 §4.1.1).
    ///
    /// Tolerant where clients are careless and nothing is lost: white space at the end of the line, around the colon
    /// of `FROM:` and `TO:`, tabs for spaces, a path without angle brackets (which the path says).
    public static func parse(_ line: Bytes) -> Result<SMTPCommand, CommandSyntaxError> {
        var bytes = line.array[...]
        while let last = bytes.last, last.isWhitespace { bytes.removeLast() }
        let verbBytes = bytes.prefix { !$0.isWhitespace }
        guard let first = verbBytes.first, first.isLetter else {
            return .failure(CommandSyntaxError(verb: nil, problem: .noVerb))
        }
        guard bytes.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == .tab }) else {
            return .failure(CommandSyntaxError(verb: nil, problem: .controlCharacter))
        }
        // RFC 6531 §3.3: addresses may be UTF-8; nothing else above 127 is ever right.
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
            return .failure(CommandSyntaxError(verb: nil, problem: .notUTF8))
        }
        // ASCII only: Unicode's capitals would make MAIL of a word with a dotless i, where the next hop sees none.
        let verb = String(decoding: verbBytes.map { $0.isLetter ? $0 & 0xDF : $0 }, as: UTF8.self)
        let argument = bytes[verbBytes.endIndex...].drop(while: \.isWhitespace)
        return command(verb, argument).mapError { CommandSyntaxError(verb: verb, problem: $0) }
    }

    private static func command(_ verb: String, _ argument: ArraySlice<UInt8>) -> Result<
        SMTPCommand, CommandSyntaxError.Problem
    > {
        switch verb {
        case "HELO": text(argument).map(SMTPCommand.helo)
        case "EHLO": text(argument).map(SMTPCommand.ehlo)
        case "MAIL": path(argument, after: "FROM", allowsNull: true).map { .mail($0.path, $0.parameters) }
        case "RCPT": path(argument, after: "TO", allowsNull: false).map { .rcpt($0.path, $0.parameters) }
        case "DATA": alone(.data, argument)
        case "BDAT": chunk(argument)
        case "RSET": alone(.rset, argument)
        case "NOOP": .success(.noop(optional(argument)))
        case "QUIT": alone(.quit, argument)
        case "VRFY": text(argument).map(SMTPCommand.vrfy)
        case "EXPN": text(argument).map(SMTPCommand.expn)
        case "HELP": .success(.help(optional(argument)))
        case "STARTTLS": alone(.starttls, argument)
        case "AUTH": authentication(argument)
        case "XCLIENT": parameters(argument).map(SMTPCommand.xclient)
        default: .success(.unknown(verb: String(verb.prefix(32))))
        }
    }

    private static func alone(_ command: SMTPCommand, _ argument: ArraySlice<UInt8>) -> Result<
        SMTPCommand, CommandSyntaxError.Problem
    > {
        // RFC 5321 §4.1.1: a parameter to a command without parameters is 501.
        argument.isEmpty ? .success(command) : .failure(.unexpectedArgument)
    }

    private static func optional(_ argument: ArraySlice<UInt8>) -> String? {
        argument.isEmpty ? nil : String(decoding: argument, as: UTF8.self)
    }

    private static func text(_ argument: ArraySlice<UInt8>) -> Result<String, CommandSyntaxError.Problem> {
        optional(argument).map { .success($0) } ?? .failure(.missingArgument)
    }

    private static func path(
        _ argument: ArraySlice<UInt8>, after keyword: String, allowsNull: Bool
    ) -> Result<(path: PathArgument, parameters: ESMTPParameters), CommandSyntaxError.Problem> {
        let name = argument.prefix(keyword.utf8.count)
        var rest = argument.dropFirst(name.count).drop(while: \.isWhitespace)
        guard String(decoding: name, as: UTF8.self).equalsIgnoringASCIICase(keyword), rest.first == .colon else {
            return .failure(.missingKeyword)
        }
        rest = rest.dropFirst().drop(while: \.isWhitespace)
        // RFC 5321 §4.1.1.3: the null path is a reverse-path only.
        guard let (path, end) = PathArgument.read(rest), allowsNull || !path.isNull else {
            return .failure(.malformedPath)
        }
        return parameters(rest[end...]).map { (path, $0) }
    }

    private static func parameters(_ bytes: ArraySlice<UInt8>) -> Result<ESMTPParameters, CommandSyntaxError.Problem> {
        ESMTPParameters.read(bytes).mapError {
            switch $0 {
            case .malformed(let text): .malformedParameter(text)
            case .repeated(let name): .repeatedParameter(name)
            }
        }
    }

    private static func chunk(_ argument: ArraySlice<UInt8>) -> Result<SMTPCommand, CommandSyntaxError.Problem> {
        let words = argument.split(whereSeparator: \.isWhitespace)
        guard let digits = words.first else { return .failure(.missingArgument) }
        // RFC 3030 §2: bdat-cmd = "BDAT" SP chunk-size [SP end-marker] CRLF, chunk-size = 1*DIGIT.
        guard digits.allSatisfy(\.isDigit), let size = Int(String(decoding: digits, as: UTF8.self)) else {
            return .failure(.malformedArgument)
        }
        guard words.count > 1 else { return .success(.bdat(size: size, last: false)) }
        guard words.count == 2, String(decoding: words[1], as: UTF8.self).equalsIgnoringASCIICase("LAST") else {
            return .failure(.malformedArgument)
        }
        return .success(.bdat(size: size, last: true))
    }

    private static func authentication(_ argument: ArraySlice<UInt8>) -> Result<SMTPCommand, CommandSyntaxError.Problem>
    {
        let words = argument.split(whereSeparator: \.isWhitespace)
        guard let name = words.first else { return .failure(.missingArgument) }
        guard words.count <= 2, MechanismName.isOne(name) else { return .failure(.malformedArgument) }
        let mechanism = String(decoding: name, as: UTF8.self).uppercased()
        guard words.count == 2 else { return .success(.auth(mechanism: mechanism, initial: nil)) }
        // RFC 4954 §8: initial-response = base64 / "=".
        let isBase64 = words[1].allSatisfy {
            $0.isAlphanumeric || $0 == .ascii("+") || $0 == .ascii("/") || $0 == .equals
        }
        guard isBase64 else { return .failure(.malformedArgument) }
        let initial = InitialResponse(base64: String(decoding: words[1], as: UTF8.self))
        return .success(.auth(mechanism: mechanism, initial: initial))
    }
}
