import Mail
import Policy
import Screening
import Values

/// Finds mail in languages, scripts and charsets that nobody here reads.
public struct LanguagePreference: Stage {
    static let language: Symbol = "LANGUAGE_UNWANTED"
    static let charset: Symbol = "CHARSET_UNWANTED"

    public static let manifest = StageManifest(
        id: "language", title: "Languages",
        summary: "Finds mail in languages and charsets that nobody here reads.",
        phases: [.message],
        exemptions: [.authenticated, .trusted],
        symbols: [
            SymbolDeclaration(
                language, "The text is in a language, or a script, other than those that are read here.", weight: 2800),
            SymbolDeclaration(charset, "A charset is not among those that are expected here.", weight: 2000),
        ])

    /// What is read here.
    public struct Settings: StageSettings {
        let languages: [String]
        let charsets: Set<String>

        public init(from reader: inout PolicyReader) {
            languages = reader.values(
                "languages", default: [],
                expecting: "a language's code: " + WrittenLanguage.known.sorted().joined(separator: ", "),
                "The languages that are read here; with none, any.",
                parse: { text in
                    let code = text.asciiLowercased
                    return WrittenLanguage.known.contains(code) ? code : nil
                }
            ).map(\.value)
            charsets = Set(
                reader.values(
                    "charsets", default: [], expecting: "the name of a charset, such as koi8-r",
                    "The charsets that mail may be in, besides us-ascii and utf-8; with none, any.",
                    parse: { text in
                        let name = LanguagePreference.plain(text)
                        return (1...40).contains(name.utf8.count) ? name : nil
                    }
                ).map(\.value))
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> {
        settings.languages.isEmpty && settings.charsets.isEmpty ? LanguagePreference.manifest.phases : []
    }

    private static let textLimit = 64 << 10
    private static let fewestLetters = 20

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        guard case .message(_, let message) = checkpoint else { return .nothing }
        let tree = message.mime
        var report = StageReport()
        if !settings.charsets.isEmpty { noteCharsets(tree, in: &report) }
        if !settings.languages.isEmpty { noteLanguage(tree, message, in: &report) }
        return report
    }

    /// A charset's name as it is compared: letters and digits in lower case.
    static func plain(_ name: String) -> String {
        String(decoding: name.utf8.filter(\.isAlphanumeric).map(\.lowercased), as: UTF8.self)
    }

    private func noteCharsets(_ tree: MIMETree, in report: inout StageReport) {
        for part in tree.leaves where part.contentType.type == "text" {
            guard let name = part.contentType.charset else { continue }
            let plain = LanguagePreference.plain(name)
            guard !plain.isEmpty, !["usascii", "ascii", "utf8"].contains(plain), !settings.charsets.contains(plain)
            else { continue }
            report.findings.append(
                Finding(LanguagePreference.charset, ["charset": .text(name), "part": .text(part.path)]))
            return
        }
    }

    private func noteLanguage(_ tree: MIMETree, _ message: Message, in report: inout StageReport) {
        let subject = message.header.first("Subject")?.decodedText ?? ""
        let text = subject + "\n" + tree.visibleText(limit: LanguagePreference.textLimit)
        let written = WrittenLanguage(text)
        guard let main = written.scripts.first, main.count >= LanguagePreference.fewestLetters else { return }
        let isRead =
            written.language == nil
            ? main.script == .latin || main.script.languages.contains { settings.languages.contains($0) }
            : !written.languages.isDisjoint(with: settings.languages)
        guard !isRead else { return }
        var evidence: Evidence = ["script": .text(main.script.rawValue), "letters": .number(main.count)]
        evidence.add("language", written.language.map { .text($0) })
        evidence.add("read_here", .list(settings.languages))
        report.findings.append(Finding(LanguagePreference.language, evidence))
    }
}
