import Mail
import Values

/// The files that a message brings: every part of it, and what is in archives, documents and messages among them.
///
/// Reading never fails and is bounded by `AttachmentLimits`; a bound that was met is a trait of the file it was met in.
public struct AttachmentList: Sendable {
    /// Every file, each after the one that holds it.
    public let files: [AttachedFile]
    /// How many bytes were unpacked.
    public let unpackedBytes: Int

    /// Looks at what `message` brings.
    public init(_ message: Message, limits: AttachmentLimits = .default) {
        self.init(MIMETree(message, limits: limits.mime), limits: limits)
    }

    /// Looks at what a message brings that was taken apart already.
    public init(_ tree: MIMETree, limits: AttachmentLimits = .default) {
        var walk = AttachmentWalk(limits)
        walk.walk(tree)
        walk.noteDamagedSums()
        files = walk.files
        unpackedBytes = walk.unpacked
    }

    /// Looks at one file alone, as if it were the only part of a message.
    public init(file content: Bytes, named name: String, limits: AttachmentLimits = .default) {
        var walk = AttachmentWalk(limits)
        let place = AttachmentWalk.Place(part: "1", partIndex: 0, parent: nil, depth: 0, steps: [], holders: [])
        walk.examine(content, PartNames(name), at: place)
        walk.noteDamagedSums()
        files = walk.files
        unpackedBytes = walk.unpacked
    }

    /// The files that are no text of a message.
    public var attachments: [AttachedFile] { files.filter { !$0.isBody } }

    /// The files of the part at this place in `MIMETree.parts`: the part's own first, then what is in it.
    public func files(ofPart index: Int) -> [AttachedFile] { files.filter { $0.partIndex == index } }
}
