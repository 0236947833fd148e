import Archives
import ArgumentParser
import Attachments
import Mail
import Values

/// `assay check attachments`
struct CheckAttachments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attachments",
        abstract: "Tell the files that a message brings, and what is in them.",
        discussion: """
            Each part is told with its section number, its true type, size and name, and below it what is in it: the \
            members of archives, attachments of attached messages, files in documents. What speaks against a file \
            stands below it; the stage "attachments" finds and weighs the same.

            Archives are unpacked in memory, as far as the limits allow; a limit that was met is told. Nothing is \
            written to disk, and nothing is run. ndjson has an object for each message.
            """)

    @OptionGroup var messageArguments: MessageArguments

    @Option(help: ArgumentHelp("How deep files are looked for in files.", valueName: "number"))
    var depth = AttachmentLimits.default.depth

    @Option(help: ArgumentHelp("How many files of a message are told.", valueName: "number"))
    var files = AttachmentLimits.default.files

    @Option(help: ArgumentHelp("How many MiB are unpacked of a message.", valueName: "number"))
    var mebibytes = AttachmentLimits.default.bytes >> 20

    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard (1...32).contains(depth) else { throw ValidationError("--depth is a number from 1 to 32") }
        guard (1...100_000).contains(files) else { throw ValidationError("--files is a number from 1 to 100000") }
        guard (1...4_096).contains(mebibytes) else { throw ValidationError("--mebibytes is a number from 1 to 4096") }
    }

    func run() async throws {
        try await reportingFailure {
            var limits = AttachmentLimits.default
            (limits.depth, limits.files, limits.bytes) = (depth, files, mebibytes << 20)
            let bounds = limits
            try await messageArguments.answer(outputOptions) { message in
                let list = AttachmentList(message, limits: bounds)
                return MessageAnswer(
                    json: {
                        .object([
                            "files": .array(list.files.map(\.json)), "unpacked_bytes": .integer(list.unpackedBytes),
                        ])
                    }, lines: { list.files.flatMap { $0.lines(in: list) } })
            }
        }
    }
}

extension AttachedFile {
    fileprivate var json: JSON {
        .object([
            "part": .string(place), "parent": parent.map(JSON.integer) ?? .null, "depth": .integer(depth),
            "name": JSON(name?.text), "other_names": .array(otherNames.map(JSON.string)),
            "media_type": JSON(mediaType), "is_body": .bool(isBody), "type": .string(type.name),
            "class": .string(type.fileClass.rawValue), "size": size.map(JSON.integer) ?? .null,
            "sha256": JSON(sha256),
            "traits": .array(
                traits.map { .object(["trait": .string($0.kind.rawValue), "detail": .string($0.detail)]) }),
        ])
    }

    fileprivate func lines(in list: AttachmentList) -> [String] {
        let margin = String(repeating: "  ", count: level(in: list))
        let own = FileName.shown(name?.text ?? (isBody ? "(text)" : steps.last ?? "(no name)"))
        let label = parent == nil ? "\(part)  \(own)" : "> \(own)"
        var facts = type.name
        if let size { facts += ", \(size) \(size == 1 ? "byte" : "bytes")" }
        if let mediaType, parent == nil { facts += ", declared \(mediaType)" }
        var lines = ["\(margin)\(label)  \(facts)"]
        for other in otherNames { lines.append("\(margin)    also      \(FileName.shown(other))") }
        for trait in traits { lines.append("\(margin)    \(trait.kind.rawValue)  \(trait.detail)") }
        if let sha256 { lines.append("\(margin)    sha256    \(sha256)") }
        return lines
    }

    private func level(in list: AttachmentList) -> Int {
        var level = 0
        var file = self
        while let parent = file.parent {
            file = list.files[parent]
            level += 1
        }
        return level
    }
}
