import Logs
import Mail
import Screening
import Values

extension HeaderSource {
    /// Logs of the server that the message came to.
    static func log(_ message: LogMessage) -> HeaderSource {
        HeaderSource(
            field: HeaderSource.logs, range: nil, note: "message \(message.id) of a log, line \(message.place.line)")
    }
}

extension Reconstruction {
    /// What is known with what a log saw of the same message: it is believed before the header, which others wrote in.
    func observed(in log: LogMessage) -> Reconstruction {
        let source = HeaderSource.log(log)
        func fact<Value>(_ value: Value?, or known: Fact<Value>) -> Fact<Value> {
            value.map { .reconstructed($0, from: source) } ?? known
        }
        var session = session
        if let logged = log.session {
            session.client = fact(logged.client.flatMap { IPAddress($0) }, or: session.client)
            session.helo = fact(logged.helo, or: session.helo)
            let name = logged.clientName.flatMap { $0 == "unknown" || $0.isEmpty ? nil : $0 }
            session.reverseName = fact(name, or: session.reverseName)
            if logged.tlsVersion != nil || logged.cipher != nil {
                let parameters = TLSParameters(version: logged.tlsVersion, cipher: logged.cipher)
                session.tls = fact(parameters, or: session.tls)
            }
            session.mechanism = fact(logged.authenticationMethod, or: session.mechanism)
        }
        session.authenticated = fact(log.authenticated ?? log.session?.authenticated, or: session.authenticated)
        let sender = log.sender.flatMap { $0.isEmpty ? SMTPPath.null : SMTPPath($0) }
        var seen: Set<String> = []
        let paths = log.recipients.compactMap { recipient -> Fact<SMTPPath>? in
            let address = recipient.original ?? recipient.address
            guard seen.insert(address).inserted, let path = SMTPPath(address) else { return nil }
            return .reconstructed(path, from: source)
        }
        return Reconstruction(
            session: session, reversePath: fact(sender, or: reversePath),
            recipients: paths.isEmpty ? recipients : paths,
            // The header's time has a zone; a log's may not.
            time: fact(log.time.flatMap { $0.hasZone || time.value == nil ? $0.time : nil }, or: time))
    }
}
