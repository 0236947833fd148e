import Bayes
import Cryptography
import Mail
import Rules
import Values

/// What judges messages, and what it learned.
extension Parser {
    /// The input as the page of a message, rendered as rules see it.
    func rulehtml(_ input: Bytes) {
        let message = Bytes(Array("Subject: s\nContent-Type: text/html; charset=utf-8\n\n".utf8) + input.array)
        let engine = RuleEngine(RuleFileReader.read([.init(name: "fuzz.cf", contents: Array("util_rb_tld com".utf8))]))
        let view = engine.rendering(of: message, worker: RuleWorker())
        precondition(view.bodyLines.allSatisfy { $0.count <= 4_096 })
    }

    static let defaultRules: RuleEngine = {
        var options = RuleEngine.Options()
        options.prefilters = false
        return RuleEngine(RuleFileReader.read(DefaultRules.files), options: options)
    }()

    /// The input as a message that the default rules judge.
    func rulemail(_ input: Bytes) {
        let verdict = Parser.defaultRules.judge(input, at: Timestamp(seconds: 1_700_000_000), worker: RuleWorker())
        precondition(verdict.hits.allSatisfy { ($0.text?.count ?? 0) <= input.count * 4 + 4_096 })
    }

    /// The input as a model, whole and with a checksum that fits it: the reader must not live by the checksum alone.
    func bayes(_ input: Bytes) {
        for file in [input, Bytes(input.array + SHA256.hash(input))] {
            guard let model = try? BayesModel(file) else { continue }
            var extractor = FeatureExtractor()
            let features = extractor.features(of: Message(Bytes("Subject: lamps\n\nlamps and tables\n")))
            let probability = model.judge(features).probability
            precondition(probability >= 0 && probability <= 1)
            _ = model.strongest(features, limit: 5)
        }
    }

    /// The input as a record of what was learned, whole and in two pieces.
    func learned(_ input: Bytes) {
        var whole = LearningLog()
        guard (try? whole.read(input)) != nil else { return }
        precondition(whole.length <= input.count && whole.inOrder.count <= whole.records)
    }

    func features(_ input: Bytes) {
        var extractor = FeatureExtractor()
        let message = Message(input)
        let features = extractor.features(of: message)
        let named = extractor.namedFeatures(of: message)
        precondition(named.features == features && features.count <= 6_000)
        _ = named.names.names(of: Set(features.groups.joined().prefix(20)))
    }
}
