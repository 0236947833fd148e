import Cryptography
import Mail
import Values

/// The walk through what a message brings. Files are looked into as they are met, depth first, so that no more than one
/// file of each level is held.
struct AttachmentWalk {
    let limits: AttachmentLimits
    private(set) var files: [AttachedFile] = []
    /// Bytes that were unpacked, or taken out of other files.
    private(set) var unpacked = 0
    /// Bytes that were unpacked and not kept, only to see how many there are.
    private var skimmed = 0

    /// Where a file that is about to be looked at lies.
    struct Place {
        var part: String
        var partIndex: Int
        var parent: Int?
        var depth: Int
        var steps: [String]
        /// The digests of the files that hold it.
        var holders: [String]
    }

    init(_ limits: AttachmentLimits) { self.limits = limits }

    /// How many bytes may still be unpacked.
    var left: Int { max(0, limits.bytes - unpacked) }

    /// Whether there is room for another file.
    var hasRoom: Bool { files.count < limits.files }

    /// Counts bytes as unpacked.
    mutating func charge(_ count: Int) { unpacked += count }

    /// Whether a member of which `done` bytes were unpacked has more than `fair`, as far as may be looked.
    mutating func hasMore(than fair: Int, in archive: ArchiveFile, done: Int) -> Bool {
        let wanted = fair - done + 1
        guard wanted <= limits.bytes - skimmed else { return false }
        let count = archive.skim(limit: wanted)
        skimmed += count
        return count == wanted
    }

    /// Adds something seen in a file.
    mutating func note(_ trait: AttachmentTrait, in index: Int) {
        guard index < files.count, files[index].traits.count < 64, !files[index].traits.contains(trait) else { return }
        files[index].traits.append(trait)
    }

    /// Says what a file turned out to be.
    mutating func setType(_ type: FileType, of index: Int) { files[index].type = type }

    // MARK: - Messages

    /// Looks at the parts of the message.
    mutating func walk(_ tree: MIMETree) {
        walk(tree, in: nil)
        noteGivenPasswords(tree)
    }

    /// What keeps parts from being taken apart.
    private static let cut: MIMEDefects = [.tooDeep, .tooManyParts, .encodedMessageSkipped]

    /// Looks at the parts of a message: of the one that was received, or of one in a file, at `outer`.
    mutating func walk(_ tree: MIMETree, in outer: Place?) {
        for part in tree.parts {
            let isCut = !part.defects.isDisjoint(with: AttachmentWalk.cut)
            guard part.isLeaf || part.contentType.isMessage || isCut else { continue }
            guard hasRoom else {
                let last = outer?.parent ?? files.count - 1
                if last >= 0 { note(AttachmentTrait(.limit, "more than \(limits.files) files"), in: last) }
                return
            }
            let place =
                outer.map { outer in
                    var place = outer
                    place.steps.append(part.path)
                    return place
                }
                ?? Place(
                    part: part.path, partIndex: part.index, parent: nil, depth: 0, steps: [], holders: [])
            let index = look(at: part, of: tree, at: place)
            if part.defects.contains(.tooDeep) {
                note(AttachmentTrait(.tooDeep, "parts nested more than \(limits.mime.depth) deep"), in: index)
            }
            if part.defects.contains(.tooManyParts) {
                note(AttachmentTrait(.limit, "more than \(limits.mime.parts) parts"), in: index)
            }
            if part.defects.contains(.encodedMessageSkipped) {
                note(AttachmentTrait(.tooDeep, "encoded messages nested too deep"), in: index)
            }
        }
    }

    private mutating func look(at part: MIMEPart, of tree: MIMETree, at place: Place) -> Int {
        let names = PartNames(part)
        let isText = part.contentType.type == "text" || part.contentType.isMultipart
        let isBody =
            names.all.isEmpty && isText && part.defects.isDisjoint(with: AttachmentWalk.cut)
            && !(part.disposition?.isAttachment ?? false)
            && part.contentType.subtype != "calendar" && place.parent.map { files[$0].type } != .mhtml
        guard part.isLeaf else {
            return add(
                names, mediaType: part.contentType.mediaType, isBody: false,
                type: part.contentType.isMessage ? .message : .unknown, size: nil, at: place)
        }
        let content = AttachmentWalk.content(of: part, in: tree, limit: left)
        guard isBody else {
            return examine(content, names, mediaType: part.contentType.mediaType, at: place)
        }
        var type = FileType.signed(content) ?? (part.isHTML ? .html : .text)
        // Text may begin like anything; what is told of it has to be something that is no text.
        if [.data, .page, .text, .mail, .office].contains(type.fileClass), part.contentType.type == "text" {
            type = part.isHTML ? .html : .text
        }
        if type.fileClass != .text, type.fileClass != .page {
            return examine(content, names, mediaType: part.contentType.mediaType, at: place)
        }
        let index = add(
            names, mediaType: part.contentType.mediaType, isBody: true, type: type, size: content.count, at: place)
        if !part.isHTML { takeEncodedFiles(from: content, in: index, at: place) }
        return index
    }

    /// The part's content, from uuencode too, which RFC 2045 does not know and some mail programs name as an encoding.
    private static func content(of part: MIMEPart, in tree: MIMETree, limit: Int) -> Bytes {
        let body = part.decodedBody(in: tree.message)
        guard case .other(let name) = part.transferEncoding,
            ["x-uuencode", "uuencode", "x-uue", "uue"].contains(name),
            let member = EncodedFiles.members(in: body, limit: limit).first
        else { return body }
        return Bytes(member.content)
    }

    /// Files in the form of uuencode or yEnc in the text of a message.
    mutating func takeEncodedFiles(from text: Bytes, in index: Int, at place: Place) {
        for member in EncodedFiles.members(in: text, limit: left) {
            take(Bytes(member.content), named: member.name, from: index, at: place)
        }
    }

    // MARK: - Files

    /// Adds a file, with what its names tell.
    mutating func add(
        _ names: PartNames, mediaType: String?, isBody: Bool, type: FileType, size: Int?, at place: Place
    ) -> Int {
        let index = files.count
        let name = names.worst
        var steps = place.steps
        if let name, !isBody { steps.append(FileName.shown(name.text)) }
        files.append(
            AttachedFile(
                index: index, parent: place.parent, part: place.part, partIndex: place.partIndex, depth: place.depth,
                steps: steps, name: name, otherNames: names.all.filter { $0 != name }.map(\.text),
                mediaType: mediaType, isBody: isBody, type: type, size: size, sha256: nil))
        for trait in names.traits(inArchive: place.parent != nil) { note(trait, in: index) }
        return index
    }

    /// Adds a file with its content, and looks into it.
    @discardableResult
    mutating func examine(
        _ content: Bytes, _ names: PartNames, mediaType: String? = nil, isWhole: Bool = true, size: Int? = nil,
        at place: Place
    ) -> Int {
        let ending = names.worst?.ending ?? ""
        let type = FileType.of(content, ending: ending)
        let index = add(
            names, mediaType: mediaType, isBody: false, type: type, size: isWhole ? content.count : size, at: place)
        var inner = place
        inner.parent = index
        inner.depth += 1
        inner.steps = files[index].steps
        if isWhole {
            let digest = SHA256.hexadecimal(content)
            files[index].sha256 = digest
            if place.holders.contains(digest) {
                note(AttachmentTrait(.bomb, "holds itself"), in: index)
                noteMismatch(index)
                return index
            }
            inner.holders.append(digest)
        }
        open(content, as: type, in: index, at: inner)
        noteMismatch(index)
        return index
    }

    /// Adds a file that lies in another, and looks into it. The bytes count as unpacked.
    mutating func take(
        _ content: Bytes, named name: String?, from index: Int, at place: Place, isWhole: Bool = true, size: Int? = nil
    ) {
        guard hasRoom else {
            note(AttachmentTrait(.limit, "more than \(limits.files) files"), in: index)
            return
        }
        guard content.count <= left else {
            note(AttachmentTrait(.limit, "more than \(limits.bytes) bytes in all"), in: index)
            return
        }
        charge(content.count)
        var place = place
        place.parent = index
        if place.depth == 0 { place.depth = 1 }
        if place.steps.isEmpty { place.steps = files[index].steps }
        if name?.isEmpty ?? true { place.steps.append("#\(files.count - index)") }
        examine(content, PartNames(name), isWhole: isWhole, size: size, at: place)
    }

    /// Whether the content is another thing than name and media type say.
    private mutating func noteMismatch(_ index: Int) {
        let file = files[index]
        guard file.type != .unknown, file.type != .empty else { return }
        let ending = file.name?.ending ?? ""
        if let claim = FileEnding.claim(ending) {
            if FileEnding.deceives(file.type, claim: claim) {
                note(AttachmentTrait(.typeMismatch, "\(file.type.name) named .\(ending)"), in: index)
            }
        } else if let media = file.mediaType, let claim = FileEnding.claim(mediaType: media),
            FileEnding.deceives(file.type, claim: claim)
        {
            note(AttachmentTrait(.typeMismatch, "\(file.type.name) declared as \(media)"), in: index)
        }
    }

    /// A password in the text of a message whose files are encrypted.
    private mutating func noteGivenPasswords(_ tree: MIMETree) {
        let encrypted = files.filter { $0.trait(.encrypted) != nil || $0.trait(.encryptedDocument) != nil }
        guard !encrypted.isEmpty else { return }
        let subject = tree.message.header.first("subject")?.decodedText ?? ""
        guard let words = PasswordText.first(in: subject + "\n" + tree.visibleText(limit: 64 << 10)) else { return }
        // An archive stands for what is in it.
        let places = Set(encrypted.map(\.index))
        for file in encrypted where !(file.parent.map(places.contains) ?? false) {
            note(AttachmentTrait(.passwordGiven, words), in: file.index)
        }
    }

    /// Parts of which hundreds of times as much was unpacked as they are, in small steps.
    mutating func noteDamagedSums() {
        var sums: [Int: Int] = [:]
        var tops: [Int] = []
        for file in files {
            if file.parent == nil {
                tops.append(file.index)
            } else if let top = tops.last {
                sums[top, default: 0] += file.sha256 == nil ? 0 : file.size ?? 0
            }
        }
        for top in tops {
            let (sum, size) = (sums[top] ?? 0, max(files[top].size ?? 0, 1))
            if sum > AttachmentLimits.ratioFloor, sum / size > limits.ratio {
                note(AttachmentTrait(.bomb, "\(sum) bytes in \(size)"), in: top)
            }
        }
    }
}
