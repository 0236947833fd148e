import Values

/// The source of the macros in a compound file that has a VBA project ([MS-OVBA]).
struct VBASource {
    /// The source of all modules, in lower case.
    private(set) var text: [UInt8] = []
    /// Whether there are modules, and any has more than what every empty one has.
    private(set) var hasCode = false
    /// Whether there is a project at all.
    private(set) var hasProject = false

    private static let moduleLimit = 256
    private static let sourceLimit = 4 << 20
    private static let moduleBytes = 16 << 20

    /// Reads the modules of every project in the file.
    init(_ file: CompoundFile) {
        let modules = file.entries.filter { entry in
            entry.isStream && entry.path.count >= 2
                && entry.path[entry.path.count - 2].equalsIgnoringASCIICase("VBA")
        }
        hasProject = modules.contains {
            $0.name.equalsIgnoringASCIICase("_VBA_PROJECT") || $0.name.equalsIgnoringASCIICase("dir")
        }
        guard hasProject else { return }
        var left = VBASource.moduleBytes
        for module in modules.prefix(VBASource.moduleLimit) where left > 0 {
            let name = module.name.asciiLowercased
            if name == "dir" || name == "_vba_project" || name.hasPrefix("__srp_") { continue }
            let stream = file.content(of: module, limit: min(left, VBASource.sourceLimit))
            left -= stream.count
            guard let start = VBASource.sourceStart(in: stream) else {
                // No source that can be found, but something that is run: code may stand in its compiled form alone.
                if stream.count > 4096 { hasCode = true }
                continue
            }
            let source = VBASource.decompress(stream[start..<stream.count], limit: VBASource.sourceLimit - text.count)
            if VBASource.says(source) { hasCode = true }
            // [MS-OVBA] 2.3.4.3: before the source stands what the compiler made of it; with the source taken away it
            // is what runs.
            if source.count < 400, start > 8192 { hasCode = true }
            text += source.map(\.lowercased)
            text.append(.lf)
        }
    }

    /// Where the compressed source starts. The `dir` stream says it too, and would have to be believed; the source
    /// begins with the attributes of the module whatever that says.
    private static func sourceStart(in stream: Bytes) -> Int? {
        guard let place = stream.firstIndex(of: Array("\0Attribut".utf8)), place >= 3, stream[place - 3] == 1 else {
            return stream.first == 1 ? 0 : nil
        }
        return place - 3
    }

    /// Whether the source has a line besides the attributes that each module has.
    private static func says(_ source: [UInt8]) -> Bool {
        source.split(whereSeparator: { $0 == .lf || $0 == .cr }).contains { line in
            let line = line.drop(while: \.isWhitespace)
            guard !line.isEmpty, line.first != .ascii("'") else { return false }
            let lowered = line.prefix(16).map(\.lowercased)
            return !lowered.starts(with: "attribute ".utf8) && !lowered.starts(with: "option ".utf8)
        }
    }

    /// [MS-OVBA] 2.4.1: a container of chunks of 4,096 bytes, each of literals and of copies of what came before.
    static func decompress(_ container: Bytes, limit: Int) -> [UInt8] {
        var output: [UInt8] = []
        guard container.first == 1 else { return output }
        var position = 1
        while let header = container.short(position), output.count < limit {
            let size = (header & 0x0FFF) + 3
            let end = min(position + size, container.count)
            guard header & 0x7000 == 0x3000 else { break }
            position += 2
            if header & 0x8000 == 0 {
                output += container[position..<min(position + 4096, container.count)]
                position = min(position + 4096, container.count)
                continue
            }
            let start = output.count
            while position < end {
                let flags = container[position]
                position += 1
                for bit in 0..<8 where position < end {
                    guard flags >> UInt8(bit) & 1 == 1 else {
                        output.append(container[position])
                        position += 1
                        continue
                    }
                    guard let token = container.short(position) else { return output }
                    position += 2
                    let done = output.count - start
                    guard done > 0, done <= 4096 else { return output }
                    var bits = 4
                    while 1 << bits < done { bits += 1 }
                    let length = token & (0xFFFF >> bits) + 3
                    let offset = token >> (16 - bits) + 1
                    guard offset <= done else { return output }
                    for _ in 0..<length { output.append(output[output.count - offset]) }
                }
            }
            position = end
        }
        return output
    }

    private static let starters = [
        "autoopen", "auto_open", "autoexec", "autonew", "autoclose", "auto_close", "autoexit", "document_open",
        "document_close", "document_new", "document_beforeclose", "document_contentcontrolonenter", "workbook_open",
        "workbook_activate", "workbook_beforeclose", "workbook_close", "worksheet_activate", "inkpicture1_painted",
        "inkpicture1_painting", "_layout", "_gotfocus", "_mousemove", "_documentcomplete", "_onconnecting",
        "_resize", "_painted", "_beforenavigate2", "_statechange",
    ]
    private static let means = [
        "shell", "createobject", "getobject", "wscript", "powershell", "urldownloadtofile", "winmgmts", "xmlhttp",
        "adodb.stream", "callbyname", "environ", "virtualalloc", "createthread", "mshta", "rundll32", "regsvr32",
        "cmd.exe", "cmd /c", "showwindow", "execute", "macscript", "savetofile", "callwindowproc", "kernel32",
    ]

    /// The names in the source by which macros run without being asked for.
    var autorun: [String] { VBASource.starters.filter { text.contains(word: $0) } }

    /// What the source uses that documents seldom need.
    var suspicious: [String] { VBASource.means.filter { text.contains(word: $0) } }
}

extension [UInt8] {
    func contains(word: String) -> Bool { Bytes(self).firstIndex(of: Array(word.utf8)) != nil }
}
