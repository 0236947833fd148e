import Archives
import Attachments
import Authentication
import Bayes
import Cryptography
import DNS
import Fingerprints
import Logs
import Mail
import Policy
import Resolver
import Rules
import SMTP
import Scanners
import Screening
import Stores
import Values

/// The parsers of outside data, each a function that must end soon and quietly whatever it is given.
enum Parser: String, CaseIterable {
    case header, address, path, date, received, mime, encodedword, html, charset
    case mbox, transcript, smtp, command, policy, zone, snapshot, dnswire, spf, dkim, arc, authres, vbr, batv
    case dmarc, feedback, zip, smtpclient, rules, rulehtml, rulemail, resp, clamd, icap, tlshello, logs, logimport
    case logformats, bayes, learned, features, attachments, filetype, filename, archive, compoundfile, tnef, pdf, page
    case capture, segments, fingerprint, rewriting, json

    /// Runs the parser on `input`.
    func run(_ input: Bytes) {
        switch self {
        case .header: header(input)
        case .address: _ = (AddressList(input).mailboxes.map(\.address), Mailbox(strict: input.lossyString))
        case .path: _ = SMTPPath(input.lossyString)?.description
        case .date: _ = (MailDate(input)?.timestamp.rfc3339, MailDate(asctime: input))
        case .received: _ = (ReceivedField(input), ReceivedSPFField(input))
        case .mime: mime(input)
        case .encodedword: _ = EncodedWords.decode(input)
        case .html: _ = HTMLText.render(input).text
        case .charset: charset(input)
        case .mbox: mbox(input)
        case .transcript: transcript(input)
        case .smtp: smtp(input)
        case .smtpclient: client(input)
        case .command: _ = SMTPCommand.parse(input)
        case .policy: _ = PolicyDocument.parse(input, file: "fuzz").node.map { PolicyDocument.overlay([$0, $0]) }
        case .zone: _ = try? ZoneFile.parse(input, file: "fuzz")
        case .snapshot: _ = try? DNSSnapshot(lines: input, file: "fuzz")
        case .dnswire: _ = AnswerReading(input)
        case .spf: _ = try? SPFRecord(input.array)
        case .dkim: dkim(input)
        case .vbr: vbr(input)
        case .batv: batv(input)
        case .arc: arc(input)
        case .authres: authenticationResults(input)
        case .dmarc: _ = DMARCRecord(input)?.effective
        case .feedback: _ = (try? AggregateReport(xml: input))?.json.text
        case .zip: zip(input)
        case .attachments: _ = AttachmentList(Message(input), limits: Parser.attachmentLimits).files.map(\.place)
        case .filetype: _ = (FileType.of(input), FileType.of(input, ending: "js"))
        case .filename: fileName(input)
        case .archive, .compoundfile, .tnef, .pdf, .page: file(input)
        case .rules: _ = RuleFileReader.read([.init(name: "fuzz.cf", contents: input.array)]).problems.count
        case .rulehtml: rulehtml(input)
        case .rulemail: rulemail(input)
        case .resp: resp(input)
        case .clamd: clamd(input)
        case .icap: icap(input)
        case .tlshello: tlsHello(input)
        case .logs: logs(input)
        case .logimport: logimport(input)
        case .logformats: logFormats(input)
        case .bayes: bayes(input)
        case .learned: learned(input)
        case .features: features(input)
        case .rewriting: rewriting(input)
        case .capture: capture(input)
        case .segments: segments(input)
        case .json: json(input)
        case .fingerprint: fingerprint(input)
        }
    }
}
