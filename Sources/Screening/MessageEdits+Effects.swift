import Mail
import Values

extension MessageEdits {
    /// A change that an effect asked for and that could not be made.
    public struct Refused: Sendable, Hashable {
        /// The place of the effect among all.
        public let place: Int
        /// What was to be done.
        public let what: String
        /// Why it was not.
        public let reason: String

        /// Both in words.
        public var text: String { "\(what): \(reason)" }
    }

    /// Makes the changes to a message that effects ask for. Fields stand on top, the last one asked for first, as trace
    /// fields do (RFC 5321 §4.4). Where a change to the content cannot be made, the message is left so.
    ///
    /// - Returns: the changes that were not made.
    public mutating func carryOut(_ effects: [Effect]) -> [Refused] {
        var refused: [Refused] = []
        guard effects.contains(where: \.changesMessage) else { return [] }
        let tree = message.mime
        // What is taken out goes first: a disclaimer may tell of it, and cannot stand in what is gone.
        for (place, effect) in effects.enumerated() {
            guard case .editContent(let edit) = effect, let (path, span) = edit.part else { continue }
            let what = "part \(path) is not \(edit.verb)"
            guard let part = tree.part(at: path), part.range == span else {
                refused.append(Refused(place: place, what: what, reason: "not there"))
                continue
            }
            do throws(RewritingRefusal) {
                try change(part, in: tree, by: edit)
            } catch {
                refused.append(Refused(place: place, what: what, reason: error.rawValue))
            }
        }
        refused += addDisclaimers(of: effects, in: tree)
        for (place, effect) in effects.enumerated() {
            switch effect {
            case .addHeader(let name, let value): prepend(HeaderWriting.structuredField(name, value))
            case .removeHeader(_, let span): replace(span, with: [])
            case .writeHeader(let name, let text, let span):
                let field = HeaderWriting.field(name, text, lineEnd: lineEnd)
                if let span, replace(span, with: field) { continue }
                prepend(field)
            case .editContent(.enclose(let disclaimer)):
                do throws(RewritingRefusal) {
                    try enclose(with: disclaimer, in: tree)
                } catch {
                    refused.append(Refused(place: place, what: "no disclaimer is added", reason: error.rawValue))
                }
            case .editContent(.disclaimer), .editContent(.takeOut), .editContent(.rewrite), .copy, .redirect, .later,
                .delayReply, .limitRate,
                .shareRate, .exempt,
                .countAs, .signDKIM, .sealARC, .rewriteReversePath, .rewriteRecipient, .withholdTLS:
                break
            }
        }
        return refused
    }

    /// Makes a change to one part.
    private mutating func change(
        _ part: MIMEPart, in tree: MIMETree, by edit: ContentEdit
    ) throws(RewritingRefusal) {
        switch edit {
        case .takeOut(_, _, let note, _):
            if note.isEmpty {
                try remove(part, in: tree)
            } else {
                try replace(part, in: tree, withText: note)
            }
        case .rewrite(_, _, let content): try replace(part, in: tree, withContent: content)
        case .disclaimer, .enclose: break
        }
    }

    /// More disclaimers than this are not tried one by one.
    private static let mostTrials = 32

    /// Puts in all disclaimers at once, or as many of them as go together.
    private mutating func addDisclaimers(of effects: [Effect], in tree: MIMETree) -> [Refused] {
        var wanted: [(place: Int, disclaimer: Disclaimer)] = []
        for (place, effect) in effects.enumerated() {
            if case .editContent(.disclaimer(let disclaimer)) = effect { wanted.append((place, disclaimer)) }
        }
        guard !wanted.isEmpty else { return [] }
        let before = self
        var refused: [Refused] = []
        func refuse(_ place: Int, _ reason: RewritingRefusal) {
            refused.append(Refused(place: place, what: "no disclaimer is added", reason: reason.rawValue))
        }
        do throws(RewritingRefusal) {
            _ = try add(wanted.map(\.disclaimer), in: tree)
            return []
        } catch {
            guard wanted.count > 1, error == .unreadableText else {
                for one in wanted { refuse(one.place, error) }
                return refused
            }
        }
        // One that the text can take in its own charset is not to fail with one that it cannot.
        var taken: [Disclaimer] = []
        for one in wanted {
            guard taken.count < MessageEdits.mostTrials else {
                refuse(one.place, .alreadyChanged)
                continue
            }
            var trial = before
            do throws(RewritingRefusal) {
                _ = try trial.add(taken + [one.disclaimer], in: tree)
                taken.append(one.disclaimer)
                self = trial
            } catch {
                refuse(one.place, error)
            }
        }
        return refused
    }
}

extension ContentEdit {
    /// The part that the change is about, where it is about one: its section number, and its bytes in the message.
    fileprivate var part: (path: String, span: Range<Int>)? {
        switch self {
        case .takeOut(let path, let span, _, _), .rewrite(let path, let span, _): (path, span)
        case .disclaimer, .enclose: nil
        }
    }

    /// What becomes of the part.
    fileprivate var verb: String { if case .rewrite = self { "rewritten" } else { "taken out" } }
}

extension Effect {
    /// Whether the effect changes what the message says or holds.
    public var changesMessage: Bool {
        switch self {
        case .addHeader, .removeHeader, .writeHeader, .editContent: true
        case .copy, .redirect, .later, .delayReply, .limitRate, .shareRate, .exempt, .countAs, .signDKIM, .sealARC,
            .rewriteReversePath, .rewriteRecipient, .withholdTLS:
            false
        }
    }
}
