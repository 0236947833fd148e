import Archives
import SMTP
import Screening
import Tuning
import Values

/// Sessions of transcripts that run beside one another, as they did when they were recorded: the steps of all of them
/// are taken in the order of their times.
struct SessionsUnderWay {
    /// A session, and what keeps its history.
    private final class Entry {
        let item: TranscriptSession
        let number: Int
        let keeper: HistoryKeeper?
        var course: TranscriptCourse
        var time: Timestamp

        init(_ item: TranscriptSession, _ number: Int, _ keeper: HistoryKeeper?, _ course: TranscriptCourse) {
            (self.item, self.number, self.keeper, self.course) = (item, number, keeper, course)
            time = item.session.connectTime
        }
    }

    private let run: ReplayRun
    /// A heap: no entry has a step before that of the one at half its place.
    private var entries: [Entry] = []
    private var count = 0

    /// More sessions than these are not held open: the one that comes next is brought to its end first.
    private static let most = 2048

    init(_ run: ReplayRun) { self.run = run }

    /// A session begins.
    mutating func begin(_ item: TranscriptSession) {
        count += 1
        var environment = run.screening.environment
        let keeper = run.options.keepsHistories ? HistoryKeeper(source: item.source) : nil
        environment.witness = keeper
        var replay = TranscriptReplay(
            policy: run.screening.policy, environment: environment, answersAsRecorded: run.options.answersAsRecorded)
        replay.changes = run.options.changes
        replay.log = item.log
        entries.append(Entry(item, count, keeper, TranscriptCourse(replay, item.session)))
        rise(from: entries.count - 1)
    }

    /// Takes all steps up to `time`, nil for all there are; hands out the sessions that end.
    mutating func advance(to time: Timestamp?, deliver: (ReplayRun.Event) throws -> Void) async throws {
        // The session with the next step is at the top; of several, the one that began first.
        while let entry = entries.first {
            if let time, entry.time > time, entries.count <= SessionsUnderWay.most { return }
            await entry.course.step { entry.item.message(in: $0, limit: run.options.archive.maximumMessageSize) }
            if let next = entry.course.nextTime {
                // A transcript whose times go back is taken in its own order all the same.
                entry.time = max(entry.time, next)
                sink()
                continue
            }
            entries.swapAt(0, entries.count - 1)
            entries.removeLast()
            sink()
            let result = run.result(of: entry.item, entry.course.finish())
            try deliver(.session(result))
            if var history = entry.keeper?.history {
                history.label = result.outcome.records.lazy.compactMap(\.label).first ?? run.options.label
                try deliver(.history(history))
            }
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (entries[left].time, entries[left].number) < (entries[right].time, entries[right].number)
    }

    private mutating func rise(from place: Int) {
        var place = place
        while place > 0, precedes(place, (place - 1) / 2) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Puts the entry at the top where it belongs.
    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count && precedes(child, least) {
                least = child
            }
            if least == place { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}
