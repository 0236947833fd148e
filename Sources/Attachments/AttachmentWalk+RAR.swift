import Values

extension AttachmentWalk {
    /// Tells the files of a RAR archive, and looks into those that can be unpacked. What the library cannot unpack, such as
    /// solid archives of the fourth version, is told by the headers: by its name it may be something to be refused.
    mutating func openRAR(_ content: Bytes, in index: Int, at place: Place) {
        guard goesDeeper(index, place, wants: true) else { return }
        let headers = RARHeaders(content)
        if headers.hasEncryptedHeaders {
            note(AttachmentTrait(.encrypted, "the list of files is encrypted"), in: index)
            return
        }
        if headers.hasEncryptedFiles { note(AttachmentTrait(.encrypted, "files in it are encrypted"), in: index) }
        if headers.isVolume {
            note(AttachmentTrait(.unreadable, "one of several volumes, of which the others are not here"), in: index)
        }
        guard let archive = ArchiveFile(content, .rar) else {
            note(AttachmentTrait(.unreadable, "not enough memory"), in: index)
            return
        }
        var told = 0
        reading: while true {
            switch archive.next() {
            case .end: break reading
            case .failure(let reason):
                let isExplained = headers.hasEncryptedFiles || headers.isVolume
                if !isExplained { note(AttachmentTrait(.unreadable, reason), in: index) }
                break reading
            case .member(let member):
                let header = told < headers.members.count ? headers.members[told] : nil
                told += 1
                guard hasRoom, told <= limits.files else {
                    note(AttachmentTrait(.limit, "more than \(limits.files) files"), in: index)
                    return
                }
                if member.isFolder { continue }
                if let header, header.isEncrypted {
                    addUnread(header, AttachmentTrait(.encrypted, "encrypted"), from: index, at: place)
                    continue
                }
                let isRead = tell(
                    member, of: archive, size: content.count, in: index, at: place, mayUnpack: true,
                    explanation: header?.isSplit ?? false ? "it goes on in another volume" : nil)
                guard isRead else { break reading }
            }
        }
        for header in headers.members.dropFirst(told) where !header.isFolder {
            guard hasRoom else {
                note(AttachmentTrait(.limit, "more than \(limits.files) files"), in: index)
                return
            }
            let trait =
                header.isEncrypted
                ? AttachmentTrait(.encrypted, "encrypted") : AttachmentTrait(.unreadable, "known by its name only")
            addUnread(header, trait, from: index, at: place)
        }
    }

    private mutating func addUnread(
        _ header: RARHeaders.Member, _ trait: AttachmentTrait, from index: Int, at place: Place
    ) {
        addUnread(header.name, size: header.size, trait, from: index, at: place)
    }
}
