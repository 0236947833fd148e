import Policy
import Rules

extension RuleEngine {
    /// `rules` made ready to judge messages, with what `cache` has of them; the cache then has it all.
    public static func ready(_ rules: RuleSet, _ options: Options, keptIn cache: PolicyCache?) -> RuleEngine {
        guard let cache else { return RuleEngine(rules, options: options) }
        let key = RuleCache.key(for: rules, options: options)
        let name = RuleCache.name(for: key)
        let file = cache.load(name, RuleCache.largest)
        let engine = RuleEngine(rules, options: options, cache: file.flatMap { RuleCache($0, key: key) })
        guard !engine.isFromCache else { return engine }
        if file != nil {
            cache.note("the compiled rules kept as \(name) are of another version, or damaged; they were compiled anew")
        }
        if let contents = engine.cacheContents(key: key) { cache.keep(name, contents) }
        return engine
    }
}
