import Mail
import Values

extension AttachmentWalk {
    /// Looks into a file. `place` is where what is in it lies.
    mutating func open(_ content: Bytes, as type: FileType, in index: Int, at place: Place) {
        switch type {
        case .zip: openZip(content, in: index, at: place)
        case .compoundFile: openCompoundFile(content, in: index, at: place)
        case .pdf:
            let file = PDFFile(content, limit: left)
            charge(file.unpacked)
            for trait in file.traits { note(trait, in: index) }
            guard goesDeeper(index, place, wants: !file.files.isEmpty) else { break }
            for (number, inner) in file.files.enumerated() {
                let name = file.fileNames.count == file.files.count ? file.fileNames[number] : nil
                take(inner, named: name, from: index, at: place)
            }
        case .html:
            let page = PageScripts(content, limit: left)
            for trait in page.traits { note(trait, in: index) }
            guard goesDeeper(index, place, wants: !page.files.isEmpty) else { break }
            for file in page.files { take(file, named: nil, from: index, at: place) }
        case .svg: for trait in PageScripts.drawing(content) { note(trait, in: index) }
        case .rtf:
            for trait in RichText.traits(content) { note(trait, in: index) }
            let objects = RichText.objects(content, limit: left)
            guard goesDeeper(index, place, wants: !objects.isEmpty) else { break }
            for (name, object) in objects { take(object, named: name, from: index, at: place) }
            noteObjects(of: index)
        case .csv, .webQuery:
            if let command = ExchangeCommand.first(inTable: content[0..<1 << 20]) {
                note(AttachmentTrait(.dataExchange, command), in: index)
            }
        case .message, .mhtml:
            guard goesDeeper(index, place, wants: true) else { break }
            walk(MIMETree(Message(content), limits: limits.mime), in: place)
        case .tnef:
            guard let file = TNEFFile(content) else { break }
            if file.isCut { note(AttachmentTrait(.unreadable, "the stream ends early"), in: index) }
            guard goesDeeper(index, place, wants: !file.members.isEmpty) else { break }
            for member in file.members { take(member.content, named: member.name, from: index, at: place) }
        case .oneNote:
            let inner = Notebook.files(in: content)
            guard goesDeeper(index, place, wants: !inner.isEmpty) else { break }
            for file in inner { take(file, named: nil, from: index, at: place) }
            noteObjects(of: index)
        default:
            if type == .rar {
                openRAR(content, in: index, at: place)
            } else if let format = ArchiveFile.Format(type) {
                openArchive(content, format, in: index, at: place)
            } else if type.isArchive {
                note(AttachmentTrait(.unreadable, "no reader for \(type.name)"), in: index)
            }
        }
        if AttachmentWalk.mayHaveTail(type) { openTail(content, in: index, at: place) }
    }

    /// Whether an archive may stand behind what the file is. What holds other files as they are ends with one at times, and
    /// is looked into anyway.
    private static func mayHaveTail(_ type: FileType) -> Bool {
        switch type.fileClass {
        case .archive, .compressed, .diskImage, .mail, .notebook, .database: false
        case .office: type == .rtf || type == .flatOffice
        case .package: type == .browserExtension
        default: type != .empty
        }
    }

    /// Whether what is in a file may be looked at; a trait tells when it may not.
    func mayGoDeeper(_ place: Place) -> Bool { place.depth <= limits.depth }

    /// The same, noted in the file.
    mutating func goesDeeper(_ index: Int, _ place: Place, wants: Bool) -> Bool {
        guard wants else { return false }
        if mayGoDeeper(place) { return true }
        note(AttachmentTrait(.tooDeep, "files nested more than \(limits.depth) deep"), in: index)
        return false
    }

    /// Programs and scripts among what a document holds.
    mutating func noteObjects(of index: Int) {
        let bad = files[index...].dropFirst().filter { $0.parent == index && $0.runs }
        if let first = bad.first {
            note(AttachmentTrait(.embeddedObject, first.name?.text ?? first.type.name), in: index)
        }
    }

    // MARK: - Compound files

    private mutating func openCompoundFile(_ content: Bytes, in index: Int, at place: Place) {
        guard let file = CompoundFile(content) else {
            note(AttachmentTrait(.unreadable, "its directory is damaged"), in: index)
            return
        }
        let type = file.type
        setType(type, of: index)
        if file.isCut { note(AttachmentTrait(.limit, "more streams than are read"), in: index) }
        let office = LegacyOffice(file, type, limit: left)
        charge(office.unpacked)
        for trait in office.traits { note(trait, in: index) }
        let inner = type == .outlookMessage ? OutlookMessage.attachments(of: file, limit: left) : office.objects
        guard goesDeeper(index, place, wants: !inner.isEmpty) else { return }
        for (name, object) in inner { take(object, named: name, from: index, at: place) }
        if type != .outlookMessage { noteObjects(of: index) }
    }

    // MARK: - Archives

    /// Tells the members of an archive, and looks into each.
    mutating func openArchive(
        _ content: Bytes, _ format: ArchiveFile.Format, in index: Int, at place: Place, mayUnpack: Bool = true
    ) {
        guard goesDeeper(index, place, wants: true) else { return }
        guard let archive = ArchiveFile(content, format) else {
            note(AttachmentTrait(.unreadable, "not enough memory"), in: index)
            return
        }
        var count = 0
        while true {
            switch archive.next() {
            case .end: return
            case .failure(let reason):
                if archive.saysEncrypted {
                    note(AttachmentTrait(.encrypted, "the list of files is encrypted"), in: index)
                } else {
                    note(AttachmentTrait(.unreadable, reason), in: index)
                }
                return
            case .member(let member):
                count += 1
                guard hasRoom, count <= limits.files else {
                    note(AttachmentTrait(.limit, "more than \(limits.files) files"), in: index)
                    return
                }
                if member.isFolder { continue }
                guard tell(member, of: archive, size: content.count, in: index, at: place, mayUnpack: mayUnpack) else {
                    return
                }
            }
        }
    }

    /// Tells one member; false where nothing further can be got of the archive. `explanation` says better than the library
    /// why the member cannot be read.
    mutating func tell(
        _ member: ArchiveFile.Member, of archive: ArchiveFile, size: Int, in index: Int, at place: Place,
        mayUnpack: Bool, explanation: String? = nil
    ) -> Bool {
        let name = archive.format.isSingle ? singleName(of: index) : member.name
        if member.isEncrypted {
            note(AttachmentTrait(.encrypted, "files in it are encrypted"), in: index)
            addUnread(name, size: member.size, AttachmentTrait(.encrypted, "encrypted"), from: index, at: place)
            return true
        }
        guard mayUnpack, !member.isLink else {
            addUnread(name, size: member.size, nil, from: index, at: place)
            return true
        }
        guard left > 0 else {
            note(AttachmentTrait(.limit, "more than \(limits.bytes) bytes in all"), in: index)
            addUnread(name, size: member.size, nil, from: index, at: place)
            return archive.format.skipsFreely
        }
        let fair = max(AttachmentLimits.ratioFloor, size.multipliedReportingOverflow(by: limits.ratio).partialValue)
        let limit = min(limits.fileBytes, left, fair)
        var output: [UInt8] = []
        let ending = archive.read(into: &output, limit: limit)
        switch ending {
        case .end:
            take(Bytes(output), named: name, from: index, at: place)
            return true
        case .limit:
            let isBomb = limit == fair || hasMore(than: fair, in: archive, done: output.count)
            note(
                isBomb
                    ? AttachmentTrait(.bomb, "\(FileName.shown(name)): more than \(fair) bytes in \(size)")
                    : AttachmentTrait(.limit, "\(FileName.shown(name)) is larger than is unpacked"), in: index)
            take(Bytes(output), named: name, from: index, at: place, isWhole: false, size: member.size)
            return archive.format.skipsFreely
        case .failure(let reason):
            let reason = explanation ?? reason
            note(AttachmentTrait(.unreadable, "\(FileName.shown(name)): \(reason)"), in: index)
            if output.isEmpty {
                // Nothing of it is known, and so not that it is empty.
                addUnread(name, size: member.size, AttachmentTrait(.unreadable, reason), from: index, at: place)
            } else {
                take(Bytes(output), named: name, from: index, at: place, isWhole: false, size: member.size)
            }
            return archive.format.skipsFreely
        }
    }

    /// Adds a file of which nothing but its name is known.
    mutating func addUnread(
        _ name: String, size: Int?, _ trait: AttachmentTrait?, from index: Int, at place: Place
    ) {
        let names = PartNames(name)
        let type = FileType.scripts[names.worst?.ending ?? ""] ?? .unknown
        let own = add(names, mediaType: nil, isBody: false, type: type, size: size, at: place)
        if let trait { note(trait, in: own) }
    }

    /// What a compressed file is called when it is unpacked.
    private func singleName(of index: Int) -> String {
        guard let name = files[index].name else { return "" }
        let text = name.effective
        guard let dot = text.utf8.lastIndex(of: .dot) else { return text }
        let stem = String(text[..<dot])
        switch name.ending {
        case "tgz", "tbz", "tbz2", "txz", "taz", "tzst", "tlz": return stem + ".tar"
        case "svgz": return stem + ".svg"
        default: return stem
        }
    }
}
