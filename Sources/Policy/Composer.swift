import Values

/// Builds the nodes of one document from its events, noting the mistakes that leave the rest readable.
struct Composer: ~Copyable {
    /// The mistakes so far, in the order they were met.
    private(set) var diagnostics: [PolicyDiagnostic] = []

    private let file: String
    private let source: Bytes
    private var events: YAMLEvents
    private var anchors: [String: Part] = [:]
    private var expanded = 0

    /// A node with the number of nodes in it and the levels it nests.
    private struct Part {
        var node: PolicyNode
        var size = 1
        var height = 0
        /// Whether the value is missing for a reason already noted: whoever holds it leaves it out.
        var isBroken = false
    }

    /// Nothing after this mistake can be read.
    private struct Stop: Error {
        let diagnostic: PolicyDiagnostic

        init(_ diagnostic: PolicyDiagnostic) { self.diagnostic = diagnostic }

        init(_ event: YAMLEvent, in file: String, _ message: String) {
            let place = PolicyPlace(file: file, line: event.line, column: event.column)
            diagnostic = PolicyDiagnostic(place: place, message: message)
        }
    }

    /// A composer of `source`; `file` is the name that places carry.
    init(_ source: Bytes, file: String) {
        self.file = file
        self.source = source
        events = YAMLEvents(source)
    }

    /// The document's root, or nil when the document is empty or cannot be read.
    mutating func document() -> PolicyNode? {
        do throws(Stop) {
            var root: PolicyNode?
            var documents = 0
            var wrongRoot: Stop?
            while true {
                let event = try next()
                switch event.kind {
                case .streamEnd:
                    // Only now: text that is no YAML often begins like a scalar, and its fault says more.
                    if let wrongRoot { throw wrongRoot }
                    return root
                case .documentStart:
                    documents += 1
                    if documents > 1 {
                        throw Stop(event, in: file, "a policy file holds one document; a second one begins here")
                    }
                    let node = try part(try next(), depth: 0).node
                    switch node.content {
                    case .null: break
                    case .mapping: root = node
                    case .scalar, .sequence:
                        let message = "a policy is keys and values at its top level, found \(node.found)"
                        wrongRoot = Stop(PolicyDiagnostic(place: node.place, message: message))
                    }
                default: continue
                }
            }
        } catch {
            diagnostics.append(error.diagnostic)
            return nil
        }
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do throws(YAMLFault) {
            return try events.next()
        } catch {
            throw Stop(error.diagnostic(in: source, file: file))
        }
    }

    /// The node that begins with `event`, inside `depth` lists and mappings.
    private mutating func part(_ event: YAMLEvent, depth: Int) throws(Stop) -> Part {
        try noteTag(event)
        let part: Part
        switch event.kind {
        case .scalar(let text, let isQuoted):
            part = Part(node: PolicyNode(Composer.content(text, isQuoted), at: place(of: event)))
        case .sequenceStart: part = try sequence(event, depth: depth)
        case .mappingStart: part = try mapping(event, depth: depth)
        case .alias(let name): return try alias(name, event, depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw Stop(event, in: file, "not valid YAML: a value is missing")
        }
        if let anchor = event.anchor { anchors[anchor] = part }
        return part
    }

    private static func content(_ text: String, _ isQuoted: Bool) -> PolicyNode.Content {
        if !isQuoted, ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
        return .scalar(text, isQuoted: isQuoted)
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(Stop) -> Part {
        try checkDepth(start, depth)
        var items: [PolicyNode] = []
        var (size, height) = (1, 0)
        while true {
            let event = try next()
            if case .sequenceEnd = event.kind { break }
            let item = try part(event, depth: depth + 1)
            if item.isBroken { continue }
            items.append(item.node)
            size += item.size
            height = max(height, item.height)
        }
        return Part(node: PolicyNode(.sequence(items), at: place(of: start)), size: size, height: height + 1)
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(Stop) -> Part {
        try checkDepth(start, depth)
        var members: [PolicyMember] = []
        var keyPlaces: [String: PolicyPlace] = [:]
        var (size, height) = (1, 0)
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { break }
            let key = try self.key(event, depth: depth + 1)
            let value = try part(try next(), depth: depth + 1)
            size += value.size
            height = max(height, value.height)
            guard let key, !value.isBroken else { continue }
            let keyPlace = place(of: event)
            if let first = keyPlaces[key] {
                try note(event, "the key \(excerpt(key)) is given twice; it first stands at \(first)")
            } else {
                keyPlaces[key] = keyPlace
                members.append(PolicyMember(key: key, keyPlace: keyPlace, value: value.node))
            }
        }
        return Part(node: PolicyNode(.mapping(members), at: place(of: start)), size: size, height: height + 1)
    }

    /// A key's text, or nil where it is none, which is noted.
    private mutating func key(_ event: YAMLEvent, depth: Int) throws(Stop) -> String? {
        guard case .scalar(let text, let isQuoted) = event.kind else {
            let node = try part(event, depth: depth).node
            try note(event, "a key must be text, found \(node.found)")
            return nil
        }
        try noteTag(event)
        if text == "<<", !isQuoted {
            try note(
                event, "merge keys ('<<') are not supported; write the keys out or put them in a further policy file"
            )
            return nil
        }
        if let anchor = event.anchor {
            anchors[anchor] = Part(node: PolicyNode(.scalar(text, isQuoted: isQuoted), at: place(of: event)))
        }
        return text
    }

    private mutating func alias(_ name: String, _ event: YAMLEvent, depth: Int) throws(Stop) -> Part {
        guard let part = anchors[name] else {
            try note(event, "the alias \(excerpt("*" + name)) names nothing that stands before it")
            return Part(node: PolicyNode(.null, at: place(of: event)), isBroken: true)
        }
        expanded += part.size
        guard expanded <= PolicyDocument.maximumAliasExpansion else {
            throw Stop(
                event, in: file,
                "aliases make the document grow by more than \(PolicyDocument.maximumAliasExpansion) values"
            )
        }
        if part.height > 0 { try checkDepth(event, depth + part.height - 1) }
        return part
    }

    private func checkDepth(_ event: YAMLEvent, _ depth: Int) throws(Stop) {
        guard depth >= PolicyDocument.maximumDepth else { return }
        throw Stop(event, in: file, "lists and mappings nest more than \(PolicyDocument.maximumDepth) deep")
    }

    private func place(of event: YAMLEvent) -> PolicyPlace {
        PolicyPlace(file: file, line: event.line, column: event.column)
    }

    private mutating func noteTag(_ event: YAMLEvent) throws(Stop) {
        guard let tag = event.tag else { return }
        let standard = "tag:yaml.org,2002:"
        let written = tag.hasPrefix(standard) ? "!!" + tag.dropFirst(standard.count) : tag
        try note(event, "the tag \(excerpt(written)) means nothing in a policy; remove it")
    }

    private mutating func note(_ event: YAMLEvent, _ message: String) throws(Stop) {
        guard diagnostics.count < PolicyDocument.maximumDiagnostics else {
            throw Stop(event, in: file, "too many mistakes; the rest of the file is not read")
        }
        diagnostics.append(PolicyDiagnostic(place: place(of: event), message: message))
    }
}
