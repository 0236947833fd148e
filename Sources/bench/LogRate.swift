import Archives
import Logs
import Values

/// Reads a log whole and makes records of its lines: what an import costs besides what is done with them.
enum LogRate {
    static func measure(path: String) throws {
        let clock = LogClock(reference: Timestamp(seconds: 1_800_000_000))
        var log = LogImport(clock: clock)
        var records: [LogRecord] = []
        var count = 0
        let spent = try CPUTime.measure {
            var source = try ByteSource(path: path)
            log.begin(file: 0, clock: clock)
            while let chunk = try source.next(maximum: 128 << 10) {
                log.add(chunk.array[...], into: &records)
                count += records.count
                records.removeAll(keepingCapacity: true)
            }
            log.finish(into: &records)
            count += records.count
        }
        let unknown = log.tally.byFormat.reduce(0) { $0 + $1.count.seen - $1.count.read }
        print("lines \(log.tally.lineCount) records \(count) unknown \(unknown) cpu \(spent)")
    }
}
