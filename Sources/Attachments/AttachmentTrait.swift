/// Something about a file that speaks against it, or keeps it from being looked into.
public struct AttachmentTrait: Sendable, Hashable {
    /// What it is.
    public let kind: Kind
    /// What was seen.
    public let detail: String

    /// What can be told of a file.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An ending of something harmless stands before one that is not.
        case doubleExtension = "double-extension"
        /// The name is made to look like another.
        case hiddenName = "hidden-name"
        /// The fields of a part give names with different endings.
        case namesDisagree = "names-disagree"
        /// The content is not what name or media type say.
        case typeMismatch = "type-mismatch"
        /// The name leads out of the folder that the archive is unpacked to.
        case pathEscape = "path-escape"
        /// The archive, or a file in it, is encrypted.
        case encrypted
        /// The document is encrypted.
        case encryptedDocument = "encrypted-document"
        /// The text of the message tells a password, and a file is encrypted.
        case passwordGiven = "password-given"
        case macro
        /// A macro that runs by itself.
        case autorunMacro = "autorun-macro"
        /// A command that a document asks a program for (DDE).
        case dataExchange = "dde"
        /// Something that is fetched from elsewhere when the document is opened.
        case remoteContent = "remote-content"
        /// A program or script within a document.
        case embeddedObject = "embedded-object"
        case pdfScript = "pdf-script"
        case pdfLaunch = "pdf-launch"
        case pdfEmbedded = "pdf-embedded"
        /// A page that makes a file of what it holds.
        case smuggling = "html-smuggling"
        case drawingScript = "svg-script"
        /// Unpacks to far more than it is, or to itself.
        case bomb
        /// Nested deeper than is looked into.
        case tooDeep = "too-deep"
        /// More, or larger, than is looked into.
        case limit
        /// Cannot be read: damaged, or of a kind that no reader here knows.
        case unreadable
        /// Two readers take the file for different things.
        case ambiguous
    }

    /// Something seen; what comes from the message is made safe to show.
    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = FileName.shown(detail, limit: 400)
    }
}
