import Values

/// A file that a message brings: a part of it, or what is in one.
public struct AttachedFile: Sendable, Hashable {
    /// The file's place in `AttachmentList.files`.
    public let index: Int
    /// The file that holds this one; nil for a part of the message.
    public let parent: Int?
    /// The section number of the part of the message that it is, or is in.
    public let part: String
    /// That part's place in the message's `MIMETree.parts`.
    public let partIndex: Int
    /// How deep in files it is; a part is at 0.
    public let depth: Int
    /// The names from the part's down to its own, as they can be shown.
    public let steps: [String]
    /// Its name: of several the one whose ending is the worst.
    public let name: FileName?
    /// Other names that it is given, or that another reader would read.
    public let otherNames: [String]
    /// The media type that the part declares, in lower case; nil for what is in a file.
    public let mediaType: String?
    /// Whether it is the text of a message rather than a file.
    public let isBody: Bool
    /// What it is by its content.
    public internal(set) var type: FileType
    /// Its size in bytes; nil where it was not unpacked to its end and nothing says what it is.
    public internal(set) var size: Int?
    /// The SHA-256 of its content in hexadecimal; nil for text, and for what was not unpacked to its end.
    public internal(set) var sha256: String?
    /// What speaks against it, in the order in which it was seen.
    public internal(set) var traits: [AttachmentTrait] = []

    /// Where it is: `2.1 > invoice.zip > a/b.exe`.
    public var place: String { ([part] + steps).joined(separator: " > ") }

    /// Whether it lies within another file.
    public var isNested: Bool { parent != nil }

    /// The first trait of this kind.
    public func trait(_ kind: AttachmentTrait.Kind) -> AttachmentTrait? { traits.first { $0.kind == kind } }

    /// Whether it runs, or leads elsewhere, when it is opened: by what it is, or by what its name makes a system do.
    public var runs: Bool {
        switch type.fileClass {
        case .executable, .package, .script, .shortcut: true
        default: FileEnding.runs(name?.ending ?? "")
        }
    }
}

extension AttachedFile {
    /// The kinds of things that it is: by its content, and, where a system goes by its name, by that.
    public var classes: Set<FileClass> {
        var classes: Set<FileClass> = [type.fileClass]
        guard let ending = name?.ending, let claim = FileEnding.claim(ending) else { return classes }
        switch claim {
        case .executable, .script, .shortcut, .diskImage: classes.insert(claim)
        default: if type == .unknown || type == .empty { classes.insert(claim) }
        }
        return classes
    }
}
