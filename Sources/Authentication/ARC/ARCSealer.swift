import Cryptography
import DNS
import Mail
import Values

/// Adds a set to the chain of a message that is sent on (RFC 8617 §5.1).
public enum ARCSealer {
    /// The fields to put on top of `message`, in that order and with line ends as it has: ARC-Seal,
    /// ARC-Message-Signature, ARC-Authentication-Results.
    public static func seal(
        _ message: Message, with key: DKIMSigningKey, options: ARCSealingOptions
    ) -> Result<[Bytes], ARCSealingFault> {
        Result { () throws(ARCSealingFault) in
            let chain = ARCChain(message.header)
            return try fields(message, instance: instance(after: chain, options.chain), chain, key, options)
        }
    }

    /// The number of the next set.
    private static func instance(after chain: ARCChain, _ status: ARCStatus) throws(ARCSealingFault) -> Int {
        switch chain.fault {
        // RFC 8617 §5.1: a chain that is known to have failed is not added to.
        case .chainFailed: throw .chainEnded
        case .tooManySets: throw .tooManySets
        default: break
        }
        guard chain.newest < ARCInstance.range.upperBound else { throw .tooManySets }
        switch status {
        case .none: if !chain.isEmpty { throw .chainStatus(status) }
        case .pass: if chain.isEmpty || chain.fault != nil { throw .chainStatus(status) }
        case .fail: if chain.isEmpty { throw .chainStatus(status) }
        }
        return chain.newest + 1
    }

    private static func fields(
        _ message: Message, instance: Int, _ chain: ARCChain, _ key: DKIMSigningKey, _ options: ARCSealingOptions
    ) throws(ARCSealingFault) -> [Bytes] {
        let lineEnd: [UInt8]
        do { lineEnd = try SignableMessage.lineEnd(of: message) } catch { throw .signing(error) }
        // RFC 8301 §3.2.
        if key.key.kind == .rsa, !(1024...4096).contains(key.key.bits) { throw .signing(.keySize(key.key.bits)) }
        guard DKIMDomain.keyName(selector: key.selector, domain: options.domain) != nil else {
            throw .signing(.nameTooLong)
        }
        let names = try signedNames(message.header, options.headers)
        let common = [
            ("d", [options.domain.relativeText]), ("i", [String(instance)]), ("s", [key.selector.relativeText]),
            ("t", [String(options.sealedAt.seconds)]),
        ]

        let results = try ResultsText.field(options.results, instance: instance, lineEnd: lineEnd)
        let (bodyHash, _) = SignatureHash.body(message.body, .relaxed)
        let signature = ARCSignatureField(
            .messageSignature, algorithm: key.algorithm,
            tags: [
                ("bh", [Base64.text(bodyHash)]), ("c", ["relaxed/relaxed"]), common[0],
                ("h", names.enumerated().map { $0 < names.count - 1 ? $1 + ":" : $1 }), common[1], common[2], common[3],
            ], lineEnd: lineEnd)
        let messageSignature = try signed(
            signature, over: SignableFields.fields(of: message.header, chosenBy: names), key)

        // RFC 8617 §5.1.2: a seal that says that the chain has failed covers its own set alone.
        let covered = options.chain == .fail ? [] : chain.sets.flatMap { [$0.results, $0.messageSignature, $0.seal] }
        let seal = ARCSignatureField(
            .seal, algorithm: key.algorithm, tags: [("cv", [options.chain.rawValue])] + common, lineEnd: lineEnd)
        let sealField = try signed(seal, over: covered.map(\.unterminatedBytes) + [results, messageSignature], key)
        return [sealField, messageSignature, results].map { Bytes($0.array + lineEnd) }
    }

    private static func signed(
        _ field: ARCSignatureField, over fields: [Bytes], _ key: DKIMSigningKey
    ) throws(ARCSealingFault) -> Bytes {
        let hash = SignatureHash.header(fields, last: field.unsigned, .relaxed)
        guard let signature = key.key.signature(ofDigest: hash, madeWith: .sha256) else { throw .signing(.notSigned) }
        return field.signed(signature)
    }

    private static func signedNames(
        _ header: HeaderBlock, _ wanted: [String]
    ) throws(ARCSealingFault) -> [String] {
        let wanted = wanted.map(\.asciiLowercased)
        for name in wanted {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0.isVisible && $0 != .colon && $0 != .semicolon }) else {
                throw .signing(.notAFieldName(name))
            }
            // RFC 8617 §4.1.2: no field of a chain; §5.1: no Authentication-Results, which others remove.
            if SignableFields.isUnsteady(name) { throw .signing(.unsteadyField(name)) }
        }
        guard wanted.contains("from") else { throw .signing(.fromNotSigned) }
        return SignableFields.names(in: header, signing: wanted, oversigning: [])
    }
}
