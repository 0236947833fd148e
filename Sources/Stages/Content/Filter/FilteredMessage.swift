import Attachments
import Expressions
import Mail
import Screening
import Values

/// A message as rules look at it: what several conditions ask for is worked out once, and only when one asks.
struct FilteredMessage {
    let message: Message
    let transaction: Transaction
    let surroundings: Surroundings
    let matcher = Matcher()
    /// What the rules found before the one that is tried.
    private(set) var found: [Symbol] = []
    private var answers: [(call: ProgramCall, answer: ProgramAnswer)] = []

    /// A file that a message brings, in an archive too.
    struct Attachment {
        /// Its place among all files.
        let index: Int
        /// The part that it is, or is in.
        let part: MIMEPart
        /// Whether it lies in another file.
        let isNested: Bool
        /// The names that readers may give it.
        let names: [String]
        /// The type that is declared for it, what it is by its content, and the kinds of things that this is.
        let types: [String]
        /// What it is called in evidence.
        let shown: String
        let size: Int?
    }

    /// Text beyond this is not searched; a message of which that is so is nothing that a person wrote.
    static let textLimit = 4 << 20

    private(set) lazy var tree = message.mime
    private(set) lazy var attachments: [Attachment] = FilteredMessage.attachments(of: tree)
    /// The text of all parts that are text.
    private(set) lazy var text: String = {
        var text = ""
        for part in tree.parts where part.isText || part.isHTML {
            guard text.utf8.count < FilteredMessage.textLimit else { break }
            text += part.decodedText(in: message)
            text += "\n"
        }
        return text
    }()
    private(set) lazy var textBytes = Bytes(text)
    /// The same in lower case.
    private(set) lazy var foldedText: [UInt8] = Array(text.lowercased().utf8)
    /// The body as it came, its ASCII letters in lower case.
    private(set) lazy var foldedBody = Bytes(message.body.map(\.lowercased))

    init(_ message: Message, _ transaction: Transaction, _ surroundings: Surroundings) {
        (self.message, self.transaction, self.surroundings) = (message, transaction, surroundings)
    }

    /// The names of the parts that are files.
    var attachmentNames: [String] {
        message.mime.parts.filter { $0.isLeaf && $0.isAttachment }.compactMap(\.filename).filter { !$0.isEmpty }
    }

    private static func attachments(of tree: MIMETree) -> [Attachment] {
        AttachmentList(tree).attachments.compactMap { file in
            guard tree.parts.indices.contains(file.partIndex) else { return nil }
            let part = tree.parts[file.partIndex]
            let names = [file.name?.effective, file.name?.text].compactMap(\.self) + file.otherNames
            let kinds = file.classes.map(\.rawValue).sorted()
            let name = file.name.map { FileName.shown($0.text) } ?? file.mediaType ?? file.type.name
            return Attachment(
                index: file.index, part: part, isNested: file.isNested, names: names,
                types: [file.mediaType, file.type.name].compactMap(\.self) + kinds,
                shown: file.isNested ? file.place : name, size: file.size)
        }
    }

    /// Notes that a rule holds.
    mutating func note(_ symbol: Symbol) { found.append(symbol) }

    /// What earlier stages and rules have found.
    var symbols: [Symbol] { surroundings.earlier.findings.map(\.symbol) + found }

    /// What that counts together, in thousandths of a point.
    var score: Int { surroundings.earlier.score + found.reduce(0) { $0 + surroundings.earlier.weight(of: $1) } }

    /// What became of a program; each call is made once.
    mutating func answer(to call: ProgramCall) async -> ProgramAnswer {
        if let known = answers.first(where: { $0.call == call }) { return known.answer }
        let answer = await surroundings.programs.run(call, on: message.bytes)
        answers.append((call, answer))
        return answer
    }
}
