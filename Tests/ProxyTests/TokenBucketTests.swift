import Testing

@testable import Proxy

@Suite struct TokenBucketTests {
    @Test func whatComesFasterWaits() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate: 100, at: start)
        #expect(bucket.spend(100, at: start) == .zero)
        #expect(bucket.spend(50, at: start) == .milliseconds(500))
        // Half a second later the debt is paid, and no more than that.
        #expect(bucket.spend(0, at: start + .milliseconds(500)) == .zero)
        #expect(bucket.spend(100, at: start + .milliseconds(500)) == .seconds(1))
        // Nobody saves up more than a second.
        #expect(bucket.spend(200, at: start + .seconds(1000)) == .seconds(1))
    }

    @Test func nothingWaitsWithoutARate() {
        var bucket = TokenBucket(at: .now)
        #expect(bucket.spend(1 << 30, at: .now) == .zero)
        bucket.rate = 1
        #expect(bucket.spend(Int.max / 2, at: .now) == .seconds(3600))
    }
}
