import Archives
import ArgumentParser
import Glibc
import Policy
import Rules
import Stages
import Values

/// Which rule files are read, and how.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"), parsing: .singleValue,
        help: ArgumentHelp(
            "A rule file, or a folder of .cf and .pre files; may be given again, later ones count over earlier ones. "
                + "The word \(DefaultRules.folder) stands for the rules that come with assay. Without it, the folders of "
                + "SpamAssassin on this machine, or else those that come with assay.",
            valueName: "path"))
    var paths: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A network whose Received fields are believed, besides those the rule files name; may be given again.",
            valueName: "network"))
    var trusted: [String] = []

    @Option(
        help: ArgumentHelp(
            "Which of a rule's four scores counts: 0 local, 1 with network, 2 with Bayes, 3 with both.",
            valueName: "set"))
    var scoreSet = 0

    @Option(
        help: ArgumentHelp(
            "A folder for compiled patterns, so that they are compiled once; none to compile them each time.",
            valueName: "folder"))
    var cache: String?

    func validate() throws {
        guard (0...3).contains(scoreSet) else { throw ValidationError("--score-set is 0, 1, 2 or 3") }
    }

    /// The paths that are read; those of the machine's SpamAssassin where none is named.
    var places: [String] {
        if !paths.isEmpty { return paths }
        let installed: [String] = ["/usr/share/spamassassin", "/etc/spamassassin", "/etc/mail/spamassassin"].filter {
            unsafe access($0, R_OK) == 0
        }
        return installed.isEmpty ? [DefaultRules.folder] : installed
    }

    /// The rules that the options name.
    func read(_ places: [String]? = nil) throws -> RuleSet {
        let places = places ?? self.places
        guard !places.isEmpty else {
            throw Failure(
                .noInput, "there are no rule files on this machine; name some with --rules, or install spamassassin")
        }
        var settings = RuleSettings()
        for network in trusted
        where !settings.trustedNetworks.add(network[...]) || !settings.internalNetworks.add(network[...]) {
            throw Failure(.usage, TerminalLine.safe("--trusted: \"\(network)\" is no address and no network"))
        }
        let (setup, rules) = try RuleFolders.files(places)
        return RuleFileReader.read(setup + rules, asksNetwork: scoreSet & 1 == 1, settings: settings) {
            try? InputFile.contents(of: $0, limit: RuleFileLimits.default.fileSize).get().array
        }
    }

    private var options: RuleEngine.Options {
        var options = RuleEngine.Options()
        options.scoreSet = scoreSet
        return options
    }

    /// Where the compiled form of the rules is kept; nil where it is not.
    private var folder: CacheFolder? {
        if let cache { return cache == "none" ? nil : CacheFolder(cache) }
        return .ofUser(Environment.value)
    }

    /// The rules made ready to judge messages, with what the cache has of them; the cache then has it all.
    func engine(_ set: RuleSet) -> RuleEngine {
        RuleEngine.ready(set, options, keptIn: folder.map { PolicyCache($0) })
    }
}

/// Rule files as folders have them.
enum RuleFolders {
    /// The files at `paths` in the order they are read: those that load plugins first, then the rules, in each folder
    /// by name.
    static func files(_ paths: [String]) throws -> (setup: [RuleFileReader.File], rules: [RuleFileReader.File]) {
        var (setup, rules): ([RuleFileReader.File], [RuleFileReader.File]) = ([], [])
        var seen: Set<String> = []
        for path in paths {
            if path == DefaultRules.folder {
                rules += DefaultRules.files
                continue
            }
            guard let names = FolderNames.of(path) else {
                let file = try read(path)
                if path.hasSuffix(".pre") { setup.append(file) } else { rules.append(file) }
                continue
            }
            let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
            // init.pre comes first, whatever else begins earlier.
            let ordered = names.filter { $0 == "init.pre" } + names.filter { $0 != "init.pre" }
            for name in ordered where !name.hasPrefix(".") && (name.hasSuffix(".pre") || name.hasSuffix(".cf")) {
                let whole = "\(folder)/\(name)"
                // /etc/mail/spamassassin is often a link to /etc/spamassassin.
                guard let real = unsafe realpath(whole, nil) else { continue }
                defer { unsafe free(real) }
                guard seen.insert(unsafe String(cString: real)).inserted else { continue }
                let file = try read(whole)
                if name.hasSuffix(".pre") { setup.append(file) } else { rules.append(file) }
            }
        }
        return (setup, rules)
    }

    private static func read(_ path: String) throws -> RuleFileReader.File {
        switch InputFile.contents(of: path, limit: RuleFileLimits.default.fileSize) {
        case .success(let bytes): return RuleFileReader.File(name: path, contents: bytes.array)
        case .failure(let error): throw error.failure
        }
    }
}
