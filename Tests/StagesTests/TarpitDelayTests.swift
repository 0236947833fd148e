import Policy
import Screening
import Testing
import Values

@testable import Stages

@Suite struct TarpitDelayTests {
    /// The delay of each RCPT in milliseconds, nil where there is none.
    @Test(
        arguments: [
            ("recipients: 5", [nil, nil, nil, nil, nil, 10_000, 15_000, 22_500, 33_750, 50_625, 60_000, 60_000]),
            ("{recipients: 0, delay: 1s, factor: 1, maximum: 5m}", [1000, 1000, 1000]),
            ("{recipients: 1, delay: 1s, factor: 100, maximum: 5m}", [nil, 1000, 100_000, 300_000, 300_000]),
            ("{recipients: 0, delay: 2m, maximum: 1m}", [60_000, 60_000]),
            ("{recipients: 0, delay: 0s}", [nil, nil]),
            ("{recipients: 0, delay: 1s, maximum: 0s}", [0, 0]),
            // Each step drops what is below a millisecond: 1, 1.5 → 1.
            ("{recipients: 0, delay: 1ms, factor: 1.5}", [1, 1, 1]),
            ("{recipients: 0, delay: 3ms, factor: 1.5}", [3, 4, 6, 9, 13]),
        ] as [(String, [Int?])])
    func delaysGrowToTheCap(_ settings: String, _ expected: [Int?]) throws {
        let tarpit = try Self.tarpit(settings)
        let delays = expected.indices.map { tarpit.delay(ofRecipient: $0 + 1).map { Int($0.milliseconds) } }
        #expect(delays == expected)
    }

    /// Even a delay that never reaches its cap costs no more than a step per recipient.
    @Test(.timeLimit(.minutes(10))) func hugeCountsEnd() throws {
        let tarpit = try Self.tarpit("{recipients: 0, delay: 1ms, factor: 1, maximum: 5m}")
        #expect(tarpit.delay(ofRecipient: 1_000_000) == .milliseconds(1))
        #expect(tarpit.delay(ofRecipient: 0) == nil)
    }

    private static func tarpit(_ settings: String) throws -> Tarpit {
        let (node, diagnostics) = PolicyDocument.parse(settings, file: "policy")
        var reader = PolicyReader(node)
        let tarpit = Tarpit(settings: Tarpit.Settings(from: &reader), site: Site())
        reader.finish()
        try #require(diagnostics.isEmpty && reader.diagnostics.isEmpty)
        return tarpit
    }
}
