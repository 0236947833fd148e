import Resolver
import SMTP
import Scanners
import Screening
import Stores
import Values

/// What is said over connections: at once and in pieces it has to give the same.
extension Parser {
    /// The server's side with all extensions; the first byte says in what pieces the rest comes.
    func smtp(_ input: Bytes) {
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
    func client(_ input: Bytes) {
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

    func tlsHello(_ input: Bytes) {
        var (whole, pieces) = (TLSHelloReader(), TLSHelloReader())
        var outcome = TLSHelloReader.Outcome.incomplete
        for byte in input.array where outcome == .incomplete { outcome = pieces.consume([byte]) }
        precondition(whole.consume(input.array) == outcome)
    }

    func transcript(_ input: Bytes) {
        var decoder = TranscriptDecoder(file: "fuzz")
        var assembler = TranscriptAssembler()
        for output in decoder.consume(input) {
            if case .success(let line) = output { _ = assembler.add(line) }
        }
        _ = decoder.finish()
        _ = assembler.finish()
    }

    /// What is read is the same after it was written.
    func json(_ input: Bytes) {
        guard let value = try? JSON(reading: input) else { return }
        precondition((try? JSON(reading: Bytes(value.text))) == value)
    }

    /// Replies of a Redis server; the first byte says in what pieces they come.
    func resp(_ input: Bytes) {
        var decoder = RESPDecoder()
        for piece in pieces(of: input) {
            guard (try? decoder.consume(piece)) != nil else { return }
            precondition(decoder.heldByteCount <= 2 * input.count)
        }
    }

    /// The input as what a clamd sends, at once and byte by byte.
    func clamd(_ input: Bytes) {
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
    func icap(_ input: Bytes) {
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

    func pieces(of input: Bytes) -> [Bytes] {
        guard let first = input.first else { return [] }
        let size = max(1, Int(first))
        return stride(from: 1, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
    }
}
