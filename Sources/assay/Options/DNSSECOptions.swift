import ArgumentParser
import DNS
import Resolver
import Values

/// Whether answers are validated, and from which keys.
struct DNSSECOptions: ParsableArguments {
    @Flag(help: "Validate answers with DNSSEC; live DNS only.")
    var dnssec = false

    @Option(
        name: .customLong("trust-anchor"),
        help: ArgumentHelp(
            """
            The DS or DNSKEY records that validation starts from, each on one line in master-file form, instead of the \
            root's.
            """,
            valueName: "file"))
    var trustAnchor: String?

    /// The keys to validate from; nil when there is no validating. Throws what keeps them from being used.
    func trustAnchors(for source: String) throws -> TrustAnchors? {
        guard dnssec else {
            guard trustAnchor == nil else { throw Failure(.usage, "--trust-anchor is of use only with --dnssec") }
            return nil
        }
        guard (try? DNSSource(source))?.isLive ?? true else {
            throw Failure(.usage, "--dnssec validates live answers only: --dns system or server:HOST:PORT")
        }
        guard let trustAnchor else { return .root }
        do {
            return try TrustAnchors(path: trustAnchor)
        } catch {
            throw Failure(error)
        }
    }
}
