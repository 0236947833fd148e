import Values

/// A policy written out as YAML: the commented default that `assay policy init` writes and the values in effect that
/// `assay policy show` prints.
public enum PolicyRendering {
    /// Lines are kept within this many columns where words allow.
    private static let width = 100

    /// A policy file of comments: every key with its purpose, what it takes and its default behind a `#`, sections
    /// and the version in force. As it stands it is a policy of defaults, and so it is with every `#` that touches
    /// its key removed.
    public static func commentedDefault(_ settings: [PolicySetting]) -> String {
        // What only a file sets, entries and names without a default, has no place among defaults.
        let settings = settings.filter { setting in
            if setting.kind == .member { return setting.defaultText != "null" }
            return setting.isTemplate || !setting.path.contains { $0.hasPrefix("[") }
        }
        var lines = settings.filter { $0.kind == .version }.map { "\(YAMLText.scalar($0.key)): \($0.defaultText)" }
        if !lines.isEmpty { lines.append("") }
        lines.append("# Every setting follows at its default, behind a '#'. Remove the '#' and change the value.")
        for (index, setting) in settings.enumerated() where setting.kind != .version {
            if setting.isTemplate {
                lines += templateComment(setting)
                continue
            }
            if setting.path.count == 1 || setting.kind == .section { lines.append("") }
            lines += comment(setting.summary + takes(setting), indent: setting.indent)
            let isHeading = setting.kind == .section || settings.dropFirst(index + 1).first?.kind == .member
            lines += defaultLines(setting, isHeading: isHeading && setting.kind != .member)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The policy in effect: every value, followed by the place it comes from.
    public static func effective(_ settings: [PolicySetting]) -> String {
        let settings = settings.filter { !$0.isTemplate }
        var lines: [String] = []
        var dash = false
        for (index, setting) in settings.enumerated() {
            let hasChildren = index + 1 < settings.count && settings[index + 1].path.count > setting.path.count
            if setting.kind == .entry, hasChildren {
                dash = true
                continue
            }
            var indent = setting.indent
            if dash { indent = String(indent.dropLast(2)) + "- " }
            dash = false
            lines += effectiveLines(setting, indent: indent, hasChildren: hasChildren)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func effectiveLines(_ setting: PolicySetting, indent: String, hasChildren: Bool)
        -> [String]
    {
        if setting.kind == .entry { return ["\(indent.dropLast(2))- {} # \(setting.place)"] }
        let key = indent + YAMLText.scalar(setting.key) + ":"
        if hasChildren { return [key] }
        let line = "\(key) \(setting.valueText) # \(setting.place)"
        guard line.utf8.count > width, !setting.valueItems.isEmpty else { return [line] }
        return ["\(key) # \(setting.place)"] + setting.valueItems.map { "\(setting.indent)  - \($0)" }
    }

    private static func defaultLines(_ setting: PolicySetting, isHeading: Bool) -> [String] {
        let key = YAMLText.scalar(setting.key) + ":"
        if isHeading { return [setting.indent + key] }
        let line = "\(setting.indent)#\(key) \(setting.defaultText)"
        guard line.utf8.count > width, !setting.defaultItems.isEmpty else { return [line] }
        return ["\(setting.indent)#\(key)"] + setting.defaultItems.map { "\(setting.indent)#  - \($0)" }
    }

    /// A key of an entry, as a comment below the list it belongs to.
    private static func templateComment(_ setting: PolicySetting) -> [String] {
        guard let start = setting.path.firstIndex(of: "[]"), start > 0 else { return [] }
        let indent = String(repeating: "  ", count: start - 1)
        if setting.kind == .entry {
            return setting.path.count == start + 1 ? ["\(indent)# The keys of an entry:"] : []
        }
        let name = PolicySetting.name(of: Array(setting.path[(start + 1)...]))
        let value =
            setting.defaultText == "null" || setting.kind == .section
            ? "" : " Default: \(setting.defaultText)."
        return comment("\(name): \(setting.summary)\(takes(setting))\(value)", indent: indent, hanging: "  ")
    }

    /// What the setting takes, where the default does not show it.
    private static func takes(_ setting: PolicySetting) -> String {
        switch setting.kind {
        case .integer, .duration, .size, .choice, .list, .table: " (\(setting.kind))"
        case .version, .flag, .text, .score, .section, .entries, .entry, .member: ""
        }
    }

    /// Prose as comment lines broken between words. `hanging` indents all of it within the comment, and lines after
    /// the first once more.
    private static func comment(_ text: String, indent: String, hanging: String = "") -> [String] {
        var lines: [String] = []
        var line = "\(indent)# \(hanging)"
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.unicodeScalars.count + 1 + word.unicodeScalars.count > width {
                lines.append(line)
                line = "\(indent)# \(hanging)\(hanging)"
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        if !isEmpty { lines.append(line) }
        return lines
    }
}

extension PolicySetting {
    fileprivate var key: String { path.last ?? "" }
    fileprivate var indent: String { String(repeating: "  ", count: max(0, path.count - 1)) }
}
