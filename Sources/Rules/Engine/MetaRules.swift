/// The meta rules, in an order in which those that others wait for come first.
struct MetaRules: Sendable {
    struct Rule: Sendable {
        let rule: Int
        let expression: MetaExpression
        /// For each name of the expression, the rule of that name; -1 where there is none.
        let operands: [Int]
    }

    let rules: [Rule]
    /// For each rule, where its dependents begin in `dependents`, places in `rules`; one more ends the last.
    private let starts: [Int32]
    private let dependents: [Int32]
    /// Those that give something where no rule hits: the others need to be worked out only once an operand hit.
    let unprompted: [Int]

    /// The meta rules of `rules` that are worked out. One of score 0 never is, and so neither is one that waits for it,
    /// nor those that wait for one another.
    init(_ rules: [RuleDefinition], scores: [Int]) {
        var places: [String: Int] = [:]
        for (index, rule) in rules.enumerated() { places[rule.name] = index }
        var operands: [Int: [Int]] = [:]
        for (index, rule) in rules.enumerated() {
            if case .meta(let meta) = rule.test { operands[index] = meta.names.map { places[$0] ?? -1 } }
        }
        var waiters: [Int: [Int]] = [:]
        var waiting: [Int: Int] = [:]
        var ready: [Int] = []
        for index in rules.indices {
            guard let all = operands[index] else { continue }
            let needed = Set(all.filter { operands[$0] != nil })
            waiting[index] = needed.count
            if needed.isEmpty { ready.append(index) }
            for other in needed.sorted() { waiters[other, default: []].append(index) }
        }
        var order: [Rule] = []
        var known: Set<Int> = []
        var next = 0
        while next < ready.count {
            let index = ready[next]
            next += 1
            let all = operands[index] ?? []
            if scores[index] != 0, case .meta(let meta) = rules[index].test,
                all.allSatisfy({ operands[$0] == nil || known.contains($0) })
            {
                known.insert(index)
                order.append(Rule(rule: index, expression: meta, operands: all))
            }
            for other in waiters[index] ?? [] {
                waiting[other, default: 1] -= 1
                if waiting[other] == 0 { ready.append(other) }
            }
        }
        var lists = [[Int32]](repeating: [], count: rules.count)
        for (place, rule) in order.enumerated() {
            for operand in Set(rule.operands) where operand >= 0 { lists[operand].append(Int32(place)) }
        }
        var (starts, dependents): ([Int32], [Int32]) = ([0], [])
        for list in lists {
            dependents += list
            starts.append(Int32(dependents.count))
        }
        var stack: [Double] = []
        unprompted = order.indices.filter { order[$0].expression.value(&stack, { _ in 0 }) != 0 }
        (self.rules, self.starts, self.dependents) = (order, starts, dependents)
    }

    /// The places of those that depend on `rule`.
    func waiting(for rule: Int) -> ArraySlice<Int32> { dependents[Int(starts[rule])..<Int(starts[rule + 1])] }
}
