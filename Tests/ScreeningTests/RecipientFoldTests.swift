import Screening
import Testing

@Suite struct RecipientFoldTests {
    /// a(ccept) t(ag) q(uarantine) d(efer) r(eject) c(lose) x (discard), in the order of the tables' rows and columns.
    private static let letters: [Character: Disposition] = [
        "a": .accept, "t": .tag, "q": .quarantine, "d": .defer, "r": .reject, "c": .disconnect, "x": .discard,
    ]
    private static let order: [Character] = ["a", "t", "q", "d", "r", "c", "x"]

    /// Every pair of outcomes under either rule, in either order, alone and among repetitions.
    @Test(arguments: [
        (
            MixedRecipients.lenient,
            ["aaaaaaa", "atttttt", "atqqqqq", "atqdddd", "atqdrrr", "atqdrcc", "atqdrcx"]
        ),
        (
            MixedRecipients.strict,
            ["atqdrca", "ttqdrct", "qqqdrcq", "ddddrcd", "rrrrrcr", "ccccccc", "atqdrcx"]
        ),
    ])
    func pairsFold(_ rule: MixedRecipients, _ table: [String]) throws {
        #expect(Self.order.count == Disposition.allCases.count)
        for (row, first) in Self.order.enumerated() {
            for (column, second) in Self.order.enumerated() {
                let expected = try #require(Self.letters[Array(table[row])[column]])
                let (one, other) = (try #require(Self.letters[first]), try #require(Self.letters[second]))
                #expect(fold([one, other], by: rule) == expected, "\(first)\(second) \(rule)")
                #expect(fold([other, one, other, one], by: rule) == expected, "\(first)\(second) \(rule)")
            }
        }
    }

    @Test(arguments: [
        ("", "a", "a"), ("r", "r", "r"), ("x", "x", "x"), ("xxx", "x", "x"), ("atqdrcx", "a", "c"), ("xdr", "d", "r"),
        ("xxq", "q", "q"), ("rrd", "d", "r"), ("trr", "t", "r"),
    ])
    func manyFold(_ outcomes: String, _ lenient: Character, _ strict: Character) {
        let dispositions = outcomes.compactMap { Self.letters[$0] }
        #expect(fold(dispositions, by: .lenient) == Self.letters[lenient])
        #expect(fold(dispositions, by: .strict) == Self.letters[strict])
    }

    /// Every set of refusals: what the record of a transaction without an accepted recipient says.
    @Test(
        arguments: [
            ("d", "d"), ("r", "r"), ("c", "c"), ("x", "x"), ("dr", "d"), ("dc", "c"), ("rc", "c"), ("drc", "c"),
            ("dx", "x"), ("rx", "x"), ("cx", "c"), ("drx", "x"), ("dcx", "c"), ("rcx", "c"), ("drcx", "c"),
        ] as [(String, Character)])
    func refusalsFold(_ outcomes: String, _ expected: Character) {
        let dispositions = outcomes.compactMap { Self.letters[$0] }
        #expect(foldRefusals(dispositions) == Self.letters[expected])
        #expect(foldRefusals(dispositions.reversed()) == Self.letters[expected])
        #expect(foldRefusals(dispositions + dispositions) == Self.letters[expected])
    }
}
