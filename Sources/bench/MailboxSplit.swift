import Archives
import Mail
import Values

/// Splits mailboxes and indexes each message's header.
enum MailboxSplit {
    static func count(_ paths: [String]) throws {
        var (messages, fields, bytes, problems) = (0, 0, 0, 0)
        for path in paths {
            var reader = try ArchiveReader(.path(path))
            while let event = reader.next() {
                switch event {
                case .message(let entry):
                    let message = Message(entry.message)
                    messages += 1
                    fields += message.header.count
                    bytes += entry.message.count
                case .problem: problems += 1
                case .transcript: break
                }
            }
        }
        print("messages \(messages) fields \(fields) bytes \(bytes) problems \(problems)")
    }
}
