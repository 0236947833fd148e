import Foundation
import Logs
import Testing
import Values

/// Whatever a line is, a format ends with it.
@Suite struct HostileLineTests {
    private static let samples =
        FormatSample.all(DialogueSamples.text) + FormatSample.all(ServerSamples.text)
        + FormatSample.all(FilterSamples.text) + FormatSample.all(LoginSamples.text)

    private static let clock = LogClock(reference: Timestamp(seconds: 1_717_200_000))

    /// Every line cut at every byte, and with bytes changed, given to the format that it is of.
    @Test(arguments: samples)
    func cutAndChangedLinesAreRead(sample: FormatSample) {
        let types = LogFormats.all.filter { sample.format.split(separator: " ").map(String.init).contains($0.name) }
        var state: UInt64 = 42
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(limit, 1)
        }
        var count = 0
        for line in sample.lines.split(separator: "\n") {
            let bytes = Array(line.utf8)
            // Of a line of syslog, what stands behind the program.
            let behind = line.range(of: "]: ").map { Array(line[$0.upperBound...].utf8) } ?? bytes
            let program = line.split(separator: " ").dropFirst(4).first.map {
                String($0.prefix { $0 != "[" && $0 != ":" })
            }
            for type in types {
                var format = type.init()
                var records: [LogRecord] = []
                for text in [bytes, behind] {
                    for end in 0...text.count {
                        var changed = Array(text[..<end])
                        if end > 0 { changed[next(end)] = UInt8(truncatingIfNeeded: next(256)) }
                        for piece in [text[..<end], changed[...]] {
                            let place = LogPlace(file: 0, offset: 0, line: 1, length: end)
                            var entry = LogEntry(piece, at: place, clock: Self.clock)
                            (entry.program, entry.instant) = (program, LogInstant(Self.clock.reference))
                            _ = format.read(entry, into: &records)
                            count += 1
                        }
                    }
                    records.removeAll(keepingCapacity: true)
                }
                format.finish(into: &records)
            }
        }
        #expect(count > 0)
    }

    /// Every line of every sample given to every format, behind the names of all programs that it owns.
    @Test func formatsBearEachOthersLines() {
        let lines = Self.samples.flatMap { $0.lines.split(separator: "\n") }.map { Array($0.utf8) }
        for type in LogFormats.all {
            var format = type.init()
            var records: [LogRecord] = []
            #expect((0...100).contains(type.confidence(in: lines.prefix(60).map { $0[...] })))
            for line in lines {
                let place = LogPlace(file: 0, offset: 0, line: 1, length: line.count)
                _ = format.read(LogEntry(line[...], at: place, clock: Self.clock), into: &records)
                records.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Lines of one byte again and again: time grows as the line does.
    @Test(arguments: ["<", ">", "\"", "(", ")", "[", "{", ",", ":", "=", "\\", "- ", ", rip=", "): ", " from "])
    func longLinesAreRead(unit: String) {
        let starts = [
            "", "dovecot: imap-login: ", "sql(", "id: <", "Message A from 192.0.2.1 (", "(1-01) Passed CLEAN, ",
            "Wed 2024-05-01 10:00:00: ", "2024-05-01T10:00:00.001Z,", "{\"type\":\"", "[NOTICE] [1] [core] ", "1 < ",
            "IMAP Error: Login failed for ", "May-01-24 10:00:00 ", "<a>; task; rspamd_task_write_log: id: ",
        ]
        for start in starts {
            let line = Array((start + String(repeating: unit, count: 60_000 / unit.utf8.count)).utf8)[...]
            for type in LogFormats.all {
                var format = type.init()
                var records: [LogRecord] = []
                let place = LogPlace(file: 0, offset: 0, line: 1, length: line.count)
                _ = format.read(LogEntry(line, at: place, clock: Self.clock), into: &records)
                #expect(records.count <= 1_001)
            }
        }
    }
}
