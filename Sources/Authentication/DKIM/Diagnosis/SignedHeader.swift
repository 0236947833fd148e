import Cryptography
import Mail
import Values

/// The fields that a signature covers, as they are and as they may have been.
struct SignedHeader {
    /// The names of `h=`.
    let names: [String]
    let canonicalization: DKIMCanonicalization.Algorithm
    let digest: DigestAlgorithm
    /// The fields of each of `names`, topmost first, none with its line end.
    var instances: [String: [Bytes]] = [:]
    /// The signature's own field without its signature.
    var own: Bytes

    init(_ header: HeaderBlock, _ signature: DKIMSignature, at index: Int) {
        names = signature.signedHeaders
        canonicalization = signature.canonicalization.header
        digest = signature.algorithm.digest
        own = signature.unsignedField
        for name in names { instances[name] = [] }
        for field in header where field.index != index {
            let name = field.nameBytes.lowercasedText
            if instances[name] != nil { instances[name]?.append(field.unterminatedBytes) }
        }
    }

    /// The names of `h=`, each once, in its order.
    var distinctNames: [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// The value of the only field called `name`, or of the last of several; nil without one.
    func value(of name: String) -> Bytes? {
        guard let field = instances[name]?.last, let colon = field.firstIndex(of: .colon) else { return nil }
        return field[colon + 1..<field.count]
    }

    /// The fields with another value for the last one called `name`; the name and the white space before the value
    /// stay as they are. A field that is not there is added.
    func replacing(_ name: String, with value: Bytes) -> SignedHeader {
        var copy = self
        var field: [UInt8] = Array(name.utf8) + [.colon]
        if let last = instances[name]?.last, let colon = last.firstIndex(of: .colon) {
            field = last[0..<colon + 1].array
            copy.instances[name]?.removeLast()
        }
        let blank: [UInt8] = value.first?.isWhitespace == true ? [] : [.space]
        copy.instances[name, default: []].append(Bytes(field + blank + value.array))
        return copy
    }

    /// The fields without the topmost one called `name`.
    func removing(_ name: String) -> SignedHeader {
        var copy = self
        if copy.instances[name]?.isEmpty == false { copy.instances[name]?.removeFirst() }
        return copy
    }

    /// The fields without the one called `name` at `place`, from the top.
    func removing(_ name: String, at place: Int) -> SignedHeader {
        var copy = self
        if copy.instances[name]?.indices.contains(place) == true { copy.instances[name]?.remove(at: place) }
        return copy
    }

    /// The digest that a signature over these fields is made over (RFC 6376 §3.7).
    var hash: [UInt8] {
        var left = instances
        let fields = names.compactMap { left[$0]?.popLast() }
        return SignatureHash.header(fields, last: own, canonicalization, digest: digest)
    }
}
