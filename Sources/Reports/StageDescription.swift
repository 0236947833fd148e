import Screening
import Values

/// A stage for people: what it looks at, what it can find, what it can be told.
public struct StageDescription {
    /// A setting of the stage.
    public struct Setting {
        let name: String
        let defaultText: String
        let summary: String

        /// A setting with its default as YAML.
        public init(name: String, defaultText: String, summary: String) {
            (self.name, self.defaultText, self.summary) = (name, defaultText, summary)
        }
    }

    let manifest: StageManifest
    let settings: [Setting]

    /// The description of the stage that `manifest` declares.
    public init(_ manifest: StageManifest, settings: [Setting]) {
        (self.manifest, self.settings) = (manifest, settings)
    }

    /// The description, its tables for a terminal of that many columns; nil is no limit.
    public func text(columns: Int?) -> String {
        var text = "\(manifest.id): \(manifest.title)\n  \(manifest.summary)\n"
        text += "  looks at: \(manifest.phaseNames.joined(separator: ", "))\n"
        if !manifest.needs.names.isEmpty { text += "  uses: \(manifest.needs.names.joined(separator: ", "))\n" }
        if !manifest.after.isEmpty { text += "  runs after: \(manifest.after.joined(separator: ", "))\n" }
        text += "  runs by default: \(manifest.isEnabledByDefault ? "yes" : "no")\n"

        var symbols = TextTable([("symbol", .left), ("points", .right), ("action", .left), ("meaning", .left)])
        for declaration in manifest.symbols + [manifest.errorDeclaration] {
            symbols.add([
                declaration.symbol.name, JSON.decimal(thousandths: declaration.weight), declaration.action.rawValue,
                declaration.summary,
            ])
        }
        text += "\nSymbols\n" + symbols.text(columns: columns)

        var table = TextTable([("setting", .left), ("default", .left), ("what it does", .left)])
        for setting in settings { table.add([setting.name, setting.defaultText, setting.summary]) }
        text += "\nSettings, under stages: \(manifest.id): in a policy\n" + table.text(columns: columns)
        return text
    }
}
