import Mail

/// How much of what a message brings is looked into. What lies beyond is told, never passed over in silence.
public struct AttachmentLimits: Sendable, Hashable {
    /// How deep files are looked for in files: 1 is what an archive holds.
    public var depth: Int
    /// How many files of a message are told, those in archives with them.
    public var files: Int
    /// How many bytes are unpacked of a message.
    public var bytes: Int
    /// How many bytes are unpacked of one file.
    public var fileBytes: Int
    /// How many times as large as it was packed a file may be, past `ratioFloor`, before it counts as a bomb.
    public var ratio: Int
    /// How the parts of a message are taken apart.
    public var mime: MIMELimits

    /// Below this many bytes no ratio is a bomb: a few lines repeated pack as well.
    static let ratioFloor = 4 << 20

    /// Eight deep, 5,000 files, 128 MiB in all and 32 MiB a file, and 200 to one.
    public static let `default` = AttachmentLimits(
        depth: 8, files: 5_000, bytes: 128 << 20, fileBytes: 32 << 20, ratio: 200, mime: .default)

    /// Limits of the caller's own.
    public init(depth: Int, files: Int, bytes: Int, fileBytes: Int, ratio: Int, mime: MIMELimits = .default) {
        (self.depth, self.files, self.bytes) = (depth, files, bytes)
        (self.fileBytes, self.ratio, self.mime) = (fileBytes, ratio, mime)
    }
}
