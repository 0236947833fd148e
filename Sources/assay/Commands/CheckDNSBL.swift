import ArgumentParser
import DNS
import Policy
import Screening
import Stages
import Values

/// `assay check dnsbl`
struct CheckDNSBL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dnsbl",
        abstract: "Tell which DNS lists have an address (RFC 5782), or test the lists themselves.",
        discussion: """
            Asks the zones of the policy's stage dnsbl, and those that --zone names. With --self-test, each list is asked \
            about the addresses that RFC 5782 section 5 reserves: 127.0.0.2 must be listed, and 127.0.0.1 must not; \
            with ::FFFF:7F00:2 listed too, it is a list of IPv6 addresses. Exit code 69 when a list fails its test.
            """)

    @Option(help: ArgumentHelp("The address to look for.", valueName: "address"))
    var ip: IPAddress?

    @Option(
        name: .customLong("zone"),
        help: ArgumentHelp("A zone to ask, all of its return codes counting; may be repeated.", valueName: "zone"))
    var zones: [String] = []

    @Flag(name: .customLong("self-test"), help: "Test the lists with the addresses reserved for it.")
    var selfTest = false

    @Option(help: ArgumentHelp("The time of the check (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var policyOptions: PolicyOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if ip == nil, !selfTest { throw ValidationError("Give --ip, or --self-test.") }
        if ip != nil, selfTest { throw ValidationError("--ip and --self-test exclude each other.") }
        for zone in zones where DNSBlocklist.Zone.zoneName(zone) == nil {
            throw ValidationError("'\(zone)' is not a domain name that can hold a list.")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let lists = try lists()
            guard !lists.isEmpty else {
                throw Failure(
                    .usage, "there is no list to ask: name one with --zone, or a policy whose stage dnsbl has zones")
            }
            let dns = try dnsOptions.source()(now ?? WallClock.now)
            var output = try FileOutput(path: outputOptions.output, inputs: dnsOptions.inputs + policyOptions.files)
            var failed: [String] = []
            for (list, kind) in lists {
                let (json, lines): (JSON, [String])
                if let ip {
                    let answer = await DNSListAnswer(ip, list, kind, dns)
                    (json, lines) = (answer.json, answer.lines)
                } else {
                    let test = await DNSListTest(list, dns)
                    if !test.isPassed { failed.append(list.zone.relativeText) }
                    (json, lines) = (test.json, test.lines)
                }
                switch outputOptions.format {
                case .ndjson: try output.append(line: json)
                case .text: output.append(lines: lines)
                }
            }
            try output.flush()
            // Without a source no list was asked.
            dnsOptions.tellRemedy(missing: !lists.isEmpty)
            guard failed.isEmpty else { throw Failure(.unavailable, failed.map { "\($0): the list fails its test" }) }
        }
    }

    /// The lists of the policy, each zone with the same codes once, and those of the command line, which the policy
    /// does not say what they are for.
    private func lists() throws -> [(list: DNSList, kind: DNSBlocklist.Zone.Kind?)] {
        var lists: [(list: DNSList, kind: DNSBlocklist.Zone.Kind?)] = []
        for zone in try policyOptions.load().settings(of: DNSBlocklist.self)?.zones.map(\.value) ?? []
        where !lists.contains(where: { $0.list == zone.list && $0.kind == zone.kind }) {
            lists.append((zone.list, zone.kind))
        }
        for name in zones.compactMap({ DNSBlocklist.Zone.zoneName($0) }) {
            let list = DNSList(name, refusals: DNSList.refusals)
            if !lists.contains(where: { $0.list == list }) { lists.append((list, nil)) }
        }
        return lists
    }
}

/// What a list says of an address.
private struct DNSListAnswer {
    let ip: IPAddress
    let list: DNSList
    /// What a listing means to the policy; nil for a zone that it does not have.
    let kind: DNSBlocklist.Zone.Kind?
    let lookup: DNSListLookup?

    init(_ ip: IPAddress, _ list: DNSList, _ kind: DNSBlocklist.Zone.Kind?, _ dns: any DNSView) async {
        (self.ip, self.list, self.kind) = (ip, list, kind)
        if let name = list.name(of: ip) {
            lookup = await DNSListLookup.evaluate(name, in: list, wantsText: true, dns: dns)
        } else {
            lookup = nil
        }
    }

    private var codes: [IPAddress] {
        switch lookup?.listing {
        case .listed(let codes), .otherCodes(let codes), .unusable(_, let codes): codes
        case .notListed, .failed, .unrecorded, nil: []
        }
    }

    var json: JSON {
        .object([
            "ip": .string(ip.description), "zone": .string(list.zone.relativeText),
            "result": .string(lookup?.listing.word ?? "temperror"),
            "codes": .array(codes.map { .string($0.description) }), "text": JSON(lookup?.text),
            "kind": JSON(kind?.rawValue), "reason": JSON(lookup?.listing.reason),
            "authentic": .bool((lookup?.exchanges ?? []).areAuthentic),
        ])
    }

    var lines: [String] {
        var lines = ["\(lookup?.listing.word ?? "temperror")  \(list.zone.relativeText)"]
        switch kind {
        case .block: lines.append("  kind         block: a listing speaks against the address")
        case .allow: lines.append("  kind         allow: a listing speaks for the address")
        case nil: lines.append("  kind         not said: no policy has this zone")
        }
        if !codes.isEmpty { lines.append("  codes        \(codes.map(\.description).joined(separator: " "))") }
        if let reason = lookup?.listing.reason { lines.append("  because      \(reason)") }
        if let text = lookup?.text { lines.append("  text         \(text)") }
        for exchange in lookup?.exchanges ?? [] { lines.append("  \(exchange.question) → \(exchange.answer.summary)") }
        return lines
    }
}

/// The test of a list by the addresses that RFC 5782 §5 reserves for it.
private struct DNSListTest {
    let list: DNSList
    let listed: DNSListing
    let unlisted: DNSListing
    /// What the list says of ::FFFF:7F00:2, which a list of IPv6 addresses must have.
    let listedV6: DNSListing

    init(_ list: DNSList, _ dns: any DNSView) async {
        // Every code counts here: the test is whether the list is alive, not what the policy makes of it.
        let all = DNSList(list.zone, refusals: list.refusals)
        func listing(_ address: IPAddress) async -> DNSListing {
            guard let name = all.name(of: address) else { return .notListed }
            return await DNSListLookup.evaluate(name, in: all, wantsText: false, dns: dns).listing
        }
        self.list = list
        listed = await listing(.v4(0x7F00_0002))
        unlisted = await listing(.v4(0x7F00_0001))
        listedV6 = await listing(IPAddress.v4(0x7F00_0002).asAAAA)
    }

    var isPassed: Bool { if case .listed = listed { unlisted == .notListed } else { false } }

    private var hasV6: Bool { if case .listed = listedV6 { true } else { false } }

    var json: JSON {
        .object([
            "zone": .string(list.zone.relativeText), "passed": .bool(isPassed), "127.0.0.2": .string(listed.word),
            "127.0.0.1": .string(unlisted.word), "ipv6": .bool(hasV6),
        ])
    }

    var lines: [String] {
        [
            "\(isPassed ? "passed" : "failed")  \(list.zone.relativeText)",
            "  127.0.0.2    \(listed.word), must be listed\(listed.reason.map { ": \($0)" } ?? "")",
            "  127.0.0.1    \(unlisted.word), must not be listed\(unlisted.reason.map { ": \($0)" } ?? "")",
            "  IPv6         \(hasV6 ? "yes" : "no")",
        ]
    }
}

extension DNSListing {
    /// The result in a word.
    fileprivate var word: String {
        switch self {
        case .listed: "listed"
        case .otherCodes: "other-codes"
        case .notListed: "not-listed"
        case .unusable: "error"
        case .failed: "temperror"
        case .unrecorded: "unrecorded"
        }
    }

    /// Why the list gave no listing and no denial.
    fileprivate var reason: String? {
        switch self {
        case .listed, .notListed: nil
        case .otherCodes: "it is listed with codes that the policy leaves out"
        case .unusable(let fault, _): fault.rawValue
        case .failed(let answer): answer.summary
        case .unrecorded: "nobody recorded the answer"
        }
    }
}
