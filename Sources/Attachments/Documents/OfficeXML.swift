import Values

/// What the members of an Office document since 2007 say, told as traits. Members come one by one.
struct OfficeXML {
    private(set) var traits: [AttachmentTrait] = []
    private var hasMacroSheets = false
    /// Members that relationships say are something, by their paths, and have not been read as that.
    private var named: [String: Interest] = [:]

    private static let nameLimit = 500

    /// What a member of the document is looked at for.
    enum Interest {
        case project, relationships, fields, macroSheet, object, manifest
    }

    /// What a member with this path is looked at for; nil for the rest, which is not unpacked.
    static func interest(in path: String) -> Interest? {
        let path = plain(path)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if name.hasPrefix("vbaproject"), name.hasSuffix(".bin") { return .project }
        if name.hasSuffix(".rels") { return .relationships }
        if path.contains("/macrosheets/") { return .macroSheet }
        if path.contains("/embeddings/") || name.hasPrefix("oleobject") { return .object }
        let isText = path.hasPrefix("word/") && name.hasSuffix(".xml") && path.split(separator: "/").count == 2
        if isText,
            ["document", "header", "footer", "footnotes", "endnotes", "comments"].contains(where: name.hasPrefix)
        {
            return .fields
        }
        if path.contains("/externallinks/") && !path.contains("/_rels/"),
            name.hasSuffix(".xml") || name.hasSuffix(".bin")
        {
            return .fields
        }
        return nil
    }

    /// Whether relationships name members that are something by no path of their own.
    var namesOthers: Bool { !named.isEmpty }

    /// What relationships say that the member is to be looked at for.
    func namedInterest(in path: String) -> Interest? { named[OfficeXML.plain(path)] }

    /// Names of parts are compared without regard to case (ECMA-376 part 2, 6.2.2.3).
    private static func plain(_ path: String) -> String {
        let path = path.asciiLowercased.replacing("\\", with: "/")
        return path.hasPrefix("/") ? String(path.dropFirst()) : path
    }

    /// Adds what a member says.
    mutating func add(_ path: String, _ content: Bytes, _ interest: Interest) {
        named[OfficeXML.plain(path)] = nil
        switch interest {
        case .manifest:
            if content.includes("encryption-data") {
                note(AttachmentTrait(.encryptedDocument, "encryption-data"))
            }
        case .project:
            if let file = CompoundFile(content) {
                traits += LegacyOffice.macros(VBASource(file))
            } else {
                // A document whose macros cannot be read by us may have others that read them.
                note(AttachmentTrait(.macro, "\(path) is no compound file"))
            }
        case .relationships: addRelationships(content, of: path)
        case .macroSheet:
            guard !hasMacroSheets else { return }
            hasMacroSheets = true
            note(AttachmentTrait(.macro, "sheets of Excel 4.0 macros: \(path)"))
        case .fields where path.hasSuffix(".bin"): addBinaryLink(content)
        case .fields: addFields(content)
        case .object: break
        }
    }

    private mutating func note(_ trait: AttachmentTrait) {
        if traits.count < 40, !traits.contains(trait) { traits.append(trait) }
    }

    /// ECMA-376 part 2, 9.3: what lies outside the package. Links that a reader follows by a click are left out.
    private mutating func addRelationships(_ content: Bytes, of path: String) {
        let text = Markup.folded(content)
        for element in Markup.elements("relationship", in: text).prefix(2_000) {
            guard let kind = Markup.attribute("type", in: element), let target = Markup.attribute("target", in: element)
            else { continue }
            let name = Bytes(kind).lossyString.split(separator: "/").last.map(String.init) ?? ""
            let address = Bytes(target).lossyString
            guard Markup.attribute("targetmode", in: element)?.elementsEqual("external".utf8) ?? false else {
                addName(address, as: name, from: path)
                continue
            }
            let isElsewhere =
                address.hasPrefix("http") || address.hasPrefix("ftp") || address.hasPrefix("\\\\")
                || address.hasPrefix("file://") && !address.hasPrefix("file:///") || address.hasPrefix("mhtml:")
                || address.contains("!x-usc:")
            switch name {
            case "attachedtemplate", "oleobject", "frame", "subdocument", "externallinkpath":
                if isElsewhere, name != "externallinkpath" || address.hasPrefix("\\\\") || address.hasPrefix("mhtml:") {
                    note(AttachmentTrait(.remoteContent, "\(name): \(address)"))
                }
            default:
                if address.hasPrefix("mhtml:") || address.contains("!x-usc:") {
                    note(AttachmentTrait(.remoteContent, "\(name): \(address)"))
                }
            }
        }
    }

    /// Keeps what a relationship says that a member is, where the member's path does not say it.
    private mutating func addName(_ target: String, as kind: String, from relationships: String) {
        let interest: Interest
        switch kind {
        case "vbaproject": interest = .project
        case "xlmacrosheet", "xlintlmacrosheet": interest = .macroSheet
        case "oleobject", "package": interest = .object
        case "officedocument", "header", "footer", "footnotes", "endnotes", "comments", "externallink":
            interest = .fields
        default: return
        }
        // The folder of what the relationships are of: that above `_rels`.
        var steps = OfficeXML.plain(relationships).split(separator: "/").dropLast(2)
        if target.hasPrefix("/") { steps = [] }
        for step in OfficeXML.plain(target).split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        let path = steps.joined(separator: "/")
        guard OfficeXML.interest(in: path) == nil, named.count < OfficeXML.nameLimit else { return }
        named[path] = interest
    }

    /// [MS-XLSB] 2.4.276: a link to other data begins with a record that says what it links to.
    private mutating func addBinaryLink(_ content: Bytes) {
        guard content.has([0xE8, 0x02]), content.count > 5 else { return }
        let start = content[2] < 0x80 ? 3 : 4
        guard content.short(start) == 1 else { return }
        let text = content.piece(start + 2, 400).filter { $0 >= 0x20 && $0 < 0x7F }
        note(AttachmentTrait(.dataExchange, String(decoding: text, as: UTF8.self)))
    }

    private mutating func addFields(_ content: Bytes) {
        let text = Markup.folded(content)
        if let link = Markup.elements("ddelink", in: text).first {
            let service = Markup.attribute("ddeservice", in: link).map { Bytes($0).lossyString } ?? ""
            let topic = Markup.attribute("ddetopic", in: link).map { Bytes($0).lossyString } ?? ""
            note(AttachmentTrait(.dataExchange, "\(service) \(topic)"))
        }
        // An instruction may be cut into many runs; put together they are one.
        var instruction: [UInt8] = []
        Markup.eachContent(of: "instrtext", in: text) { instruction += $0 }
        for element in Markup.elements("fldsimple", in: text).prefix(2_000) {
            if let own = Markup.attribute("instr", in: element) { instruction += [.space] + own }
        }
        if let command = ExchangeCommand.command(in: instruction) { note(AttachmentTrait(.dataExchange, command)) }
    }
}
