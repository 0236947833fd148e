import NIOCore
import Synchronization

/// Looks, for all the streams of an event loop, whether their time is over: in steps of some milliseconds, and with one
/// timer of the loop for all of them. A timer for each stream, which mostly never rings, would cost more than a command.
final class AlarmClock: Sendable {
    /// Where a stream waits on the clock's face.
    struct Alarm {
        fileprivate let step: Int

        /// Whether the alarm rings when it is `deadline`, or before.
        func rings(by deadline: NIODeadline) -> Bool { step <= AlarmClock.step(of: deadline) }
    }

    private struct Face {
        /// The streams of each step after `step`, round and round.
        var slots = [[ObjectIdentifier: ByteStream]](repeating: [:], count: AlarmClock.slotCount)
        /// The last step that has been looked at.
        var step = 0
        var count = 0
        /// The step that the loop's timer is set for; a timer set for another is not needed any more.
        var nextTick: Int?

        /// The first step with streams.
        var firstStep: Int? {
            guard count > 0 else { return nil }
            return (step + 1..<step + AlarmClock.slotCount).first { !slots[$0 % AlarmClock.slotCount].isEmpty }
        }
    }

    /// How exact deadlines are, in nanoseconds.
    private static let resolution: UInt64 = 5_000_000
    private static let slotCount = 256

    private let loop: any EventLoop
    private let face = Mutex(Face())

    /// The clock of `loop`.
    init(_ loop: any EventLoop) { self.loop = loop }

    /// The first step after `time`, or at it.
    private static func step(of time: NIODeadline) -> Int {
        Int(clamping: (time.uptimeNanoseconds + resolution - 1) / resolution)
    }

    private static var present: Int { Int(clamping: NIODeadline.now().uptimeNanoseconds / resolution) }

    /// Has `stream` look at its deadline when it is `deadline`, or before where that is far away.
    func add(_ stream: ByteStream, by deadline: NIODeadline) -> Alarm {
        let (step, isFirst) = face.withLock { face in
            if face.count == 0 { face.step = max(face.step, AlarmClock.present) }
            let last = face.step + AlarmClock.slotCount - 1
            let step = min(max(AlarmClock.step(of: deadline), face.step + 1), last)
            let old = face.slots[step % AlarmClock.slotCount].updateValue(stream, forKey: ObjectIdentifier(stream))
            if old == nil { face.count += 1 }
            let isFirst = face.nextTick.map { $0 > step } ?? true
            if isFirst { face.nextTick = step }
            return (step, isFirst)
        }
        if isFirst { setTimer(for: step) }
        return Alarm(step: step)
    }

    /// Forgets an alarm of `stream`, if it has not rung.
    func remove(_ alarm: Alarm, of stream: ByteStream) {
        face.withLock { face in
            let old = face.slots[alarm.step % AlarmClock.slotCount].removeValue(forKey: ObjectIdentifier(stream))
            if old != nil { face.count -= 1 }
        }
    }

    private func setTimer(for step: Int) {
        let time = NIODeadline.uptimeNanoseconds(UInt64(step) * AlarmClock.resolution)
        loop.scheduleTask(deadline: time) { self.tick(step) }
    }

    private func tick(_ step: Int) {
        let (due, next) = face.withLock { face in
            guard face.nextTick == step else { return ([] as [ByteStream], nil as Int?) }
            var due: [ByteStream] = []
            let present = max(step, AlarmClock.present)
            for step in face.step + 1...max(face.step + 1, min(present, face.step + AlarmClock.slotCount)) {
                let slot = step % AlarmClock.slotCount
                guard !face.slots[slot].isEmpty else { continue }
                due += face.slots[slot].values
                face.slots[slot].removeAll()
            }
            face.count -= due.count
            face.step = max(face.step, present)
            face.nextTick = face.firstStep
            return (due, face.nextTick)
        }
        if let next { setTimer(for: next) }
        for stream in due { stream.expire() }
    }
}
