import Logs
import Mail
import Screening
import Values

extension HeaderSource {
    /// The line of a log that a session begins with.
    static func log(_ file: String, line: Int) -> HeaderSource {
        HeaderSource(field: HeaderSource.logs, range: nil, note: "\(file), line \(line)")
    }

    /// Logs of the server that the message came to.
    static func log(_ message: LogMessage) -> HeaderSource {
        HeaderSource(
            field: HeaderSource.logs, range: nil, note: "message \(message.id) of a log, line \(message.place.line)")
    }
}

extension TransactionRecord {
    /// The record of a session of which a log told all that is known.
    func told(by log: HeaderSource) -> TransactionRecord {
        func told<Value>(_ fact: Fact<Value>) -> Fact<Value> {
            fact.value.map { .reconstructed($0, from: log) } ?? .absent
        }
        var record = self
        record.time = told(time)
        record.session.client = told(session.client)
        record.session.reverseName = told(session.reverseName)
        record.session.helo = told(session.helo)
        record.session.tls = told(session.tls)
        record.session.authenticated = told(session.authenticated)
        record.session.mechanism = told(session.mechanism)
        record.reversePath = told(reversePath)
        record.recipients = recipients.map { told($0) }
        return record
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
