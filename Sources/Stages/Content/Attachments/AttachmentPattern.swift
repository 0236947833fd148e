import Attachments
import Values

/// An entry of a list of files: a pattern of names or media types, or a word for what files are.
public struct AttachmentPattern: Sendable {
    /// What the entry is about.
    private enum Subject: Sendable {
        case name([UInt8])
        case mediaType([UInt8])
        case fileClass(FileClass)
        case type(FileType)
        case trait([AttachmentTrait.Kind])
    }

    /// The entry as written.
    let text: String
    private let subject: Subject

    static let expecting =
        "a name such as *.exe, a media type such as image/*, or a word for what files are, such as executable, script, macro or encrypted"

    private static let families = [
        "application", "audio", "font", "image", "message", "model", "multipart", "text", "video",
    ]

    /// Reads an entry; nil when it is none.
    init?(_ text: String) {
        self.text = text
        let word = text.asciiLowercased
        if let known = FileClass(rawValue: word) {
            subject = .fileClass(known)
        } else if let known = FileType(rawValue: word) {
            subject = .type(known)
        } else if let known = AttachmentTrait.Kind(rawValue: word) {
            // A macro that runs by itself is a macro.
            subject = .trait(known == .macro ? [.macro, .autorunMacro] : [known])
        } else if let slash = word.firstIndex(of: "/"), AttachmentPattern.families.contains(String(word[..<slash])),
            !word.dropFirst(word.distance(from: word.startIndex, to: slash) + 1).contains("/")
        {
            subject = .mediaType(Array(word.utf8))
        } else if word.utf8.contains(where: { "*?.".utf8.contains($0) }) {
            subject = .name(Array(word.utf8))
        } else {
            return nil
        }
    }

    /// Whether the entry is about the file.
    func matches(_ file: AttachedFile) -> Bool {
        switch subject {
        case .name(let pattern): return names(of: file).contains { Wildcard.matches(pattern, Array($0.utf8)) }
        case .mediaType(let pattern): return Wildcard.matches(pattern, Array((file.mediaType ?? "").utf8))
        case .fileClass(let wanted): return file.classes.contains(wanted)
        case .type(let wanted): return file.type == wanted
        case .trait(let wanted): return wanted.contains { file.trait($0) != nil }
        }
    }

    /// Whether the entry makes the file one that is allowed: a name alone does only where it tells the truth.
    func allows(_ file: AttachedFile) -> Bool {
        guard matches(file) else { return false }
        switch subject {
        case .name, .mediaType:
            let isFalse = [AttachmentTrait.Kind.typeMismatch, .hiddenName, .namesDisagree, .doubleExtension].contains {
                file.trait($0) != nil
            }
            return !isFalse
        case .fileClass, .type, .trait: return true
        }
    }

    /// Why the entry is about the file, beyond the entry itself.
    func reason(_ file: AttachedFile) -> String {
        switch subject {
        case .trait(let kinds): kinds.compactMap { file.trait($0)?.detail }.first ?? ""
        case .name, .mediaType, .fileClass, .type: ""
        }
    }

    private func names(of file: AttachedFile) -> [String] {
        var names = file.otherNames.map { FileName($0).effective }
        if let name = file.name { names += [name.effective, name.text] }
        return names.isEmpty ? [""] : names
    }
}
