import Expressions
import Values

/// What the files of a message are.
struct FileNotes {
    private(set) var notes = Notes()
    private static let fileLimit = 100

    static func notes(of scope: EvaluationScope) -> Notes { FileNotes(scope).notes }

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    private static let programs = words(
        "exe scr com pif cpl msi msix msp dll sys ocx drv app apk jar dmg pkg deb rpm elf")
    private static let scripts = words(
        "bat cmd ps1 psm1 vbs vbe js jse wsf wsh wsc hta lnk url reg inf scf sct chm application settingcontent-ms gadget jnlp py sh iqy slk"
    )
    private static let pages = words("htm html shtml xhtml xht mht mhtml")
    private static let disks = words("iso img vhd vhdx udf bin nrg mdf")
    private static let macroDocuments = words("docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm")
    private static let archives = words("zip rar 7z gz tgz tar bz2 xz zst")
    private static let rareArchives = words("ace arj cab lzh lha z xxe uue zipx r00 r01 r09 alz egg arc wim")
    private static let decoys = words("pdf doc docx xls xlsx ppt pptx txt jpg jpeg png gif mp3 mp4 wav zip csv rtf")

    private init(_ scope: EvaluationScope) {
        let message = scope.message
        var documents = 0
        for part in message.leaves.prefix(FileNotes.fileLimit) {
            let name = part.name.map { FieldText.decoded($0) }
            if let name { lookAtName(name, part) }
            let ending = name.map { FileNotes.ending(of: $0) } ?? ""
            if part.type == "application/pdf" || ["pdf", "doc", "docx", "rtf"].contains(ending) { documents += 1 }
            if part.type == "text/calendar" || ending == "ics" { lookAtInvitation(part, scope) }
            let isPlain = part.type.hasPrefix("text/") && name == nil
            if !isPlain { lookAtContents(part, name ?? [], ending) }
        }
        let length = message.bodyLines.dropFirst().reduce(0) { sum, line in sum + line.count { !$0.isRuleSpace } }
        if documents > 0, length < 40 { notes.note("document-only", "\(length) characters and a document") }
        if length < 40, message.parts.dropFirst().contains(where: { $0.type == "message/rfc822" }) {
            notes.note("message-only", "\(length) characters and a message")
        }
    }

    private static func ending(of name: [UInt8]) -> String {
        guard let dot = name.lastIndex(of: .dot) else { return "" }
        return String(decoding: name[(dot + 1)...].map(\.lowercased).filter { !$0.isRuleSpace }, as: UTF8.self)
    }

    private mutating func lookAtName(_ name: [UInt8], _ part: RulePart) {
        let ending = FileNotes.ending(of: name)
        let isRun = FileNotes.programs.contains(ending) || FileNotes.scripts.contains(ending)
        if FileNotes.programs.contains(ending) { notes.note("program", name) }
        if FileNotes.scripts.contains(ending) { notes.note("script", name) }
        if FileNotes.pages.contains(ending) { notes.note("page", name) }
        if FileNotes.disks.contains(ending) { notes.note("disk-image", name) }
        if FileNotes.macroDocuments.contains(ending) { notes.note("macros", name) }
        if ending == "one" || ending == "onepkg" { notes.note("notebook", name) }
        if FileNotes.archives.contains(ending) { notes.note("archive", name) }
        if FileNotes.rareArchives.contains(ending) { notes.note("rare-archive", name) }
        let text = String(decoding: name, as: UTF8.self)
        if text.unicodeScalars.contains(where: {
            (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value)
        }) {
            notes.note("bidi-name", text.unicodeScalars.map { $0.value < 0x80 ? String($0) : "?" }.joined())
        }
        guard let dot = name.lastIndex(of: .dot) else { return }
        let before = name[..<dot]
        let isHidden = isRun || FileNotes.pages.contains(ending)
        if isHidden, FileNotes.decoys.contains(FileNotes.ending(of: Array(before))) { notes.note("two-endings", name) }
        if isHidden, Bytes(name).contains(Array("        ".utf8)) { notes.note("spaced-name", name) }
    }

    // MARK: What is in them

    private mutating func lookAtContents(_ part: RulePart, _ name: [UInt8], _ ending: String) {
        let data = part.decoded
        guard data.count >= 4 else { return }
        let title = name.isEmpty ? Array(part.type.utf8) : name
        let isZip = data.starts(with: [0x50, 0x4B, 0x03, 0x04])
        if data.starts(with: [0x4D, 0x5A]), data.count > 256 {
            notes.note("program", title)
            if !FileNotes.programs.contains(ending) { notes.note("other-type", title) }
        }
        let start = Bytes(data.drop(while: \.isRuleSpace).prefix(64).map(\.lowercased))
        let isPage = start.contains(Array("<html".utf8)) || start.contains(Array("<!doctype html".utf8))
        if isPage, !FileNotes.pages.contains(ending),
            ["pdf", "doc", "docx", "xls", "xlsx", "txt", "jpg", "png"].contains(ending)
        {
            notes.note("other-type", title)
        }
        if ["pdf", "jpg", "jpeg", "png", "gif"].contains(ending), isZip || data.starts(with: Array("Rar!".utf8)) {
            notes.note("other-type", title)
        }
        if isZip { lookAtEntries(data, title) }
        if data.starts(with: Array("Rar!".utf8)) {
            notes.note("archive", title)
            if FileNotes.isEncryptedRar(data) { notes.note("encrypted", title) }
        }
        if data.starts(with: [0x37, 0x7A, 0xBC, 0xAF]) {
            notes.note("archive", title)
            // The method 7zAES in the header at the end.
            if Bytes(Array(data.suffix(4_096))).contains([0x06, 0xF1, 0x07, 0x01]) { notes.note("encrypted", title) }
        }
        if data.starts(with: Array("%PDF".utf8)), Bytes(data).contains(Array("/Encrypt".utf8)) {
            notes.note("encrypted", title)
        }
        if data.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            let whole = Bytes(data)
            if whole.contains(FileNotes.wide("EncryptedPackage")) { notes.note("encrypted", title) }
            if whole.contains(FileNotes.wide("_VBA_PROJECT")) { notes.note("macros", title) }
        }
        if ending == "svg" || part.type.hasPrefix("image/svg") {
            let whole = Bytes(data.prefix(200_000).map(\.lowercased))
            let isActive = ["<script", "onload=", "<foreignobject", "javascript:", "href=\"http"].contains {
                whole.contains(Array($0.utf8))
            }
            if isActive { notes.note("drawing", title) }
        }
    }

    private static func wide(_ text: String) -> [UInt8] { text.utf8.flatMap { [$0, 0] } }

    /// APPNOTE.TXT 4.3.12: the central directory, which names every file of the archive.
    private mutating func lookAtEntries(_ data: [UInt8], _ title: [UInt8]) {
        func number(_ place: Int, _ count: Int) -> Int {
            guard place >= 0, place + count <= data.count else { return 0 }
            return data[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let tail = max(0, data.count - 66_000)
        guard data.count >= 22,
            let end = stride(from: data.count - 22, through: tail, by: -1).first(where: {
                data[$0] == 0x50 && number($0, 4) == 0x0605_4B50
            })
        else {
            if number(6, 2) & 1 == 1 { notes.note("encrypted", title) }
            return
        }
        var place = number(end + 16, 4)
        for _ in 0..<min(number(end + 10, 2), 1_000) {
            guard number(place, 4) == 0x0201_4B50 else { return }
            let (flags, length) = (number(place + 8, 2), number(place + 28, 2))
            let start = place + 46
            guard start + length <= data.count else { return }
            let name = Array(data[start..<(start + length)])
            if flags & 1 == 1 { notes.note("encrypted", title + Array(": ".utf8) + name) }
            let ending = FileNotes.ending(of: name)
            let isRun =
                FileNotes.programs.contains(ending) || FileNotes.scripts.contains(ending)
                || FileNotes.disks.contains(ending) && ending != "bin"
            // An archive of a program's source has scripts in folders; what is to be run lies on top.
            if isRun, !name.contains(.ascii("/")) {
                notes.note("program-in-archive", title + Array(": ".utf8) + name)
            }
            if Bytes(name).contains(Array("vbaProject.bin".utf8)) { notes.note("macros", title) }
            place = start + length + number(place + 30, 2) + number(place + 32, 2)
        }
    }

    /// Whether the headers of a RAR archive, or its first file, are encrypted.
    private static func isEncryptedRar(_ data: [UInt8]) -> Bool {
        guard data.count > 30 else { return false }
        if data[6] == 1 {
            // RAR 5.0: after the eight bytes of the mark come a CRC, the size and the type of the first header.
            return data[8..<20].dropFirst(5).first == 4
        }
        // RAR 4: flags of the archive's header, then those of the first file's.
        if (Int(data[10]) | Int(data[11]) << 8) & 0x80 != 0 { return true }
        let next = 7 + (Int(data[12]) | Int(data[13]) << 8)
        guard next + 5 < data.count, data[next + 2] == 0x74 else { return false }
        return (Int(data[next + 3]) | Int(data[next + 4]) << 8) & 0x04 != 0
    }

    // MARK: Invitations

    private static let organizers = Expression(
        known: #"^ORGANIZER[^\r\n]{0,200}?mailto:[^\s@]{1,64}@([^\s>"]{1,253})"#, [.ignoringCase, .multiline])
    private static let requests = Expression(known: #"^METHOD:\s*REQUEST"#, [.ignoringCase, .multiline])
    private static let hosts = Expression(known: #"https?://([^\s/?:<>"\\]{1,253})"#, .ignoringCase)
    private static let meetings: Set<String> = [
        "zoom.us", "microsoft.com", "live.com", "google.com", "webex.com", "gotomeeting.com", "whereby.com", "jit.si",
        "office.com", "skype.com", "aka.ms", "goto.com", "ringcentral.com", "bluejeans.com", "bigbluebutton.org",
    ]

    private mutating func lookAtInvitation(_ part: RulePart, _ scope: EvaluationScope) {
        let text = Bytes(RuleMessage.unfolded(calendar: part.decoded.prefix(100_000)))
        guard scope.has(FileNotes.requests, text) else { return }
        let people = scope.correspondents
        let registries = scope.message.registries
        if let organizer = scope.matcher.capture(1, of: FileNotes.organizers, in: text), !people.domain.isEmpty {
            let domain = registries.registeredPart(of: organizer.lossyString.asciiLowercased)
            if !people.senders.contains(domain) {
                notes.note("invitation", "\(organizer.lossyString), from \(people.domain)")
            }
        }
        scope.matcher.eachMatch(of: FileNotes.hosts, in: text) { groups in
            guard let range = groups[1] else { return true }
            let domain = registries.registeredPart(of: text[range].lossyString.asciiLowercased)
            guard !people.senders.contains(domain), !FileNotes.meetings.contains(domain), !people.own.contains(domain)
            else { return true }
            notes.note("invitation-link", text[range])
            return false
        }
    }
}
