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

    /// A file that a message brings.
    struct Attachment {
        let part: MIMEPart
        let name: String
        let type: String
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

    /// How large a file is once it is decoded.
    func size(of attachment: Attachment) -> Int { attachment.part.decodedBody(in: message).count }

    /// The names of all files.
    var attachmentNames: [String] {
        FilteredMessage.attachments(of: message.mime).map(\.name).filter { !$0.isEmpty }
    }

    private static func attachments(of tree: MIMETree) -> [Attachment] {
        tree.parts.filter { $0.isLeaf && ($0.isAttachment || $0.filename != nil) }.map {
            Attachment(part: $0, name: $0.filename ?? "", type: $0.contentType.mediaType)
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
