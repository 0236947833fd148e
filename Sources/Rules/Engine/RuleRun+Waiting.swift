import Expressions
import Values

/// A rule that is dear to look for, with the lines that may have it.
struct WaitingRule {
    let rule: PatternRule
    var lines: [Bytes]
}

extension RuleRun {
    /// Looks for those of the rules that wait which may change whether another rule hits, and those that a rule which
    /// hits is made of; the others stay unlooked for.
    mutating func settle() {
        for place in wanted().sorted() {
            let due = waiting[place]
            for line in due.lines { look(for: due.rule, in: line) }
        }
    }

    /// The places of the rules that matter.
    private func wanted() -> [Int] {
        let metas = engine.metas
        // What rules come to: of those that wait, and of what is made of them, only bounds are known.
        var ranges: [MetaRange] = []
        var numbers = [Int32](repeating: -1, count: values.count)
        var due = pending
        func note(_ rule: Int, _ range: MetaRange) {
            numbers[rule] = Int32(ranges.count)
            ranges.append(range)
            for meta in metas.waiting(for: rule) { due[Int(meta) >> 6] |= 1 << UInt64(meta & 63) }
        }
        // The first numbers are those of the rules that wait.
        for waiting in waiting {
            note(waiting.rule.rule, MetaRange(0, Double(waiting.rule.maximumHits ?? 1), mayBeZero: true))
        }
        var open: [Int] = []
        var stack: [MetaRange] = []
        for word in due.indices {
            // Those that wait for one another come later, in this word too.
            while due[word] != 0 {
                let place = word << 6 | due[word].trailingZeroBitCount
                due[word] &= due[word] - 1
                let range = metas.range(at: place, &stack) { rule in
                    numbers[rule] >= 0
                        ? ranges[Int(numbers[rule])] : undecided.contains(rule) ? .truth : MetaRange(values[rule])
                }
                guard !range.isZero else { continue }
                let rule = metas.rules[place].rule
                note(rule, range)
                if !engine.isPart[rule] { open.append(place) }
            }
        }
        // What may hit or not, and what does, is followed down to what it is made of.
        var wanted: [Int] = []
        var rest = open.flatMap { metas.rules[$0].operands }
        while let rule = rest.popLast() {
            guard rule >= 0, numbers[rule] >= 0 else { continue }
            let number = Int(numbers[rule])
            // Each once.
            numbers[rule] = -1
            if number < waiting.count {
                wanted.append(number)
            } else if !ranges[number].isKnown, let place = metas.place(of: rule) {
                // What is known whatever the rules that wait come to is not followed further.
                rest += metas.rules[place].operands
            }
        }
        return wanted
    }
}
