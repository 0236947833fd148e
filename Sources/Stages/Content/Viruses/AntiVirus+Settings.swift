import Mail
import Policy
import Screening
import Values

extension AntiVirus {
    /// What is done about an outcome.
    enum Measure: String, Sendable, CaseIterable {
        case accept, tag, repair, remove
        case setAside = "quarantine-part"
        case quarantine, `defer`, reject, discard

        /// What the policy's table of actions has for it. What is to be taken out and cannot be is refused, or goes into
        /// quarantine with all of its message.
        var action: Action {
            switch self {
            case .accept: .score
            case .tag: .tag
            case .quarantine, .setAside: .quarantine
            case .defer: .defer
            case .remove, .repair, .reject: .reject
            case .discard: .discard
            }
        }

        /// Whether it changes the part that it is about, and lets the rest of the message pass.
        var changesParts: Bool {
            switch self {
            case .repair, .remove, .setAside: true
            case .accept, .tag, .quarantine, .defer, .reject, .discard: false
            }
        }
    }

    /// A scanner, and what it is given.
    struct Scanner: Sendable {
        /// What of a message a scanner is given.
        enum Scope: String, Sendable, CaseIterable { case message, parts, both }

        let settings: ScannerSettings
        let scope: Scope
    }

    /// The scanners, and what is done about their answers.
    public struct Settings: StageSettings {
        let scanners: [Scanner]
        let partLimit: Int
        let deadline: Duration
        private let measures: [ScanOutcome.Kind: Placed<Measure>]
        private let noteText: String

        public init(from reader: inout PolicyReader) {
            let entries = reader.entries("scanners", "The virus scanners. Each is asked about every message.") {
                Scanner(from: &$0)
            }
            let infected = Settings.measure(
                "infected", .reject,
                "What is done when a scanner finds a virus. With remove the part that it is in gives way to a note; with "
                    + "quarantine-part it is kept in agent.quarantine besides; with repair what a scanner made of it "
                    + "takes its place, and where none could, a note.", &reader)
            let unscannable = Settings.measure(
                "unscannable", .tag, "What is done when a scanner cannot look into something.", &reader)
            let tooLarge = Settings.measure(
                "too_large", .tag, "What is done when something is more than a scanner looks at.", &reader)
            let failed = Settings.measure(
                "error", .defer, "What is done when a scanner is away or fails.", &reader)
            measures = [.infected: infected, .unscannable: unscannable, .tooLarge: tooLarge, .failed: failed]
            if failed.value.changesParts {
                reader.report(
                    "what was not checked cannot be told from the rest: 'error' takes no '\(failed.value.rawValue)'",
                    at: failed.place)
            }
            for (key, measure) in [("unscannable", unscannable), ("too_large", tooLarge)]
            where measure.value == .repair {
                reader.report("only a virus can be taken out of a file: '\(key)' takes no 'repair'", at: measure.place)
            }
            if infected.value == .repair, !entries.isEmpty, !entries.contains(where: \.value.settings.kind.canRepair) {
                reader.warn(
                    "no scanner here repairs: that takes an ICAP server that does, or a program with exit codes "
                        + "'repaired'; what is infected is taken out", at: infected.place)
            }
            noteText = reader.text(
                "note", default: "The attachment $FILE$ was removed by the mail server: $RESULT$.",
                "What stands in the place of a part that is taken out; $FILE$, $RESULT$ and $SCANNER$ are replaced.")
            if let unknown = Settings.unknownWord(in: noteText) {
                reader.reportUnknown("macro", unknown, among: Settings.words, at: reader.place(of: "note"))
            }
            partLimit = reader.integer(
                "max_parts", default: 200, in: 1...10_000, "The most parts of a message that are scanned one by one.")
            deadline = reader.duration(
                "deadline", default: .seconds(120), in: .seconds(1)...(.seconds(540)),
                "How long all scanning of a message may take, instead of stage_deadline.")
            let entriesKept = reader.integer(
                "cache_entries", default: 10_000, in: 0...1_000_000,
                "How many answers of each scanner are remembered in memory, by the digest of what was scanned.")
            let time = reader.duration(
                "cache_time", default: .seconds(600), in: .seconds(0)...(.seconds(86_400)),
                "How long they are, while the version of the scanner's signatures stays the same.")
            var names: Set<String> = []
            for entry in entries where !names.insert(entry.value.settings.name).inserted {
                reader.report(
                    "a scanner is called \"\(entry.value.settings.name)\" already; give this one a 'name' of its own",
                    at: entry.place)
            }
            for entry in entries where entry.value.settings.timeout > deadline {
                reader.warn(
                    "the 'timeout' of this scanner is never reached: the stage's 'deadline' is shorter", at: entry.place
                )
            }
            scanners = entries.map { entry in
                var settings = entry.value.settings
                (settings.cacheEntries, settings.cacheTime) = (entriesKept, time)
                return Scanner(settings: settings, scope: entry.value.scope)
            }
        }

        private static func measure(
            _ key: String, _ value: Measure, _ summary: String, _ reader: inout PolicyReader
        ) -> Placed<Measure> {
            let read = reader.choice(key, default: value, summary)
            return Placed(read, at: reader.place(of: key))
        }

        /// What is done about `outcome`.
        func action(on outcome: ScanOutcome) -> Measure { measures[outcome.kind]?.value ?? .accept }

        /// The actions that the outcomes have here. A stage that ran out of time has not checked the message either.
        public var symbolSettings: [SymbolSetting] {
            guard !scanners.isEmpty else { return [] }
            let kinds: [ScanOutcome.Kind] = [.infected, .unscannable, .tooLarge, .failed]
            var settings = kinds.compactMap { kind -> SymbolSetting? in
                guard let measure = measures[kind], !measure.place.isBuiltIn else { return nil }
                let symbol = AntiVirus.symbol(of: ScanOutcome(kind))
                let summary = AntiVirus.manifest.symbols.first { $0.symbol == symbol }?.summary ?? ""
                return SymbolSetting(
                    symbol, summary, at: measure.place, action: Placed(measure.value.action, at: measure.place))
            }
            if let failed = measures[.failed] {
                let error = AntiVirus.manifest.errorDeclaration
                settings.append(
                    SymbolSetting(
                        error.symbol, error.summary, at: failed.place,
                        action: Placed(failed.value.action, at: failed.place),
                        reply: ReplyText(51, 3, 0, "The message could not be checked for viruses; try again later")))
            }
            return settings
        }

        private static let words = ["FILE", "RESULT", "SCANNER"]

        private static func unknownWord(in text: String) -> String? {
            text.split(separator: "$", omittingEmptySubsequences: false).enumerated().first {
                $0.offset % 2 == 1 && !$0.element.isEmpty && !words.contains(String($0.element))
            }.map { String($0.element) }
        }

        /// The note in the place of the part that `result` is about.
        func note(on result: ScanResult) -> String {
            let pieces = noteText.split(separator: "$", omittingEmptySubsequences: false).enumerated().map {
                offset, piece -> String in
                guard offset % 2 == 1 else { return String(piece) }
                switch piece {
                case "FILE": return result.part?.filename ?? result.part?.contentType.mediaType ?? ""
                case "RESULT": return Settings.text(of: result.outcome)
                case "SCANNER": return result.scanner
                default: return "$"
                }
            }
            return Settings.onOneLine(pieces.joined())
        }

        /// Names of files and of what was found come from outside: they may not end the line, nor turn it round.
        private static func onOneLine(_ text: String) -> String {
            var line = ""
            for scalar in text.unicodeScalars.prefix(2000) {
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: line.unicodeScalars.append(" ")
                case .format: break
                default: line.unicodeScalars.append(scalar)
                }
            }
            return line.split(separator: " ").joined(separator: " ")
        }

        private static func text(of outcome: ScanOutcome) -> String {
            switch outcome {
            case .clean: ""
            case .infected(let name): "it holds a virus (\(name))"
            case .unscannable(let reason): "it cannot be checked for viruses (\(reason))"
            case .tooLarge(let reason): "it is too large to be checked for viruses (\(reason))"
            case .failed(let reason): "it was not checked for viruses (\(reason))"
            }
        }
    }
}
