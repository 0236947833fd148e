import Cryptography
import Mail
import Values

/// Finds what was done to the signed fields of a message whose signature does not verify.
struct HeaderDiagnosis {
    private let signature: DKIMSignature
    private let key: PublicKey
    /// The digest that was signed, where the signature tells it.
    private let signedDigest: [UInt8]?
    /// How many headers may still be tried.
    private var left: Int

    /// `signedDigest` is what an RSA signature was made over; nil for one made with another key, and for others.
    init(_ signature: DKIMSignature, key: PublicKey, signedDigest: [UInt8]?, limits: DKIMDiagnosisLimits) {
        (self.signature, self.key, self.signedDigest) = (signature, key, signedDigest)
        // Where the signature does not tell its digest, each try is a verification.
        left = signedDigest == nil ? limits.headers / 2 : limits.headers
    }

    private static let maximumNames = 256
    private static let maximumSize = 1 << 17

    /// A header as it may have been, and what was done to it since.
    private struct Edit {
        var changes: [DKIMChange]
        var header: SignedHeader
    }

    /// What was done to the fields of `header`, the signature's own at `index`; with `wrapped`, the part that was the
    /// whole message before.
    mutating func diagnose(_ header: HeaderBlock, at index: Int, wrapped: MIMEPart?) -> DKIMDiagnosis {
        // An RSA signature tells what it was made over, if it was made with this key at all.
        if key.kind == .rsa, signedDigest == nil { return DKIMDiagnosis(changes: [.otherKey]) }
        // Headers whose fields are many or large are not what lists make of mail, and cost much to try.
        guard signature.signedHeaders.count <= HeaderDiagnosis.maximumNames,
            header.bytes.count <= HeaderDiagnosis.maximumSize
        else { return DKIMDiagnosis() }
        let present = SignedHeader(header, signature, at: index)
        let bases = HeaderDiagnosis.bases(present, wrapped: wrapped)
        let tags = SubjectRepair.candidates(present.value(of: "subject"))
        let senders = FromRepair.candidates(header, present)
        for (place, base) in bases.enumerated() {
            if isSigned(base.header) { return DKIMDiagnosis(changes: base.changes, isProved: true) }
            if place == 0, let found = duplicates(base) { return found }
            var singles = tags.map { (DKIMChange.subjectTagged($0.tag), "subject", $0.value) }
            singles += senders.map { (DKIMChange.fromRewritten, "from", $0) }
            for (change, name, value) in singles {
                if let found = attempt(base, change, base.header.replacing(name, with: value)) { return found }
            }
            if let found = pairs(base, tags, senders) { return found }
            if let found = additions(base, tags, senders) { return found }
            if let found = quoting(base) { return found }
            if place == 0, let found = whiteSpace(base) ?? nameCases(base) { return found }
        }
        let copied = copies(present)
        if !copied.changes.isEmpty { return copied }
        let absent = present.distinctNames.filter { present.instances[$0]?.isEmpty == true }
        return DKIMDiagnosis(changes: absent.isEmpty ? [] : [.fieldsAbsent(absent)])
    }

    private mutating func isSigned(_ header: SignedHeader) -> Bool {
        guard left > 0 else { return false }
        left -= 1
        let hash = header.hash
        if let signedDigest { return hash == signedDigest }
        return key.isValid(
            signature: signature.signature, ofDigest: hash, madeWith: signature.algorithm.digest)
    }

    private mutating func attempt(_ base: Edit, _ change: DKIMChange, _ header: SignedHeader) -> DKIMDiagnosis? {
        isSigned(header) ? DKIMDiagnosis(changes: base.changes + [change], isProved: true) : nil
    }

    /// Fields that are there several times: one of them may have been added, on top or, as verifiers look from the
    /// bottom (RFC 6376 §5.4.2), below. A second From, Subject and the like is what forgers add: readers see it.
    private mutating func duplicates(_ base: Edit) -> DKIMDiagnosis? {
        let counts = base.header.distinctNames.map { ($0, base.header.instances[$0]?.count ?? 0) }
        let repeated = counts.filter { $0.1 > 1 }.prefix(HeaderDiagnosis.maximumRepeated)
        for (name, count) in repeated {
            for place in (0..<count).prefix(4) + (4..<max(4, count)).suffix(4) {
                let header = base.header.removing(name, at: place)
                if let found = attempt(base, .fieldAdded(name), header) { return found }
            }
        }
        // All that are there twice, on top or below.
        let twice = repeated.filter { $0.1 == 2 }.map(\.0)
        guard twice.count > 1 else { return nil }
        for place in 0...1 {
            let header = twice.reduce(base.header) { $0.removing($1, at: place) }
            guard isSigned(header) else { continue }
            return DKIMDiagnosis(changes: base.changes + twice.map(DKIMChange.fieldAdded), isProved: true)
        }
        return nil
    }

    private static let maximumRepeated = 8

    /// Subject and From together, as lists change both.
    private mutating func pairs(
        _ base: Edit, _ tags: [(tag: String, value: Bytes)], _ senders: [Bytes]
    ) -> DKIMDiagnosis? {
        for (tag, subject) in tags.prefix(2) {
            let tagged = base.header.replacing("subject", with: subject)
            for sender in senders.prefix(8) where isSigned(tagged.replacing("from", with: sender)) {
                return DKIMDiagnosis(changes: base.changes + [.subjectTagged(tag), .fromRewritten], isProved: true)
            }
        }
        return nil
    }

    /// Fields that were not there when the message was signed: those that lists add together, then each alone, with a
    /// tag in the subject and a rewritten From or without.
    private mutating func additions(
        _ base: Edit, _ tags: [(tag: String, value: Bytes)], _ senders: [Bytes]
    ) -> DKIMDiagnosis? {
        let present = base.header.distinctNames.filter { $0 != "from" && base.header.instances[$0]?.isEmpty == false }
        let ofLists = present.filter { HeaderDiagnosis.addedByLists.contains($0) || $0.hasPrefix("list-") }
        let groups = (ofLists.count > 1 ? [ofLists] : []) + present.map { [$0] }
        for group in groups {
            var edit = base
            for name in group {
                edit.header = edit.header.removing(name)
                edit.changes.append(.fieldAdded(name))
            }
            if isSigned(edit.header) { return DKIMDiagnosis(changes: edit.changes, isProved: true) }
            guard group.contains(where: { ofLists.contains($0) }) else { continue }
            for (tag, value) in tags.prefix(2) {
                if let found = attempt(edit, .subjectTagged(tag), edit.header.replacing("subject", with: value)) {
                    return found
                }
            }
            for sender in senders.prefix(6) {
                if let found = attempt(edit, .fromRewritten, edit.header.replacing("from", with: sender)) {
                    return found
                }
            }
            if let found = pairs(edit, tags, senders) { return found }
        }
        return nil
    }

    private static let addedByLists: Set<String> = [
        "sender", "reply-to", "errors-to", "precedence", "mailing-list", "x-mailman-version", "x-beenthere",
    ]

    /// Quotation marks around names, which gateways put and take away.
    private mutating func quoting(_ base: Edit) -> DKIMDiagnosis? {
        for name in ["from", "to", "cc", "reply-to"] {
            guard let value = base.header.value(of: name) else { continue }
            for other in FromRepair.requoted(value) {
                if let found = attempt(base, .quotingChanged(field: name), base.header.replacing(name, with: other)) {
                    return found
                }
            }
        }
        return nil
    }

    /// Folds and white space. The relaxed algorithm sees but whether there is any.
    private mutating func whiteSpace(_ base: Edit) -> DKIMDiagnosis? {
        guard base.header.canonicalization == .simple else { return nil }
        let names = base.header.distinctNames.filter { base.header.instances[$0]?.isEmpty == false }
        for name in names {
            for form in FoldForm.allCases {
                var edit = base.header
                edit.instances[name] = edit.instances[name]?.map(form.apply)
                if let found = attempt(base, .whiteSpaceChanged(field: name), edit) { return found }
            }
        }
        for form in FoldForm.allCases {
            var all = base.header
            all.own = form.apply(all.own)
            if let found = attempt(base, .whiteSpaceChanged(field: "dkim-signature"), all) { return found }
            for name in names { all.instances[name] = all.instances[name]?.map(form.apply) }
            if let found = attempt(base, .whiteSpaceChanged(field: "header"), all) { return found }
            all.own = base.header.own
            if let found = attempt(base, .whiteSpaceChanged(field: "header"), all) { return found }
        }
        return nil
    }

    /// Names in another case. The relaxed algorithm does not see it.
    private mutating func nameCases(_ base: Edit) -> DKIMDiagnosis? {
        guard base.header.canonicalization == .simple else { return nil }
        let names = base.header.distinctNames.filter { base.header.instances[$0]?.isEmpty == false }
        for form in NameForm.allCases {
            for name in names {
                var edit = base.header
                edit.instances[name] = edit.instances[name]?.map(form.apply)
                if edit.instances[name] == base.header.instances[name] { continue }
                if let found = attempt(base, .nameCaseChanged(field: name), edit) { return found }
            }
            var all = base.header
            all.own = form.apply(all.own)
            if let found = attempt(base, .nameCaseChanged(field: "dkim-signature"), all) { return found }
            for name in names { all.instances[name] = all.instances[name]?.map(form.apply) }
            if let found = attempt(base, .nameCaseChanged(field: "header"), all) { return found }
            all.own = base.header.own
            if let found = attempt(base, .nameCaseChanged(field: "header"), all) { return found }
        }
        return nil
    }

    /// What `z=` says of the fields. RFC 6376 §3.5: for diagnosis only.
    private mutating func copies(_ present: SignedHeader) -> DKIMDiagnosis {
        left = max(left, 1)
        var copied: [String: [Bytes]] = [:]
        for copy in signature.copiedHeaders.prefix(HeaderDiagnosis.maximumNames) {
            guard let colon = copy.firstIndex(of: .colon) else { continue }
            copied[copy[0..<colon].trimmingFoldingWhitespace.lowercasedText, default: []].append(copy)
        }
        guard !copied.isEmpty else { return DKIMDiagnosis() }
        var changes: [DKIMChange] = []
        var restored = present
        for name in present.distinctNames {
            let now = (present.instances[name] ?? []).map(HeaderDiagnosis.relaxed)
            let then = (copied[name] ?? []).map(HeaderDiagnosis.relaxed)
            restored.instances[name] = (copied[name] ?? []).reversed()
            // RFC 6376 §5.4.2: of the fields of a name those at the bottom are signed, as many as h= lists.
            let listed = present.names.count { $0 == name }
            guard !HeaderDiagnosis.isPart(then, of: Array(now.suffix(listed))) || now.suffix(listed).count != then.count
            else { continue }
            if HeaderDiagnosis.isPart(then, of: now), now.count > then.count {
                changes.append(.fieldAdded(name))
            } else if HeaderDiagnosis.isPart(now, of: then) {
                changes.append(.fieldRemoved(name))
            } else {
                changes.append(.fieldChanged(name))
            }
        }
        return DKIMDiagnosis(changes: changes, isProved: !changes.isEmpty && isSigned(restored))
    }

    /// Whether each of `some` is one of `all`, as often.
    private static func isPart(_ some: [[UInt8]], of all: [[UInt8]]) -> Bool {
        guard some.count <= all.count else { return false }
        var counts: [[UInt8]: Int] = [:]
        for field in all { counts[field, default: 0] += 1 }
        for field in some {
            guard let count = counts[field], count > 0 else { return false }
            counts[field] = count - 1
        }
        return true
    }

    private static func relaxed(_ field: Bytes) -> [UInt8] {
        var sink = CanonicalBytes()
        HeaderCanonicalizer.append(field, with: .relaxed, to: &sink)
        return sink.bytes
    }

    /// The header as it is and with the fields that describe the body as they may have been.
    private static func bases(_ present: SignedHeader, wrapped: MIMEPart?) -> [Edit] {
        var edits = [Edit(changes: [], header: present)]
        if let wrapped {
            var edit = Edit(changes: [], header: present)
            for name in ["content-type", "content-transfer-encoding"] where present.names.contains(name) {
                if let field = wrapped.header.first(name) {
                    edit.header = edit.header.replacing(name, with: field.rawValue)
                } else {
                    edit.header = edit.header.removing(name)
                }
            }
            edits.insert(edit, at: 0)
            // A list that wraps a message often names its format itself.
            edits.append(Edit(changes: [.fieldAdded("mime-version")], header: edit.header.removing("mime-version")))
        }
        let encoding = "content-transfer-encoding"
        if present.names.contains(encoding) {
            let change = DKIMChange.fieldChanged(encoding)
            for value in ["8bit", "7bit", "quoted-printable", "base64"] {
                edits.append(Edit(changes: [change], header: present.replacing(encoding, with: Bytes(value))))
            }
        }
        for (name, value) in [("mime-version", "1.0"), ("content-type", "text/plain; charset=\"us-ascii\"")]
        where present.names.contains(name) && present.instances[name]?.isEmpty == true {
            edits.append(Edit(changes: [.fieldRemoved(name)], header: present.replacing(name, with: Bytes(value))))
        }
        return edits
    }
}

/// Ways in which programs write the names of fields.
private enum NameForm: CaseIterable {
    /// `Message-Id`.
    case title
    /// `Message-ID`, as the standards write it.
    case standard
    case lowercase
    case uppercase

    private static let words: Set<String> = ["id", "mime", "dkim", "arc", "spf"]

    func apply(_ field: Bytes) -> Bytes {
        guard let colon = field.firstIndex(of: .colon) else { return field }
        let words = field[0..<colon].lowercasedText.split(separator: "-", omittingEmptySubsequences: false)
        let forms = words.map { word in
            switch self {
            case .lowercase: String(word)
            case .uppercase: word.uppercased()
            case .standard where NameForm.words.contains(String(word)): word.uppercased()
            case .title, .standard: word.prefix(1).uppercased() + word.dropFirst()
            }
        }
        return Bytes(Array(forms.joined(separator: "-").utf8) + field[colon..<field.count].array)
    }
}

/// Ways in which programs write white space in a field.
private enum FoldForm: CaseIterable {
    /// Line ends of folds gone, the white space after them kept.
    case unfolded
    /// Each fold, its white space and all, one space.
    case folded
    /// A tab after each fold.
    case tabs
    /// A space after each fold.
    case spaces
    /// One space after the colon.
    case spaceAfterColon
    /// None after the colon.
    case noSpaceAfterColon
    /// No white space at the end.
    case trimmed

    func apply(_ field: Bytes) -> Bytes {
        guard let colon = field.firstIndex(of: .colon) else { return field }
        switch self {
        case .unfolded: return refolded(field) { $0 }
        case .folded: return refolded(field) { _ in [.space] }
        case .tabs: return refolded(field) { _ in [.cr, .lf, .tab] }
        case .spaces: return refolded(field) { _ in [.cr, .lf, .space] }
        case .spaceAfterColon, .noSpaceAfterColon:
            let start = field[colon + 1..<field.count].firstIndex { !$0.isWhitespace } ?? 0
            let blank: [UInt8] = self == .spaceAfterColon ? [.space] : []
            return Bytes(field[0..<colon + 1].array + blank + field[colon + 1 + start..<field.count])
        case .trimmed:
            let end = field.lastIndex { !$0.isFoldingWhitespace } ?? colon
            return field[0..<end + 1]
        }
    }

    /// `field` with other bytes for each fold: what `replacement` makes of the white space after the line end.
    private func refolded(_ field: Bytes, _ replacement: ([UInt8]) -> [UInt8]) -> Bytes {
        var output: [UInt8] = []
        var position = 0
        while position < field.count {
            let byte = field[position]
            let isCRLF = byte == .cr && position + 1 < field.count && field[position + 1] == .lf
            guard isCRLF || byte == .lf else {
                output.append(byte)
                position += 1
                continue
            }
            position += isCRLF ? 2 : 1
            let start = position
            while position < field.count, field[position].isWhitespace { position += 1 }
            output += replacement(field[start..<position].array)
        }
        return Bytes(output)
    }
}
