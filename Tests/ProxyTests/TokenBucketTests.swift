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

    /// What others use is no longer there, but for what nobody here wanted while it was to be had.
    @Test func othersUseItToo() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate: 100, at: start)
        bucket.spendElsewhere(50)
        #expect(bucket.spend(100, at: start) == .milliseconds(500))
        // Ten seconds later others have used half of what there was to spare here.
        #expect(bucket.spend(0, at: start + .seconds(10)) == .zero)
        bucket.spendElsewhere(500)
        #expect(bucket.spend(100, at: start + .seconds(10)) == .zero)
        // Others used all of the rate, all the time: nothing was saved here.
        #expect(bucket.spend(0, at: start + .seconds(20)) == .zero)
        bucket.spendElsewhere(1000)
        #expect(bucket.spend(100, at: start + .seconds(20)) == .seconds(1))
    }

    @Test func nothingWaitsWithoutARate() {
        var bucket = TokenBucket(at: .now)
        #expect(bucket.spend(1 << 30, at: .now) == .zero)
        bucket.rate = 1
        #expect(bucket.spend(Int.max / 2, at: .now) == .seconds(3600))
    }
}
