import Mail
import Values

/// Zip files: archives, the documents and packages that are zip files, and those that stand behind something else.
extension AttachmentWalk {
    mutating func openZip(_ content: Bytes, in index: Int, at place: Place) {
        let directory = ZipDirectory(content, limit: limits.files + 1)
        if let type = directory?.type { setType(type, of: index) }
        let mayUnpack = directory.map { noteZip($0, content, in: index) } ?? true
        var isArchive = true
        if let directory, let type = directory.type, type.fileClass == .office || type.fileClass == .package {
            // What one program shows as a document is by another name an archive, with all that is in it.
            let claim = files[index].name.flatMap { FileEnding.claim($0.ending) }
            isArchive = claim != (type.fileClass == .office ? .office : .executable)
            if type.fileClass == .office {
                openOfficeXML(content, directory, in: index, at: place, mayUnpack: mayUnpack && !isArchive)
            }
        }
        if isArchive { openArchive(content, .zip, in: index, at: place, mayUnpack: mayUnpack) }
    }

    /// What the directory of a zip file tells; false where nothing is to be unpacked.
    private mutating func noteZip(_ directory: ZipDirectory, _ content: Bytes, in index: Int) -> Bool {
        if let (one, other) = directory.overlap {
            note(AttachmentTrait(.bomb, "\(one.name) and \(other.name) are made of the same bytes"), in: index)
            return false
        }
        if directory.declaredSize > AttachmentLimits.ratioFloor,
            directory.declaredSize / max(content.count, 1) > limits.ratio
        {
            note(AttachmentTrait(.bomb, "says it unpacks to \(directory.declaredSize) bytes"), in: index)
        }
        if directory.start > 0, content.has("PK\u{3}\u{4}") {
            note(AttachmentTrait(.ambiguous, "one archive behind another"), in: index)
        }
        for member in directory.members {
            if member.name.unicodeScalars.contains("\0") {
                note(AttachmentTrait(.hiddenName, "control: \(member.name)"), in: index)
            }
            guard let length = content.short(member.offset + 26), content.has("PK\u{3}\u{4}", at: member.offset) else {
                continue
            }
            let local = content.piece(member.offset + 30, length).narrowText
            if local != member.name, !local.isEmpty, FileName(local).ending != FileName(member.name).ending {
                note(AttachmentTrait(.ambiguous, "\(member.name) is \(local) to another reader"), in: index)
            }
        }
        return true
    }

    /// An archive behind something else: to one reader it is the one, to another the other.
    mutating func openTail(_ content: Bytes, in index: Int, at place: Place) {
        let isNothingElse = files[index].type == .unknown
        let isProgram = files[index].type.fileClass == .executable
        if isProgram || isNothingElse, let start = RARHeaders.start(in: content), start > 0 {
            if isNothingElse { setType(.rar, of: index) }
            openRAR(content[start..<content.count], in: index, at: place)
        }
        guard let directory = ZipDirectory(content, limit: limits.files + 1), !directory.members.isEmpty,
            directory.members.contains(where: { content.has("PK\u{3}\u{4}", at: $0.offset) })
        else { return }
        if isNothingElse {
            setType(directory.type ?? .zip, of: index)
        } else if !isProgram, files[index].type != .browserExtension {
            note(AttachmentTrait(.ambiguous, "a zip archive behind it"), in: index)
        }
        let mayUnpack = noteZip(directory, content, in: index)
        openArchive(content, .zip, in: index, at: place, mayUnpack: mayUnpack)
    }

    // MARK: - Documents

    /// Looks into a document. Of what is no part of one that is looked at, what runs is told where `mayUnpack` is set.
    private mutating func openOfficeXML(
        _ content: Bytes, _ directory: ZipDirectory, in index: Int, at place: Place, mayUnpack: Bool
    ) {
        if directory.count > directory.members.count {
            note(AttachmentTrait(.limit, "more than \(limits.files) members"), in: index)
        }
        if files[index].type == .openDocument {
            let macros = directory.members.first {
                ($0.name.hasPrefix("Basic/") && !$0.name.hasSuffix("script-lc.xml")
                    && !$0.name.hasSuffix("script-lb.xml")
                    && !$0.name.hasSuffix("/"))
                    || ($0.name.hasPrefix("Scripts/") && !$0.name.hasSuffix("/"))
            }
            if let macros { note(AttachmentTrait(.macro, macros.name), in: index) }
        }
        var document = OfficeXML()
        var objects: [(String, Bytes)] = []
        let isOpenDocument = files[index].type == .openDocument
        readMembers(of: content, in: index, at: place, &document, &objects, tellsWhatRuns: mayUnpack) { path, _ in
            OfficeXML.interest(in: path)
                ?? (isOpenDocument && path == "META-INF/manifest.xml" ? .manifest : nil)
        }
        // What parts are is told by relationships, which may come after them.
        if document.namesOthers {
            readMembers(of: content, in: index, at: place, &document, &objects, tellsWhatRuns: false) {
                path, document in
                document.namedInterest(in: path)
            }
        }
        for trait in document.traits { note(trait, in: index) }
        guard goesDeeper(index, place, wants: !objects.isEmpty) else { return }
        for (name, object) in objects { take(object, named: name, from: index, at: place) }
        noteObjects(of: index)
    }

    /// Reads the members of a document that `interest` is in.
    private mutating func readMembers(
        of content: Bytes, in index: Int, at place: Place, _ document: inout OfficeXML,
        _ objects: inout [(String, Bytes)], tellsWhatRuns: Bool,
        wants: (String, OfficeXML) -> OfficeXML.Interest?
    ) {
        guard let archive = ArchiveFile(content, .zip) else {
            note(AttachmentTrait(.unreadable, "not enough memory"), in: index)
            return
        }
        while true {
            switch archive.next() {
            case .end: return
            case .failure(let reason):
                note(AttachmentTrait(.unreadable, reason), in: index)
                return
            case .member(let member):
                guard let interest = wants(member.name, document) else {
                    guard tellsWhatRuns, !member.isFolder, FileEnding.runs(FileName(member.name).ending), hasRoom,
                        goesDeeper(index, place, wants: true)
                    else { continue }
                    guard tell(member, of: archive, size: content.count, in: index, at: place, mayUnpack: true) else {
                        return
                    }
                    continue
                }
                var output: [UInt8] = []
                let ending = archive.read(into: &output, limit: min(limits.fileBytes, left))
                charge(output.count)
                if case .failure(let reason) = ending { note(AttachmentTrait(.unreadable, reason), in: index) }
                if ending == .limit {
                    note(AttachmentTrait(.limit, "\(member.name) is larger than is unpacked"), in: index)
                }
                if case .object = interest {
                    if objects.count < 50 { objects.append((member.name, Bytes(output))) }
                } else {
                    document.add(member.name, Bytes(output), interest)
                }
            }
        }
    }
}
