import Mail
import Values

/// A set of a chain whose structure is right (RFC 8617 §4.2), not yet validated.
struct ARCSet {
    let instance: Int
    let results: HeaderField
    let messageSignature: HeaderField
    let seal: HeaderField
    /// What `results` says after its instance.
    let payload: Bytes
    /// The tags of `messageSignature`.
    let signatureTags: DKIMTagList
    /// The tags of `seal`.
    let sealTags: DKIMTagList
}
