import Expressions
import Values

extension ContentCondition {
    /// Whether each message for which this condition holds is one for which `other` does too, as far as can be told from
    /// what they say.
    func implies(_ other: ContentCondition) -> Bool {
        guard subject == other.subject else { return false }
        switch (isNegated, other.isNegated) {
        case (false, false): return test.implies(other.test)
        // What is not so under a wider test is not so under a narrower one.
        case (true, true): return other.test.implies(test)
        case (false, true): return subject.isSingle && test.excludes(other.test)
        case (true, false): return false
        }
    }

    /// Whether no message is one for which both hold, as far as can be told from what they say.
    func contradicts(_ other: ContentCondition) -> Bool {
        guard subject == other.subject else { return false }
        switch (isNegated, other.isNegated) {
        case (false, false): return subject.isSingle && test.excludes(other.test)
        case (false, true): return test.implies(other.test)
        case (true, false): return other.test.implies(test)
        case (true, true): return false
        }
    }
}

extension ContentCondition.Test {
    /// Whether what passes this test passes `other` too.
    fileprivate func implies(_ other: ContentCondition.Test) -> Bool {
        if case .exists = other { return true }
        switch (self, other) {
        case (.over(let mine), .over(let limit)): return mine >= limit
        case (.under(let mine), .under(let limit)): return mine <= limit
        case (.equals(let number), .over(let limit)): return number > limit
        case (.equals(let number), .under(let limit)): return number < limit
        case (.equals(let mine), .equals(let theirs)): return mine == theirs
        case (.isIn(let mine), .isIn(let theirs)): return mine.name == theirs.name
        case (.matches(let mine), .matches(let theirs)): return mine.pattern == theirs.pattern
        case (.like(let mine), .like(let theirs)): return mine == theirs
        case (.contains(let mine), .contains(let part)):
            return String(decoding: mine, as: UTF8.self).contains(String(decoding: part, as: UTF8.self))
        case (.starts(let mine), .contains(let part)), (.ends(let mine), .contains(let part)),
            (.is(let mine), .contains(let part)):
            return mine.contains(String(decoding: part, as: UTF8.self))
        case (.starts(let mine), .starts(let part)), (.is(let mine), .starts(let part)): return mine.hasPrefix(part)
        case (.ends(let mine), .ends(let part)), (.is(let mine), .ends(let part)): return mine.hasSuffix(part)
        case (.is(let mine), .is(let theirs)): return mine == theirs
        case (.is(let mine), .like(let pattern)): return Wildcard.matches(pattern, Array(mine.utf8))
        default: return false
        }
    }

    /// Whether what passes this test does not pass `other`.
    fileprivate func excludes(_ other: ContentCondition.Test) -> Bool {
        switch (self, other) {
        case (.over(let floor), .under(let limit)), (.under(let limit), .over(let floor)):
            return floor >= limit || limit - floor < 2
        case (.equals(let number), .over(let limit)), (.over(let limit), .equals(let number)): return number <= limit
        case (.equals(let number), .under(let limit)), (.under(let limit), .equals(let number)): return number >= limit
        case (.equals(let mine), .equals(let theirs)): return mine != theirs
        case (.is(let mine), .is(let theirs)): return mine != theirs
        case (.is(let whole), .starts(let part)), (.starts(let part), .is(let whole)): return !whole.hasPrefix(part)
        case (.is(let whole), .ends(let part)), (.ends(let part), .is(let whole)): return !whole.hasSuffix(part)
        case (.is(let whole), .contains(let part)), (.contains(let part), .is(let whole)):
            return !whole.contains(String(decoding: part, as: UTF8.self))
        case (.starts(let mine), .starts(let theirs)): return !mine.hasPrefix(theirs) && !theirs.hasPrefix(mine)
        case (.ends(let mine), .ends(let theirs)): return !mine.hasSuffix(theirs) && !theirs.hasSuffix(mine)
        default: return false
        }
    }
}
