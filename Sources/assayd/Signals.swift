import Dispatch
import Glibc

/// Signals as they come, instead of what they would do by themselves.
final class Signals {
    /// Their numbers.
    let received: AsyncStream<Int32>
    private let sources: [any DispatchSourceSignal]
    private let arrivals: AsyncStream<Int32>.Continuation

    /// Takes over `numbers`.
    init(_ numbers: [Int32]) {
        let (received, arrivals) = AsyncStream.makeStream(of: Int32.self)
        (self.received, self.arrivals) = (received, arrivals)
        sources = numbers.map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { arrivals.yield(number) }
            source.resume()
            return source
        }
    }

    /// Does as if the signal had come.
    var pretend: @Sendable (Int32) -> Void { { [arrivals] number in arrivals.yield(number) } }

    deinit { for source in sources { source.cancel() } }
}
