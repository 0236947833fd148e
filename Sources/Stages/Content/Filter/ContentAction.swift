import Mail
import Policy
import Screening
import Values

/// One thing that a rule does with a message.
enum ContentAction: Sendable {
    case addHeader(name: String, value: String)
    case deleteHeader(name: String)
    case replaceHeader(name: String, value: String)
    /// Takes out the attachments that the rule's conditions are about, or all; with `isKept` into quarantine.
    case strip(note: String, isKept: Bool)
    case disclaimer(text: String, html: String?, place: Disclaimer.Place, otherwise: Otherwise)
    case copy(to: String)
    case redirect(to: String)
    case note(to: String, from: String?, subject: String, text: String, attachment: NoteMail.Attachment)
    case webhook(ContentWebhook, text: String)
    case run(ContentProgram)
    case sign(SigningKeyName)

    /// What becomes of a disclaimer that the text cannot take.
    enum Otherwise: String, Sendable, CaseIterable {
        /// The message goes on without.
        case skip
        /// The message goes into a part of its own, with the disclaimer beside it.
        case enclose
    }

    /// A key that rules sign with.
    struct SigningKeyName: Sendable {
        let domain: String
        let selector: String
        let keyFile: String?
    }

    /// Whether it is done once the fate of the message is settled.
    var isLater: Bool {
        switch self {
        case .note, .webhook, .run: true
        case .addHeader, .deleteHeader, .replaceHeader, .strip, .disclaimer, .copy, .redirect, .sign: false
        }
    }
}
