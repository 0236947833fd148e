import Archives
import Cases
import Cryptography
import Glibc
import Replay
import Screening
import Values

/// Writes messages and sessions of a case into a folder, each with where it comes from, so that anybody can check them.
struct EvidenceExport {
    private let file: CaseFile
    private let run: Int
    private let folder: String
    private let redactor: Redactor?
    private var items: [JSON] = []
    private var files: [JSON] = []
    private var sessions: Set<String> = []
    private(set) var count = 0

    /// An export of `run` of a case into the new folder `folder`, without names and content where there is a
    /// `redactor`.
    init(_ file: CaseFile, run: Int, to folder: String, redactor: Redactor?) throws {
        (self.file, self.run, self.folder, self.redactor) = (file, run, folder, redactor)
        try OutputFolder.make(folder)
        guard FolderNames.of(folder)?.isEmpty ?? false else {
            throw Failure(.usage, TerminalLine.safe("\(folder): holds something already; name a new folder"))
        }
    }

    /// Adds the message of this number with all that the run found in it.
    mutating func add(message number: Int) throws {
        let record = try file.record(of: number, run: run).record
        count += 1
        let (place, session) = (record.source, record.session.id == record.source ? nil : record.session.id)
        let name = "message-\(number)"
        let told = redactor.map { $0.json(record.json) } ?? record.json
        try write(told.text + "\n", to: "\(name).json")
        var item: [String: JSON] = [
            "kind": .string("message"), "message": .integer(number), "id": JSON(record.id),
            "record": .string("\(name).json"),
            "source": .string(redactor?.place(place) ?? place), "offset": record.offset.map(JSON.integer) ?? .null,
            "length": record.size.map(JSON.integer) ?? .null, "time": JSON(record.time.value?.rfc3339),
            "session": JSON(session),
        ]
        if redactor == nil, let id = record.id {
            let entry = try MessagePlace(place).entry(id: id)
            try write(entry.message, to: "\(name).eml")
            item["file"] = .string("\(name).eml")
            item["verbatim"] = isVerbatim(entry, place).map(JSON.bool) ?? .null
        }
        items.append(.object(item))
        if let session, redactor == nil { try add(session: session, in: place) }
    }

    /// Whether the message lies in its source octet for octet, rather than with its lines quoted or within base64; nil
    /// where that cannot be told.
    private func isVerbatim(_ entry: ArchiveEntry, _ place: String) -> Bool? {
        guard case .path(let path) = MessagePlace(place).location, !TranscriptPlace(place).isTranscript,
            var source = try? ByteSource(path: path)
        else { return nil }
        var (skipped, bytes): (Int, [UInt8]) = (0, [])
        while bytes.count < entry.message.count + 1000, let piece = try? source.next() {
            let start = max(0, entry.offset - skipped)
            skipped += piece.count
            if start < piece.count { bytes += piece[start..<piece.count] }
        }
        // The place of a message in a mailbox is that of its "From " line.
        if bytes.starts(with: "From ".utf8), !entry.message.starts(with: "From ".utf8) {
            bytes = Array(bytes.drop { $0 != .lf }.dropFirst())
        }
        return Bytes(bytes, in: 0..<entry.message.count) == entry.message
    }

    /// Adds the session as its transcript has it, once.
    private mutating func add(session: String, in place: String) throws {
        let transcript = TranscriptPlace(place)
        guard transcript.isTranscript, sessions.insert("\(transcript.path)\0\(session)").inserted else { return }
        let name = "session-\(sessions.count).ndjson"
        var item: [String: JSON] = [
            "kind": .string("session"), "session": .string(session), "source": .string(place), "file": .string(name),
        ]
        if let lines = try SessionLines.of(session, in: transcript.path) {
            try write(lines, to: name)
            item["verbatim"] = .bool(true)
        } else {
            // What was captured from the wire has no lines of its own.
            var lines: [UInt8] = []
            let found = TranscriptPlace(transcript.path, session: session)
            _ = try found.read { item in
                var encoder = TranscriptLines()
                lines += encoder.bytes(of: item)
                return false
            }
            try write(Bytes(lines), to: name)
            item["verbatim"] = .bool(false)
        }
        items.append(.object(item))
    }

    /// Writes the manifest; its SHA-256.
    mutating func finish() throws -> String {
        let origin = try file.origin(ofRun: run)
        let sources = try file.sources(ofRun: run).map { source -> JSON in
            guard let redactor, case .object(var members) = source.json else { return source.json }
            members["location"] = .string(redactor.place(source.location))
            return .object(members)
        }
        let manifest = JSON.object([
            "manifest": .integer(1), "tool": .string("assay \(Assay.version)"),
            "exported": .string(WallClock.now.rfc3339),
            "case": .object([
                "file": .string(redactor?.place(file.path) ?? file.path), "schema": .integer(CaseSchema.version),
                "run": .integer(run), "policy_sha256": .string(origin.policy),
                "started": .string(origin.started.rfc3339),
            ]),
            "redacted": .bool(redactor != nil), "sources": .array(sources), "items": .array(items),
            "files": .array(files),
        ])
        let text = Bytes(manifest.text + "\n")
        var output = try FileOutput(path: "\(folder)/\(EvidenceManifest.name)")
        output.append(text.array)
        try output.flush()
        output.close()
        return SHA256.hexadecimal(text)
    }

    private mutating func write(_ text: String, to name: String) throws { try write(Bytes(text), to: name) }

    private mutating func write(_ bytes: Bytes, to name: String) throws {
        var output = try FileOutput(path: "\(folder)/\(name)")
        output.append(bytes.array)
        try output.flush()
        output.close()
        files.append(
            .object([
                "file": .string(name), "sha256": .string(SHA256.hexadecimal(bytes)), "size": .integer(bytes.count),
            ]))
    }
}
