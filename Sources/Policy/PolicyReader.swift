/// Reads one mapping of a policy, key by key and by type.
///
/// Each question names the key, its default and its purpose, so the same code that decodes the settings also lists
/// and documents them. A mistake never stops the reading: it is noted with its place, the default stands in, and
/// `finish` turns every key nobody asked for into a mistake of its own.
public struct PolicyReader: Sendable {
    /// Every key asked for so far with its default and its value, this mapping's sections included.
    public internal(set) var settings: [PolicySetting] = []

    /// The mistakes so far, sorted by place, each once.
    public var diagnostics: [PolicyDiagnostic] {
        var result: [PolicyDiagnostic] = []
        for problem in problems.sorted() where problem != result.last { result.append(problem) }
        return result
    }

    let path: [String]
    let files: PolicyFiles
    var problems: [PolicyDiagnostic] = []
    var remarks: [PolicyDiagnostic] = []
    private let ownPlace: PolicyPlace
    private let members: [PolicyMember]
    private let positions: [String: Int]
    private var asked: [String] = []
    private var askedSet: Set<String> = []

    /// A reader of a document's root. Nil reads all defaults: for an empty document, and for listing the keys.
    /// `files` is what the files of lists are read through.
    public init(_ node: PolicyNode?, files: PolicyFiles = .none) {
        self.init(node, path: [], files: files)
    }

    /// A reader of the mapping at `path`.
    init(_ node: PolicyNode?, path: [String], files: PolicyFiles) {
        (self.path, self.files) = (path, files)
        ownPlace = node?.place ?? .builtIn
        if case .mapping(let members) = node?.content {
            (self.members, isWrittenEmpty) = (members, members.isEmpty)
        } else {
            (members, isWrittenEmpty) = ([], false)
        }
        positions = Dictionary(members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
        switch node?.content {
        case .mapping, .null, nil: break
        case .scalar, .sequence:
            let what = path.isEmpty ? "a policy is keys and values at its top level" : "expected keys and values"
            report("\(what), found \(node?.found ?? "nothing")", at: ownPlace)
        }
    }

    /// Notes a mistake that only the caller can see, such as two settings that exclude each other.
    public mutating func report(_ message: String, at place: PolicyPlace) {
        note(PolicyDiagnostic(place: place, message: message))
    }

    /// Notes that `word`, at `place`, is none of the words known, with the known one it may have been meant to be.
    /// `kind` is what such a word is called.
    public mutating func reportUnknown(_ kind: String, _ word: String, among known: [String], at place: PolicyPlace) {
        report("unknown \(kind) \(excerpt(word))\(Suggestion.hint(for: word, among: known))", at: place)
    }

    /// Where the mapping itself stands.
    public var place: PolicyPlace { ownPlace }

    /// Whether the mapping sets nothing, as an absent section does: a key without a value is one that is not set.
    public var isEmpty: Bool { members.allSatisfy(\.value.isNull) }

    /// Whether somebody wrote that the mapping is empty: `{}`.
    public let isWrittenEmpty: Bool

    /// Where the key's value stands, `.builtIn` when the key is absent.
    public func place(of key: String) -> PolicyPlace {
        positions[key].map { members[$0].valuePlace } ?? .builtIn
    }

    /// Where the value of the first of the keys stands that is there, `.builtIn` when none is.
    public func place(ofFirst keys: String...) -> PolicyPlace {
        keys.lazy.map(place(of:)).first { !$0.isBuiltIn } ?? .builtIn
    }

    /// Reads the version of the policy language, the one key that a policy which sets anything must have.
    public mutating func requiredVersion(_ key: String, supported: Int) {
        var (value, place) = (String(supported), PolicyPlace.builtIn)
        if let member = member(key) {
            place = member.valuePlace
            value = member.value.yamlText
            switch member.value.content {
            case .scalar(let text, isQuoted: _) where Int(text) == supported: break
            case .scalar(let text, isQuoted: _) where Int(text) != nil:
                report("version \(text) is not supported; this program reads version \(supported)", at: place)
            default: report("expected the version, \(supported), found \(member.value.found)", at: place)
            }
        } else if !members.isEmpty {
            report("the key '\(key)' is missing; write '\(key): \(supported)'", at: ownPlace)
        }
        settings.append(
            PolicySetting(
                path + [key], .version, default: String(supported), value: value, at: place,
                "The version of the policy language."))
    }

    /// Notes every key that nobody asked for. Sections and entries are finished by the reader that opened them.
    public mutating func finish() {
        noteUnknown(members.filter { !askedSet.contains($0.key) }, kind: "key", known: asked, in: path)
    }

    /// Notes each of `members` as unknown, with the known name it may have been meant to be.
    mutating func noteUnknown(_ unknown: [PolicyMember], kind: String, known: [String], in path: [String]) {
        let mapping = path.isEmpty ? "the policy" : "'\(PolicySetting.name(of: path))'"
        for (index, member) in unknown.enumerated() {
            // A file that is not a policy at all has thousands; the first ones tell that.
            if index == 100 {
                report("\(unknown.count - index) more unknown \(kind)s in \(mapping)", at: member.keyPlace)
                break
            }
            let hint = Suggestion.hint(for: member.key, among: known)
            let all = hint.isEmpty && index == 0 && kind == "key" ? listing(known, in: path) : hint
            report("unknown \(kind) \(excerpt(member.key)) in \(mapping)\(all)", at: member.keyPlace)
        }
    }

    /// What there is, or where it is told; empty at the top, where a file that is no policy has all of its keys.
    private func listing(_ known: [String], in path: [String]) -> String {
        switch path.count {
        case 0: ""
        case 2 where path[0] == "stages": "; 'assay stages show \(path[1])' tells the keys that there are"
        case _ where known.isEmpty || known.count > 12: ""
        default: "; there is \(known.map { "'\($0)'" }.joined(separator: ", "))"
        }
    }

    /// Reads what `body` asks for before its turn and returns its settings, to be told when their turn comes. Mistakes
    /// are noted at once.
    public mutating func readAhead(_ body: (inout PolicyReader) -> Void) -> [PolicySetting] {
        let count = settings.count
        body(&self)
        defer { settings.removeSubrange(count...) }
        return Array(settings[count...])
    }

    /// Tells settings that were read ahead.
    public mutating func tell(_ settings: [PolicySetting]) { self.settings += settings }

    /// The member of a key, noted as asked for.
    mutating func member(_ key: String) -> PolicyMember? {
        if askedSet.insert(key).inserted { asked.append(key) }
        return positions[key].map { members[$0] }
    }

    /// Takes over what the reader of a section or an entry noted.
    mutating func absorb(_ child: PolicyReader) {
        for problem in child.problems { note(problem) }
        for remark in child.remarks { warn(remark.message, at: remark.place) }
        settings += child.settings
    }

    /// Whether so many mistakes are noted that no more will be.
    var isExhausted: Bool { problems.count > PolicyDocument.maximumDiagnostics }

    private mutating func note(_ problem: PolicyDiagnostic) {
        if isExhausted { return }
        guard problems.count == PolicyDocument.maximumDiagnostics else {
            problems.append(problem)
            return
        }
        problems.append(PolicyDiagnostic(place: problem.place, message: "too many mistakes; the rest are not told"))
    }
}

extension PolicyMember {
    /// Where a complaint about the value points: at the value, or at the key when there is none.
    var valuePlace: PolicyPlace { value.isNull ? keyPlace : value.place }
}

extension PolicyNode {
    /// The node as YAML on one line, scalars only; what is no scalar is named by its kind of brackets.
    var yamlText: String {
        switch content {
        case .scalar(let text, isQuoted: false): YAMLText.value(text)
        case .scalar(let text, isQuoted: true): YAMLText.scalar(text)
        case .sequence: "[]"
        case .mapping: "{}"
        case .null: "null"
        }
    }
}
