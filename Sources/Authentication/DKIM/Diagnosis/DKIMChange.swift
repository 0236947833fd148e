import Values

/// What seems to have been done to a message after it was signed.
public enum DKIMChange: Sendable, Hashable {
    // The body.

    /// Lines were appended to the body.
    case footerAppended(lines: Int)
    /// Lines were appended to a MIME part (IMAP section number).
    case footerInPart(String, lines: Int)
    /// A MIME part was appended.
    case partAppended(type: String)
    /// The body was made the first part of a multipart.
    case wrapped(addedParts: Int)
    /// Lines were put before the body.
    case bannerPrepended(lines: Int)
    /// Lines were put before the text of a MIME part (IMAP section number).
    case bannerInPart(String, lines: Int)
    /// Something was put into an HTML part (IMAP section number), before the end of its body or behind the start.
    case insertedIntoHTML(String, bytes: Int)
    /// Blank lines were added or removed.
    case blankLinesChanged
    /// `>` was put before lines that begin with `From `, as in an mbox.
    case fromEscaped(lines: Int)
    /// `>` was taken from lines that begin with `>From `.
    case fromUnescaped(lines: Int)
    /// Dots at the beginning of lines were doubled (RFC 5321 §4.5.2) and not taken away again.
    case dotsDoubled(lines: Int)
    /// Dots at the beginning of lines were taken away once too often.
    case dotsRemoved(lines: Int)
    /// A dot was put before lines that had none.
    case dotsAdded(lines: Int)
    /// White space at the end of lines was removed.
    case trailingSpaceRemoved(lines: Int)
    /// White space at the end of lines was added.
    case trailingSpaceAdded(lines: Int)
    /// Tabs became spaces.
    case tabsExpanded(lines: Int)
    /// CRs alone became line ends, were doubled or added.
    case lineEndsChanged
    /// Long lines were broken.
    case rewrapped(lines: Int)
    /// A part was encoded anew.
    case transferEncodingChanged(from: String, to: String)
    /// The text was converted to another character set.
    case charsetChanged(from: String, to: String)

    // The header.

    /// A tag was put into the subject.
    case subjectTagged(String)
    /// From was rewritten, as lists do for senders with a strict DMARC policy.
    case fromRewritten
    /// Names in a field of addresses were put into quotation marks, or out of them.
    case quotingChanged(field: String)
    /// A field was folded anew, or its white space changed.
    case whiteSpaceChanged(field: String)
    /// The name of a field is in another case than the one signed, which the simple algorithm sees.
    case nameCaseChanged(field: String)
    /// A field has another value than the one signed.
    case fieldChanged(String)
    /// A field was added that was not there when the message was signed.
    case fieldAdded(String)
    /// A signed field is gone.
    case fieldRemoved(String)
    /// Fields that the signature names are not there: taken away, or never there and signed so that nobody adds them.
    case fieldsAbsent([String])
    /// The signature was made with another key than the published one, or is damaged itself.
    case otherKey
}

extension DKIMChange {
    /// The kind of change, for programs: `footer-appended`.
    public var kind: String {
        switch self {
        case .footerAppended: "footer-appended"
        case .footerInPart: "footer-in-part"
        case .partAppended: "part-appended"
        case .wrapped: "wrapped"
        case .bannerPrepended: "banner-prepended"
        case .bannerInPart: "banner-in-part"
        case .insertedIntoHTML: "inserted-into-html"
        case .blankLinesChanged: "blank-lines-changed"
        case .fromEscaped: "from-escaped"
        case .fromUnescaped: "from-unescaped"
        case .dotsDoubled: "dots-doubled"
        case .dotsRemoved: "dots-removed"
        case .dotsAdded: "dots-added"
        case .trailingSpaceRemoved: "trailing-space-removed"
        case .trailingSpaceAdded: "trailing-space-added"
        case .tabsExpanded: "tabs-expanded"
        case .lineEndsChanged: "line-ends-changed"
        case .rewrapped: "rewrapped"
        case .transferEncodingChanged: "transfer-encoding-changed"
        case .charsetChanged: "charset-changed"
        case .subjectTagged: "subject-tagged"
        case .fromRewritten: "from-rewritten"
        case .quotingChanged: "quoting-changed"
        case .whiteSpaceChanged: "white-space-changed"
        case .nameCaseChanged: "name-case-changed"
        case .fieldChanged: "field-changed"
        case .fieldAdded: "field-added"
        case .fieldRemoved: "field-removed"
        case .fieldsAbsent: "fields-absent"
        case .otherKey: "other-key"
        }
    }
}

extension DKIMChange: CustomStringConvertible {
    /// The change in words: `footer appended: 5 lines`.
    public var description: String {
        func counted(_ lines: Int) -> String { lines == 1 ? "1 line" : "\(lines) lines" }
        return switch self {
        case .footerAppended(let lines): "footer appended: \(counted(lines))"
        case .footerInPart(let part, let lines): "footer appended to part \(part): \(counted(lines))"
        case .partAppended(let type): "part appended: \(type)"
        case .wrapped(let count): "body wrapped in a multipart, parts added: \(count)"
        case .bannerPrepended(let lines): "banner prepended: \(counted(lines))"
        case .bannerInPart(let part, let lines): "banner prepended to part \(part): \(counted(lines))"
        case .insertedIntoHTML(let part, let bytes): "inserted into the HTML of part \(part): \(bytes) bytes"
        case .blankLinesChanged: "blank lines added or removed"
        case .fromEscaped(let lines): "From at line start escaped as in an mbox: \(counted(lines))"
        case .fromUnescaped(let lines): "escaped From at line start unescaped: \(counted(lines))"
        case .dotsDoubled(let lines): "dots at line start doubled: \(counted(lines))"
        case .dotsRemoved(let lines): "dots at line start removed: \(counted(lines))"
        case .dotsAdded(let lines): "dots at line start added: \(counted(lines))"
        case .trailingSpaceRemoved(let lines): "white space at line end removed: \(counted(lines))"
        case .trailingSpaceAdded(let lines): "white space at line end added: \(counted(lines))"
        case .tabsExpanded(let lines): "tabs turned into spaces: \(counted(lines))"
        case .lineEndsChanged: "line ends changed"
        case .rewrapped(let lines): "lines re-wrapped: \(counted(lines))"
        case .transferEncodingChanged(let from, let to): "transfer encoding changed: \(from) to \(to)"
        case .charsetChanged(let from, let to): "character set changed: \(from) to \(to)"
        case .subjectTagged(let tag): "subject tag added: \(tag)"
        case .fromRewritten: "From rewritten"
        case .quotingChanged(let field): "quotation marks changed: \(field)"
        case .whiteSpaceChanged(let field): "white space changed: \(field)"
        case .nameCaseChanged(let field): "case of the field's name changed: \(field)"
        case .fieldChanged(let name): "field changed: \(name)"
        case .fieldAdded(let name): "field added: \(name)"
        case .fieldRemoved(let name): "field removed: \(name)"
        case .fieldsAbsent(let names): "signed but absent: \(names.joined(separator: ", "))"
        case .otherKey: "signed with another key, or the signature is damaged"
        }
    }
}
