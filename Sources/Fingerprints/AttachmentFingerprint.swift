import Cryptography
import Mail
import Values

/// What a file that comes with a message is known by.
public struct AttachmentFingerprint: Sendable, Hashable {
    /// The digest of its content: the first 64 bits of SHA-256 in hexadecimal.
    public let digest: String
    /// What near-copies have in common; nil for a small file.
    public let sketch: Sketch?
    /// The name it goes by.
    public let name: String?

    /// Files shorter than this say little.
    static let shortest = 256
    /// Bytes of a file that are looked at, before they are decoded.
    static let longest = 8 << 20
    /// Pieces that a file must be cut into for its near-copies to be told.
    private static let fewestPieces = 16

    /// The fingerprint of the content of `part`; nil for one that many messages have in common, such as a logo, a
    /// signature or a business card, and for a small one.
    init?(_ part: MIMEPart, in message: Message) {
        guard AttachmentFingerprint.counts(part) else { return nil }
        let encoded = part.encodedBody(in: message)
        let content = part.transferEncoding.decode(encoded[0..<min(encoded.count, AttachmentFingerprint.longest)]).bytes
        guard content.count >= AttachmentFingerprint.shortest else { return nil }
        digest = content.withSpan { Hash.text(digest: Digest.hash($0, with: .sha256)) }
        sketch = Sketch(AttachmentFingerprint.pieces(of: content), minimum: AttachmentFingerprint.fewestPieces)
        name = part.filename
    }

    private static func counts(_ part: MIMEPart) -> Bool {
        guard part.isLeaf, !part.isText, !part.isHTML || part.isAttachment else { return false }
        switch part.contentType.type {
        case "image", "audio", "video", "multipart", "message": return false
        default: break
        }
        switch part.contentType.subtype {
        case "pgp-signature", "pgp-encrypted", "pgp-keys", "pkcs7-signature", "x-pkcs7-signature", "vcard", "x-vcard",
            "calendar", "ics", "delivery-status", "ms-tnef":
            return false
        default: return true
        }
    }

    /// Hashes of the pieces of a file, cut where its content says so, so that what is put in shifts no other piece.
    private static func pieces(of content: Bytes) -> Set<UInt64> {
        var pieces: Set<UInt64> = []
        var (window, piece, length) = (UInt64(0), Hash.start, 0)
        for byte in content.array {
            window = window << 1 &+ gears[Int(byte)]
            piece = Hash.adding(byte, to: piece)
            length += 1
            // Pieces of 128 bytes on average, and of 1,024 at the most.
            guard window >> 57 == 0 || length >= 1024 else { continue }
            if length >= 16, pieces.count < 1 << 16 { pieces.insert(Hash.mixed(piece)) }
            (piece, length) = (Hash.start, 0)
        }
        if length >= 16 { pieces.insert(Hash.mixed(piece)) }
        return pieces
    }

    private static let gears: [UInt64] = (0..<256).map { Hash.mixed(UInt64($0)) }
}
