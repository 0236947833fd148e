import Values

/// The attachments of an Outlook message in a compound file ([MS-OXMSG] 2.2.2).
enum OutlookMessage {
    /// Each attachment's name and content; of a message in the message, its own attachments. Contents have `limit` bytes in all.
    static func attachments(of file: CompoundFile, limit: Int) -> [(name: String, content: Bytes)] {
        var folders: [[String]] = []
        for entry in file.entries where !entry.isStream && entry.name.hasPrefix("__attach_version1.0_#") {
            folders.append(entry.path)
        }
        var left = limit
        return folders.sorted { $0.joined(separator: "/") < $1.joined(separator: "/") }.prefix(200).map { folder in
            var name = ""
            var content = Bytes([])
            for entry in file.entries
            where entry.isStream && entry.path.count == folder.count + 1 && entry.path.starts(with: folder) {
                switch entry.name {
                case "__substg1.0_37010102":
                    content = file.content(of: entry, limit: left)
                    left -= content.count
                case "__substg1.0_3707001F": name = file.content(of: entry, limit: 2_048).wideText
                case "__substg1.0_3704001F": if name.isEmpty { name = file.content(of: entry, limit: 2_048).wideText }
                case "__substg1.0_3707001E": if name.isEmpty { name = file.content(of: entry, limit: 2_048).narrowText }
                default: break
                }
            }
            return (name, content)
        }.filter { !$0.content.isEmpty || !$0.name.isEmpty }
    }
}
