/// The result of a check in the words of RFC 6212 §3.
public enum VBRResult: String, Sendable, Hashable, CaseIterable {
    /// A certifier that counts vouches for the domain.
    case pass
    /// Certifiers that count were asked, and none vouches; or the message contradicts itself.
    case fail
    /// No usable VBR-Info field, no authenticated domain in one, or no certifier that counts.
    case none
    /// An answer could not be had for now.
    case temperror
}
