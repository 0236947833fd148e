import Values

/// Octets of one side that nobody has read yet, with the times at which they came, and the gaps between them.
struct TimedQueue: Sendable {
    private var bytes: [UInt8] = []
    /// Where in `bytes` the unread ones begin.
    private var start = 0
    /// How many octets have been read before `bytes[start]`.
    private var read = 0
    /// Up to which octet all had come by which time.
    private var stamps: [(end: Int, time: Moment)] = []
    private var firstStamp = 0
    private var gaps: [(place: Int, octets: Int)] = []
    /// Up to where no line end was found.
    private var searched = 0

    /// Octets that can be read before the next gap.
    var count: Int { min(bytes.count - start, (gaps.first?.place ?? .max) - read) }

    /// All octets that wait, those behind gaps too.
    var held: Int { bytes.count - start }

    /// Whether octets wait, or a gap.
    var hasMore: Bool { held > 0 || gap != nil }

    /// The octets missing at this place; nil when the next octet is there.
    var gap: Int? {
        guard let first = gaps.first, first.place == read else { return nil }
        return first.octets
    }

    /// The first octets, up to `limit`.
    func head(_ limit: Int) -> Bytes { Bytes(bytes, in: start..<start + min(limit, count)) }

    mutating func append(_ input: Bytes, at time: Moment) {
        // What was read is let go of when it is most of what is held.
        if start > 1 << 16, start > bytes.count / 2 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes += input
        stamps.append((read + bytes.count - start, time))
        if firstStamp > 64, firstStamp > stamps.count / 2 {
            stamps.removeFirst(firstStamp)
            firstStamp = 0
        }
    }

    mutating func appendGap(_ octets: Int) {
        let place = read + bytes.count - start
        if let last = gaps.last, last.place == place {
            gaps[gaps.count - 1].octets += octets
        } else {
            gaps.append((place, octets))
        }
    }

    /// Takes the gap at this place.
    mutating func takeGap() -> Int {
        guard gap != nil else { return 0 }
        searched = start
        return gaps.removeFirst().octets
    }

    /// When the octet that comes next came; nil when there is none.
    var time: Moment? { held > 0 ? time(of: read) : nil }

    private func time(of octet: Int) -> Moment {
        for stamp in stamps[firstStamp...] where stamp.end > octet { return stamp.time }
        return stamps.last?.time ?? Moment(number: 0, time: Timestamp(milliseconds: 0))
    }

    /// Takes so many octets, at most those before the next gap; with the time at which the last of them came.
    mutating func take(_ octets: Int) -> (bytes: Bytes, time: Moment) {
        let taken = Bytes(Array(bytes[start..<start + min(octets, count)]))
        read += taken.count
        let time = time(of: max(0, read - 1))
        start += taken.count
        while firstStamp < stamps.count, stamps[firstStamp].end <= read { firstStamp += 1 }
        searched = max(searched, start)
        return (taken, time)
    }

    /// How many octets the next line has with its LF; nil when its end is not here.
    mutating func lineLength() -> Int? {
        let end = start + count
        searched = max(searched, start)
        guard searched < end else { return nil }
        let found = Bytes(bytes).withSpan { [searched] in $0.firstIndex(of: .lf, in: searched..<end) }
        searched = found ?? end
        return found.map { $0 + 1 - start }
    }
}
