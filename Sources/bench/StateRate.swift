import Dispatch
import Foundation
import Glibc
import State
import Stores
import Values

/// A table of greylist entries in an SQLite database: what it costs to look one up and renew it, in time and memory, and
/// how long anybody waits while what has expired is removed.
enum StateRate {
    static func measure(path: String, count: String) async throws {
        guard let count = Int(count), count > 0 else { throw Bench.Failure("the second argument is no number") }
        var settings = StateSettings()
        (settings.sizeLimit, settings.timeout) = (64 << 30, .seconds(600))
        let state = try SQLiteState(path: path, .writing(makes: true), settings)
        let begin = Timestamp(seconds: 1_700_000_000)
        let filling = ContinuousClock.now
        var batch: [HeldEntry] = []
        for number in 0..<count {
            // A tenth expires in a day, the rest much later.
            let life: Duration = number % 10 == 0 ? .seconds(86_400) : .seconds(86_400 * 30)
            batch.append(
                HeldEntry(key(number), StateEntry(value: "passed", created: begin, expires: begin + life)))
            if batch.count == 10_000 || number == count - 1 {
                try await state.restore(batch)
                batch = []
            }
        }
        // What a fill leaves behind is no part of what is measured.
        try await Task.sleep(for: .seconds(5))
        let filled = filling.duration(to: .now)
        let before = memory
        var dice = Dice()
        var quiet: [Duration] = []
        for _ in 0..<20_000 {
            quiet.append(try await renew(dice.next(below: count), in: state, at: begin + .seconds(60)))
        }
        let after = memory
        let quietEnd = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < quietEnd {
            quiet.append(try await renew(dice.next(below: count), in: state, at: begin + .seconds(60)))
        }
        // A day and two hours on, a tenth is removed bit by bit while entries are asked for.
        let later = begin + .seconds(86_400 + 7200)
        var busy: [Duration] = []
        let until = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < until {
            busy.append(try await renew(dice.next(below: count), in: state, at: later))
        }
        let (steps, holds) = (state.upkeepTimes, state.holdTimes)
        await state.close()
        let machine = await handOvers(for: .seconds(60))
        func report(_ name: String, _ times: [Duration]) -> String {
            let sorted = times.sorted()
            func at(_ share: Double) -> Int {
                Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] / .microseconds(1))
            }
            return
                "\(name)_median_us \(at(0.5)) \(name)_99_us \(at(0.99)) \(name)_most_us \(at(1)) \(name)_over_10ms \(sorted.count { $0 > .milliseconds(10) }) \(name)_count \(sorted.count)"
        }
        print(
            "entries \(count) fill_s \(filled / .seconds(1)) \(report("quiet", quiet)) \(report("expiring", busy)) "
                + "\(report("machine", machine)) steps \(steps.count) "
                + "step_most_us \(Int(steps.longest / .microseconds(1))) holds \(holds.count) "
                + "hold_most_us \(Int(holds.longest / .microseconds(1))) memory_before_kb \(before) memory_after_kb \(after) memory_end_kb \(memory)"
        )
    }

    private static func key(_ number: Int) -> StateKey {
        StateKey(
            "greylist", "contact", "10.\(number >> 16 & 255).\(number >> 8 & 255).0/24",
            "<sender\(number)@example.com>", "<recipient@example.net>")
    }

    /// Looks an entry up and renews it, as greylisting does with one that has passed.
    private static func renew(_ number: Int, in state: SQLiteState, at now: Timestamp) async throws -> Duration {
        let key = key(number)
        let start = ContinuousClock.now
        _ = try await state.get(key, at: now)
        try await state.put(key, "passed", expires: now + .seconds(86_400 * 30), at: now)
        return start.duration(to: .now)
    }

    /// How long it takes to hand something to another thread and get it back, twice in a row, as a question to the store
    /// and a change do, where there is nothing to do with it: what the machine itself holds a program up, which no store can
    /// do better than.
    private static func handOvers(for time: Duration) async -> [Duration] {
        let thread = DispatchQueue(label: "bench")
        var waits: [Duration] = []
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            let start = ContinuousClock.now
            for _ in 0..<2 { await withCheckedContinuation { answer in thread.async { answer.resume() } } }
            waits.append(start.duration(to: .now))
        }
        return waits
    }

    /// Kilobytes of memory that the process holds.
    private static var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// The same numbers each time.
    private struct Dice {
        var seed: UInt64 = 88_172_645_463_325_252

        mutating func next(below limit: Int) -> Int {
            seed ^= seed << 13
            seed ^= seed >> 7
            seed ^= seed << 17
            return Int(seed % UInt64(limit))
        }
    }
}
