import Values

/// Reads logs of any format that is known, in pieces, and tells what they say as records.
///
/// A file is in one of three layouts: one of a format's own, found by its first lines; lines of syslog, whose program says
/// the format; or a mixture, each line of which is asked for. Containers' frames are taken off before. Memory is bounded by
/// what the formats hold; no line is passed over: those that no format knows are counted by shape.
public struct LogImport: Sendable {
    /// What has been read.
    public private(set) var tally = LogTally()
    /// The earliest and latest time that a line had.
    public var times: ClosedRange<Timestamp>? { earliest <= latest ? earliest...latest : nil }
    /// What the file that is read is taken for: a format's name, or `syslog`; empty before that is known.
    public private(set) var layout = ""

    /// How many lines of the files so far no format knew. The tally has those of the file that is read when it ends.
    public var unknownCount: Int { tally.unknownCount + counts.reduce(0) { $0 + $1.seen - $1.read } }

    private var earliest = Timestamp(milliseconds: .max), latest = Timestamp(milliseconds: .min)
    private let types: [any LogFormat.Type]
    private let waits: Bool
    private var clock: LogClock
    private var prefix = LogPrefix()
    private var framing = LogFraming.none
    /// The formats that have been given lines, and how many.
    private var formats: [(any LogFormat)?]
    /// Whether a format has: to look at an existential for it would copy it.
    private var isMade: [Bool]
    private var counts: [LogTally.Count]
    /// The format of the programs of syslog that have been seen; -1 for programs of none.
    private var owners: [String: Int] = [:]
    /// The origins of the last lines, and the formats of their programs.
    private var recent = [(origin: LogOrigin, owner: Int)](repeating: (.unknown, -1), count: 8)
    private var nextRecent = 0
    /// The layout's format; nil for syslog.
    private var own: Int?
    /// The format of the last line that had no prefix.
    private var loose: Int?
    private var head: [UInt8] = []
    private var isDecided = false
    private var held: [UInt8] = []
    private var heldLength = 0
    private var place = LogPlace(file: 0, offset: 0, line: 1, length: 0)
    private var lastTime: Timestamp?
    private var lastOwner = -1

    /// The longest line that is read whole; of longer ones, this much is.
    public static let longestLine = 64 << 10
    private static let headLength = 64 << 10, headLines = 60, mostPrograms = 4_096

    /// An import of logs with this clock. One that `waits` looks at the first 64 KB of a file before it says what it is, one
    /// that does not, as for logs that are being written, at what comes first.
    public init(clock: LogClock, waits: Bool = true, formats types: [any LogFormat.Type] = LogFormats.all) {
        (self.clock, self.waits, self.types) = (clock, waits, types)
        formats = Array(repeating: nil, count: types.count)
        isMade = Array(repeating: false, count: types.count)
        counts = Array(repeating: LogTally.Count(), count: types.count)
    }

    /// Begins a file. Formats with a layout of their own start anew; those within syslog go on, as when a log was rotated.
    public mutating func begin(file: Int, clock: LogClock) {
        place = LogPlace(file: file, offset: 0, line: 1, length: 0)
        self.clock = clock
        (head, held, heldLength, isDecided, layout, own, loose) = ([], [], 0, false, "", nil, nil)
        (framing, lastTime, lastOwner) = (.none, nil, -1)
    }

    /// Reads the next bytes of the file.
    public mutating func add(_ bytes: ArraySlice<UInt8>, into records: inout [LogRecord]) {
        guard !isDecided else { return split(bytes, into: &records) }
        head += bytes
        if !waits || head.count >= LogImport.headLength { decide(into: &records) }
    }

    /// Ends the file.
    public mutating func finish(into records: inout [LogRecord]) {
        if !isDecided { decide(into: &records) }
        if heldLength > 0 {
            let line = held[...]
            place.length = heldLength
            read(line, isWhole: heldLength == held.count, into: &records)
        }
        (held, heldLength) = ([], 0)
        for index in formats.indices {
            formats[index]?.finish(into: &records)
            if index == own || index == loose { (formats[index], isMade[index]) = (nil, false) }
            tally.add(counts[index], to: types[index].name)
            counts[index] = LogTally.Count()
        }
    }

    private mutating func decide(into records: inout [LogRecord]) {
        isDecided = true
        let bytes = head[...]
        head = []
        choose(by: bytes)
        split(bytes, into: &records)
    }

    private mutating func choose(by bytes: LogText) {
        var lines: [LogText] = []
        var rest = bytes
        while lines.count < LogImport.headLines, !rest.isEmpty {
            let end = rest.firstIndex(of: .lf) ?? rest.endIndex
            var line = rest[..<end]
            rest = rest[min(end + 1, rest.endIndex)...]
            if line.last == .cr { line = line.dropLast() }
            if !line.trimmed.isEmpty { lines.append(line.prefix(8 << 10)) }
        }
        guard !lines.isEmpty else { return layout = "" }
        // A format may have a layout of JSON, as the frames do: it goes first.
        if let best = best(for: lines), best.confidence >= 90 { return use(best.index) }
        framing = LogFraming.of(lines)
        if framing != .none {
            lines = lines.compactMap { framing.content(of: $0, at: place, clock)?.text }.filter { !$0.isEmpty }
        }
        let syslog = lines.count { line in
            var entry = LogEntry(line, at: place, clock: clock)
            return takePrefix(from: &entry, line) != .none
        }
        if !lines.isEmpty, framing != .journal, syslog * 2 < lines.count, let best = best(for: lines) {
            return use(best.index)
        }
        layout = "syslog"
    }

    private mutating func use(_ index: Int) { (own, layout) = (index, types[index].name) }

    private func best(for lines: [LogText]) -> (index: Int, confidence: Int)? {
        var best: (index: Int, confidence: Int)?
        for (index, type) in types.enumerated() {
            let confidence = type.confidence(in: lines)
            if confidence > (best?.confidence ?? 0) { best = (index, confidence) }
        }
        return best
    }

    private mutating func split(_ bytes: ArraySlice<UInt8>, into records: inout [LogRecord]) {
        var start = bytes.startIndex
        while let end = bytes.index(of: .lf, from: start) {
            if heldLength > 0 {
                hold(bytes[start..<end])
                let line = held[...]
                place.length = heldLength + 1
                read(line, isWhole: heldLength == held.count, into: &records)
                (held, heldLength) = ([], 0)
            } else {
                place.length = end - start + 1
                let isWhole = end - start <= LogImport.longestLine
                read(bytes[start..<min(end, start + LogImport.longestLine)], isWhole: isWhole, into: &records)
            }
            place.offset += place.length
            place.line += 1
            start = end + 1
        }
        if start < bytes.endIndex { hold(bytes[start...]) }
    }

    private mutating func hold(_ bytes: ArraySlice<UInt8>) {
        heldLength += bytes.count
        held += bytes.prefix(LogImport.longestLine - held.count)
    }

    /// Reads a line that lies at `place`.
    private mutating func read(_ bytes: LogText, isWhole: Bool, into records: inout [LogRecord]) {
        var line = bytes
        if line.last == .cr { line = line.dropLast() }
        if !isWhole { tally.overlongCount += 1 }
        if own == nil, line.first?.isWhitespace ?? true, line.trimmed.isEmpty {
            tally.emptyCount += 1
            return
        }
        if let own, framing == .none { return give(LogEntry(line, at: place, clock: clock), to: own, into: &records) }
        var entry = LogEntry(line, at: place, clock: clock)
        if framing != .none {
            guard let content = framing.content(of: line, at: place, clock) else {
                return miss(line, LogTally.unrecognized)
            }
            entry = content
            if let own { return give(entry, to: own, into: &records) }
        }
        // A frame's time is finer, and has a year: it stays.
        let owner =
            entry.origin.program == nil
            ? takePrefix(from: &entry, framing == .none ? line : entry.text) : owner(of: entry.origin)
        guard case .format(let index) = owner else { return giveLoose(entry, into: &records) }
        if index >= 0 { return give(entry, to: index, into: &records) }
        let program = entry.program ?? ""
        tally.add(LogTally.Count(seen: 1, read: 1), to: LogTally.others)
        tally.note(String(program.prefix(64)), of: LogTally.others, at: place)
        note(entry.instant?.time)
        lastOwner = -1
    }

    /// The line without its prefix. A word with a colon behind a time
    /// alone, or one that syslog does not write, is a program only where it is a known one: in
    /// other logs it is the first word of a sentence.
    private mutating func takePrefix(from entry: inout LogEntry, _ text: LogText) -> Owner {
        let hadTime = entry.instant != nil
        let host = framing == .none ? nil : entry.host
        guard prefix.take(from: &entry) else { return .none }
        let owner = owner(of: entry.origin)
        guard owner == .format(-1) else { return owner }
        let isSpaced = text.count > 10 && text[text.startIndex + 10] == .space && text.first?.isDigit ?? false
        guard entry.host == nil || isSpaced else { return owner }
        (entry.text, entry.process) = (text, nil)
        entry.origin = host.map { LogOrigin(host: $0, program: nil) } ?? .unknown
        if !hadTime { entry.instant = nil }
        return .none
    }

    /// Whose line it is, by what stands before its words.
    private enum Owner: Equatable {
        /// Nothing stands there.
        case none
        /// No program is named.
        case unnamed
        /// One is that the format of this index owns, or none with -1.
        case format(Int)
    }

    /// The format that owns the program of an origin.
    private mutating func owner(of origin: LogOrigin) -> Owner {
        guard let program = origin.program else { return .unnamed }
        for place in recent.indices where recent[place].origin === origin { return .format(recent[place].owner) }
        let owner = foundOwner(of: program)
        recent[nextRecent] = (origin, owner)
        nextRecent = (nextRecent + 1) & 7
        return .format(owner)
    }

    private mutating func foundOwner(of program: String) -> Int {
        if let index = owners[program] { return index }
        let index = types.firstIndex { $0.owns(program: program) } ?? -1
        if owners.count < LogImport.mostPrograms { owners[program] = index }
        return index
    }

    /// Gives a line without a prefix to the format that knows such lines, or to that of the line before, which it may
    /// belong to.
    private mutating func giveLoose(_ entry: LogEntry, into records: inout [LogRecord]) {
        if let best = best(for: [entry.text]), best.confidence >= 50 {
            loose = best.index
            return give(entry, to: best.index, into: &records)
        }
        if let loose { return give(entry, to: loose, into: &records) }
        if lastOwner >= 0, formats[lastOwner] != nil {
            let count = records.count
            if formats[lastOwner]?.read(entry, into: &records) == .continuation {
                counts[lastOwner].seen += 1
                counts[lastOwner].read += 1
                return
            }
            records.removeSubrange(count...)
        }
        miss(entry.text, LogTally.unrecognized)
    }

    private mutating func give(_ entry: LogEntry, to index: Int, into records: inout [LogRecord]) {
        if !isMade[index] { (formats[index], isMade[index]) = (types[index].init(), true) }
        let count = records.count
        let recognition = formats[index]?.read(entry, into: &records) ?? .unknown
        counts[index].seen += 1
        if let time = entry.instant?.time {
            note(time)
        } else if records.count > count {
            note(records[records.count - 1].instant?.time)
        }
        switch recognition {
        case .read: counts[index].read += 1
        case .continuation:
            counts[index].read += 1
            // The entry is as long as its lines are.
            if count > 0, records.count == count, records[count - 1].place.file == place.file,
                records[count - 1].place.offset + records[count - 1].place.length == place.offset
            {
                records[count - 1].place.length += place.length
            }
        case .unknown:
            tally.note(LogShape.of(entry.text), of: types[index].name, at: place)
        }
        lastOwner = index
    }

    private mutating func miss(_ text: LogText, _ format: String) {
        tally.add(LogTally.Count(seen: 1), to: format)
        tally.note(LogShape.of(text), of: format, at: place)
    }

    private mutating func note(_ time: Timestamp?) {
        guard let time else { return }
        if let lastTime, time.milliseconds < lastTime.milliseconds - 1_000 { tally.stepCount += 1 }
        lastTime = time
        if time < earliest { earliest = time }
        if time > latest { latest = time }
    }
}
