import ArgumentParser
import Authentication
import DNS
import PublicSuffix
import Screening
import Values

/// `assay dmarc policy`
struct DMARCPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Tell which DMARC policy holds for mail from a domain, and what is wrong with it.",
        discussion: """
            For each domain: its organizational domain, where its policy record is found, and the record tag by tag. A \
            record given as --record is read without asking DNS.
            """)

    @Argument(help: ArgumentHelp("The domains, as in From.", valueName: "domain"))
    var domains: [String] = []

    @Option(help: ArgumentHelp("Read this record instead.", valueName: "text"))
    var record: String?

    @Option(help: ArgumentHelp("The time of the question (RFC 3339).", valueName: "time"))
    var now: Timestamp?

    @OptionGroup var discoveryOptions: DMARCDiscoveryOptions
    @OptionGroup var dnsOptions: DNSOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard domains.isEmpty != (record == nil) else { throw ValidationError("Name domains, or give a --record.") }
    }

    func run() async throws {
        try await reportingFailure {
            let options = try discoveryOptions.options()
            let dns = try dnsOptions.source()(now ?? WallClock.now)
            var output = try FileOutput(
                path: outputOptions.output, inputs: dnsOptions.inputs + discoveryOptions.inputs)
            if let record {
                guard let read = DMARCRecord(Bytes(record)) else {
                    throw Failure(.badData, "no DMARC record: it has to begin with v=DMARC1")
                }
                try write(["record": .string(read.text), "published": read.json], read, [], to: &output)
            }
            for domain in domains { try await tell(domain, dns: dns, options: options, to: &output) }
            try output.flush()
        }
    }

    private func tell(
        _ domain: String, dns: any DNSView, options: DMARCOptions, to output: inout FileOutput
    ) async throws {
        guard let author = DMARCAuthor(domain: domain), let name = author.domains.first else {
            throw Failure(.usage, TerminalLine.safe("\(domain): is no domain name"))
        }
        let outcome = await DMARCCheck.evaluate(
            DMARCQuery(author: author, identifiers: []), dns: dns, options: options)
        let found = outcome.deciding
        var members: [String: JSON] = [
            "domain": .string(name.relativeText), "policy_domain": JSON(found?.policyDomain?.relativeText),
            "organizational_domain": JSON(found?.organizationalDomain?.relativeText),
            "record": JSON(found?.record?.text), "published": found?.record?.json ?? .null,
            "policy": JSON(found?.policy?.rawValue), "policy_from": JSON(found?.policyTag),
            "reason": JSON(found?.record == nil ? outcome.reasons.first : nil),
        ]
        if case .publicSuffix(let list) = options.discovery {
            members["public_suffix"] = .bool(list.registrableDomain(of: name) == nil)
        }
        var lines = [name.relativeText]
        if let organization = found?.organizationalDomain {
            lines.append("  organizational domain  \(organization.relativeText)")
        }
        if let place = found?.policyDomain { lines.append("  record found at        \(place.relativeText)") }
        if let policy = found?.policy, let tag = found?.policyTag {
            lines.append("  policy                 \(policy.rawValue), by \(tag)=")
        }
        if found?.record == nil, let reason = outcome.reasons.first { lines.append("  \(reason)") }
        try write(members, found?.record, lines, to: &output)
    }

    private func write(
        _ members: [String: JSON], _ record: DMARCRecord?, _ lines: [String], to output: inout FileOutput
    ) throws {
        switch outputOptions.format {
        case .ndjson: try output.append(line: .object(members))
        case .text:
            var lines = lines
            if let record {
                lines.append("  \(record.text)")
                lines += record.tags(isTestingHonoured: discoveryOptions.treeWalk).map { name, value in
                    "    \(name)\(String(repeating: " ", count: max(1, 7 - name.utf8.count)))\(value)"
                }
                lines += record.faults.map { "  fault  \($0)" }
                if let followed = record.effective, followed.policy != record.policy {
                    lines.append("  followed as p=\(followed.policy?.rawValue ?? "none"): p=, sp= or np= is no policy")
                }
                if record.effective == nil { lines.append("  no policy can be followed: p= is not valid, and no rua=") }
            }
            output.append(lines: lines)
        }
    }
}

extension DMARCRecord {
    /// The tags with what they mean here, the defaults for those that are absent or wrong.
    fileprivate func tags(isTestingHonoured: Bool) -> [(name: String, value: String)] {
        func uris(_ uris: [DMARCReportURI]) -> String {
            uris.isEmpty
                ? "none"
                : uris.map { $0.uri + ($0.maximumSize.map { ", \($0) bytes at most" } ?? "") }.joined(separator: "; ")
        }
        func alignment(_ alignment: Alignment) -> String { alignment == .strict ? "s (strict)" : "r (relaxed)" }
        let testing = isTesting ? "y" : "n"
        return [
            ("p", policy?.rawValue ?? "no valid one"), ("sp", subdomainPolicy?.rawValue ?? "as p"),
            ("np", nonexistentPolicy?.rawValue ?? "as sp"), ("adkim", alignment(dkimAlignment)),
            ("aspf", alignment(spfAlignment)), ("pct", String(percentage)),
            ("t", isTesting && !isTestingHonoured ? "y (unknown to RFC 7489; counts with --tree-walk)" : testing),
            ("psd", suffixStatus.rawValue), ("fo", failureOptions.map(\.rawValue).joined(separator: ":")),
            ("rf", failureFormats.joined(separator: ":")), ("ri", String(reportInterval)),
            ("rua", uris(aggregateReports)), ("ruf", uris(failureReports)),
        ]
    }
}
