import Screening

/// Keeps records of sessions.
public protocol SessionRecorder: Sendable {
    /// Where the record of the session of this name goes.
    func sink(for session: String) -> any RecordingSink
}
