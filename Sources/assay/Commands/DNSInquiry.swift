import DNS
import Resolver
import Values

/// Many questions to one source.
struct DNSInquiry {
    private let view: any DNSView
    private let time: Timestamp
    private let source: String

    /// Opens the source. Throws what keeps it from being used.
    init(_ options: LiveDNSOptions) throws {
        time = WallClock.now
        source = options.dns
        view = try DNSOptions.open(
            options.dns, missing: options.missingOptions.missing, dnssec: options.dnssecOptions)(time)
    }

    /// How many questions are on their way at once.
    private static let window = 512

    /// What the questions are answered, in their order. A snapshot may leave some unanswered.
    func captures(of questions: [DNSQuestion]) async -> [DNSCapture] {
        var captures: [DNSCapture?] = Array(repeating: nil, count: questions.count)
        await withTaskGroup(of: (Int, DNSCapture?).self) { group in
            for (index, question) in questions.enumerated() {
                if index >= DNSInquiry.window, let (done, capture) = await group.next() { captures[done] = capture }
                group.addTask { (index, await capture(of: question)) }
            }
            for await (done, capture) in group { captures[done] = capture }
        }
        return captures.compactMap(\.self)
    }

    private func capture(of question: DNSQuestion) async -> DNSCapture? {
        if let snapshot = view as? DNSSnapshotView {
            if let capture = snapshot.capture(of: question) { return capture }
            return DNSCapture(question, await view.answer(to: question), captured: nil)
        }
        guard let timed = view as? any TimedDNSView else {
            return DNSCapture(question, await view.answer(to: question), captured: time)
        }
        let answer = await timed.timedAnswer(to: question)
        return DNSCapture(
            question, answer.answer, ttl: answer.ttl, captured: time, isProvenAbsence: answer.isProvenAbsence)
    }

    /// Throws when some questions had no answer.
    func check(_ captures: [DNSCapture], of questions: [DNSQuestion]) async throws {
        let unanswered = captures.filter { $0.answer == .timeout || $0.answer == .serverFailure }.count
        if unanswered == questions.count, let server = await (try? DNSSource(source))?.serverThatRefuses() {
            throw Failure(.unavailable, "\(server): nobody listens there; is it the right address and port?")
        }
        if unanswered > 0 {
            throw Failure(
                .unavailable,
                "\(unanswered) of \(questions.count) questions had no answer; ask again, or another server")
        }
        let unrecorded = questions.count - captures.count
        if unrecorded > 0 {
            throw Failure(.noInput, "\(unrecorded) of \(questions.count) questions are not in the snapshot")
        }
    }
}
