import Glibc
import Screening
import Values

/// Removes recordings that are older, or more, than is to be kept.
struct TranscriptRetention {
    /// What the name of a transcript ends in.
    static let suffix = ".ndjson.zst"

    private let settings: RecordingSettings

    init(_ settings: RecordingSettings) { self.settings = settings }

    /// A file of the folder that is a recording of ours.
    private struct Recording {
        let name: String
        let size: Int
        let changed: Timestamp
    }

    /// Removes what need not be kept at `now`; nothing of the transcript `stem`.
    func apply(at now: Timestamp, sparing stem: String) {
        guard settings.keepAge > .zero || settings.keepSize > 0 else { return }
        var kept = 0
        for recording in recordings.sorted(by: { ($0.changed, $0.name) > ($1.changed, $1.name) }) {
            kept += recording.size
            let isOld = settings.keepAge > .zero && now.since(recording.changed) > settings.keepAge
            let isTooMuch = settings.keepSize > 0 && kept > settings.keepSize
            if isOld || isTooMuch, !recording.name.contains(stem) {
                unsafe unlink("\(settings.folder)/\(recording.name)")
            }
        }
    }

    private var recordings: [Recording] {
        guard let stream = unsafe opendir(settings.folder) else { return [] }
        defer { unsafe closedir(stream) }
        var found: [Recording] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    unsafe String(cString: $0)
                }
            }
            guard TranscriptRetention.isOurs(name) else { continue }
            var status = stat()
            guard unsafe lstat("\(settings.folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                continue
            }
            found.append(
                Recording(
                    name: name, size: Int(status.st_size),
                    changed: Timestamp(seconds: Int64(status.st_mtim.tv_sec))))
        }
        return found
    }

    /// Whether the name is one that transcripts and messages beside them are given: `20240501T100000Z-0001.ndjson.zst`.
    static func isOurs(_ name: String) -> Bool {
        let bytes = name.utf8.drop { $0 == .dot }
        let form = bytes.prefix(21).map { $0.isDigit ? UInt8.ascii("0") : $0 }
        let rest = bytes.dropFirst(21)
        return form == Array("00000000T000000Z-0000".utf8)
            && (rest.elementsEqual(suffix.utf8) || rest.starts(with: "-m".utf8) && name.hasSuffix(".eml.zst"))
    }
}
