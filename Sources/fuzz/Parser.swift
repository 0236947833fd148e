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
    case capture, segments, fingerprint, rewriting

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
        case .fingerprint: fingerprint(input)
        }
    }

    private func fingerprint(_ input: Bytes) {
        let message = Message(input)
        let (first, second) = (MessageFingerprint(message), MessageFingerprint(message, names: [input.lossyString]))
        precondition(first.links == second.links && first.attachments == second.attachments)
        if let sketch = first.text {
            precondition(sketch.similarity(to: sketch.compact) == 100 && sketch.bands.count == Sketch.bandCount)
        }
    }

    private func header(_ input: Bytes) {
        let block = HeaderBlock(input)
        for field in block { _ = (field.name, field.decodedText) }
        precondition(block.bodyOffset <= input.count)
    }

    /// The input as a model, whole and with a checksum that fits it: the reader must not live by the checksum alone.
    private func bayes(_ input: Bytes) {
        for file in [input, Bytes(input.array + SHA256.hash(input))] {
            guard let model = try? BayesModel(file) else { continue }
            var extractor = FeatureExtractor()
            let features = extractor.features(of: Message(Bytes("Subject: lamps\n\nlamps and tables\n")))
            let probability = model.judge(features).probability
            precondition(probability >= 0 && probability <= 1)
            _ = model.strongest(features, limit: 5)
        }
    }

    /// The input as a record of what was learned, whole and in two pieces.
    private func learned(_ input: Bytes) {
        var whole = LearningLog()
        guard (try? whole.read(input)) != nil else { return }
        precondition(whole.length <= input.count && whole.inOrder.count <= whole.records)
    }

    private func features(_ input: Bytes) {
        var extractor = FeatureExtractor()
        let message = Message(input)
        let features = extractor.features(of: message)
        precondition(extractor.features(of: message) == features && features.count <= 6_000)
        _ = FeatureExtractor.names(of: Set(features.groups.joined().prefix(20)), in: message)
    }

    /// The input as the page of a message, rendered as rules see it.
    private func rulehtml(_ input: Bytes) {
        let message = Bytes(Array("Subject: s\nContent-Type: text/html; charset=utf-8\n\n".utf8) + input.array)
        let engine = RuleEngine(RuleFileReader.read([.init(name: "fuzz.cf", contents: Array("util_rb_tld com".utf8))]))
        let view = engine.rendering(of: message, worker: RuleWorker())
        precondition(view.bodyLines.allSatisfy { $0.count <= 4_096 })
    }

    private static let defaultRules: RuleEngine = {
        var options = RuleEngine.Options()
        options.prefilters = false
        return RuleEngine(RuleFileReader.read(DefaultRules.files), options: options)
    }()

    /// The input as a message that the default rules judge.
    private func rulemail(_ input: Bytes) {
        let verdict = Parser.defaultRules.judge(input, at: Timestamp(seconds: 1_700_000_000), worker: RuleWorker())
        precondition(verdict.hits.allSatisfy { ($0.text?.count ?? 0) <= input.count * 4 + 4_096 })
    }

    /// The input as what a clamd sends, at once and byte by byte.
    private func clamd(_ input: Bytes) {
        func replies(_ pieces: [[UInt8]]) -> [ClamdReply]? {
            var (buffer, replies): ([UInt8], [ClamdReply]) = ([], [])
            do {
                for piece in pieces {
                    buffer += piece
                    while let reply = try ClamdReply.next(in: &buffer) { replies.append(reply) }
                }
            } catch {
                return nil
            }
            return replies
        }
        guard let whole = replies([input.array]) else { return }
        precondition(replies(input.array.map { [$0] }) == whole)
        for reply in whole { precondition((reply.outcome.detail ?? "").unicodeScalars.count <= 300) }
    }

    /// The input as what an ICAP server sends, at once and byte by byte.
    private func icap(_ input: Bytes) {
        let sent = Bytes(Array(repeating: UInt8(ascii: "x"), count: 40))
        func response(_ pieces: [[UInt8]]) -> ICAPReader.Response? {
            var reader = ICAPReader(to: sent)
            for piece in pieces {
                do { if let response = try reader.consume(piece) { return response } } catch { return nil }
            }
            return nil
        }
        let whole = response([input.array])
        precondition(response(input.array.map { [$0] }) == whole)
        if let whole { precondition((whole.outcome.detail ?? "").unicodeScalars.count <= 300) }
    }

    private func tlsHello(_ input: Bytes) {
        var (whole, pieces) = (TLSHelloReader(), TLSHelloReader())
        var outcome = TLSHelloReader.Outcome.incomplete
        for byte in input.array where outcome == .incomplete { outcome = pieces.consume([byte]) }
        precondition(whole.consume(input.array) == outcome)
    }

    /// The input as a log, at once and byte by byte.
    private func logs(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        var (whole, pieces) = (LogLineSplitter(), LogLineSplitter())
        var reader = LogReader(clock: clock)
        let lines = whole.add(input.array[...])
        let single = input.array.flatMap { pieces.add([$0]) }
        precondition(lines.map(Array.init) == single.map(Array.init) && whole.overlongCount == pieces.overlongCount)
        for line in lines { _ = reader.read(line) }
    }

    /// The input as a log of any format, at once and in pieces, and what is made of its records.
    private func logimport(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        func read(_ pieces: [ArraySlice<UInt8>]) -> (records: [LogRecord], tally: LogTally) {
            var log = LogImport(clock: clock)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: clock)
            for piece in pieces { log.add(piece, into: &records) }
            log.finish(into: &records)
            return (records, log.tally)
        }
        let bytes = input.array
        let whole = read([bytes[...]])
        let half = bytes.count / 2
        let parted = read([bytes[..<half], bytes[half...]])
        precondition(whole.records == parted.records && whole.tally == parted.tally)
        var (summary, trace) = (LogSummary(), LogTrace(LogQuestion("192.0.2.1")))
        summary.add(whole.records)
        summary.finish()
        trace.begin()
        for record in whole.records {
            trace.add(record)
            precondition(record.place.offset >= 0 && record.place.offset + record.place.length <= bytes.count)
            _ = (record.sentence, record.json(file: "fuzz"))
        }
        _ = trace.stories
        var sessions = DialogueSessions()
        let ended = whole.records.flatMap { sessions.add($0) } + sessions.finish()
        precondition(ended.reduce(0) { $0 + $1.events.count + $1.omittedCount } <= whole.records.count)
    }

    /// The lines of the input given to every format, as a file of its own and behind a prefix of syslog; then the whole as a
    /// file of whichever format it is, at once and in pieces.
    private func logFormats(_ input: Bytes) {
        let clock = LogClock(reference: Timestamp(seconds: 1_700_000_000))
        let lines = input.array.split(separator: .lf, maxSplits: 500, omittingEmptySubsequences: false)
        var records: [LogRecord] = []
        for type in LogFormats.all {
            _ = (type.confidence(in: Array(lines.prefix(20))), type.owns(program: "postfix/smtpd"))
            var (own, behind) = (type.init(), type.init())
            for (index, line) in lines.enumerated() {
                let place = LogPlace(file: 0, offset: 0, line: index + 1, length: line.count)
                _ = own.read(LogEntry(line, at: place, clock: clock), into: &records)
                for program in ["dovecot", "imapd", "opendkim", "postgrey", "policyd-spf"] {
                    var entry = LogEntry(line, at: place, LogInstant(clock.reference), clock: clock)
                    (entry.program, entry.process) = (program, 7)
                    _ = behind.read(entry, into: &records)
                }
                records.removeAll(keepingCapacity: true)
            }
            own.finish(into: &records)
        }
        let pieces = [input.array[...].prefix(input.count / 2), input.array[...].dropFirst(input.count / 2)]
        var results: [[LogRecord]] = []
        for parts in [[input.array[...]], pieces] {
            var log = LogImport(clock: clock)
            var records: [LogRecord] = []
            log.begin(file: 0, clock: clock)
            for part in parts { log.add(part, into: &records) }
            log.finish(into: &records)
            results.append(records)
        }
        precondition(results[0] == results[1])
    }

    private func mime(_ input: Bytes) {
        let message = Message(input)
        let tree = message.mime
        for part in tree.parts { _ = (part.filename, part.decodedBody(in: message).count) }
        _ = tree.visibleText(limit: 1 << 16)
    }

    private func charset(_ input: Bytes) {
        let name = input[0..<min(16, input.count)].lossyString
        _ = Charset.decode(input[16..<max(16, input.count)], charset: name)
        for label in ["iso-2022-jp", "hz-gb-2312", "utf-7", "gb18030", "shift_jis"] {
            _ = Charset.decode(input, charset: label)
        }
    }

    private func mbox(_ input: Bytes) {
        guard let path = MemoryFile.shared.hold(input), var reader = try? ArchiveReader(.path(path)) else { return }
        while let event = reader.next() {
            if case .message(let entry) = event { _ = Message(entry.message) }
        }
    }

    private func transcript(_ input: Bytes) {
        var decoder = TranscriptDecoder(file: "fuzz")
        var assembler = TranscriptAssembler()
        for output in decoder.consume(input) {
            if case .success(let line) = output { _ = assembler.add(line) }
        }
        _ = decoder.finish()
        _ = assembler.finish()
    }

    /// The server's side with all extensions; the first byte says in what pieces the rest comes.
    private func smtp(_ input: Bytes) {
        var configuration = ServerConfiguration(hostname: "fuzz.example")
        configuration.extensions = ServerExtension.standard + [.chunking, .startTLS, .auth(["PLAIN", "LOGIN"])]
        configuration.requiresTLSForAuthentication = false
        configuration.sizeLimit = 1 << 16
        var session = ServerSession(configuration)
        _ = session.connect()
        _ = session.accept()
        for piece in pieces(of: input) {
            _ = session.consume(piece)
            while let event = session.pendingEvent, !session.isClosed {
                switch event {
                case .auth(_, nil): _ = session.decide(SMTPReply(code: 334, text: ""))
                case .auth(let mechanism, let initial):
                    _ = SASLIdentity(mechanism: mechanism, initial: initial).name
                    _ = session.decide(SMTPReply(code: 235, text: ""))
                case .authResponse: _ = session.decide(SMTPReply(code: 535, text: ""))
                default: _ = session.accept()
                }
            }
            if session.isWaitingForTLS { session.tlsEstablished() }
            precondition(session.heldByteCount <= input.count + 8)
        }
    }

    /// The client's side; the first byte says in what pieces the server's answers come.
    private func client(_ input: Bytes) {
        for protection in ClientSession.Protection.allCases {
            var session = ClientSession(
                identity: ClientIdentity(helo: input.lossyString), protection: protection, tellsIdentity: true)
            for piece in pieces(of: input) {
                for action in session.consume(piece) {
                    if action == .ready { _ = session.command("NOOP") }
                    if action == .startTLS { _ = session.tlsEstablished() }
                }
            }
        }
    }

    /// Replies of a Redis server; the first byte says in what pieces they come.
    private func resp(_ input: Bytes) {
        var decoder = RESPDecoder()
        for piece in pieces(of: input) {
            guard (try? decoder.consume(piece)) != nil else { return }
            precondition(decoder.heldByteCount <= 2 * input.count)
        }
    }

    private func pieces(of input: Bytes) -> [Bytes] {
        guard let first = input.first else { return [] }
        let size = max(1, Int(first))
        return stride(from: 1, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
    }

    /// Small, so that the fuzzer does not spend its time on unpacking.
    private static let attachmentLimits = AttachmentLimits(
        depth: 3, files: 200, bytes: 4 << 20, fileBytes: 1 << 20, ratio: 100)

    /// The input as a file that a message brings: what it is, its content tells.
    private func file(_ input: Bytes) {
        let name = self == .page ? "a.html" : "a.bin"
        let list = AttachmentList(file: input, named: name, limits: Parser.attachmentLimits)
        precondition(list.files.count <= Parser.attachmentLimits.files)
        precondition(list.unpackedBytes <= Parser.attachmentLimits.bytes + Parser.attachmentLimits.fileBytes)
    }

    private func fileName(_ input: Bytes) {
        let name = FileName(input.lossyString)
        _ = (name.hasDoubleEnding, name.leadsOut, FileName.shown(name.text))
    }

    private func zip(_ input: Bytes) {
        _ = try? Inflation.inflate(input, .gzip, limit: 1 << 20)
        guard let file = try? ZipFile(input) else { return }
        for member in file.members.prefix(10) { _ = try? file.content(of: member, limit: 1 << 20) }
    }

    private func dkim(_ input: Bytes) {
        _ = DKIMTagList.parse(input)
        _ = DKIMKeyRecord.parse(input)
        for field in HeaderBlock(input) { _ = DKIMSignature.parse(field) }
    }

    private func vbr(_ input: Bytes) {
        if let info = try? VBRInfo.parse(input).get() {
            precondition((try? VBRInfo.parse(Bytes(info.fieldValue)).get()) == info)
        }
        _ = VBRRecord([input])?.vouches(for: "list")
    }

    private func batv(_ input: Bytes) {
        guard let path = SMTPPath(input.lossyString), let key = BATVKey(number: 1, secret: [1]),
            let keyring = BATVKeyring([key])
        else { return }
        let now = Timestamp(seconds: 1_714_550_400)
        _ = keyring.verify(path, now: now)
        guard let tagged = keyring.sign(path, now: now) else { return }
        let outcome = keyring.verify(tagged, now: now)
        precondition(outcome.isValid && outcome.original?.localPart == path.localPart)
    }

    /// Whatever was read, what is written of it can be read by the letter of the grammar, and ends no line early.
    private func authenticationResults(_ input: Bytes) {
        _ = try? AuthenticationResults(strict: input)
        for form in AuthenticationResults.Form.allCases {
            let read = AuthenticationResults.read(input, form: form).results
            let lines = read.folded(form: form).utf8.split(separator: .lf)
            precondition(lines.dropFirst().allSatisfy { $0.first == .tab })
            precondition(lines.allSatisfy { $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == .tab || $0 == .cr } })
        }
    }

    private func arc(_ input: Bytes) {
        let message = Message(input)
        let chain = ARCValidator.structure(of: message)
        _ = (chain.reason, chain.json.text)
        _ = ResultsText.merged(from: message.header, of: "mx.example").map { ResultsText.chainStatus(in: $0) }
    }
}
