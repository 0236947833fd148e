/// Between what bounds a value lies of which not all is known, and whether it may be 0.
struct MetaRange {
    var low: Double
    var high: Double
    var mayBeZero: Bool

    init(_ low: Double, _ high: Double, mayBeZero: Bool) {
        (self.low, self.high, self.mayBeZero) = (low, high, mayBeZero)
    }

    /// A value that is known.
    init(_ value: Double) { self.init(value, value, mayBeZero: value == 0) }

    static let truth = MetaRange(0, 1, mayBeZero: true)
    static let anything = MetaRange(-.infinity, .infinity, mayBeZero: true)

    var isZero: Bool { low == 0 && high == 0 }
    var isKnown: Bool { low == high }

    /// Either of two.
    static func either(_ one: MetaRange, _ other: MetaRange) -> MetaRange {
        MetaRange(
            min(one.low, other.low), max(one.high, other.high), mayBeZero: one.mayBeZero || other.mayBeZero)
    }

    var negated: MetaRange { isZero ? MetaRange(1) : mayBeZero ? .truth : MetaRange(0) }

    /// What a rule of this value counts for where others name it.
    var counted: MetaRange {
        if isZero { return self }
        if low >= 0 { return self }
        return MetaRange(0, max(high, 1), mayBeZero: mayBeZero)
    }
}

extension MetaExpression {
    /// What an operator gives for operands of which bounds are known.
    static func apply(_ kind: Operator, _ left: MetaRange, _ right: MetaRange) -> MetaRange {
        if left.isKnown, right.isKnown { return MetaRange(apply(kind, left.low, right.low)) }
        func truth(_ isSure: Bool, _ isExcluded: Bool) -> MetaRange {
            isSure ? MetaRange(1) : isExcluded ? MetaRange(0) : .truth
        }
        let isApart = left.high < right.low || right.high < left.low
        switch kind {
        case .or:
            if left.isZero { return right }
            guard left.mayBeZero else { return left }
            var result = MetaRange.either(left, right)
            result.mayBeZero = right.mayBeZero
            return result
        case .and:
            if left.isZero { return left }
            guard left.mayBeZero else { return right }
            return .either(MetaRange(0), right)
        case .equal: return truth(false, isApart)
        case .unequal: return truth(isApart, false)
        case .less: return truth(left.high < right.low, left.low >= right.high)
        case .greater: return truth(left.low > right.high, left.high <= right.low)
        case .lessOrEqual: return truth(left.high <= right.low, left.low > right.high)
        case .greaterOrEqual: return truth(left.low >= right.high, left.high < right.low)
        case .plus:
            let (low, high) = (left.low + right.low, left.high + right.high)
            let mayBeZero =
                left.low >= 0 && right.low >= 0 ? left.mayBeZero && right.mayBeZero : low <= 0 && high >= 0
            return MetaRange(low, high, mayBeZero: mayBeZero)
        case .minus:
            let (low, high) = (left.low - right.high, left.high - right.low)
            return MetaRange(low, high, mayBeZero: low <= 0 && high >= 0)
        case .times, .divide, .exclusiveOr: return .anything
        }
    }
}
