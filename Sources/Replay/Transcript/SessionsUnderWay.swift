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
        entries.append(Entry(item, count, keeper, TranscriptCourse(replay, item.session)))
    }

    /// Takes all steps up to `time`, nil for all there are; hands out the sessions that end.
    mutating func advance(to time: Timestamp?, deliver: (ReplayRun.Event) throws -> Void) async throws {
        while let place = next {
            let entry = entries[place]
            if let time, entry.time > time, entries.count <= SessionsUnderWay.most { return }
            await entry.course.step { entry.item.message(in: $0, limit: run.options.archive.maximumMessageSize) }
            if let next = entry.course.nextTime {
                // A transcript whose times go back is taken in its own order all the same.
                entry.time = max(entry.time, next)
                continue
            }
            entries.remove(at: place)
            let result = run.result(of: entry.item, entry.course.finish())
            try deliver(.session(result))
            if var history = entry.keeper?.history {
                history.label = result.outcome.records.lazy.compactMap(\.label).first ?? run.options.label
                try deliver(.history(history))
            }
        }
    }

    /// The session with the next step; of several, the one that began first.
    private var next: Int? {
        entries.indices.min { left, right in
            (entries[left].time, entries[left].number) < (entries[right].time, entries[right].number)
        }
    }
}
