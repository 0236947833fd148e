/// A signature's result in the words of RFC 8601 §2.7.1.
public enum DKIMResult: String, Sendable, Hashable, CaseIterable {
    case pass
    /// The verification failed: body, fields or signature differ, or the signature has expired.
    case fail
    /// Not evaluated: the recording at hand has no answer for the key.
    case neutral
    /// The signature or its key can never verify.
    case permerror
    /// DNS gave no answer for now.
    case temperror
    /// Valid perhaps, but not acceptable here.
    case policy
}
