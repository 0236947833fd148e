import Values

extension SPFRecord {
    /// The most octets a record may have: what the data of one TXT record holds (RFC 1035 §3.2.1).
    static let maximumLength = 65_535

    /// Whether TXT data is an SPF record at all: the version, then a space or the end (RFC 7208 §4.5).
    public static func isRecord(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        bytes.count >= version.count && zip(bytes, version).allSatisfy { $0.lowercased == $1 }
            && (bytes.count == version.count || bytes[bytes.index(bytes.startIndex, offsetBy: version.count)] == .space)
    }

    /// Parses the whole record: a syntax error anywhere in it is an error of the record (RFC 7208 §4.6).
    public init(_ bytes: [UInt8]) throws(SPFSyntaxError) {
        guard SPFRecord.isRecord(bytes) else {
            throw SPFSyntaxError(term: bytes.prefix(20), offset: 0, "no SPF version")
        }
        guard bytes.count <= SPFRecord.maximumLength else {
            throw SPFSyntaxError(term: bytes.prefix(20), offset: 0, "more octets than a TXT record has")
        }
        var directives: [SPFDirective] = []
        var redirect: SPFMacroString?
        var explanation: SPFMacroString?
        var unknown: [String] = []
        // RFC 7208 §4.6.1: terms are parted by spaces, and by nothing else.
        for term in bytes[SPFRecord.version.count...].split(separator: .space) {
            guard let equals = SPFRecord.modifierNameEnd(term) else {
                directives.append(try SPFDirective(term))
                continue
            }
            let value = term[(equals + 1)...]
            switch String(decoding: term[..<equals].map(\.lowercased), as: UTF8.self) {
            case "redirect":
                // RFC 7208 §6: redirect and exp must not appear more than once each.
                guard redirect == nil else {
                    throw SPFSyntaxError(term: term, offset: term.startIndex, "a second redirect modifier")
                }
                redirect = try SPFMacroString(value, place: .domain, term: term)
            case "exp":
                guard explanation == nil else {
                    throw SPFSyntaxError(term: term, offset: term.startIndex, "a second exp modifier")
                }
                explanation = try SPFMacroString(value, place: .domain, term: term)
            default:
                _ = try SPFMacroString(value, place: .unknownModifier, term: term)
                unknown.append(SPFText.printable(term))
            }
        }
        (self.directives, self.redirect, self.explanation) = (directives, redirect, explanation)
        self.unknownModifiers = unknown
    }

    private static let version = Array("v=spf1".utf8)

    /// Where the `=` of a modifier is: right after a name, before any ":" or "/" (RFC 7208 §4.6.1,
    /// name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )). Nil for a directive.
    private static func modifierNameEnd(_ term: ArraySlice<UInt8>) -> Int? {
        guard let first = term.first, first.isLetter else { return nil }
        let end = term.firstIndex { !$0.isAlphanumeric && $0 != .hyphen && $0 != .ascii("_") && $0 != .dot }
        guard let end, term[end] == .equals else { return nil }
        return end
    }
}
