/// The meta rules, in an order in which those that others wait for come first.
struct MetaRules: Sendable {
    struct Rule: Sendable {
        let rule: Int
        let expression: MetaExpression
        /// For each name of the expression, the rule of that name; -1 where there is none.
        let operands: [Int]
    }

    let rules: [Rule]
    /// The steps of all of them one after another, and where those of each begin; one more ends the last.
    private let steps: [Step]
    private let firstSteps: [Int32]

    /// A step of an expression that names rules by their places.
    private enum Step: Sendable {
        case number(Double)
        case rule(Int)
        case not
        case negate
        case binary(MetaExpression.Operator)
        case choose
    }

    /// For each rule, where its dependents begin in `dependents`, places in `rules`; one more ends the last.
    private let starts: [Int32]
    private let dependents: [Int32]
    /// For each rule, its place in `rules`, -1 for none.
    private let places: [Int32]
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
        var own = [Int32](repeating: -1, count: rules.count)
        for (place, rule) in order.enumerated() { own[rule.rule] = Int32(place) }
        self.places = own
        var (starts, dependents): ([Int32], [Int32]) = ([0], [])
        for list in lists {
            dependents += list
            starts.append(Int32(dependents.count))
        }
        var stack: [Double] = []
        unprompted = order.indices.filter { order[$0].expression.value(&stack, { _ in 0 }) != 0 }
        (self.rules, self.starts, self.dependents) = (order, starts, dependents)
        var (steps, firstSteps): ([Step], [Int32]) = ([], [0])
        for rule in order {
            for step in rule.expression.steps {
                switch step {
                case .number(let number): steps.append(.number(number))
                case .rule(let index):
                    let operand = rule.operands[index]
                    steps.append(operand < 0 ? .number(0) : .rule(operand))
                case .not: steps.append(.not)
                case .negate: steps.append(.negate)
                case .binary(let kind): steps.append(.binary(kind))
                case .choose: steps.append(.choose)
                }
            }
            firstSteps.append(Int32(steps.count))
        }
        (self.steps, self.firstSteps) = (steps, firstSteps)
    }

    /// The value of the rule at `place`, given those of all rules. `stack` is room to work in, empty before and after.
    func value(at place: Int, _ values: [Double], _ stack: inout [Double]) -> Double {
        defer { stack.removeAll(keepingCapacity: true) }
        for index in Int(firstSteps[place])..<Int(firstSteps[place + 1]) {
            switch steps[index] {
            case .number(let number): stack.append(number)
            case .rule(let rule): stack.append(values[rule])
            case .not: MetaRules.change(&stack) { $0 == 0 ? 1 : 0 }
            case .negate: MetaRules.change(&stack) { -$0 }
            case .binary(let kind):
                let right = stack.popLast() ?? 0
                MetaRules.change(&stack) { MetaExpression.apply(kind, $0, right) }
            case .choose:
                let otherwise = stack.popLast() ?? 0
                let then = stack.popLast() ?? 0
                MetaRules.change(&stack) { $0 != 0 ? then : otherwise }
            }
        }
        return stack.last ?? 0
    }

    /// Between what the value of the rule at `place` lies, given the same of all rules.
    @inline(__always)
    func range(at place: Int, _ stack: inout [MetaRange], of rule: (Int) -> MetaRange) -> MetaRange {
        defer { stack.removeAll(keepingCapacity: true) }
        let nothing = MetaRange(0)
        for index in Int(firstSteps[place])..<Int(firstSteps[place + 1]) {
            switch steps[index] {
            case .number(let number): stack.append(MetaRange(number))
            case .rule(let operand): stack.append(rule(operand))
            case .not: stack.append((stack.popLast() ?? nothing).negated)
            case .negate:
                let operand = stack.popLast() ?? nothing
                stack.append(MetaRange(-operand.high, -operand.low, mayBeZero: operand.mayBeZero))
            case .binary(let kind):
                let right = stack.popLast() ?? nothing
                let left = stack.popLast() ?? nothing
                stack.append(MetaExpression.apply(kind, left, right))
            case .choose:
                let otherwise = stack.popLast() ?? nothing
                let then = stack.popLast() ?? nothing
                let condition = stack.popLast() ?? nothing
                stack.append(
                    condition.isZero ? otherwise : condition.mayBeZero ? .either(then, otherwise) : then)
            }
        }
        return (stack.last ?? nothing).counted
    }

    @inline(__always)
    private static func change(_ stack: inout [Double], _ body: (Double) -> Double) {
        let last = stack.count - 1
        if last >= 0 { stack[last] = body(stack[last]) }
    }

    /// The place of `rule`; nil where it is none of them.
    func place(of rule: Int) -> Int? { places[rule] < 0 ? nil : Int(places[rule]) }

    /// The places of those that depend on `rule`.
    func waiting(for rule: Int) -> ArraySlice<Int32> { dependents[Int(starts[rule])..<Int(starts[rule + 1])] }
}
