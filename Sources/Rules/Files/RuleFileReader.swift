import Expressions
import Values

/// Reads SpamAssassin rule files, as Mail::SpamAssassin::Conf documents them.
///
/// Files are given in the order that SpamAssassin reads them in; of what is said twice, the last counts. What cannot
/// be used is told with its place, and the rest is read on.
public struct RuleFileReader {
    /// A file and what it holds.
    public struct File: Sendable {
        public let name: String
        public let contents: [UInt8]

        public init(name: String, contents: [UInt8]) { (self.name, self.contents) = (name, contents) }
    }

    /// The plugins that the distribution enables, for files that come without any `loadplugin` line.
    public static let defaultPlugins: Set<String> = Set(
        [
            "URIDNSBL", "SPF", "Rule2XSBody", "Pyzor", "Razor2", "SpamCop", "AutoLearnThreshold", "WelcomeListSubject",
            "MIMEHeader", "ReplaceTags", "DKIM", "Check", "HTTPSMismatch", "URIDetail", "Bayes", "BodyEval", "DNSEval",
            "HTMLEval", "HeaderEval", "MIMEEval", "RelayEval", "URIEval", "WLBLEval", "VBounce", "ImageInfo",
            "FreeMail", "AskDNS", "HashBL", "DMARC",
        ].map { "Mail::SpamAssassin::Plugin::\($0)" })

    private let limits: RuleFileLimits
    /// Gives the file that an `include` names; nil where there is none.
    private let included: (String) -> [UInt8]?
    var facts: RuleCondition.Facts
    var definitions: [String: RuleDefinition] = [:]
    var summaries: [String: String] = [:]
    var scores: [String: [Int]] = [:]
    var flags: [String: RuleFlags] = [:]
    var priorities: [String: Int] = [:]
    public internal(set) var settings = RuleSettings()
    private var problems: [RuleFileProblem] = []
    private var problemCount = 0
    private var failures: [String: RuleFileProblem] = [:]
    /// Where the last score of a rule stands.
    var scorePlaces: [String: (file: String, line: Int)] = [:]
    private var files: [String] = []
    private var contents: [[UInt8]] = []
    private var totalSize = 0
    var file = ""
    var line = 0
    private var conditions: [(skipping: Bool, line: Int)] = []
    private var isSkipping = false

    /// A reader for files whose plugins are loaded by `loadplugin` lines among them, or else `plugins`.
    public init(
        plugins: Set<String> = RuleFileReader.defaultPlugins, asksNetwork: Bool = false,
        limits: RuleFileLimits = .default, included: @escaping (String) -> [UInt8]? = { _ in nil }
    ) {
        (self.limits, self.included) = (limits, included)
        facts = RuleCondition.Facts(
            plugins: plugins.union(["enable_compat welcomelist_blocklist"]), asksNetwork: asksNetwork)
    }

    /// Reads `files` in that order. Where one of them loads plugins, as `.pre` files do, only those count as loaded.
    public static func read(
        _ files: [File], asksNetwork: Bool = false, settings: RuleSettings = RuleSettings(),
        limits: RuleFileLimits = .default, included: @escaping (String) -> [UInt8]? = { _ in nil }
    ) -> RuleSet {
        let loads = files.contains { $0.name.hasSuffix(".pre") }
        var reader = RuleFileReader(
            plugins: loads ? [] : defaultPlugins, asksNetwork: asksNetwork, limits: limits, included: included)
        if loads { reader.facts.plugins = [] }
        reader.settings = settings
        for file in files { reader.read(file, depth: 0) }
        return reader.finished()
    }

    mutating func read(_ file: File, depth: Int) {
        guard files.count < limits.files else {
            return tell("more than \(limits.files) files; this one is left out", in: file.name)
        }
        guard file.contents.count <= limits.fileSize, totalSize + file.contents.count <= limits.totalSize else {
            return tell("the file is too large, or the files are together; it is left out", in: file.name)
        }
        totalSize += file.contents.count
        files.append(file.name)
        contents.append(file.contents)
        let outer = (self.file, line, conditions, isSkipping)
        (self.file, line, conditions) = (file.name, 0, depth == 0 ? [] : conditions)
        if depth == 0 { isSkipping = false }
        let base = conditions.count
        for text in file.contents.split(separator: .lf, omittingEmptySubsequences: false) {
            line += 1
            guard text.count <= limits.lineLength else {
                tell("the line has more than \(limits.lineLength) bytes; it is left out")
                continue
            }
            read(text, depth: depth)
        }
        for open in conditions.dropFirst(base) { tell("the if of line \(open.line) is not closed") }
        (self.file, line) = (outer.0, outer.1)
        (conditions, isSkipping) = (outer.2, outer.3)
    }

    private mutating func read(_ raw: ArraySlice<UInt8>, depth: Int) {
        guard let text = RuleFileReader.withoutComment(raw) else { return }
        var (key, value) = RuleFileReader.parted(text)
        if key == "lang" {
            let (language, rest) = RuleFileReader.parted(value)
            guard "en_us".hasPrefix(language.lowercased()) else { return }
            (key, value) = RuleFileReader.parted(rest)
        }
        let word = key.lowercased().split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
        switch word {
        case "ifplugin", "if":
            let condition = String(decoding: value, as: UTF8.self)
            let name = condition.prefix { !$0.isWhitespace }
            conditions.append((isSkipping, line))
            let holds =
                word == "if"
                ? RuleCondition.holds(condition[...], facts)
                : RuleCondition.holds("plugin(\(name))", facts)
            if holds == nil { tell("the condition is not understood; what it guards is left out") }
            if holds != true { isSkipping = true }
        case "else":
            guard !conditions.isEmpty else { return tell("else without if") }
            isSkipping = conditions.contains(where: \.skipping) || !isSkipping
        case "endif":
            guard let last = conditions.popLast() else { return tell("endif without if") }
            isSkipping = last.skipping
        case "include" where !isSkipping:
            let name = String(decoding: value, as: UTF8.self)
            guard depth < limits.includeDepth else {
                return tell("include: more than \(limits.includeDepth) files inside one another")
            }
            let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
            let path = name.hasPrefix("/") ? name : folder + name
            guard let found = included(path) else { return tell("include: there is no file \(path) that can be read") }
            read(File(name: path, contents: found), depth: depth + 1)
        default:
            if !isSkipping { directive(word, value) }
        }
    }

    /// `line` without its comment and outer white space; nil when nothing is left. `\#` is a hash.
    private static func withoutComment(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var text = line
        if text.contains(.ascii("#")) {
            var kept: [UInt8] = []
            kept.reserveCapacity(text.count)
            for byte in text {
                if byte == .ascii("#") {
                    guard kept.last == .backslash else { break }
                    kept.removeLast()
                }
                kept.append(byte)
            }
            text = kept[...]
        }
        while let first = text.first, first.isRuleSpace { text.removeFirst() }
        while let last = text.last, last.isRuleSpace { text.removeLast() }
        return text.isEmpty || text.elementsEqual([.ascii("0")]) ? nil : text
    }

    /// The first word of `text` and what follows it.
    static func parted(_ text: ArraySlice<UInt8>) -> (String, ArraySlice<UInt8>) {
        let end = text.firstIndex(where: \.isRuleSpace) ?? text.endIndex
        let rest = text[end...].firstIndex { !$0.isRuleSpace } ?? text.endIndex
        return (String(decoding: text[..<end], as: UTF8.self), text[rest...])
    }

    /// Notes a problem of the line at hand.
    mutating func tell(_ message: String) { tell(message, in: file, line: line) }

    private mutating func tell(_ message: String, in file: String, line: Int = 0) {
        problemCount += 1
        guard problems.count < limits.problems else { return }
        problems.append(RuleFileProblem(file: file, line: line, message: message))
    }

    /// Notes that the line at hand defines a rule that cannot be used.
    mutating func tellFailure(of name: String, _ message: String) {
        tell("\(name): \(message)")
        guard failures.count < limits.problems else { return }
        failures[name] = RuleFileProblem(file: file, line: line, message: message)
    }

    /// Notes a rule's test. The name has to be one, and there is room for so many rules only.
    mutating func define(_ name: String, _ test: RuleTest) {
        guard name.utf8.count <= 100, let first = name.utf8.first, first.isLetter || first == .ascii("_"),
            name.utf8.allSatisfy({ $0.isAlphanumeric || $0 == .ascii("_") })
        else {
            return tell("\"\(name.prefix(100))\" is no name of a rule: letters, digits and underscores, at most 100")
        }
        if definitions[name] == nil, definitions.count >= limits.rules {
            return tell("more than \(limits.rules) rules; this one is left out")
        }
        definitions[name] = RuleDefinition(name: name, test: test, file: file, line: line)
    }

    /// Names that nothing defines: in a meta they count as rules that never hit, and their scores are nobody's. Where a
    /// plugin is not loaded, that may be meant.
    private func warnings(about rules: [RuleDefinition]) -> [RuleFileProblem] {
        var found: [RuleFileProblem] = []
        for rule in rules {
            guard case .meta(let meta) = rule.test, !meta.isPattern else { continue }
            for name in meta.names where definitions[name] == nil {
                let why = failures[name] == nil ? "there is no rule \(name)" : "\(name) cannot be used"
                found.append(
                    RuleFileProblem(file: rule.file, line: rule.line, message: "\(rule.name): \(why); it never hits"))
            }
        }
        for (name, place) in scorePlaces where definitions[name] == nil {
            let why = failures[name] == nil ? "there is no rule \(name)" : "\(name) cannot be used"
            found.append(RuleFileProblem(file: place.file, line: place.line, message: "score: \(why)"))
        }
        let order = Dictionary(files.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func place(_ problem: RuleFileProblem) -> (Int, Int, String) {
            (order[problem.file] ?? files.count, problem.line, problem.message)
        }
        return Array(found.sorted { place($0) < place($1) }.prefix(limits.problems))
    }

    /// What was read, once all files were.
    consuming func finished() -> RuleSet {
        var rules = definitions.values.sorted { $0.name < $1.name }
        let names = Set(definitions.keys).union(scores.keys).sorted()
        for index in rules.indices {
            let name = rules[index].name
            rules[index].summary = summaries[name] ?? ""
            rules[index].scores = scores[name]
            rules[index].flags = flags[name] ?? RuleFlags()
            rules[index].priority = priorities[name] ?? 0
            if case .meta(let meta) = rules[index].test, meta.isPattern,
                let whole = try? MetaExpression(
                    meta.source,
                    matching: { glob in
                        names.filter { $0 != name && RuleGlob.matches(glob, $0) }
                    })
            {
                rules[index].test = .meta(whole)
            }
            if settings.replacedRules.contains(name) {
                rules[index].test = TagReplacement(settings).replaced(rules[index].test)
            }
        }
        var set = RuleSet(rules: rules, settings: settings, problems: problems, files: files)
        set.furtherProblemCount = problemCount - problems.count
        set.contents = contents
        set.failures = failures.filter { definitions[$0.key] == nil }
        set.warnings = warnings(about: rules)
        return set
    }
}

extension UInt8 {
    /// What Perl's `\s` takes for white space.
    var isRuleSpace: Bool { self == .space || (self >= 0x09 && self <= 0x0D) }
}

/// Names with `*` and `?`.
enum RuleGlob {
    static func matches(_ glob: some StringProtocol, _ name: some StringProtocol) -> Bool {
        matches(Array(glob.utf8), Array(name.utf8))
    }

    /// Linear but for going back to the last star.
    static func matches(_ glob: [UInt8], _ name: [UInt8]) -> Bool {
        var (g, n, star, mark) = (0, 0, -1, 0)
        while n < name.count {
            if g < glob.count, glob[g] == .ascii("*") {
                (star, mark) = (g, n)
                g += 1
            } else if g < glob.count, glob[g] == name[n] || glob[g] == .ascii("?") {
                (g, n) = (g + 1, n + 1)
            } else if star >= 0 {
                mark += 1
                (g, n) = (star + 1, mark)
            } else {
                return false
            }
        }
        while g < glob.count, glob[g] == .ascii("*") { g += 1 }
        return g == glob.count
    }
}
