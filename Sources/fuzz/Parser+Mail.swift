import Archives
import Authentication
import Fingerprints
import Mail
import Screening
import Values

/// Messages and what authenticates them.
extension Parser {
    func header(_ input: Bytes) {
        let block = HeaderBlock(input)
        for field in block { _ = (field.name, field.decodedText) }
        precondition(block.bodyOffset <= input.count)
    }

    func mime(_ input: Bytes) {
        let message = Message(input)
        let tree = message.mime
        for part in tree.parts { _ = (part.filename, part.decodedBody(in: message).count) }
        _ = tree.visibleText(limit: 1 << 16)
    }

    func charset(_ input: Bytes) {
        let name = input[0..<min(16, input.count)].lossyString
        _ = Charset.decode(input[16..<max(16, input.count)], charset: name)
        for label in ["iso-2022-jp", "hz-gb-2312", "utf-7", "gb18030", "shift_jis"] {
            _ = Charset.decode(input, charset: label)
        }
    }

    func mbox(_ input: Bytes) {
        guard let path = MemoryFile.shared.hold(input), var reader = try? ArchiveReader(.path(path)) else { return }
        while let event = reader.next() {
            if case .message(let entry) = event { _ = Message(entry.message) }
        }
    }

    func dkim(_ input: Bytes) {
        _ = DKIMTagList.parse(input)
        _ = DKIMKeyRecord.parse(input)
        for field in HeaderBlock(input) { _ = DKIMSignature.parse(field) }
    }

    func arc(_ input: Bytes) {
        let message = Message(input)
        let chain = ARCValidator.structure(of: message)
        _ = (chain.reason, chain.json.text)
        _ = ResultsText.merged(from: message.header, of: "mx.example").map { ResultsText.chainStatus(in: $0) }
    }

    func vbr(_ input: Bytes) {
        if let info = try? VBRInfo.parse(input).get() {
            precondition((try? VBRInfo.parse(Bytes(info.fieldValue)).get()) == info)
        }
        _ = VBRRecord([input])?.vouches(for: "list")
    }

    func batv(_ input: Bytes) {
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
    func authenticationResults(_ input: Bytes) {
        _ = try? AuthenticationResults(strict: input)
        for form in AuthenticationResults.Form.allCases {
            let read = AuthenticationResults.read(input, form: form).results
            let lines = read.folded(form: form).utf8.split(separator: .lf)
            precondition(lines.dropFirst().allSatisfy { $0.first == .tab })
            precondition(lines.allSatisfy { $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == .tab || $0 == .cr } })
        }
    }

    func fingerprint(_ input: Bytes) {
        let message = Message(input)
        let (first, second) = (MessageFingerprint(message), MessageFingerprint(message, names: [input.lossyString]))
        precondition(first.links == second.links && first.attachments == second.attachments)
        if let sketch = first.text {
            precondition(sketch.similarity(to: sketch.compact) == 100 && sketch.bands.count == Sketch.bandCount)
        }
    }
}
