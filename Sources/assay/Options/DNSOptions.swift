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
            "Where DNS answers come from: snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.",
            valueName: "source"))
    var dns = "none"

    @Option(
        name: .customLong("dns-missing"),
        help: ArgumentHelp(
            "What a name that is absent from a snapshot means: unrecorded or nxdomain.", valueName: "meaning"))
    var missing = MissingAnswer.unrecorded

    /// The DNS as of a moment. Throws what keeps the source from being used.
    func source() throws -> @Sendable (Timestamp) -> any DNSView {
        do {
            return try DNSSource(dns).open(missing: missing)
        } catch {
            throw Failure(error)
        }
    }
}

extension MissingAnswer: ExpressibleByArgument {}

extension Failure {
    /// The failure that an unusable DNS source is.
    fileprivate init(_ error: DNSSourceError) {
        switch error {
        case .malformed: self.init(.usage, error.description)
        case .noNameServer, .unresolvable: self.init(.unavailable, error.description)
        case .unreadable(let cause): self.init(Failure.Code(cause.code), error.description)
        case .tooLarge, .unusable: self.init(.badData, error.description)
        }
    }
}
