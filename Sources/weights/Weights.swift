import Archives
import Glibc
import Rules
import Tuning
import Values

/// Learns the weights of the default rules from corpora of ham and spam, tells how they do on sources that were left
/// out, and writes them. Not installed.
///
///     weights FOLDER OUTPUT
///
/// FOLDER has a folder for each source, with `ham.mbox.zst`, `spam.mbox.zst` or both.
@main
enum Weights {
    static func main() {
        guard CommandLine.arguments.count == 3 else {
            tell("usage: weights FOLDER-OF-SOURCES OUTPUT.cf\n")
            exit(64)
        }
        do throws(ArchiveError) {
            try run(folder: CommandLine.arguments[1], output: CommandLine.arguments[2])
        } catch {
            tell("weights: \(error)\n")
            exit(66)
        }
    }

    private static func run(folder: String, output: String) throws(ArchiveError) {
        let files = DefaultRules.files.filter { !$0.name.hasSuffix("/scores.cf") }
        let set = RuleFileReader.read(files)
        for problem in set.problems { tell("\(problem.file):\(problem.line): \(problem.message)\n") }
        let scored = set.rules.filter { !$0.isPart }
        let rules = scored.map { RuleWeights.Rule(name: $0.name, prior: Double($0.score(set: 0)) / 1000) }
        var places: [String: Int] = [:]
        for (place, rule) in rules.enumerated() { places[rule.name] = place }
        let engine = RuleEngine(set)
        let worker = RuleWorker(matchLimit: engine.options.matchLimit)
        var messages: [RuleWeights.Message] = []
        for source in (FolderNames.of(folder) ?? []).sorted() {
            for isSpam in [false, true] {
                let path = "\(folder)/\(source)/\(isSpam ? "spam" : "ham").mbox.zst"
                guard unsafe access(path, R_OK) == 0 else { continue }
                var reader = try ArchiveReader(.path(path))
                while let event = reader.next() {
                    guard case .message(let entry) = event else { continue }
                    let verdict = engine.judge(
                        entry.message, at: Timestamp(seconds: 1_700_000_000), worker: worker)
                    messages.append(
                        RuleWeights.Message(
                            hits: verdict.hits.compactMap { hit in places[hit.name].map { ($0, hit.count) } },
                            isSpam: isSpam, source: source))
                }
                tell("\(path): \(messages.count) messages so far\n")
            }
        }
        let sources = Set(messages.map(\.source)).sorted()
        print("each source judged by weights that were learned from the others, at 5.0:")
        var pooled: [(score: Double, isSpam: Bool)] = []
        for source in sources {
            let learned = RuleWeights(rules, messages.filter { $0.source != source })
            let held = messages.filter { $0.source == source }.map { ($0.score(learned.weights), $0.isSpam) }
            pooled += held.map { (score: $0.0, isSpam: $0.1) }
            print(line(source, held))
        }
        print(line("all of them together", pooled.map { ($0.score, $0.isSpam) }))
        let priors = rules.map(\.prior)
        print(line("the authors' weights", messages.map { ($0.score(priors), $0.isSpam) }))
        let final = RuleWeights(rules, messages)
        print(
            line(
                "the weights written, on what they were learned from",
                messages.map { ($0.score(final.weights), $0.isSpam) }))
        write(rules, final.weights, messages, to: output)
    }

    /// FP and FN at 5.0, FN where 0.1 % and 1 % of ham is caught, and the area under the curve.
    private static func line(_ name: String, _ scores: [(Double, Bool)]) -> String {
        let (ham, spam) = (scores.filter { !$0.1 }.map(\.0).sorted(by: >), scores.filter(\.1).map(\.0))
        func percent(_ part: Int, _ all: Int) -> String {
            all == 0 ? "-" : "\(part)/\(all) (\(JSON.decimal(thousandths: part * 100_000 / all)) %)"
        }
        func missed(at share: Double) -> String {
            guard !ham.isEmpty, !spam.isEmpty else { return "-" }
            let limit = ham[min(Int(share * Double(ham.count)), ham.count - 1)]
            return percent(spam.count { $0 <= limit }, spam.count)
        }
        return "  \(name): FP \(percent(ham.count { $0 >= 4.9999 }, ham.count)), FN "
            + "\(percent(spam.count { $0 < 4.9999 }, spam.count)), FP at 12 \(ham.count { $0 >= 11.9999 }), "
            + "FN at 0.1 % FP \(missed(at: 0.001)), at 1 % \(missed(at: 0.01)), AUC \(area(ham, spam))"
    }

    private static func area(_ ham: [Double], _ spam: [Double]) -> String {
        guard !ham.isEmpty, !spam.isEmpty else { return "-" }
        let all = (ham.map { ($0, false) } + spam.map { ($0, true) }).sorted { $0.0 < $1.0 }
        var (below, wins) = (0.0, 0.0)
        var index = 0
        while index < all.count {
            var end = index
            var (hams, spams) = (0.0, 0.0)
            while end < all.count, all[end].0 == all[index].0 {
                if all[end].1 { spams += 1 } else { hams += 1 }
                end += 1
            }
            wins += spams * (below + hams / 2)
            below += hams
            index = end
        }
        let share = wins / Double(ham.count) / Double(spam.count)
        return JSON.decimal(thousandths: Int((share * 1000).rounded()))
    }

    private static func write(
        _ rules: [RuleWeights.Rule], _ weights: [Double], _ messages: [RuleWeights.Message], to path: String
    ) {
        var ham = [Int](repeating: 0, count: rules.count)
        var spam = ham
        for message in messages {
            for hit in message.hits { if message.isSpam { spam[hit.rule] += 1 } else { ham[hit.rule] += 1 } }
        }
        let (hams, spams) = (messages.count { !$0.isSpam }, messages.count(where: \.isSpam))
        var text =
            "# Weights, learned by `make weights` from \(hams) ham and \(spams) spam; beside each, how many of "
            + "them the rule hits.\n"
            + "# A rule that few messages have keeps the weight that its own file gives it.\n\n"
        for (place, rule) in rules.enumerated() {
            let thousandths = Int((weights[place] * 1000).rounded())
            let name = rule.name + String(repeating: " ", count: max(0, 23 - rule.name.utf8.count))
            text +=
                "score    \(name) \(JSON.decimal(thousandths: thousandths))  # ham \(ham[place]), spam \(spam[place])\n"
        }
        guard let file = unsafe fopen(path, "w") else { return tell("weights: \(path) cannot be written\n") }
        _ = unsafe fputs(text, file)
        unsafe fclose(file)
    }

    private static func tell(_ text: String) {
        _ = unsafe text.withCString { unsafe Glibc.write(STDERR_FILENO, $0, strlen($0)) }
    }
}
