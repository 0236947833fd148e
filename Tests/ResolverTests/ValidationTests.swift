import DNS
import Resolver
import Testing
import Values

/// DNSSEC validation of what a real name server says.
@Suite(.enabled(if: NSD.isInstalled && SignedZones.isInstalled, "nsd or ldnsutils is not installed (make setup)"))
struct ValidationTests {
    private static let start = "@ SOA ns.test. h.test. 1 3600 600 86400 60\n@ NS ns.test.\n"

    private static func zone(_ name: String, _ records: String) -> String {
        "$ORIGIN \(name)\n$TTL 300\n\(start)\(records)\n"
    }

    private static let children = [
        "good.test.", "rsa.test.", "eddsa.test.", "plain.test.", "wrong.test.", "tampered.test.", "expired.test.",
        "stripped.test.", "future.test.",
    ]

    private static let address = "host A 192.0.2.1"

    private enum Expected { case authentic, insecure, bogus, noData, nameError }

    private static let cases: [(name: String, type: RecordType, expected: Expected)] = [
        ("host.test", .a, .authentic), ("HOST.test", .a, .authentic), ("test", .ns, .authentic),
        ("test", .soa, .authentic),
        ("host.good.test", .a, .authentic), ("good.test", .txt, .authentic), ("deep.down.good.test", .a, .authentic),
        ("host.rsa.test", .a, .authentic), ("host.eddsa.test", .a, .authentic),
        ("host.plain.test", .a, .insecure), ("plain.test", .ns, .insecure),
        ("host.wrong.test", .a, .bogus), ("wrong.test", .ns, .bogus),
        ("host.tampered.test", .a, .bogus), ("tampered.test", .ns, .authentic),
        ("host.expired.test", .a, .bogus), ("host.future.test", .a, .bogus),
        ("host.stripped.test", .a, .bogus), ("stripped.test", .ns, .authentic),
        // Aliases: authentic only if every link is.
        ("alias.test", .a, .authentic), ("alias.test", .cname, .authentic), ("far.good.test", .a, .authentic),
        ("toplain.test", .a, .insecure), ("alias.plain.test", .a, .insecure), ("totampered.test", .a, .bogus),
        // What a wildcard or a DNAME stands for is not proven.
        ("x.wild.test", .a, .insecure), ("*.wild.test", .a, .authentic), ("host.moved.test", .a, .insecure),
        ("host.test", .mx, .noData), ("missing.test", .a, .nameError), ("missing.good.test", .a, .nameError),
        ("big.good.test", .txt, .authentic),
        // Outside the zones that an anchor covers.
        ("host.example", .a, .insecure),
    ]

    @Test func answersAsTheSignaturesSay() async throws {
        let signer = try SignedZones()
        var zones = ["example.": ValidationTests.zone("example.", ValidationTests.address)]
        var delegations = ""
        for name in ValidationTests.children {
            let big = (0..<20).map { "big TXT \"\($0) \(String(repeating: "x", count: 200))\"" }
            let records = """
                \(ValidationTests.address)
                @ TXT "v=spf1 -all"
                deep.down A 192.0.2.1
                alias CNAME host
                far CNAME alias.test.
                """
            let text = ValidationTests.zone(
                name, ([records] + (name == "good.test." ? big : [])).joined(separator: "\n"))
            delegations += "\(name) NS ns.test.\n"
            guard name != "plain.test." else {
                zones[name] = text
                continue
            }
            let algorithm =
                ["rsa.test.": "RSASHA256", "eddsa.test.": "ED25519"][name] ?? "ECDSAP256SHA256"
            let key = try signer.key(for: name, algorithm: algorithm)
            delegations += name == "wrong.test." ? try signer.key(for: name).ds : key.ds
            let dates =
                [
                    "expired.test.": ["-i", "20200101", "-e", "20200201"],
                    "future.test.": ["-i", "20350101", "-e", "20360101"],
                ][
                    name] ?? []
            let signed = try signer.sign(text, zone: name, key: key.file, dates: dates)
            let lines = signed.split(separator: "\n").compactMap { line -> String? in
                let isAddress = line.hasPrefix("host.")
                switch name {
                case "tampered.test." where isAddress:
                    return String(line).replacing("192.0.2.1", with: "192.0.2.66")
                case "stripped.test." where isAddress && line.contains("RRSIG"): return nil
                default: return String(line)
                }
            }
            zones[name] = lines.joined(separator: "\n") + "\n"
        }
        let key = try signer.key(for: "test.")
        let parent = ValidationTests.zone(
            "test.",
            """
            ns A 127.0.0.1
            \(ValidationTests.address)
            alias CNAME host.good.test.
            toplain CNAME host.plain.test.
            totampered CNAME host.tampered.test.
            *.wild A 192.0.2.1
            moved DNAME good.test.
            \(delegations)
            """)
        zones["test."] = try signer.sign(parent, zone: "test.", key: key.file)
        let server = try await NSD(zones: zones)
        var configuration = try server.configuration()
        // A server's word does not count when answers are validated.
        configuration.trustsAuthenticity = true
        configuration.maximumInFlight = 1
        configuration.trustAnchors = try TrustAnchors(Bytes(key.ds), file: "anchor")
        let resolver = LiveResolver(configuration)
        for (name, type, expected) in ValidationTests.cases {
            let question = DNSQuestion(try #require(DomainName(name)), type)
            let answer = await resolver.answer(to: question)
            #expect(ValidationTests.outcome(answer) == expected, "\(question): \(answer)")
            #expect(await resolver.answer(to: question) == answer, "\(question), remembered")
        }
        await resolver.close()

        // An anchor that is not the zone's key: nothing below it is believed.
        configuration.trustAnchors = try TrustAnchors(Bytes(try signer.key(for: "test.").ds), file: "anchor")
        let other = LiveResolver(configuration)
        let host = DNSQuestion(try #require(DomainName("host.good.test")), .a)
        #expect(await other.answer(to: host) == .serverFailure)
        await other.close()
    }

    private static let absences: [(name: String, type: RecordType, isName: Bool, isProven: Bool)] = [
        ("missing.test", .a, true, true), ("a.b.missing.test", .txt, true, true), ("host.test", .mx, false, true),
        ("test", .txt, false, true), ("zzzz.test", .a, true, true), ("aaaa.test", .a, true, true),
        // A name that only others below it make exist.
        ("down.test", .a, false, true), ("x.down.test", .a, true, true),
        // What a wildcard stands for.
        ("x.wild.test", .mx, false, false),
        ("toabsent.test", .a, true, true),
        ("missing.hashed.test", .a, true, true), ("a.b.missing.hashed.test", .a, true, true),
        ("host.hashed.test", .mx, false, true), ("down.hashed.test", .a, false, true),
        ("hashed.test", .mx, false, true),
        // Spans that leave out delegations prove no absence of a name.
        ("missing.optout.test", .a, true, false), ("host.optout.test", .mx, false, true),
        ("missing.slow.test", .a, true, false),
        ("missing.stripped.test", .a, true, false), ("missing.plain.test", .a, true, false),
    ]

    /// That something does not exist is proven by NSEC and NSEC3 records of real zones (RFC 4035 §5.4, RFC 5155 §8).
    @Test func absenceIsProven() async throws {
        let signer = try SignedZones()
        var zones: [String: String] = [:]
        var delegations = ""
        let kinds: [(String, [String])] = [
            ("hashed.test.", ["-n", "-t", "5", "-s", "abcd"]), ("optout.test.", ["-n", "-p"]),
            ("slow.test.", ["-n", "-t", "140"]), ("stripped.test.", []), ("plain.test.", []),
        ]
        for (name, options) in kinds {
            let text = ValidationTests.zone(name, "\(ValidationTests.address)\ndeep.down A 192.0.2.1")
            delegations += "\(name) NS ns.test.\n"
            guard name != "plain.test." else {
                zones[name] = text
                continue
            }
            let key = try signer.key(for: name)
            delegations += key.ds
            let signed = try signer.sign(text, zone: name, key: key.file, dates: options)
            zones[name] =
                name == "stripped.test."
                ? signed.split(separator: "\n").filter { !$0.contains("RRSIG\tNSEC ") }.joined(separator: "\n") + "\n"
                : signed
        }
        let key = try signer.key(for: "test.")
        let parent = ValidationTests.zone(
            "test.",
            """
            ns A 127.0.0.1
            \(ValidationTests.address)
            deep.down A 192.0.2.1
            *.wild A 192.0.2.1
            toabsent CNAME gone.test.
            \(delegations)
            """)
        zones["test."] = try signer.sign(parent, zone: "test.", key: key.file)
        let server = try await NSD(zones: zones)
        var configuration = try server.configuration()
        configuration.trustAnchors = try TrustAnchors(Bytes(key.ds), file: "anchor")
        let resolver = LiveResolver(configuration)
        for (name, type, isName, isProven) in ValidationTests.absences {
            let question = DNSQuestion(try #require(DomainName(name)), type)
            let timed = await resolver.timedAnswer(to: question)
            // RFC 4035 §5.5: a secure zone whose proofs are gone.
            let isBogus = name.hasSuffix("stripped.test")
            let told = isName ? DNSAnswer.nameError : .noData
            #expect(timed.answer == (isBogus ? .serverFailure : told), "\(question): \(timed)")
            #expect(timed.isProvenAbsence == isProven, "\(question): \(timed)")
            #expect(await resolver.timedAnswer(to: question).isProvenAbsence == isProven, "\(question), remembered")
        }
        await resolver.close()
    }

    private static func outcome(_ answer: DNSAnswer) -> Expected? {
        switch answer {
        case .records(_, authentic: true): .authentic
        case .records(_, authentic: false): .insecure
        case .serverFailure: .bogus
        case .noData: .noData
        case .nameError: .nameError
        case .timeout, .unrecorded: nil
        }
    }

    @Test(arguments: [
        ("", 0), (". A 192.0.2.1", 1), ("; nothing\n. DS x", 2), ("x DNSKEY 257 3 8 (", 1), (". DS 1 8 2 00\u{0}", 1),
    ])
    func refusedAnchors(text: String, line: Int) {
        let error = #expect(throws: DNSProblems.self) { try TrustAnchors(Bytes(text), file: "anchor") }
        #expect(line == 0 || error?.description.hasPrefix("anchor:\(line):") == true, "\(String(describing: error))")
    }
}
