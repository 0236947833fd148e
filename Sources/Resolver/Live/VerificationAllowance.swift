import Synchronization

/// How many signatures may still be verified, and zones be looked at, for one answer: whoever makes up zones of many
/// keys and signatures that all match must not keep the resolver busy (CVE-2023-50387).
final class VerificationAllowance: Sendable {
    private let left = Mutex((verifications: 64, zones: 16))

    /// Whether something was asked for when there was none left.
    var isUsedUp: Bool { left.withLock { $0.verifications < 0 || $0.zones < 0 } }

    /// Takes one verification; false when there are none left.
    func takeVerification() -> Bool {
        left.withLock { left in
            left.verifications -= 1
            return left.verifications >= 0
        }
    }

    /// Takes one zone; false when there are none left.
    func takeZone() -> Bool {
        left.withLock { left in
            left.zones -= 1
            return left.zones >= 0
        }
    }
}
