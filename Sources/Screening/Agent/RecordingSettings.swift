import Policy
import Values

/// Where and how `assayd` records sessions as transcripts (assay-transcript(5)).
public struct RecordingSettings: Sendable, Hashable {
    /// The folder.
    public var folder: String
    /// The size in octets, compressed, from which on another file is begun.
    public var rotateSize: Int
    /// The age from which on another file is begun.
    public var rotateAge: Duration
    /// The level of compression of Zstandard.
    public var level: Int
    /// How long files are kept; zero for ever.
    public var keepAge: Duration
    /// How many octets of files are kept; zero for any number.
    public var keepSize: Int

    /// How sessions are recorded in `folder` unless told otherwise.
    public init(folder: String) {
        (self.folder, rotateSize, rotateAge, level) = (folder, 64 << 20, .seconds(3600), 3)
        (keepAge, keepSize) = (.zero, 0)
    }

    /// Reads the section's keys; nil where nothing is recorded.
    init?(from reader: inout PolicyReader) {
        let folder =
            reader.optionalValue(
                "record", expecting: "the absolute path of a folder",
                "The folder where every session is recorded, to be replayed; without it none is.",
                parse: { $0.hasPrefix("/") ? AgentSettings.folder($0) : nil })?.value
        var settings = RecordingSettings(folder: folder ?? "/")
        let day = Duration.seconds(86_400)
        settings.rotateSize = reader.size(
            "record_size", default: settings.rotateSize, in: (64 << 10)...(64 << 30),
            "The size from which on sessions are recorded in another file.")
        settings.rotateAge = reader.duration(
            "record_age", default: settings.rotateAge, in: .seconds(1)...(day * 365),
            "The age from which on sessions are recorded in another file.")
        settings.level = reader.integer(
            "record_level", default: settings.level, in: 1...19, "The level of compression, of Zstandard.")
        settings.keepAge = reader.duration(
            "record_keep", default: .zero, in: .zero...(day * 36_500),
            "How long recordings are kept; 0 keeps them until somebody removes them.")
        settings.keepSize = reader.size(
            "record_keep_size", default: 0, in: 0...(1 << 44),
            "How many bytes of recordings are kept, the newest; 0 keeps them all.")
        guard folder != nil else { return nil }
        self = settings
    }
}
