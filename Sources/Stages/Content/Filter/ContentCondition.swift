import Expressions
import Mail
import Policy
import Screening
import Values

/// One thing that a rule asks of a message.
struct ContentCondition: Sendable {
    /// What is looked at.
    enum Subject: Sendable, Hashable {
        /// Each field of this name, its encoded words decoded.
        case header(String)
        /// Each field, whatever its name.
        case anyHeader
        /// The text of the parts that are text, HTML rendered.
        case text
        /// The body as it came, still encoded.
        case source
        case attachmentName, attachmentType, attachmentSize
        case size
        case sender, recipient, client, helo
        /// The addresses in From.
        case author
        /// Who the client has authenticated as.
        case user
        /// The symbols that earlier stages and rules found.
        case finding
        /// What those count together.
        case score
        /// The exit code of a program.
        case program(String)

        /// Whether it is about the files of a message.
        var isAttachment: Bool { self == .attachmentName || self == .attachmentType || self == .attachmentSize }

        /// Whether it is about what was found, and not about the message: under another policy that may differ.
        var isJudged: Bool { self == .finding || self == .score }

        /// Whether a message has one of it at most.
        var isSingle: Bool {
            switch self {
            case .size, .sender, .client, .helo, .user, .score, .program, .text: true
            case .header, .anyHeader, .source, .attachmentName, .attachmentType, .attachmentSize, .recipient, .author,
                .finding:
                false
            }
        }
    }

    /// How it is compared.
    enum Test: Sendable {
        case contains([UInt8])
        case `is`(String)
        case starts(String)
        case ends(String)
        case like([UInt8])
        case matches(Expression)
        /// More than this: bytes, thousandths of a point, or an exit code.
        case over(Int)
        case under(Int)
        case equals(Int)
        case isIn(AddressGroup)
        case exists
    }

    /// What was seen that made a condition hold.
    struct Ground: Sendable {
        let text: String
        /// The part it was seen in, where it is about an attachment.
        var part: MIMEPart?
        /// The file's place among all.
        var file: Int?
    }

    /// Whether a condition holds.
    enum Answer {
        case holds([Ground])
        case fails
        /// For a rule: all holds but what these conditions ask of the score and of what was found.
        case failsOnly([String])
        /// What would decide is not known.
        case unknown(program: String, ProgramAnswer)
    }

    let subject: Subject
    let test: Test
    let isNegated: Bool
    /// The condition as evidence shows it, without a negation.
    let text: String
    /// The program that is asked; nil where none is.
    var program: ContentProgram?

    /// Whether the condition holds, and what makes it hold, each attachment by itself. `rule` is for the macros of a
    /// program's arguments.
    func answer(in content: inout FilteredMessage, _ rule: ContentMacros.Rule) async -> Answer {
        var found: [Ground]
        if let program {
            let answer = await content.answer(to: program.call(about: content, rule))
            guard let code = answer.exitCode else { return .unknown(program: program.name, answer) }
            found = compares(code) ? [ground("exit code \(code)")] : []
        } else {
            found = matches(in: &content)
        }
        if isNegated { found = found.isEmpty ? [Ground(text: "not \(text)")] : [] }
        return found.isEmpty ? .fails : .holds(found)
    }

    private func matches(in content: inout FilteredMessage) -> [Ground] {
        let session = content.transaction.session
        switch subject {
        case .header(let name): return one(content.message.header.all(name).lazy.map(\.decodedText), content)
        case .anyHeader: return one(content.message.header.lazy.map(\.decodedText), content)
        case .text: return textMatch(&content)
        case .source: return sourceMatch(&content)
        case .attachmentName, .attachmentType, .attachmentSize: return attachmentMatches(&content)
        case .size: return compares(content.message.bytes.count) ? [ground("\(content.message.bytes.count) bytes")] : []
        case .sender:
            guard let path = content.transaction.reversePath.value else { return [] }
            return address(path, content.matcher) ? [ground(path.isNull ? "<>" : path.address)] : []
        case .recipient:
            for path in content.transaction.recipients.compactMap(\.path.value) where address(path, content.matcher) {
                return [ground(path.address)]
            }
            return []
        case .author:
            for mailbox in content.message.fromMailboxes where address(mailbox, content.matcher) {
                return [ground("\(mailbox.localPart)@\(mailbox.domain)")]
            }
            return []
        case .client: return one([session.client.value?.description].compactMap(\.self), content)
        case .helo: return one([session.helo.value].compactMap(\.self), content)
        case .user: return one([session.authenticated.value].compactMap(\.self), content)
        case .finding, .score: return judged(content.symbols, content.score, content.matcher).map { [$0] } ?? []
        case .program: return []
        }
    }

    /// Whether a condition about what was found holds where these symbols were, which count so much together.
    func holds(on symbols: [Symbol], score: Int) -> Bool {
        (judged(symbols, score, Matcher()) != nil) != isNegated
    }

    private func judged(_ symbols: [Symbol], _ score: Int, _ matcher: Matcher) -> Ground? {
        if subject == .score { return compares(score) ? ground("\(JSON.decimal(thousandths: score)) points") : nil }
        return symbols.lazy.map(\.name).first { compares($0, matcher) }.map { ground($0) }
    }

    private func ground(_ seen: String, part: MIMEPart? = nil, file: Int? = nil) -> Ground {
        var seen = seen
        if seen.unicodeScalars.count > 120 {
            seen = String(String.UnicodeScalarView(seen.unicodeScalars.prefix(120))) + "…"
        }
        return Ground(text: "\(text): \(seen)", part: part, file: file)
    }

    /// The first of some texts that compares.
    private func one(_ texts: some Sequence<String>, _ content: FilteredMessage) -> [Ground] {
        for text in texts where compares(text, content.matcher) { return [ground(text)] }
        return []
    }

    private func textMatch(_ content: inout FilteredMessage) -> [Ground] {
        switch test {
        case .contains(let words):
            let found = unsafe content.foldedText.span.bytes.firstIndex(of: words, from: 0)
            return found == nil ? [] : [ground(String(decoding: words, as: UTF8.self))]
        case .matches(let expression):
            let text = content.textBytes
            return content.matcher.firstRange(of: expression, in: text).map { [ground(text[$0].lossyString)] } ?? []
        case .is, .starts, .ends, .like, .over, .under, .equals, .isIn, .exists:
            return compares(content.text, content.matcher) ? [ground("")] : []
        }
    }

    private func sourceMatch(_ content: inout FilteredMessage) -> [Ground] {
        let body = content.message.body
        switch test {
        case .contains(let words):
            let found = content.foldedBody.withSpan { $0.firstIndex(of: words, from: 0) }
            return found.map { [ground("at byte \($0 + content.message.header.bodyOffset)")] } ?? []
        case .matches(let expression):
            return content.matcher.firstRange(of: expression, in: body).map { [ground(body[$0].lossyString)] } ?? []
        case .is, .starts, .ends, .like, .over, .under, .equals, .isIn, .exists: return []
        }
    }

    private func attachmentMatches(_ content: inout FilteredMessage) -> [Ground] {
        var found: [Ground] = []
        for attachment in content.attachments {
            let holds =
                switch subject {
                case .attachmentName:
                    // One without a name has none that is like anything.
                    attachment.names.contains { compares($0, content.matcher) }
                case .attachmentType: attachment.types.contains { compares($0, content.matcher) }
                default: attachment.size.map { compares($0) } ?? false
                }
            if holds { found.append(ground(attachment.shown, part: attachment.part, file: attachment.index)) }
        }
        return found
    }

    private func address(_ path: SMTPPath, _ matcher: Matcher) -> Bool {
        if case .isIn(let group) = test { return !group.members.matches(SenderAddress(path)).isEmpty }
        return compares(path.isNull ? "<>" : path.address, matcher)
    }

    private func address(_ mailbox: Mailbox, _ matcher: Matcher) -> Bool {
        if case .isIn(let group) = test { return !group.members.matches(SenderAddress(mailbox)).isEmpty }
        return compares("\(mailbox.localPart)@\(mailbox.domain)", matcher)
    }

    private func compares(_ number: Int) -> Bool {
        switch test {
        case .over(let limit): number > limit
        case .under(let limit): number < limit
        case .equals(let other): number == other
        case .contains, .is, .starts, .ends, .like, .matches, .isIn, .exists: false
        }
    }

    private func compares(_ text: String, _ matcher: Matcher) -> Bool {
        switch test {
        case .contains(let words):
            return unsafe Array(text.lowercased().utf8).span.bytes.firstIndex(of: words, from: 0) != nil
        case .is(let words): return text.lowercased() == words
        case .starts(let words): return text.lowercased().hasPrefix(words)
        case .ends(let words): return text.lowercased().hasSuffix(words)
        case .like(let pattern):
            let text = Array(text.utf8)
            return text.count <= 4096 && Wildcard.matches(pattern, text)
        case .matches(let expression): return matcher.matches(expression, Bytes(text))
        case .exists: return true
        case .over, .under, .equals, .isIn: return false
        }
    }
}
