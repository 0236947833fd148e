import DNS
import Values

/// The keys that DNSSEC validation starts from (RFC 4033 §2): DS and DNSKEY records by zone.
public struct TrustAnchors: Sendable, Hashable {
    /// The data of the DS and DNSKEY records.
    struct Anchor: Sendable, Hashable {
        var digests: [[UInt8]] = []
        var keys: [[UInt8]] = []
    }

    private(set) var zones: [DomainName: Anchor] = [:]

    /// The root's key-signing keys of 2017 and 2024, as IANA publishes their digests.
    public static let root = (try? TrustAnchors(rootRecords, file: "root")) ?? TrustAnchors()

    private static let rootRecords: Bytes = Bytes(
        """
        . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
        . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
        """)

    private init() {}

    /// Reads DS and DNSKEY records in master-file form (RFC 1035 §5), each on one line. Throws every mistake with its
    /// line; a file without a record is one.
    public init(_ contents: Bytes, file: String) throws(DNSProblems) {
        var problems = DNSProblemCollector(file: file)
        for (offset, line) in contents.split(separator: .lf, omittingEmptySubsequences: false).enumerated() {
            guard !problems.isFull else { break }
            let text = line.prefix { $0 != .semicolon }
            guard text.contains(where: { !$0.isFoldingWhitespace }) else { continue }
            guard !text.contains(0),
                let record = SignatureWire.record(presentation: String(decoding: text, as: UTF8.self))
            else {
                problems.add(line: offset + 1, "no record on one line in master-file form")
                continue
            }
            switch record.type {
            case 43: zones[record.owner, default: Anchor()].digests.append(record.data)
            case 48: zones[record.owner, default: Anchor()].keys.append(record.data)
            default: problems.add(line: offset + 1, "a trust anchor is a DS or DNSKEY record")
            }
        }
        if zones.isEmpty { problems.add(line: nil, "no DS or DNSKEY record") }
        try problems.check()
    }

    /// Whether an anchor stands at or above the name.
    func covers(_ name: DomainName) -> Bool { zones.keys.contains { name.isEqualOrBelow($0) } }
}
