import Archives
import ArgumentParser
import Values

/// The messages that a check is asked about: files, mailboxes, folders of mail, one message of these, or standard
/// input.
struct MessageArguments: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The messages: files, mailboxes, folders of mail, ARCHIVE#N for the Nth message of one, or -.",
            valueName: "message"))
    var messages: [String]

    /// Passes each message to `check`, in the order of the command line and of the archives, one at a time.
    /// `isOneOfMany` tells whether an answer has to say which message it is about. With `takesHeaderless` a file that has
    /// no header at all is a message too.
    ///
    /// What cannot be read is told on standard error and passed over. Throws for it after the rest has been checked.
    func forEach(
        takesHeaderless: Bool = false, _ check: (ArchiveEntry, _ isOneOfMany: Bool) async throws -> Void
    ) async throws {
        var problem: Failure.Code?
        for text in messages {
            do {
                let found = try await MessagePlace(text).forEach(
                    takesHeaderless: takesHeaderless, isOneOfMany: messages.count > 1, check)
                problem = problem ?? found
            } catch let failure as Failure where messages.count > 1 {
                _ = failure.reported()
                problem = problem ?? failure.code
            }
        }
        if let problem { throw Failure(problem, []) }
    }
}

extension MessagePlace {
    /// Passes each message that lies there to `check`: the one that is numbered or has `id`, else all. Returns the code
    /// of the first part of the archive that cannot be read, if there is one; each is told on standard error.
    func forEach(
        id: String? = nil, takesHeaderless: Bool = false, isOneOfMany: Bool = false,
        _ check: (ArchiveEntry, _ isOneOfMany: Bool) async throws -> Void
    ) async throws -> Failure.Code? {
        if number != nil || id != nil {
            try await check(try entry(id: id), isOneOfMany)
            return nil
        }
        if takesHeaderless, let contents = headerlessContents {
            try await check(ArchiveEntry(message: contents, source: text), isOneOfMany)
            return nil
        }
        var problem: Failure.Code?
        var reader = try opened()
        // The first message waits for the second, whose being there is to be told with the first.
        var waiting: ArchiveEntry?
        var isOneOfMany = isOneOfMany
        var count = 0
        while let event = reader.next() {
            switch event {
            case .problem(let part):
                problem = problem ?? part.error.code.exitStatus
                StandardError.write(TerminalLine.safe(part.error.description) + "\n")
            case .transcript(let piece):
                guard piece.isLast else { continue }
                problem = problem ?? .badData
                StandardError.write(MessagePlace.complaint(about: piece) + "\n")
            case .message(let entry):
                count += 1
                if let waiting {
                    isOneOfMany = true
                    try await check(waiting, true)
                }
                waiting = entry
            }
        }
        if let waiting { try await check(waiting, isOneOfMany) }
        if count == 0, problem == nil { throw Failure(.noInput, TerminalLine.safe("\(text): holds no message")) }
        return problem
    }
}

extension FileOutput {
    /// Adds what a check found in the message at `source`: the object that `json` is with `source` in it.
    mutating func append(line json: JSON, about source: String) throws {
        guard case .object(var members) = json else { return try append(line: json) }
        members["source"] = .string(source)
        try append(line: .object(members))
    }

    /// Adds lines for people about the message at `source`, which heads them where there are several messages.
    mutating func append(lines: [String], about source: String, isOneOfMany: Bool) {
        append(lines: (isOneOfMany ? ["==> \(source) <=="] : []) + lines + (isOneOfMany ? [""] : []))
    }
}
