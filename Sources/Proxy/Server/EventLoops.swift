import NIOCore
import NIOPosix

/// The threads that serve connections.
public enum EventLoops {
    /// Returns once each of them has found the time to: whoever waits for that knows that none hangs.
    public static func answer() async {
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try? await loop.submit {}.get() }
    }
}
