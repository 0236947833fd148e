import Testing
import Values

@testable import Rules

/// Rules that are dear to look for wait until it is known whether they matter: what hits is the same.
@Suite struct WaitingRuleTests {
    private struct Generator {
        var state: UInt64
        mutating func number(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }

        /// An expression over `names`.
        mutating func expression(_ names: [String], depth: Int) -> String {
            guard depth > 0 else { return number(8) == 0 ? String(number(4)) : names[number(names.count)] }
            let left = expression(names, depth: depth - 1)
            if number(5) == 0 { return "!(\(left))" }
            let signs = ["&&", "||", "+", "-", ">", "<", ">=", "==", "!=", "*"]
            return "(\(left) \(signs[number(signs.count)]) \(expression(names, depth: depth - 1)))"
        }
    }

    /// Bounds hold whatever the values within them.
    @Test(arguments: 1...8) func boundsHold(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        for _ in 0..<60 {
            let source = generator.expression(["__A", "__B", "__C", "__D"], depth: 3)
            let engine = RuleSample.engine(
                "body __A /a/\nbody __B /b/\nbody __C /c/\nbody __D /d/\nmeta M \(source)\n")
            let rules = engine.rules.rules
            let index = try #require(rules.firstIndex { $0.name == "M" })
            let place = try #require(engine.metas.place(of: index))
            let ranges = rules.map { _ in
                let low = Double(generator.number(3))
                return MetaRange(low, low + Double(generator.number(3)), mayBeZero: low == 0)
            }
            var stack: [MetaRange] = []
            let range = engine.metas.range(at: place, &stack) { ranges[$0] }
            for _ in 0..<20 {
                let values = ranges.map { $0.low + Double(generator.number(Int($0.high - $0.low) + 1)) }
                var numbers: [Double] = []
                let found = engine.metas.value(at: place, values, &numbers)
                // A rule counts for something where it hits.
                let value = found < 0 ? 1 : found
                #expect(range.low <= value && value <= range.high, "\(source): \(value) is not in \(range)")
                #expect(value != 0 || range.mayBeZero, "\(source) is 0")
            }
        }
    }

    private func dear(_ name: String, _ word: String) -> String {
        let filler = (0..<30).map { "x\($0)q" }.joined(separator: "|")
        return "body \(name) /\\b(?:\(filler)|\(word))\\b/\n"
    }

    private func hits(_ engine: RuleEngine, _ message: String, isWhole: Bool) -> [RuleVerdict.Hit] {
        engine.judge(Bytes(message), at: RuleSample.now, worker: RuleWorker(), isWhole: isWhole).hits
    }

    /// Metas put together by chance, of cheap parts and dear ones.
    @Test(arguments: 1...6) func theSameHits(seed: Int) {
        var generator = Generator(state: UInt64(seed) &+ 100)
        let words = ["red", "green", "blue", "black", "white", "pink"]
        var rules = words.map { dear("__D_\($0.uppercased())", $0) }.joined()
        rules += words.map { "body __C_\($0.uppercased()) /\($0)/\n" }.joined()
        var names = words.flatMap { ["__D_\($0.uppercased())", "__C_\($0.uppercased())"] }
        for number in 0..<60 {
            let name = number % 3 == 0 ? "__M\(number)" : "M\(number)"
            rules += "meta \(name) \(generator.expression(names, depth: 1 + generator.number(3)))\n"
            names.append(name)
        }
        let engine = RuleSample.engine(rules)
        for _ in 0..<30 {
            let text = (0..<generator.number(5)).map { _ in words[generator.number(words.count)] + "\n\n" }.joined()
            let message = "Subject: colours\n\n\(text)\n"
            let whole = hits(engine, message, isWhole: true)
            let part = hits(engine, message, isWhole: false)
            #expect(part.filter { !$0.isPart } == whole.filter { !$0.isPart })
            // What a rule that hits is made of is there.
            let (all, known) = (Set(whole.map(\.name)), Set(part.map(\.name)))
            for hit in part where !hit.isPart {
                guard case .meta(let meta)? = engine.rules.rule(hit.name)?.test else { continue }
                #expect(meta.names.filter(all.contains) == meta.names.filter(known.contains), "\(hit.name)")
            }
        }
    }

    /// What does not matter is not looked for.
    @Test func whatDoesNotMatterStaysUnknown() {
        let engine = RuleSample.engine(dear("__D", "blue") + "body __C /red/\nmeta M __C && __D\n")
        #expect(hits(engine, "Subject: x\n\nblue\n", isWhole: true).map(\.name) == ["__D"])
        #expect(hits(engine, "Subject: x\n\nblue\n", isWhole: false).isEmpty)
        #expect(hits(engine, "Subject: x\n\nred blue\n", isWhole: false).map(\.name) == ["M", "__C", "__D"])
    }
}
