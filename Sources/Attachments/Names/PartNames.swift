import Mail
import Values

/// The names that a part, or a file in one, is given: by each field, in each way a reader may read it.
struct PartNames {
    /// Every name once, in the order of preference.
    private(set) var all: [FileName] = []

    private static let limit = 16

    /// The names of a part: Content-Disposition's first (RFC 2183 §2.3), then Content-Type's.
    init(_ part: MIMEPart) {
        for parameter in [
            part.disposition?.parameters.parameter("filename"), part.contentType.parameters.parameter("name"),
        ] {
            guard let parameter else { continue }
            add(parameter.value)
            for other in parameter.others { add(other) }
            // Encoded words within a value of RFC 2231 are decoded by some readers.
            if parameter.value.contains("=?") { add(EncodedWords.decode(Bytes(parameter.value))) }
        }
    }

    /// One name, or none.
    init(_ name: String?) { if let name { add(name) } }

    private mutating func add(_ text: String) {
        guard !text.isEmpty, all.count < PartNames.limit, !all.contains(where: { $0.text == text }) else { return }
        all.append(FileName(text))
        // To some readers a name ends at the first NUL.
        if let end = text.unicodeScalars.firstIndex(of: "\0") { add(String(text.unicodeScalars[..<end])) }
    }

    /// The name that counts: the first that makes a system run the file, or hides something, or else the first.
    var worst: FileName? {
        all.first { FileEnding.runs($0.ending) } ?? all.first { !$0.tricks.isEmpty } ?? all.first
    }

    /// What the names tell.
    func traits(inArchive: Bool) -> [AttachmentTrait] {
        var traits: [AttachmentTrait] = []
        for name in all {
            if name.hasDoubleEnding {
                traits.append(AttachmentTrait(.doubleExtension, "\(name.inner) before \(name.ending)"))
            }
            if !name.tricks.isEmpty {
                traits.append(
                    AttachmentTrait(
                        .hiddenName,
                        "\(name.tricks.map(\.rawValue).joined(separator: ", ")): \(FileName.shown(name.text))"))
            }
            if inArchive, name.leadsOut { traits.append(AttachmentTrait(.pathEscape, FileName.shown(name.text))) }
        }
        let endings = all.map(\.ending).filter { !$0.isEmpty }
        if let first = endings.first,
            let other = endings.first(where: { $0 != first && PartNames.disagree($0, first) })
        {
            traits.append(AttachmentTrait(.namesDisagree, ".\(first) and .\(other)"))
        }
        return traits
    }

    /// Whether it matters which of the endings a reader goes by.
    private static func disagree(_ one: String, _ other: String) -> Bool {
        if FileEnding.runs(one) != FileEnding.runs(other) { return true }
        guard let first = FileEnding.claim(one), let second = FileEnding.claim(other), first != second else {
            return false
        }
        return [.page, .archive, .diskImage, .notebook, .drawing].contains { $0 == first || $0 == second }
    }
}
