import Synchronization
import Values

/// Collects the answers that views give, to be written as a snapshot that answers the same.
///
/// One recording serves any number of views at once. What it writes does not depend on the order in which the answers
/// came: each change of an answer over time is kept, and two answers of one moment are settled by their text.
public final class DNSRecording: Sendable {
    /// The moments at which each answer was given, with its time to live where that is known.
    private let moments = Mutex<[DNSExchange: [Moment]]>([:])

    private struct Moment {
        let time: Timestamp
        var ttl: Int?
        var isProvenAbsence: Bool
    }

    /// An empty recording.
    public init() {}

    /// A view that answers as `base` does and notes each answer as of `time`.
    public func view(of base: any DNSView, at time: Timestamp) -> RecordingDNS {
        RecordingDNS(base: base, recording: self, time: time)
    }

    /// Notes an answer; an `unrecorded` one is none. Of one that was given twice at a moment, out of a cache the second
    /// time, the longer time to live counts.
    public func note(
        _ exchange: DNSExchange, ttl: Int? = nil, isProvenAbsence: Bool = false, at time: Timestamp
    ) {
        guard exchange.answer != .unrecorded else { return }
        moments.withLock { moments in
            var known = moments.removeValue(forKey: exchange) ?? []
            if known.last?.time == time {
                let longest = [known[known.count - 1].ttl, ttl].compactMap(\.self).max()
                known[known.count - 1].ttl = longest
            } else {
                known.append(Moment(time: time, ttl: ttl, isProvenAbsence: isProvenAbsence))
            }
            moments[exchange] = known
        }
    }

    /// What was noted so far, in the order of a snapshot file: for each question an answer at the first moment it was
    /// given, and again where it came back after another.
    public var allCaptures: [DNSCapture] {
        let all = moments.withLock { moments in
            moments.flatMap { exchange, times in
                times.compactMap {
                    DNSCapture(
                        exchange.question, exchange.answer, ttl: $0.ttl, captured: $0.time,
                        isProvenAbsence: $0.isProvenAbsence)
                }
            }
        }
        var kept: [DNSCapture] = []
        var previous: DNSCapture?
        for capture in all.sorted() {
            let sameQuestion = previous?.question == capture.question
            if sameQuestion, previous?.captured == capture.captured { continue }
            if !sameQuestion || previous?.answer != capture.answer { kept.append(capture) }
            previous = capture
        }
        return kept
    }

    /// The snapshot as NDJSON, each line ended.
    public var lines: Bytes {
        var output: [UInt8] = []
        for capture in allCaptures {
            output += capture.line.utf8
            output.append(.lf)
        }
        return Bytes(output)
    }
}

/// A view that notes what it was asked and what it answered.
public struct RecordingDNS: DNSView {
    let base: any DNSView
    let recording: DNSRecording
    let time: Timestamp

    public func answer(to question: DNSQuestion) async -> DNSAnswer {
        let timed = await base.timed(question)
        recording.note(
            DNSExchange(question, timed.answer), ttl: timed.ttl, isProvenAbsence: timed.isProvenAbsence, at: time)
        return timed.answer
    }

    public func answerAtHand(to question: DNSQuestion) -> DNSAnswer? {
        guard let answer = base.answerAtHand(to: question) else { return nil }
        recording.note(DNSExchange(question, answer), at: time)
        return answer
    }
}
