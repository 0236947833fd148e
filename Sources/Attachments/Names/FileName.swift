import Values

/// A file name as mail brings it, and what it is once the tricks are taken out of it.
public struct FileName: Sendable, Hashable {
    /// The name as it was sent.
    public let text: String
    /// The name that a system makes a file of: without folders, without what is not shown, without the dots and spaces
    /// at its end.
    public let effective: String
    /// The ending of that name in lower case, without its dot; empty where there is none.
    public let ending: String
    /// The ending before it: `pdf` in `invoice.pdf.exe`.
    public let inner: String
    /// What is done to hide what the name is.
    public let tricks: [Trick]

    /// A way to make a name look like another.
    public enum Trick: String, Sendable, Hashable, CaseIterable {
        /// Characters that turn the direction of writing: `invoice‮fdp.exe` is shown as `invoiceexe.pdf`.
        case direction
        /// Characters that are not shown.
        case invisible
        /// Control characters, NUL among them.
        case control
        /// Dots and spaces at the end, which Windows leaves out.
        case trailing
        /// So many spaces that the ending is out of sight.
        case padding
        /// An ending that is the number of a class (`{00021401-…}`), which Windows does not show.
        case classIdentifier = "class-identifier"
        /// A stream of a file (`a.exe:x`).
        case stream
        /// A character that looks like a dot and is none, or the reverse.
        case dot
        /// An ending in letters of full width (`invoice.ｅｘｅ`), which some programs write as plain ones.
        case wide
    }

    /// Longer names are cut for what is worked out of them.
    static let limit = 4096

    /// Reads a name.
    public init(_ text: String) {
        self.text = text
        var tricks: [Trick] = []
        func note(_ trick: Trick) { if !tricks.contains(trick) { tricks.append(trick) } }
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars.prefix(FileName.limit) {
            switch scalar.value {
            case 0:
                note(.control)
            case 0x202A...0x202E, 0x2066...0x2069: note(.direction)
            // Marks of direction turn nothing round, and stand in names of the languages that need them.
            case 0x200E, 0x200F, 0x061C: break
            case 0x200B...0x200D, 0x2060...0x2064, 0xFEFF, 0x00AD, 0x180E, 0x115F, 0x1160, 0x3164, 0xFFA0,
                0xE0000...0xE007F:
                // Joiners are letters' own business in some scripts, and in emoji.
                if scalar.value != 0x200D && scalar.value != 0x200C { note(.invisible) }
            case 0x01...0x1F, 0x7F...0x9F:
                if scalar.value != 0x09 && scalar.value != 0x0A && scalar.value != 0x0D {
                    note(.control)
                }
            case 0x2024, 0xFF0E, 0xFE52, 0xA4F8:
                note(.dot)
                scalars.append(".")
            case 0x00A0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000, 0x2800: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        var name = scalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? []
        if let colon = name.firstIndex(of: ":") {
            // A drive letter, or the stream of a file; in other names a colon means nothing.
            let before = FileName.ending(of: name[..<colon])
            if name[..<colon].count == 1 {
                name = name[(colon + 1)...]
            } else if FileEnding.runs(before) || name[colon...].elementsEqual("::$DATA".unicodeScalars) {
                note(.stream)
                name = name[..<colon]
            }
        }
        let end = name.lastIndex { $0 != "." && $0 != " " }.map { $0 + 1 } ?? name.startIndex
        if end < name.endIndex {
            // One full stop at the end is how people write.
            if name.endIndex - end > 1 || FileEnding.runs(FileName.ending(of: name[..<end])) { note(.trailing) }
            name = name[..<end]
        }
        if let brace = name.lastIndex(of: "{"), brace > name.startIndex, name[brace - 1] == ".",
            FileName.isClassIdentifier(name[brace...])
        {
            note(.classIdentifier)
        }
        var ending = FileName.ending(of: name)
        if let narrow = FileName.narrowed(ending) {
            ending = narrow
            note(.wide)
        }
        var spaces = 0
        for scalar in name {
            spaces = scalar == " " ? spaces + 1 : 0
            if spaces == FileName.paddingSpaces { note(.padding) }
        }
        var stem = name
        if let dot = name.lastIndex(of: ".") { stem = name[..<dot] }
        while stem.last == " " || stem.last == "." { stem.removeLast() }
        ending = ending.trimmingSpaces
        self.tricks = tricks
        effective = String(String.UnicodeScalarView(name))
        self.ending = ending
        inner = FileName.ending(of: stem).trimmingSpaces
    }

    private static let paddingSpaces = 16

    private static func ending(of name: ArraySlice<Unicode.Scalar>) -> String {
        guard let dot = name.lastIndex(of: "."), name.endIndex - dot <= 40 else { return "" }
        return String(String.UnicodeScalarView(name[(dot + 1)...])).asciiLowercased
    }

    /// An ending that runs, where it does so once its letters of full width are plain ones; nil for others.
    private static func narrowed(_ ending: String) -> String? {
        guard ending.unicodeScalars.contains(where: { (0xFF01...0xFF5E).contains($0.value) }) else { return nil }
        let narrow = String.UnicodeScalarView(
            ending.unicodeScalars.map { scalar in
                (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21)) : scalar
            })
        let plain = String(narrow).asciiLowercased
        return FileEnding.runs(plain) ? plain : nil
    }

    private static func isClassIdentifier(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let groups = text.dropFirst().prefix { $0 != "}" }.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12]
            && groups.joined().allSatisfy { UInt8(ascii: $0).flatMap { $0.hexDigitValue } != nil }
    }

    /// Whether an ending of something harmless stands before one of something that is not.
    public var hasDoubleEnding: Bool {
        FileEnding.runs(ending) && FileEnding.isDecoy(inner) && inner != ending
            // An archive of scripts packed one by one, and files that make each other.
            || FileEnding.isPage(ending) && FileEnding.isDecoy(inner) && !FileEnding.isPage(inner) && inner != "txt"
    }

    /// Whether the name leads out of the folder that an archive is unpacked to.
    public var leadsOut: Bool {
        let steps = text.split(whereSeparator: { $0 == "/" || $0 == "\\" })
        if steps.contains("..") { return true }
        let bytes = Array(text.utf8.prefix(3))
        return bytes.count == 3 && bytes[0].isLetter && bytes[1] == .colon
            && (bytes[2] == .backslash || bytes[2] == .ascii("/"))
    }

    /// `text` with everything that is not shown, or acts on what is, written out: `\u{202E}`. At most `limit` characters.
    public static func shown(_ text: String, limit: Int = 255) -> String {
        var result = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else {
                result.append("…")
                break
            }
            count += 1
            switch scalar.value {
            case 0...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x115F, 0x1160, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E,
                0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xE0000...0xE007F:
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension UInt8 {
    /// The byte of an ASCII scalar, or nil.
    fileprivate init?(ascii scalar: Unicode.Scalar?) {
        guard let scalar, scalar.isASCII else { return nil }
        self = UInt8(scalar.value)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return String(text)
    }
}
