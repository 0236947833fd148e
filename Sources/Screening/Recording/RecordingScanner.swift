import SMTP

/// Scanners whose answers are recorded.
struct RecordingScanner: ScannerView {
    let base: any ScannerView
    let recording: SessionRecording

    func answer(to question: ScanQuestion) async -> ScanAnswer? {
        guard let answer = await base.answer(to: question) else { return nil }
        recording.note(.scan(RecordedScanAnswer(question, answer)))
        return answer
    }
}
