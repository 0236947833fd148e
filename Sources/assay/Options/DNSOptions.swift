import Archives
import ArgumentParser
import DNS
import Resolver
import Screening
import Values

/// Where a command's DNS answers come from.
struct DNSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), \
            snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.
            """,
            valueName: "source"))
    var dns = "none"

    @OptionGroup var missingOptions: MissingOptions
    @OptionGroup var dnssecOptions: DNSSECOptions

    /// The DNS as of a moment. Throws what keeps the source from being used.
    func source() throws -> @Sendable (Timestamp) -> any DNSView {
        try DNSOptions.open(dns, missing: missingOptions.missing, dnssec: dnssecOptions)
    }

    /// What `--dns source` names, opened.
    static func open(
        _ source: String, missing: MissingAnswer = .unrecorded, dnssec: DNSSECOptions
    ) throws -> @Sendable (Timestamp) -> any DNSView {
        let anchors = try dnssec.trustAnchors(for: source)
        do {
            return try DNSSource(source).open(missing: missing, trustAnchors: anchors)
        } catch {
            throw Failure(error)
        }
    }

    /// Why answers are missing where no source was named, and what to do about it; nil where there is a source.
    var remedy: String? { dns == "none" ? "the DNS was not asked: --dns system asks it" : nil }

    /// Tells the remedy on standard error, where answers were missing that a source would have.
    func tellRemedy(missing: Bool) {
        if missing, let remedy { StandardError.write(remedy + "\n") }
    }

    /// The file that answers are read from, if there is one: no output may overwrite it.
    var inputs: [String] { DNSOptions.inputs(of: dns) + [dnssecOptions.trustAnchor].compactMap(\.self) }

    /// The file that `source` is, if it is one.
    static func inputs(of source: String) -> [String] { [(try? DNSSource(source))?.path].compactMap(\.self) }

    /// Whether the answers may be others when asked for again.
    var isLive: Bool { (try? DNSSource(dns))?.isLive ?? false }
}

/// What a name means that nobody asked for when a snapshot was taken.
struct MissingOptions: ParsableArguments {
    @Option(
        name: .customLong("dns-missing"),
        help: ArgumentHelp(
            "What a name that is absent from a snapshot means: unrecorded or nxdomain.", valueName: "meaning"))
    var missing = MissingAnswer.unrecorded
}

extension MissingAnswer: ExpressibleByArgument {}

extension Failure {
    /// The failure that an unusable DNS source is.
    init(_ error: DNSSourceError) {
        let messages =
            if case .unusable(let problems) = error { problems.problems.map(\.description) } else {
                [error.description]
            }
        self.init(error.exitStatus, messages.map(TerminalLine.safe))
    }
}
