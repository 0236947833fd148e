import DNS
import Values

/// What a VBR-Info field says (RFC 5518 §4): who wants to be vouched for, for what kind of mail, and by whom.
public struct VBRInfo: Sendable, Hashable {
    /// `md=`: the domain that is to be vouched for, labels beyond ASCII as A-labels.
    public let domain: DomainName
    /// `mc=`: the kind of mail in lower case. RFC 5518 §6 has `all`, `list` and `transaction`.
    public let content: String
    /// `mv=`: those who vouch, in the order of the field, each once.
    public let certifiers: [DomainName]

    /// The certifiers of one field that are read; real fields name a few.
    public static let maximumCertifiers = 100

    /// The field that says this. Nil without certifiers.
    public init?(domain: DomainName, content: String, certifiers: [DomainName]) {
        guard !certifiers.isEmpty, VBRInfo.content(Bytes(content)) != nil else { return nil }
        (self.domain, self.content, self.certifiers) = (domain, content.asciiLowercased, certifiers)
    }

    /// Reads the value of a field, or says what is wrong with it.
    public static func parse(_ value: Bytes) -> Result<VBRInfo, VBRSyntaxError> {
        Result { () throws(VBRSyntaxError) in
            try VBRInfo(value)
        }
    }

    private init(_ value: Bytes) throws(VBRSyntaxError) {
        let elements = try VBRElements(value)
        guard let md = elements.domain else { throw VBRSyntaxError("no md=") }
        guard let domain = VBRInfo.domain(md) else { throw VBRSyntaxError("md= is no domain") }
        guard let mc = elements.content else { throw VBRSyntaxError("no mc=") }
        guard let content = VBRInfo.content(mc) else { throw VBRSyntaxError("mc= is no kind of mail") }
        guard let mv = elements.certifiers else { throw VBRSyntaxError("no mv=") }
        let certifiers = VBRInfo.certifiers(mv)
        guard !certifiers.isEmpty else { throw VBRSyntaxError("mv= names no domain") }
        (self.domain, self.content, self.certifiers) = (domain, content, certifiers)
    }

    /// A domain as tags, settings and options write it: two labels or more (RFC 5518 §4.1 takes RFC 4871's
    /// `domain-name`), labels beyond ASCII as A-labels. Nil when it is none.
    public static func domain(_ text: some StringProtocol) -> DomainName? { domain(Bytes(text)) }

    private static func domain(_ text: Bytes) -> DomainName? { DKIMDomain.name(text, minimumLabels: 2) }

    /// The kind of mail in lower case: one of the three of RFC 5518 §6, or any other word of letters, of which a
    /// certifier may know.
    static func content(_ text: Bytes) -> String? {
        guard (1...64).contains(text.count), text.allSatisfy(\.isLetter) else { return nil }
        return text.lossyString.asciiLowercased
    }

    /// The certifiers of `mv=`. What is no domain cannot be asked, and is passed over.
    private static func certifiers(_ list: Bytes) -> [DomainName] {
        var certifiers: [DomainName] = []
        for item in list.colonSeparated.prefix(maximumCertifiers) {
            if let name = domain(item), !certifiers.contains(name) { certifiers.append(name) }
        }
        return certifiers
    }
}

extension VBRInfo {
    /// The field's value as RFC 5518 §4 writes it.
    public var fieldValue: String {
        let names = certifiers.map(\.relativeText).joined(separator: ":")
        return "md=\(domain.relativeText); mc=\(content); mv=\(names)"
    }

    /// The name whose TXT record says what `certifier` vouches for (RFC 5518 §5): `md._vouch.certifier`. Nil when it is
    /// too long to be a name.
    func question(to certifier: DomainName) -> DNSQuestion? {
        guard let service = VBRInfo.vouch?.below(certifier), let name = domain.below(service) else { return nil }
        return DNSQuestion(name, .txt)
    }

    private static let vouch = DomainName("_vouch")
}

/// What is wrong with a VBR-Info field.
public struct VBRSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The fault in a few words.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The elements of a field, each between semicolons.
private struct VBRElements {
    var domain: Bytes?
    var content: Bytes?
    var certifiers: Bytes?

    /// RFC 5518 §4: elements come in any order, upper and lower case alike, and others than the three are ignored.
    init(_ value: Bytes) throws(VBRSyntaxError) {
        var start = 0
        while start < value.count {
            let end = value.withSpan { $0.firstIndex(of: .semicolon, from: start) } ?? value.count
            let element = value[start..<end].trimmingFoldingWhitespace
            start = end + 1
            if element.isEmpty { continue }
            guard let equals = element.withSpan({ $0.firstIndex(of: .equals, from: 0) }) else {
                throw VBRSyntaxError("an element without =")
            }
            let text = element[equals + 1..<element.count].trimmingFoldingWhitespace
            let name = element[0..<equals].trimmingFoldingWhitespace
            guard name.count == 2 else { continue }
            switch name.lossyString.asciiLowercased {
            case "md": try VBRElements.set(&domain, text, "md")
            case "mc": try VBRElements.set(&content, text, "mc")
            case "mv": try VBRElements.set(&certifiers, text, "mv")
            default: continue
            }
        }
    }

    private static func set(_ element: inout Bytes?, _ text: Bytes, _ name: String) throws(VBRSyntaxError) {
        guard element == nil else { throw VBRSyntaxError("\(name)= twice") }
        element = text
    }
}
