import Screening
import Testing
import Tuning

/// `--fail-if` and `--change`.
@Suite struct ChangeConditionTests {
    private static var counts: ChangeCounts {
        var counts = ChangeCounts()
        counts.add(.init(from: .accept, to: .accept), .ham, count: 997)
        counts.add(.init(from: .accept, to: .reject), .ham, count: 3)
        counts.add(.init(from: .accept, to: .reject), .spam, count: 40)
        counts.add(.init(from: .reject, to: .tag), .spam, count: 10)
        counts.add(.init(from: .reject, to: .reject), .unlabelled, count: 7)
        return counts
    }

    @Test(arguments: [
        ("ham: accept->reject > 0", true), ("ham: accept->reject > 3", false), ("ham:accept->reject>=3", true),
        ("ham: accept -> reject == 3", true), ("ham: accept->reject = 3", true), ("ham: accept->reject != 3", false),
        ("accept->reject > 42", true), ("all: accept->reject > 43", false), ("spam: reject->* < 11", true),
        ("*->reject <= 43", true), ("spam: *->reject > 40", false), ("changed > 52", true), ("changed > 53", false),
        ("ham: changed >= 0.3%", true), ("ham: changed > 0.3%", false), ("ham: changed < 0.31%", true),
        ("unlabelled: changed > 0", false), ("unlabelled: changed == 0", true), ("spam: defer->accept > 0", false),
    ])
    func conditionsHold(text: String, holds: Bool) throws {
        let condition = try #require(ChangeCondition(text))
        #expect(condition.evaluate(Self.counts).holds == holds)
        #expect(condition.description == text)
    }

    /// A share of no messages is no share: nothing divides by zero.
    @Test func nothingHasNoShare() throws {
        let condition = try #require(ChangeCondition("ham: changed > 0%"))
        #expect(!condition.evaluate(ChangeCounts()).holds)
    }

    @Test(arguments: [
        "", ">", "ham", "ham:", "ham: > 0", "eggs: changed > 0", "accept->reject", "accept->reject >",
        "accept reject > 0",
        "accept->lost > 0", "accept->reject > -1", "accept->reject > many", "accept->reject > 1.2345",
        "accept->reject > 99999999999999999999", "accept->reject > 1.", "changed > 0 > 0",
    ])
    func whatIsNoConditionIsNone(text: String) { #expect(ChangeCondition(text) == nil) }

    @Test func patterns() throws {
        let any = try #require(ChangePattern("*->reject"))
        #expect(any.matches(.init(from: .accept, to: .reject)))
        #expect(!any.matches(.init(from: .reject, to: .reject)))
        #expect(!any.matches(.init(from: .accept, to: .tag)))
        #expect(ChangePattern("accept") == nil)
        #expect(ChangePattern("accept->") == nil)
    }
}
