import Archives
import Glibc

/// A message named on the command line: a file, `-`, or `ARCHIVE#N`.
struct MessagePlace {
    let location: ArchiveLocation
    /// Which message of the archive, from 1; nil for the first.
    let number: Int?

    init(_ text: String) {
        if text == "-" {
            (location, number) = (.standardInput, nil)
        } else if access(text, F_OK) != 0, let hash = text.lastIndex(of: "#"),
            let number = Int(text[text.index(after: hash)...]),
            number > 0
        {
            (location, self.number) = (.path(String(text[..<hash])), number)
        } else {
            (location, number) = (.path(text), nil)
        }
    }
}

extension MessagePlace {
    /// The message that lies there. Throws when there is none, or none that can be read.
    func entry() throws -> ArchiveEntry {
        var count = 0
        do {
            var reader = try ArchiveReader(location)
            while let event = reader.next() {
                switch event {
                case .problem(let problem) where number == nil:
                    throw Failure(Failure.Code(problem.error.code), problem.error.description)
                case .problem: continue
                case .message(let entry):
                    count += 1
                    if number ?? 1 == count { return entry }
                }
            }
        } catch let error as ArchiveError {
            throw Failure(Failure.Code(error.code), error.description)
        }
        throw Failure(.noInput, "there is no message \(number ?? 1); \(count) were found")
    }
}
