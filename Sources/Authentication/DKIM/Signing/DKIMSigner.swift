import Cryptography
import DNS
import Mail
import Values

/// Signs messages (RFC 6376 §5, RFC 8301, RFC 8463).
public enum DKIMSigner {
    /// More signatures than a verifier need look at (RFC 6376 §6.1).
    public static let maximumKeys = 8

    /// The DKIM-Signature fields to put on top of `message`, one for each key in the order of `keys`, each with its
    /// line end: the message's own, CRLF where it has none.
    ///
    /// Nothing of the message may be changed afterwards. A message that receivers would not take as it stands is not
    /// signed.
    public static func sign(
        _ message: Message, with keys: [DKIMSigningKey], options: DKIMSigningOptions
    ) -> Result<[Bytes], DKIMSigningFault> {
        Result { () throws(DKIMSigningFault) in
            try check(keys, options)
            let lineEnd = try SignableMessage.lineEnd(of: message)
            let names = try signedNames(message.header, options)
            let fields = SignableFields.fields(of: message.header, chosenBy: names)
            let body = SignatureHash.body(message.body, options.canonicalization.body)
            var signatures: [Bytes] = []
            for key in keys {
                let field = try field(
                    key, names: names, fields: fields, body: body, options: options, lineEnd: lineEnd)
                guard let signed = field.signed(over: fields, options.canonicalization.header, with: key.key) else {
                    throw .notSigned
                }
                signatures.append(signed)
            }
            return signatures
        }
    }

    private static func check(_ keys: [DKIMSigningKey], _ options: DKIMSigningOptions) throws(DKIMSigningFault) {
        guard !keys.isEmpty else { throw .noKey }
        guard keys.count <= maximumKeys else { throw .tooManyKeys }
        for key in keys {
            // RFC 8301 §3.2.
            if key.key.kind == .rsa, !PrivateKey.newRSABits.contains(key.key.bits) { throw .keySize(key.key.bits) }
            guard DKIMDomain.keyName(selector: key.selector, domain: options.domain) != nil else { throw .nameTooLong }
        }
        if let identity = options.identity {
            let bytes = Array(identity.utf8)
            guard let at = bytes.lastIndex(of: .at),
                let domain = DKIMDomain.name(Bytes(Array(bytes[(at + 1)...])), minimumLabels: 1),
                domain.isEqualOrBelow(options.domain)
            else { throw .identityOutsideDomain(identity) }
        }
        if let lifetime = options.lifetime {
            guard let signedAt = options.signedAt, lifetime.components.seconds > 0,
                lifetime.components.seconds < 1_000_000_000_000 - signedAt.seconds
            else { throw .timesUnusable }
        }
        if let signedAt = options.signedAt, !(0..<1_000_000_000_000).contains(signedAt.seconds) { throw .timesUnusable }
    }

    private static func signedNames(
        _ header: HeaderBlock, _ options: DKIMSigningOptions
    ) throws(DKIMSigningFault) -> [String] {
        let asked = (options.headers ?? SignableFields.standard).map(\.asciiLowercased)
        let oversigned = options.oversignedHeaders.map(\.asciiLowercased)
        for name in asked + oversigned {
            // RFC 6376 §3.5 ends a name of h= at a colon or a semicolon.
            guard !name.isEmpty, name.utf8.allSatisfy({ $0.isVisible && $0 != .colon && $0 != .semicolon }) else {
                throw .notAFieldName(name)
            }
            if SignableFields.isUnsteady(name) { throw .unsteadyField(name) }
        }
        let names = SignableFields.names(in: header, signing: asked, oversigning: oversigned)
        guard names.contains("from") else { throw .fromNotSigned }
        return names
    }

    private static func field(
        _ key: DKIMSigningKey, names: [String], fields: [Bytes], body: (hash: [UInt8], length: Int),
        options: DKIMSigningOptions, lineEnd: [UInt8]
    ) throws(DKIMSigningFault) -> SignatureField {
        var field = SignatureField(name: "DKIM-Signature", lineEnd: lineEnd)
        field.append("v", "1")
        field.append("a", key.algorithm.rawValue)
        field.append("c", options.canonicalization.description)
        field.append("d", options.domain.relativeText)
        field.append("s", key.selector.relativeText)
        if let identity = options.identity { field.append("i", pieces: DKIMQuotedPrintable.pieces(Bytes(identity))) }
        if options.namesQueryMethod { field.append("q", "dns/txt") }
        if let signedAt = options.signedAt {
            field.append("t", String(signedAt.seconds))
            if let lifetime = options.lifetime {
                field.append("x", String(signedAt.seconds + lifetime.components.seconds))
            }
        }
        if options.countsBody { field.append("l", String(body.length)) }
        field.append(
            "h", pieces: names.enumerated().map { $0.offset + 1 < names.count ? $0.element + ":" : $0.element })
        if options.copiesHeaders { field.append("z", pieces: copies(fields)) }
        field.append("bh", base64: body.hash)
        return field
    }

    /// `z=`: the signed fields in quoted-printable, a bar between any two.
    private static func copies(_ fields: [Bytes]) -> [String] {
        fields.enumerated().flatMap { place, field in
            // The line ends of folds as they are on the wire.
            var copy = CanonicalBytes()
            HeaderCanonicalizer.append(field, with: .simple, to: &copy)
            return (place > 0 ? ["|"] : []) + DKIMQuotedPrintable.pieces(Bytes(copy.bytes))
        }
    }
}
