import Archives
import Screening
import Values

/// What the names of places say of the messages in them, remembered from one message to the next: neighbours lie in the
/// same place.
struct PlaceVotes {
    private var last: (place: Place, vote: LabelVote?)?

    private struct Place {
        let source: String
        let folder: String?
    }

    /// The vote of the place where `entry` lies, as `FolderName` reads it.
    mutating func vote(_ entry: ArchiveEntry) -> LabelVote? {
        if let last, PlaceVotes.isSame(last.place, entry) { return last.vote }
        let vote = FolderName.vote(entry)
        last = (Place(source: entry.source, folder: entry.folder), vote)
        return vote
    }

    /// Whether both lie in the same folder, or in the same mailbox: places that nothing but a number tells apart.
    private static func isSame(_ left: Place, _ right: ArchiveEntry) -> Bool {
        if let folder = left.folder { return folder == right.folder }
        guard right.folder == nil, let one = mailbox(left.source), let other = mailbox(right.source) else {
            return false
        }
        return left.source.utf8.prefix(one).elementsEqual(right.source.utf8.prefix(other))
    }

    /// The length of a mailbox's name in the source of one of its messages; nil for other sources.
    private static func mailbox(_ source: String) -> Int? {
        let bytes = source.utf8.span
        var start = bytes.count
        while start > 0, bytes[start - 1].isDigit { start -= 1 }
        // A number of so many digits is one.
        guard (1...18).contains(bytes.count - start), start > 0, bytes[start - 1] == .ascii("#") else { return nil }
        return start - 1
    }
}
