import Testing
import Values

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2024-05-01T10:00:00Z", 1_714_557_600_000), ("2024-05-01T12:00:00+02:00", 1_714_557_600_000),
        ("2024-05-01T10:00:00.25Z", 1_714_557_600_250), ("2024-05-01", 1_714_521_600_000), ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1), ("2000-02-29T00:00:00Z", 951_782_400_000), ("@1714557600", 1_714_557_600_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ])
    func readsRFC3339(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-13-01", "2024-02-30", "2024-05-01T10:00:00", "2024-05-01T25:00:00Z", "2024-05-01T10:00:00.Z",
        "@", "@x", "2024-05-01T10:00:00Zx",
    ])
    func refusesEverythingElse(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    /// Every day of 800 years, written and read again.
    @Test func civilTimeRoundTrips() {
        for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            let timestamp = Timestamp(seconds: day * 86_400 + 3_661)
            #expect(CivilTime(timestamp).timestamp == timestamp)
            if day % 97 == 0 { #expect(Timestamp(rfc3339: timestamp.rfc3339) == timestamp) }
        }
    }
}
