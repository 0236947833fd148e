import DNS
import Values

/// The rules of RFC 6376 §3.5, tag by tag.
struct DKIMSignatureTags {
    let list: DKIMTagList

    func required(_ name: String) throws(DKIMFault) -> Bytes {
        guard let value = list[name] else { throw .syntax("no \(name)=") }
        return value
    }

    /// Whether `v=` is a draft's.
    func isDraft() throws(DKIMFault) -> Bool {
        guard let version = list["v"] else { return true }
        if version.elementsEqual("1".utf8) { return false }
        // RFC 6376 §6.1.1: another version means another specification, so nothing else is looked at.
        guard version.count == 3, version[0] == .ascii("0"), version[1] == .dot, version[2].isDigit else {
            throw .versionUnsupported
        }
        return true
    }

    func base64(_ name: String) throws(DKIMFault) -> [UInt8] {
        guard let bytes = DKIMBase64.decode(try required(name)), !bytes.isEmpty else {
            throw .syntax("\(name)= is not base64")
        }
        return bytes
    }

    /// A decimal number of at most `digits` digits; one too large for `Int` becomes the largest.
    func number(_ name: String, digits: Int) throws(DKIMFault) -> Int? {
        guard let value = list[name] else { return nil }
        guard (1...digits).contains(value.count), value.allSatisfy(\.isDigit) else {
            throw .syntax("\(name)= is no number")
        }
        return value.reduce(0) { sum, digit in
            let (product, overflow) = sum.multipliedReportingOverflow(by: 10)
            let (result, carry) = product.addingReportingOverflow(Int(digit - 0x30))
            return overflow || carry ? .max : result
        }
    }

    /// `q=`: methods in the signer's order of preference. Those not understood are ignored; the one there is, `dns/txt`
    /// (`dns` in drafts), must be among them.
    func checkQueryMethods(isDraft: Bool) throws(DKIMFault) {
        guard let value = list["q"] else { return }
        let isKnown = value.colonSeparated.contains { method in
            guard method.count <= 7 else { return false }
            let name = method.lowercasedText
            return name == "dns/txt" || isDraft && name == "dns"
        }
        guard isKnown else { throw .queryUnsupported }
    }

    func signedHeaders() throws(DKIMFault) -> [String] {
        let names = try required("h").colonSeparated
        // RFC 5322 §3.6.8: field names are visible ASCII without the colon.
        guard names.allSatisfy({ !$0.isEmpty && $0.isVisible }) else {
            throw .syntax("h= is no list of field names")
        }
        let lowercased = names.map(\.lowercasedText)
        // RFC 6376 §5.4, §6.1.1: From must be signed.
        guard lowercased.contains("from") else { throw .fromUnsigned }
        return lowercased
    }

    /// `i=`: an address whose local part may be missing, in quoted-printable.
    func identity(below domain: DomainName) throws(DKIMFault) -> (String, DomainName) {
        guard let value = list["i"] else { return ("@" + domain.relativeText, domain) }
        guard let decoded = DKIMQuotedPrintable.decode(value), let at = decoded.lastIndex(of: .at),
            let identityDomain = DKIMDomain.name(Bytes(Array(decoded[(at + 1)...])), minimumLabels: 1)
        else { throw .syntax("i= is no identity") }
        // RFC 6376 §3.5, §6.1.1.
        guard identityDomain.isEqualOrBelow(domain) else { throw .identityOutsideDomain }
        return (String(decoding: decoded, as: UTF8.self), identityDomain)
    }

    /// `z=`: malformed copies are left out, for they decide nothing.
    var copiedHeaders: [Bytes] {
        guard let value = list["z"] else { return [] }
        return value.array.split(separator: .ascii("|")).compactMap { copy in
            guard copy.contains(.colon) else { return nil }
            return DKIMQuotedPrintable.decode(Bytes(Array(copy))).map { Bytes($0) }
        }
    }
}

extension Bytes {
    /// Whether all bytes are visible characters of ASCII.
    fileprivate var isVisible: Bool {
        withSpan { span in
            for offset in 0..<span.byteCount where !span[offset].isVisible { return false }
            return true
        }
    }
}
