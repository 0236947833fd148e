import Policy
import Screening
import Values

/// Tells whoever connects the site's policy, such as that its use for unsolicited mail is forbidden, in lines behind
/// the first of the banner.
public struct SitePolicy: Stage {
    static let shown: Symbol = "SITE_POLICY_SHOWN"

    public static let manifest = StageManifest(
        id: "site-policy", title: "Site Policy",
        summary: "Tells clients the site's policy in the banner.",
        phases: [.connect],
        symbols: [SymbolDeclaration(shown, "The session began with the site's policy in the banner.")],
        // Who is refused is shown the refusal alone.
        runsWhenRefused: false)

    /// The text.
    public struct Settings: StageSettings {
        /// The most characters of a line, and bytes of all lines with their ends.
        static let (longestLine, largestText, mostLines) = (512, 5_000, 200)

        /// The lines of the text.
        public let bannerLines: [String]

        public init(from reader: inout PolicyReader) {
            let expecting = "a line of printable ASCII, \(Settings.longestLine) characters at most"
            let lines = reader.values(
                "lines", default: [], expecting: expecting,
                "The text, line by line. In the banner a line of more than 496 characters goes on in a line of its own.",
                parse: { $0.isBannerLine ? $0 : nil })
            var placed: [Placed<String>] = lines
            if let file = reader.file("file", "A file with further lines of the text.") {
                var number = 0
                for line in file.value.contents.array.split(separator: .lf, omittingEmptySubsequences: false) {
                    number += 1
                    let text = String(decoding: line.last == .cr ? line.dropLast() : line, as: UTF8.self)
                    guard text.isBannerLine else {
                        reader.report(
                            "expected \(expecting)", at: PolicyPlace(file: file.value.path, line: number, column: 1))
                        if number > Settings.mostLines { break }
                        continue
                    }
                    placed.append(Placed(text, at: file.place))
                }
                while placed.last?.value.isEmpty ?? false { placed.removeLast() }
            }
            let size = placed.reduce(0) { $0 + $1.value.utf8.count + 2 }
            if let place = placed.first?.place {
                if size > Settings.largestText {
                    reader.report("the text has \(size) bytes; \(Settings.largestText) are the most", at: place)
                }
                if placed.count > Settings.mostLines {
                    reader.report("the text has \(placed.count) lines; \(Settings.mostLines) are the most", at: place)
                }
            }
            bannerLines = placed.map(\.value)
        }
    }

    let settings: Settings

    public init(settings: Settings, site: Site) { self.settings = settings }

    public var idlePhases: Set<Phase> { settings.bannerLines.isEmpty ? SitePolicy.manifest.phases : [] }

    public func evaluate(_ checkpoint: Checkpoint, in surroundings: Surroundings) async throws -> StageReport {
        // What an archived message was told when it came, nobody knows.
        guard case .connect(let session) = checkpoint, case .observed = session.client else { return .nothing }
        return StageReport(findings: [
            Finding(SitePolicy.shown, ["lines": .number(settings.bannerLines.count)], scope: .session)
        ])
    }
}

extension String {
    /// RFC 5321 §4.2: a reply is printable ASCII and tabs.
    fileprivate var isBannerLine: Bool {
        utf8.count <= SitePolicy.Settings.longestLine && utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
