import Policy
import Testing

/// The three ways a policy writes quantities.
@Suite struct QuantityTests {
    @Test(
        "durations",
        arguments: [
            ("15m", .seconds(900), "15m"), ("1d", .seconds(86_400), "1d"), ("90s", .seconds(90), "1m30s"),
            ("10 days", .seconds(864_000), "10d"), ("1h30m", .seconds(5400), "1h30m"),
            ("1h 30m", .seconds(5400), "1h30m"), ("250ms", .milliseconds(250), "250ms"), ("0s", .zero, "0s"),
            ("2 Weeks", .seconds(1_209_600), "14d"), ("1 hr 1 sec", .seconds(3601), "1h1s"),
            ("1d12h30m15s250ms", .milliseconds(131_415_250), "1d12h30m15s250ms"), ("36h", .seconds(129_600), "1d12h"),
            ("15", nil, ""), ("", nil, ""), ("m", nil, ""), ("-1s", nil, ""), ("1.5h", nil, ""), ("1m1h", nil, ""),
            ("1s1s", nil, ""), ("1 month", nil, ""), ("1h30", nil, ""), (" 1h", nil, ""), ("1h,", nil, ""),
            ("9999999999999s", nil, ""), ("999999999999w", nil, ""), ("١s", nil, ""),
        ] as [(String, Duration?, String)])
    func durations(text: String, expected: Duration?, rendered: String) {
        #expect(DurationText.parse(text) == expected)
        if let expected {
            #expect(DurationText.render(expected) == rendered)
            #expect(DurationText.parse(rendered) == expected)
        }
    }

    @Test(
        "sizes",
        arguments: [
            ("1000", 1000, "1000"), ("0", 0, "0"), ("10M", 10_485_760, "10M"), ("64 KiB", 65_536, "64K"),
            ("64kb", 65_536, "64K"), ("1 byte", 1, "1"), ("512b", 512, "512"), ("2g", 2_147_483_648, "2G"),
            ("1T", 1_099_511_627_776, "1T"), ("1536K", 1_572_864, "1536K"),
            ("", nil, ""), ("M", nil, ""), ("-1", nil, ""), ("1.5M", nil, ""), ("10 X", nil, ""), ("10MM", nil, ""),
            ("9999999999999999999", nil, ""), ("99999999999999999T", nil, ""),
        ] as [(String, Int?, String)])
    func sizes(text: String, expected: Int?, rendered: String) {
        #expect(SizeText.parse(text) == expected)
        if let expected {
            #expect(SizeText.render(expected) == rendered)
            #expect(SizeText.parse(rendered) == expected)
        }
    }

    @Test(
        "scores",
        arguments: [
            ("2.5", 2500), ("0", 0), ("-0", 0), ("+3", 3000), ("-0.125", -125), (".5", 500), ("-.05", -50),
            ("007", 7000), ("100000", 100_000_000), ("-100000.000", -100_000_000), ("0.001", 1), ("12.340", 12_340),
            ("100000.001", nil), ("1000000000", nil), ("1.2345", nil), ("1.", nil), (".", nil), ("", nil), ("-", nil),
            ("--1", nil), ("1e3", nil), ("0x1", nil), ("1,5", nil), (" 1", nil), ("1.2.3", nil), ("nan", nil),
        ] as [(String, Int?)])
    func scores(text: String, expected: Int?) {
        #expect(ScoreText.parse(text) == expected)
        if let expected { #expect(ScoreText.parse(ScoreText.render(expected)) == expected) }
    }
}
