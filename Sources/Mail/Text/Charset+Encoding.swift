import Values

extension Charset {
    /// `text` in the charset called `label`, nil when a character has no place in it, or the label is not known.
    ///
    /// `iso-8859-1` is taken at its word here, though it is read as windows-1252: what both have in common is safe with
    /// every reader.
    public static func encode(_ text: String, charset label: String) -> [UInt8]? {
        guard let conversion = conversion(for: label) else { return nil }
        switch conversion {
        case .ascii: return text.utf8.allSatisfy { $0 < 0x80 } ? Array(text.utf8) : nil
        case .utf8: return Array(text.utf8)
        case .windows1252:
            let isWindows = label.asciiLowercased.hasSuffix("1252")
            return CharsetEncoder.encode(text, to: isWindows ? "WINDOWS-1252" : "ISO-8859-1")
        // Where the byte order or an escape of the text before decides, nothing can be appended.
        case .utf16, .hz: return nil
        case .converted(let name, _): return CharsetEncoder.encode(text, to: strict(name, label))
        }
    }

    /// The charset that a label names, where it is read as a larger one: a reader may know no more than that.
    private static func strict(_ name: String, _ label: String) -> String {
        let label = label.asciiLowercased
        switch name {
        case "GB18030" where label.contains("18030"): return name
        case "GB18030": return label.contains("gbk") || label.contains("936") ? "GBK" : "EUC-CN"
        case "BIG5-HKSCS": return label.contains("hkscs") ? name : "BIG5"
        case "CP949": return label.contains("949") ? name : "EUC-KR"
        case "EUC-JP-MS": return "EUC-JP"
        default: return name
        }
    }

    /// Whether each byte below 128 in the charset called `label` is the ASCII character wherever it stands, so that
    /// ASCII text can be put in anywhere between two characters.
    static func isTransparent(_ label: String) -> Bool {
        guard let conversion = conversion(for: label) else { return false }
        switch conversion {
        case .ascii, .utf8, .windows1252: return true
        case .utf16, .hz: return false
        case .converted(let name, let unit):
            return unit == 1 && !name.hasPrefix("ISO-2022") && name != "UTF-7"
        }
    }
}
