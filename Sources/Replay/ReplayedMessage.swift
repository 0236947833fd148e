import Archives
import Logs
import Mail
import Screening

/// An archived message with what can be known of the session it came in by.
struct ReplayedMessage: Sendable {
    let entry: ArchiveEntry
    let message: Message
    let known: Reconstruction
    /// The message of a log that this one is.
    let logged: LogMessage?

    /// An archived message; `logs` may know more of it.
    init(_ entry: ArchiveEntry, site: Site, logs: LogJoin? = nil) {
        self.entry = entry
        message = Message(entry.message)
        let told = Reconstruction(message, envelope: entry.envelopeLine, site: site, sessionID: entry.source)
        guard let logs, case .joined(let logged, _) = logs.find(LogKeys(message)) else {
            (known, self.logged) = (told, nil)
            return
        }
        (known, self.logged) = (told.observed(in: logged), logged)
    }
}
