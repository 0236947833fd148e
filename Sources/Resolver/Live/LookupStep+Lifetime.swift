import DNS

extension LookupStep {
    /// How long the step may be remembered.
    var lifetime: Duration {
        switch outcome {
        case .alias, .answer(.records): .seconds(min(ttl ?? 0, LookupStep.longestPositive))
        case .answer(.noData), .answer(.nameError): .seconds(min(ttl ?? 0, LookupStep.longestNegative))
        // RFC 9520 §3.2: a failure is remembered for at least a second and at most five minutes, so that a broken
        // zone is not asked for again and again.
        case .answer(.serverFailure), .answer(.timeout): .seconds(5)
        case .answer(.unrecorded): .zero
        }
    }

    /// RFC 8767 §4 recommends days at most; whoever runs for longer asks again.
    private static let longestPositive = 86_400
    /// RFC 2308 §5: one to three hours have been found to work well.
    private static let longestNegative = 3 * 3_600
}
