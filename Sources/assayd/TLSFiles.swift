import Cryptography
import Policy
import Proxy
import Screening
import Values

/// The certificates and keys that a policy names.
struct TLSFiles {
    /// What makes the handshakes of clients; nil where the policy names no certificate.
    private(set) var acceptor: TLSAcceptor?
    /// What makes those with the servers behind; nil where there are none.
    private(set) var connector: TLSConnector?
    /// What whoever runs the agent should know and does not keep it from serving.
    private(set) var warnings: [String] = []

    /// Reads the files of `agent`, which goes by `hostname`. Throws what keeps one from being used: old ones then stay in
    /// force.
    init(_ agent: AgentSettings, hostname: String) throws(StartError) {
        let clock: @Sendable () -> Timestamp = { Service.now }
        var reader = TLSFileReader(clock: clock)
        var identities: [TLSIdentity] = []
        for files in agent.tls.certificates {
            identities.append(
                try TLSFiles.read { () throws(TLSFileReader.Failure) in
                    try reader.identity(files.certificate, files.key, names: files.names, at: files.place)
                })
        }
        connector = try TLSFiles.read { () throws(TLSFileReader.Failure) in try reader.connector(agent.nextHopTLS) }
        warnings = reader.warnings
        if !identities.isEmpty {
            if !identities.contains(where: { $0.certificate.isFor(host: hostname) }) {
                let hosts = identities.flatMap(\.certificate.hosts).prefix(8).joined(separator: ", ")
                warnings.append(
                    "no certificate of agent.tls is for \(hostname), the name in the banner; they are for "
                        + (hosts.isEmpty ? "no host" : hosts))
            }
            let clientCertificates = try clientCertificates(of: agent.tls, reader)
            do throws(TLSFault) {
                acceptor = try TLSAcceptor(
                    identities, minimum: agent.tls.minimum.version, ciphers: agent.tls.ciphers,
                    clientCertificates: clientCertificates, clock: clock)
            } catch {
                throw StartError(.badData, ["agent.tls: \(error)"])
            }
        }
    }

    private func clientCertificates(
        of tls: AgentTLSSettings, _ reader: TLSFileReader
    ) throws(StartError) -> TLSAcceptor.ClientCertificates {
        guard tls.clientCertificates != .none else { return .none }
        let authorities = try TLSFiles.read { () throws(TLSFileReader.Failure) in
            try reader.authorities(tls.clientAuthorities)
        }
        return tls.clientCertificates == .required ? .required(authorities) : .optional(authorities)
    }

    private static func read<Value>(_ work: () throws(TLSFileReader.Failure) -> Value) throws(StartError) -> Value {
        do throws(TLSFileReader.Failure) { return try work() } catch {
            throw StartError(error.status, [error.message])
        }
    }
}
