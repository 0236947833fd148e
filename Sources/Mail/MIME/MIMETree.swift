import Values

/// The MIME structure of a message (RFC 2046): every part, in the order of the message.
///
/// Parts are ranges of the message; nothing is copied but the content of transfer-encoded messages. Reading never
/// fails: what is irregular is in `defects`, and what could not be taken apart is a leaf.
public struct MIMETree: Sendable {
    /// Every part in document order; the root, which is the message, first. Never empty.
    public let parts: [MIMEPart]
    /// Everything irregular about any of the parts.
    public let defects: MIMEDefects
    /// The message that was read.
    public let message: Message

    /// Takes `message` apart in one pass.
    public init(_ message: Message, limits: MIMELimits = .default) {
        var scanner = MIMEScanner(message.bytes, limits: limits)
        scanner.scan(header: message.header)
        self.message = message
        parts = scanner.parts
        var defects: MIMEDefects = []
        for place in parts.indices { defects.formUnion(parts[place].defects) }
        self.defects = defects
    }

    fileprivate init(_ message: Message, parts: [MIMEPart], defects: MIMEDefects) {
        (self.message, self.parts, self.defects) = (message, parts, defects)
    }

    /// The message itself.
    public var root: MIMEPart { parts[0] }

    /// The part with the section number `path`.
    public func part(at path: String) -> MIMEPart? { parts.first { $0.path == path } }

    /// The parts that hold no others, in order.
    public var leaves: [MIMEPart] { parts.filter(\.isLeaf) }

    /// The parts a mail reader would offer as files, in order.
    public var attachments: [MIMEPart] { parts.filter(\.isAttachment) }
}

extension Message {
    /// The MIME structure, read when it is first asked for; copies of the message share it.
    public var mime: MIMETree {
        if let (parts, defects) = shared.structure { return MIMETree(self, parts: parts, defects: defects) }
        let tree = MIMETree(self)
        shared.keep(tree.parts, tree.defects)
        return tree
    }
}
