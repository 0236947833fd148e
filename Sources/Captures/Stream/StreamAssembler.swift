import Values

/// One direction of a TCP connection, put together from its segments in whatever order they come.
///
/// Of octets that come twice, those that came first stand, as they do for a receiver that has them already; where the
/// later ones differ, that is counted. Octets that were lost to the capture are a gap: they are given up once the
/// receiver has acknowledged them and further packets have come without them, when too much waits behind them, and at
/// the end of the connection. What is held is bounded.
struct StreamAssembler: Sendable {
    /// What comes out, in the order of the stream.
    enum Piece: Sendable, Hashable {
        /// Octets, and when they came.
        case data(Bytes, Moment)
        /// This many octets are missing.
        case gap(Int)
    }

    /// The sequence number of the first octet; nil before one is known.
    private var origin: UInt32?
    /// How many octets have come out, gaps counted.
    private(set) var position = 0
    /// What waits for octets before it, in order; no two overlap.
    private var held: [(start: Int, bytes: Bytes, time: Moment)] = []
    private(set) var heldOctets = 0
    /// Up to where the receiver says that it has everything.
    private var acknowledged = 0
    private var hasAcknowledgements = false
    /// Packets of the connection since the receiver acknowledged what is not here.
    private var patience = 0
    /// Where the sender said that it ends.
    private var end: Int?
    /// Up to where octets are known to have been sent.
    private var sentEnd = 0
    /// The last octets that came out, to see whether a repetition differs.
    private var tail: [UInt8] = []
    /// How many octets came again and were others.
    private(set) var conflicts = 0
    /// Octets that were never acknowledged, far from where the stream was, and not believed.
    private(set) var strays = 0

    /// Octets and pieces that wait before the octets that are missing are given up.
    private static let (mostHeld, mostPieces) = (4 << 20, 4096)
    /// Packets after which octets that were acknowledged are given up: some captures have packets out of order.
    private static let patienceLimit = 8
    private static let tailLength = 4096
    /// RFC 7323 §2.3: no window is larger.
    private static let largestWindow = 1 << 30

    /// Whether a first octet is known.
    var isOpen: Bool { origin != nil }

    /// Whether the sender has ended the stream, and all of it has come out.
    var isFinished: Bool { end.map { position >= $0 } ?? false }

    /// The stream begins with the octet of this sequence number.
    mutating func open(at sequence: UInt32) { origin = origin ?? sequence }

    /// Whether `sequence` is the number that the stream began with.
    func began(at sequence: UInt32) -> Bool { origin == sequence }

    /// How far a sequence number lies from where the stream is: RFC 9293 §3.4, numbers wrap.
    func distance(to sequence: UInt32) -> Int {
        guard let origin else { return 0 }
        return Int(Int32(bitPattern: sequence &- (origin &+ UInt32(truncatingIfNeeded: position))))
    }

    /// Takes a segment's payload, of which `length` octets were sent.
    mutating func add(_ sequence: UInt32, _ payload: Bytes, length: Int, isLast: Bool, at time: Moment) -> [Piece] {
        if origin == nil { origin = sequence }
        let start = position + distance(to: sequence)
        guard abs(start - position) < StreamAssembler.largestWindow else {
            strays += payload.count
            return []
        }
        sentEnd = max(sentEnd, start + length)
        if isLast { end = end ?? start + length }
        var pieces: [Piece] = []
        if length == 0 { return pieces }
        let isWhole = payload.count == length
        if held.isEmpty, start <= position, start + payload.count > position {
            compare(payload, at: start)
            deliver(payload[position - start..<payload.count], time, to: &pieces)
        } else if start + payload.count > position {
            compare(payload, at: start)
            hold(payload, at: start, time)
            drain(to: &pieces)
        } else {
            compare(payload, at: start)
        }
        // What the capture cut off a packet will not come, unless it was sent again.
        if !isWhole, position == start + payload.count, held.isEmpty || held[0].start >= start + length {
            give(up: start + length - position, to: &pieces)
            drain(to: &pieces)
        }
        while heldOctets > StreamAssembler.mostHeld || held.count > StreamAssembler.mostPieces { jump(to: &pieces) }
        return pieces
    }

    /// The receiver says that it has everything before `sequence`.
    mutating func acknowledge(_ sequence: UInt32) -> [Piece] {
        guard origin != nil else {
            origin = sequence
            hasAcknowledgements = true
            return []
        }
        let place = position + distance(to: sequence)
        guard place - position < StreamAssembler.largestWindow else { return [] }
        hasAcknowledgements = true
        acknowledged = max(acknowledged, place)
        // RFC 9293 §3.4: the end of a stream takes a number too.
        let known = min(acknowledged, end ?? acknowledged)
        guard known > position else {
            patience = 0
            return []
        }
        patience += 1
        guard patience > StreamAssembler.patienceLimit else { return [] }
        patience = 0
        var pieces: [Piece] = []
        give(up: min(known, held.first?.start ?? known) - position, to: &pieces)
        drain(to: &pieces)
        return pieces
    }

    /// The connection is over: whatever is missing will not come. What was never acknowledged by a receiver that did
    /// acknowledge is not taken for part of the stream.
    mutating func finish() -> [Piece] {
        var pieces: [Piece] = []
        while let first = held.first {
            if hasAcknowledgements, first.start >= acknowledged {
                strays += heldOctets
                (held, heldOctets) = ([], 0)
                break
            }
            jump(to: &pieces)
        }
        let last = min(max(acknowledged, hasAcknowledgements ? 0 : sentEnd), end ?? .max)
        if last > position { give(up: last - position, to: &pieces) }
        return pieces
    }

    private mutating func jump(to pieces: inout [Piece]) {
        guard let first = held.first else { return }
        give(up: first.start - position, to: &pieces)
        drain(to: &pieces)
    }

    private mutating func give(up count: Int, to pieces: inout [Piece]) {
        guard count > 0 else { return }
        position += count
        tail = []
        if case .gap(let before)? = pieces.last {
            pieces[pieces.count - 1] = .gap(before + count)
        } else {
            pieces.append(.gap(count))
        }
    }

    private mutating func deliver(_ bytes: Bytes, _ time: Moment, to pieces: inout [Piece]) {
        guard !bytes.isEmpty else { return }
        position += bytes.count
        if bytes.count >= StreamAssembler.tailLength {
            tail = bytes[bytes.count - StreamAssembler.tailLength..<bytes.count].array
        } else {
            tail += bytes
            // Cut now and then, not with each segment.
            if tail.count > 2 * StreamAssembler.tailLength {
                tail.removeFirst(tail.count - StreamAssembler.tailLength)
            }
        }
        pieces.append(.data(bytes, time))
    }

    private mutating func drain(to pieces: inout [Piece]) {
        var count = 0
        while count < held.count, held[count].start == position {
            heldOctets -= held[count].bytes.count
            deliver(held[count].bytes, held[count].time, to: &pieces)
            count += 1
        }
        held.removeFirst(count)
    }

    /// Keeps those octets of `payload` that are not here yet.
    private mutating func hold(_ payload: Bytes, at start: Int, _ time: Moment) {
        var place = max(start, position)
        let end = start + payload.count
        // Pieces are in order and apart, so those that end behind `place` can be searched.
        var (low, high) = (0, held.count)
        while low < high {
            let middle = (low + high) / 2
            if held[middle].start + held[middle].bytes.count > place { high = middle } else { low = middle + 1 }
        }
        var index = low
        while place < end {
            let next = index < held.count ? held[index].start : Int.max
            if place < next {
                let stop = min(end, next)
                let bytes = payload[place - start..<stop - start]
                held.insert((place, bytes, time), at: index)
                heldOctets += bytes.count
                place = stop
                index += 1
            } else {
                let stop = min(end, next + held[index].bytes.count)
                let (old, new) = (held[index].bytes[place - next..<stop - next], payload[place - start..<stop - start])
                if old != new { conflicts += zip(old, new).count { $0 != $1 } }
                place = stop
                index += 1
            }
        }
    }

    /// Counts what differs between octets that have come out already and their repetition.
    private mutating func compare(_ payload: Bytes, at start: Int) {
        let from = max(start, position - tail.count)
        let to = min(start + payload.count, position)
        guard from < to else { return }
        let offset = tail.count - position
        let old = tail[from + offset..<to + offset]
        conflicts += zip(old, payload[from - start..<to - start]).count { $0 != $1 }
    }
}

extension StreamAssembler {
    /// Lets go of what is held once the stream is over.
    mutating func forget() { (held, heldOctets, tail) = ([], 0, []) }
}
