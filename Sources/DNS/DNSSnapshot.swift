import Values

/// What a name that a snapshot does not know means.
public enum MissingAnswer: String, Sendable, Hashable, CaseIterable {
    /// Nobody asked: whatever needs the answer is not evaluated.
    case unrecorded
    /// The snapshot is the whole truth: the name does not exist.
    case nameError = "nxdomain"
}

/// Recorded DNS answers, each with the time it was got. As of any moment it gives a `DNSView`.
public struct DNSSnapshot: Sendable {
    /// The captures of each question, earliest first, those that hold at any time before all.
    private var captures: [DNSQuestion: [DNSCapture]] = [:]
    /// The types recorded at each name.
    private var types: [DomainName: Set<RecordType>] = [:]
    /// Names recorded only with types that mail policy does not look at.
    private var otherNames: Set<DomainName> = []

    /// A snapshot of `captures`. Of two with the same question and time the later in the sequence counts.
    public init(_ captures: some Sequence<DNSCapture> = []) {
        for capture in captures { append(capture) }
        sortCaptures()
    }

    /// All captures in the order of a snapshot file.
    public var allCaptures: [DNSCapture] { captures.values.flatMap { $0 }.sorted() }

    /// The DNS as it was at `time`.
    ///
    /// Of several captures of a question the latest not after `time` answers; when all are after it, the earliest
    /// does. So a snapshot taken today serves last year's mail: what was published later is better evidence than
    /// nothing, and `captured` says how late.
    public func view(at time: Timestamp, missing: MissingAnswer = .unrecorded) -> DNSSnapshotView {
        DNSSnapshotView(snapshot: self, time: time, missing: missing)
    }

    mutating func append(_ capture: DNSCapture) {
        captures[capture.question, default: []].append(capture)
        types[capture.question.name, default: []].insert(capture.question.type)
    }

    mutating func appendOtherType(at name: DomainName) { otherNames.insert(name) }

    /// Puts the captures of each question in order of time and drops those that a later line repeats.
    mutating func sortCaptures() {
        for (question, list) in captures where list.count > 1 {
            // Sorting is stable: equal times stay in the order in which they came.
            let sorted = list.enumerated().sorted { left, right in
                let (a, b) = (left.element.captured, right.element.captured)
                if a == b { return left.offset < right.offset }
                guard let b else { return false }
                return a.map { $0 < b } ?? true
            }
            var kept: [DNSCapture] = []
            for (_, capture) in sorted {
                if kept.last?.captured == capture.captured, !kept.isEmpty { kept.removeLast() }
                kept.append(capture)
            }
            captures[question] = kept
        }
    }

    /// The capture of exactly this question that holds at `time`.
    func capture(of question: DNSQuestion, at time: Timestamp) -> DNSCapture? {
        guard let list = captures[question] else { return nil }
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if list[middle].captured.map({ $0 <= time }) ?? true { low = middle + 1 } else { high = middle }
        }
        return list[max(0, low - 1)]
    }

    /// Whether anything is recorded of a name.
    func knows(_ name: DomainName) -> Bool { types[name] != nil || otherNames.contains(name) }

    /// What is known of a name from its other types.
    func standing(of name: DomainName, at time: Timestamp) -> NameStanding {
        var standing: NameStanding = otherNames.contains(name) ? .exists : .unknown
        for type in types[name] ?? [] {
            switch capture(of: DNSQuestion(name, type), at: time)?.answer {
            case .records, .noData: return .exists
            case .nameError: if standing == .unknown { standing = .absent }
            case .serverFailure, .timeout, .unrecorded, nil: continue
            }
        }
        return standing
    }

    enum NameStanding {
        case exists
        case absent
        case unknown
    }
}

/// A snapshot as of one moment.
public struct DNSSnapshotView: DNSView {
    /// All answers are in memory.
    public var answersAtOnce: Bool { true }

    let snapshot: DNSSnapshot
    let time: Timestamp
    let missing: MissingAnswer

    public func answer(to question: DNSQuestion) async -> DNSAnswer { known(question) }

    /// What was recorded of exactly this question, with its time and time to live; nil where the answer is put together
    /// of others or there is none.
    public func capture(of question: DNSQuestion) -> DNSCapture? { snapshot.capture(of: question, at: time) }

    public func answerAtHand(to question: DNSQuestion) -> DNSAnswer? { known(question) }

    private func known(_ question: DNSQuestion) -> DNSAnswer {
        // What was recorded of a question has its aliases followed; only what was not asked is put together.
        if let capture = snapshot.capture(of: question, at: time) { return capture.answer }
        // Most names that are missing are missing altogether, and so have no alias.
        return snapshot.knows(question.name) ? answerFollowingAliases(to: question) : absence
    }
}

extension DNSSnapshotView: DirectAnswers {
    func directAnswer(to question: DNSQuestion) -> DNSAnswer {
        if let capture = snapshot.capture(of: question, at: time) { return capture.answer }
        switch snapshot.standing(of: question.name, at: time) {
        case .exists: return .noData
        // RFC 2308 §5: a name error is the name's, whatever type was asked for.
        case .absent: return .nameError
        case .unknown: return absence
        }
    }

    /// What is said of a name that is not there.
    private var absence: DNSAnswer { missing == .nameError ? .nameError : .unrecorded }
}
