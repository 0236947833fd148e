import Attachments
import Screening

/// Something that the stage looks for of itself.
struct AttachmentSign: Sendable {
    let symbol: Symbol
    let summary: String
    /// The default weight in thousandths.
    let weight: Int
    private let kind: Kind

    private enum Kind: Sendable {
        case trait(AttachmentTrait.Kind)
        case program, script, diskImage
        case encryptedArchive
    }

    private init(_ symbol: Symbol, _ weight: Int, _ kind: Kind, _ summary: String) {
        (self.symbol, self.weight, self.kind, self.summary) = (symbol, weight, kind, summary)
    }

    /// What was seen of it in a file; nil where the file has nothing of it.
    /// `siblings` is how many files lie in the file that holds it, itself counted.
    func detail(_ file: AttachedFile, siblings: Int) -> String? {
        switch kind {
        case .trait(let kind): return file.trait(kind)?.detail
        case .encryptedArchive:
            // The archive tells it; its members say it again.
            return file.type.isArchive ? file.trait(.encrypted)?.detail : nil
        case .program:
            let isProgram = file.classes.contains(.executable) || file.classes.contains(.package)
            return file.runs && isProgram ? "" : nil
        case .script:
            let isScript = file.classes.contains(.script) || file.classes.contains(.shortcut)
            return file.runs && isScript && !AttachmentSign.isDeepInTree(file, siblings) ? "" : nil
        case .diskImage: return file.classes.contains(.diskImage) ? "" : nil
        }
    }

    /// An archive of a program's source, or of a web site, has scripts in its folders; what is to be opened lies on top.
    private static func isDeepInTree(_ file: AttachedFile, _ siblings: Int) -> Bool {
        guard file.isNested, siblings > 5, let name = file.name?.text else { return false }
        return name.contains("/") || name.contains("\\")
    }

    static let all: [AttachmentSign] = [
        AttachmentSign("ATTACHMENT_EXECUTABLE", 4000, .program, "A program, or what installs one."),
        AttachmentSign("ATTACHMENT_SCRIPT", 3000, .script, "A script or shortcut that runs when it is opened."),
        AttachmentSign("ATTACHMENT_DISK_IMAGE", 2000, .diskImage, "An image of a disk, which opens as a drive."),
        AttachmentSign(
            "ATTACHMENT_DOUBLE_EXTENSION", 3000, .trait(.doubleExtension),
            "An ending of something harmless stands before one that is not: invoice.pdf.exe."),
        AttachmentSign(
            "ATTACHMENT_HIDDEN_NAME", 2500, .trait(.hiddenName),
            "A name is made to look like another: turned writing, characters that are not shown, a class in the ending."
        ),
        AttachmentSign(
            "ATTACHMENT_NAMES_DISAGREE", 1500, .trait(.namesDisagree),
            "The fields of a part give names with different endings, and it matters which a reader takes."),
        AttachmentSign(
            "ATTACHMENT_TYPE_MISMATCH", 2500, .trait(.typeMismatch),
            "A file is by its content another thing than its name says."),
        AttachmentSign(
            "ATTACHMENT_PATH_ESCAPE", 3000, .trait(.pathEscape),
            "A name in an archive leads out of the folder that it is unpacked to."),
        AttachmentSign(
            "ATTACHMENT_ENCRYPTED_ARCHIVE", 1000, .encryptedArchive, "An archive is encrypted, or a file in it is."),
        AttachmentSign(
            "ATTACHMENT_ENCRYPTED_DOCUMENT", 500, .trait(.encryptedDocument), "A document is encrypted."),
        AttachmentSign(
            "ATTACHMENT_PASSWORD_GIVEN", 2000, .trait(.passwordGiven),
            "A file is encrypted, and the text speaks of a password."),
        AttachmentSign("ATTACHMENT_MACRO", 1500, .trait(.macro), "A document has macros."),
        AttachmentSign(
            "ATTACHMENT_MACRO_AUTORUN", 2500, .trait(.autorunMacro), "A document has macros that run by themselves."),
        AttachmentSign(
            "ATTACHMENT_DDE", 4000, .trait(.dataExchange), "A document asks a program for a command (DDE)."),
        AttachmentSign(
            "ATTACHMENT_REMOTE_CONTENT", 3000, .trait(.remoteContent),
            "A document fetches a template or an object from elsewhere when it is opened."),
        AttachmentSign(
            "ATTACHMENT_EMBEDDED_OBJECT", 3000, .trait(.embeddedObject),
            "A document holds a program, a script, or an object that is known for what it opens."),
        AttachmentSign("ATTACHMENT_PDF_SCRIPT", 1000, .trait(.pdfScript), "A PDF file has JavaScript."),
        AttachmentSign("ATTACHMENT_PDF_LAUNCH", 4000, .trait(.pdfLaunch), "A PDF file starts a program."),
        AttachmentSign("ATTACHMENT_PDF_EMBEDDED", 500, .trait(.pdfEmbedded), "A PDF file holds other files."),
        AttachmentSign(
            "ATTACHMENT_HTML_SMUGGLING", 4000, .trait(.smuggling), "A page makes a file of what it holds."),
        AttachmentSign("ATTACHMENT_SVG_SCRIPT", 2500, .trait(.drawingScript), "A drawing has scripts."),
        AttachmentSign(
            "ATTACHMENT_BOMB", 6000, .trait(.bomb), "A file unpacks to hundreds of times its size, or to itself."),
        AttachmentSign(
            "ATTACHMENT_NESTED", 1500, .trait(.tooDeep), "Files, or parts, are nested deeper than is looked into."),
        AttachmentSign("ATTACHMENT_LIMIT", 500, .trait(.limit), "More, or larger, files than are looked into."),
        AttachmentSign(
            "ATTACHMENT_UNREADABLE", 500, .trait(.unreadable),
            "An archive that is damaged, or of a kind that cannot be read here."),
        AttachmentSign(
            "ATTACHMENT_AMBIGUOUS", 1500, .trait(.ambiguous), "Two readers take a file for different things."),
    ]
}
