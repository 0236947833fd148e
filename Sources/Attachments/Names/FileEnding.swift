/// What the ending of a name, or a media type, says that a file is.
enum FileEnding {
    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    /// Endings of what is told by its content only when it is binary; scripts and shortcuts are in `FileType.scripts`.
    private static let programs = words(
        "exe scr com pif cpl msi msp mst msix msixbundle appx appxbundle dll sys ocx drv bpl apk jar app dmg pkg mpkg deb rpm elf xll wll xpi crx chm hlp ade adp mde ops prf msc isp ins class ax efi mui action workflow ipa jnlp"
    )
    private static let decoys = words(
        "pdf doc docx xls xlsx ppt pptx txt rtf odt ods csv jpg jpeg png gif bmp tif tiff webp mp3 mp4 wav avi mov zip rar 7z html htm xml eml msg log"
    )
    private static let pages = words("htm html shtml xhtml xht mht mhtml svg")

    /// Whether what has this ending runs, or leads elsewhere, when somebody opens it under Windows or macOS.
    static func runs(_ ending: String) -> Bool {
        if programs.contains(ending) || ending == "lnk" { return true }
        guard let type = FileType.scripts[ending] else { return false }
        return type.fileClass == .script || type.fileClass == .shortcut
    }

    static func isDecoy(_ ending: String) -> Bool { decoys.contains(ending) }
    static func isPage(_ ending: String) -> Bool { pages.contains(ending) }

    /// The class that an ending claims; nil where it claims none that is known.
    static func claim(_ ending: String) -> FileClass? {
        if let claim = claims[ending] { return claim }
        if let type = FileType.scripts[ending] { return type.fileClass }
        return programs.contains(ending) ? .executable : nil
    }

    private static let claims: [String: FileClass] = {
        var table: [String: FileClass] = [:]
        func add(_ claim: FileClass, _ endings: String) {
            for ending in endings.split(separator: " ") { table[String(ending)] = claim }
        }
        add(.shortcut, "lnk")
        add(.pdf, "pdf")
        add(
            .office,
            "doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx xltm xlam ppt pptx pptm pps ppsx ppsm pot potx rtf odt ods odp odg vsd vsdx pub epub"
        )
        add(.image, "png jpg jpeg jpe jfif gif bmp tif tiff webp ico heic heif avif psd wmf emf")
        add(.audio, "mp3 wav ogg flac mid midi aac m4a wma")
        add(.video, "mp4 m4v mov avi mkv webm wmv asf mpg mpeg flv 3gp")
        add(.page, "htm html shtml xhtml xht mht mhtml")
        add(.drawing, "svg svgz")
        add(.text, "txt text log csv tsv xml json md diff patch ini cfg yaml yml tex")
        add(.archive, "zip rar 7z tar cab lzh lha arj ace zoo cpio wim zipx")
        add(.compressed, "gz tgz bz2 tbz xz txz lzma zst lz lz4 z taz")
        add(.diskImage, "iso img vhd vhdx udf vmdk")
        add(.mail, "eml msg")
        add(.calendar, "ics ical")
        add(.contact, "vcf vcard")
        add(.notebook, "one onepkg onetoc2")
        add(.font, "ttf otf woff woff2")
        return table
    }()

    /// The class that a media type claims.
    static func claim(mediaType: String) -> FileClass? {
        switch mediaType {
        case "application/pdf": return .pdf
        case "text/html", "application/xhtml+xml": return .page
        case "text/plain", "text/csv", "text/x-patch", "text/x-diff": return .text
        case "image/svg+xml": return .drawing
        case "text/calendar": return .calendar
        case "text/vcard", "text/x-vcard": return .contact
        case "application/msword", "application/rtf", "text/rtf": return .office
        case "application/zip", "application/x-zip-compressed", "application/x-7z-compressed", "application/vnd.rar",
            "application/x-rar-compressed":
            return .archive
        default:
            if mediaType.hasPrefix("image/") { return .image }
            if mediaType.hasPrefix("audio/") { return .audio }
            if mediaType.hasPrefix("video/") { return .video }
            if mediaType.hasPrefix("application/vnd.openxmlformats") || mediaType.hasPrefix("application/vnd.ms-excel")
                || mediaType.hasPrefix("application/vnd.ms-powerpoint")
            {
                return .office
            }
            return nil
        }
    }

    /// Whether content of `type` under a name, or media type, that claims `claim` deceives. Files have wrong names all the
    /// time: it does where what a person takes for something to look at is something else to open, to unpack or to run.
    static func deceives(_ type: FileType, claim: FileClass) -> Bool {
        let actual = type.fileClass
        guard actual != claim else { return false }
        let isPassive: Set<FileClass> = [
            .pdf, .office, .image, .audio, .video, .text, .calendar, .contact, .drawing, .page, .font, .mail, .archive,
            .compressed,
        ]
        switch actual {
        case .executable, .package, .shortcut:
            // Macromedia's films and Java's classes are named as they like, and text that leads elsewhere is text.
            if type == .internetShortcut || type == .webQuery { return claim != .text && isPassive.contains(claim) }
            return isPassive.contains(claim)
        case .script:
            return isPassive.contains(claim) && claim != .text && claim != .page
        case .diskImage:
            return isPassive.contains(claim) && claim != .archive && claim != .compressed
        case .page:
            // Spreadsheets and letters are exported as HTML under the names of documents; PDF never is.
            return [.pdf, .image, .audio, .video, .calendar, .contact, .archive, .compressed].contains(claim)
        case .drawing: return [.pdf, .audio, .video, .archive, .compressed, .office].contains(claim)
        case .archive, .compressed:
            return [.pdf, .image, .audio, .video, .page, .text, .calendar, .contact, .drawing].contains(claim)
        case .office, .notebook:
            return [.image, .audio, .video, .page, .calendar, .contact, .drawing].contains(claim)
                || claim == .pdf
        default: return false
        }
    }
}
