import Archives
import Mail
import Screening

/// An archived message with what can be known of the session it came in by.
struct ReplayedMessage: Sendable {
    let entry: ArchiveEntry
    let message: Message
    let known: Reconstruction

    init(_ entry: ArchiveEntry, site: Site) {
        self.entry = entry
        message = Message(entry.message)
        known = Reconstruction(message, envelope: entry.envelopeLine, site: site, sessionID: entry.source)
    }
}
