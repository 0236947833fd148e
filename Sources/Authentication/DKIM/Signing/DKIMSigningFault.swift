/// Why a message is not signed: a receiver would not take it, or not its signature.
public enum DKIMSigningFault: Error, Sendable, Hashable {
    /// No key was given.
    case noKey
    /// More keys than a message is signed with.
    case tooManyKeys
    /// The header has no From field, which must be signed (RFC 6376 §5.4).
    case noFrom
    /// The header has more than one From field (RFC 5322 §3.6).
    case severalFrom
    /// The header is more than 2,000 fields or 2 MiB.
    case headerTooLarge
    /// The header is not one; the text names what is wrong (`HeaderDefects.names`).
    case headerMalformed(String)
    /// A CR that no LF follows, in this line of the message.
    case bareCR(line: Int)
    /// Some lines end with LF alone and others with CRLF; in this line the kind changes.
    case mixedLineEnds(line: Int)
    /// A line of more than 998 characters (RFC 5322 §2.1.1).
    case longLine(line: Int)
    /// A NUL (RFC 5322 §4.5.2 lets nobody write it).
    case nul(line: Int)
    /// The name is none of a header field.
    case notAFieldName(String)
    /// The field is one that receivers change or remove.
    case unsteadyField(String)
    /// The fields to sign leave From out.
    case fromNotSigned
    /// `i=` is not an address in the signing domain or below it.
    case identityOutsideDomain(String)
    /// `x=` without `t=`, a lifetime that is not positive, or a time before 1970.
    case timesUnusable
    /// An RSA key under 1024 bits, or over 4096 (RFC 8301 §3.2).
    case keySize(Int)
    /// The key's name in DNS would be too long.
    case nameTooLong
    /// libcrypto did not sign.
    case notSigned
}

extension DKIMSigningFault: CustomStringConvertible {
    /// The fault in words.
    public var description: String {
        switch self {
        case .noKey: "there is no key to sign with"
        case .tooManyKeys: "there are more keys than a message is signed with"
        case .noFrom: "the message has no From field, which a signature must cover (RFC 6376 section 5.4)"
        case .severalFrom: "the message has more than one From field (RFC 5322 section 3.6); receivers refuse it"
        case .headerTooLarge: "the header is too large for receivers to verify"
        case .headerMalformed(let defect): "the header is malformed: \(defect)"
        case .bareCR(let line): "line \(line): a CR without LF, which receivers refuse or change"
        case .mixedLineEnds(let line): "line \(line): the message mixes LF and CRLF line ends; give it one kind"
        case .longLine(let line):
            "line \(line): longer than the 998 characters that RFC 5322 section 2.1.1 allows; it would be broken up"
        case .nul(let line): "line \(line): a NUL, which mail may not have"
        case .notAFieldName(let name): "'\(name)' is no name of a header field"
        case .unsteadyField(let name):
            "\(name) is changed or removed by those who deliver mail; signing it breaks the signature"
        case .fromNotSigned: "the fields to sign leave out From, which a signature must cover (RFC 6376 section 5.4)"
        case .identityOutsideDomain(let identity): "'\(identity)' is no address in the signing domain or below it"
        case .timesUnusable: "the signature would expire before it is made, or has no time to expire by"
        case .keySize(let bits):
            "an RSA key of \(bits) bits: receivers take those of 1024 to 4096 bits (RFC 8301 section 3.2)"
        case .nameTooLong: "selector and domain together are too long for a name in DNS"
        case .notSigned: "the key does not sign"
        }
    }
}
