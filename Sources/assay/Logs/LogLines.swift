import Archives
import Logs
import Values

/// The lines that entries of logs stand on, as they stand there.
struct LogLines {
    private var texts: [LogPlace: String] = [:]
    /// How much of an entry is kept.
    private static let longest = 64 << 10

    /// Reads the lines at `places` of the files named.
    init(of places: [LogPlace], in names: [String]) throws {
        for (index, name) in names.enumerated() {
            let wanted = Set(places.filter { $0.file == index }).sorted { $0.offset < $1.offset }
            guard !wanted.isEmpty else { continue }
            do throws(ArchiveError) {
                try read(wanted, of: name)
            } catch {
                throw Failure(error.code.exitStatus, error.description)
            }
        }
    }

    subscript(place: LogPlace) -> String? { texts[place] }

    private mutating func read(_ places: [LogPlace], of name: String) throws(ArchiveError) {
        var source = try ByteSource(path: name)
        var position = 0
        // Entries may lie within one another: a bounce's line gives two records.
        var pending: [(LogPlace, [UInt8])] = []
        var rest = places[...]
        while !rest.isEmpty || !pending.isEmpty, let chunk = try source.next(maximum: 1 << 20) {
            let end = position + chunk.count
            while let place = rest.first, place.offset < end {
                pending.append((place, []))
                rest = rest.dropFirst()
            }
            pending = pending.compactMap { place, bytes in
                var bytes = bytes
                let from = max(place.offset, position) - position
                let to = min(place.offset + min(place.length, LogLines.longest), end) - position
                if from < to { bytes += chunk[from..<to] }
                guard place.offset + place.length > end else {
                    texts[place] = LogLines.text(bytes)
                    return nil
                }
                return (place, bytes)
            }
            position = end
        }
        for (place, bytes) in pending { texts[place] = LogLines.text(bytes) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        var bytes = bytes[...]
        while bytes.last == .lf || bytes.last == .cr { bytes = bytes.dropLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
