import SMTP

/// A next hop whose answers are recorded.
public struct RecordingHop: NextHop {
    private let base: any NextHop
    private let recording: SessionRecording

    /// Records what `base` answers.
    public init(_ base: any NextHop, in recording: SessionRecording) { (self.base, self.recording) = (base, recording) }

    public func greet(_ session: Session) async -> HopGreeting {
        let greeting = await base.greet(session)
        switch greeting {
        case .ready(let extensions):
            recording.add(.hop(RecordedHopAnswer(.greet, reply: nil, extensions: extensions)))
        case .unavailable(let reply): recording.add(.hop(RecordedHopAnswer(.greet, reply: reply)))
        }
        return greeting
    }

    public func reply(to request: HopRequest) async -> SMTPReply? {
        let reply = await base.reply(to: request)
        let (kind, path) = request.recorded
        recording.add(.hop(RecordedHopAnswer(kind, path: path, reply: reply)))
        return reply
    }
}

extension HopRequest {
    /// The request as a transcript names it, and the path in it.
    public var recorded: (request: RecordedHopAnswer.Request, path: String?) {
        switch self {
        case .auth: (.auth, nil)
        case .authResponse: (.response, nil)
        case .mail(let path, _): (.mail, path)
        case .rcpt(let path, _): (.rcpt, path)
        case .message: (.message, nil)
        case .reset: (.reset, nil)
        case .quit: (.quit, nil)
        }
    }
}
