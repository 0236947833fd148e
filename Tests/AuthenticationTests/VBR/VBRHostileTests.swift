import Authentication
import DNS
import Mail
import Testing
import Values

/// Fields made to cost the receiver time or DNS questions.
@Suite(.timeLimit(.minutes(10))) struct VBRHostileTests {
    private let identities = [VBRIdentity("bank.example", by: .dkim)]

    private func check(_ text: String, _ dns: DKIMTestDNS, maximumLookups: Int = 10) async -> VBROutcome {
        await VBRCheck.evaluate(
            HeaderBlock(Bytes(text)), identities: identities, trusting: .everyone, dns: dns,
            maximumLookups: maximumLookups)
    }

    @Test(arguments: [(10, 10), (1, 1), (100, 100), (1000, 100)])
    func hundredCertifiers(_ limit: Int, _ asked: Int) async {
        let certifiers = (0..<200).map { "c\($0).example" }.joined(separator: ":")
        let dns = DKIMTestDNS([:])
        let outcome = await check("VBR-Info: md=bank.example; mc=all; mv=\(certifiers)\n", dns, maximumLookups: limit)
        #expect(dns.questions.count == asked)
        #expect(outcome.result == .fail && outcome.reason == (limit < 100 ? .tooMany : .notVouched))
    }

    /// The certifiers of all fields together count.
    @Test func thousandFields() async {
        let fields = (0..<1000).map { field in
            let certifiers = (0..<100).map { "c\(field)-\($0).example" }.joined(separator: ":")
            return "VBR-Info: md=bank.example; mc=all; mv=\(certifiers)\n"
        }
        let dns = DKIMTestDNS([:])
        let outcome = await check(fields.joined(), dns)
        #expect(dns.questions.count == 10)
        #expect(outcome.result == .fail && outcome.reason == .tooMany)
    }

    @Test func unreadableFieldsAskNothing() async {
        let dns = DKIMTestDNS([:])
        let outcome = await check(String(repeating: "VBR-Info: md=bank.example; mc\n", count: 1900), dns)
        #expect(dns.questions.isEmpty)
        #expect(outcome.result == VBRResult.none && outcome.reason == .syntax)
    }

    @Test func megabytes() async {
        for value in [
            "md=" + String(repeating: "a.", count: 500_000) + "example; mc=all; mv=a.example",
            "md=bank.example; mc=" + String(repeating: "a", count: 1_000_000) + "; mv=a.example",
            "md=bank.example; mc=all; mv=" + String(repeating: ":", count: 1_000_000),
            String(repeating: "x=;", count: 300_000), String(repeating: "=", count: 1_000_000),
            String(repeating: ";", count: 1_000_000),
        ] {
            let dns = DKIMTestDNS([:])
            let outcome = await check("VBR-Info: \(value)\n", dns)
            #expect(dns.questions.isEmpty)
            #expect(outcome.result == VBRResult.none && outcome.reason == .syntax)
        }
    }

    /// A name that does not fit into DNS cannot be asked about.
    @Test func nameTooLong() async {
        let label = String(repeating: "a", count: 60)
        let certifier = [label, label, label, "example"].joined(separator: ".")
        let dns = DKIMTestDNS([:])
        let identities = [VBRIdentity("\(label).example", by: .dkim)]
        let header = HeaderBlock(Bytes("VBR-Info: md=\(label).example; mc=all; mv=\(certifier)\n"))
        let outcome = await VBRCheck.evaluate(header, identities: identities, trusting: .everyone, dns: dns)
        #expect(dns.questions.isEmpty && outcome.result == .fail && outcome.reason == .notVouched)
    }

    @Test func hugeRecords() async {
        let words = String(repeating: "al ", count: 400_000)
        let dns = DKIMTestDNS(texts: ["bank.example._vouch.a.example": words + "all"])
        #expect(await check("VBR-Info: md=bank.example; mc=list; mv=a.example\n", dns).result == .pass)
        let junk = (0..<10_000).map { RecordData.txt([Bytes("x=\($0)")]) }
        let many = DKIMTestDNS(["bank.example._vouch.a.example": .records(junk, authentic: false)])
        #expect(await check("VBR-Info: md=bank.example; mc=list; mv=a.example\n", many).reason == .notVouched)
    }

    /// Every cut of a field, and every byte of it replaced: answers, not crashes.
    @Test func damagedFields() {
        let bytes = Array("md=bank.example;\r\n mc=list; mv=a.example:b.example;".utf8)
        for position in bytes.indices {
            _ = VBRInfo.parse(Bytes(Array(bytes[..<position])))
            for byte: UInt8 in [0, 0x0A, 0x0D, 0x20, 0x3A, 0x3B, 0x3D, 0xC3, 0xFF] {
                var damaged = bytes
                damaged[position] = byte
                _ = VBRInfo.parse(Bytes(damaged))
            }
        }
    }
}
