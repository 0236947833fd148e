import Foundation
import SMTP
import Testing
import Values

/// The shared suites lie outside the project: `ASSAY_SHARED`, or `shared` beside the package.
let sharedFolder: URL = {
    if let path = ProcessInfo.processInfo.environment["ASSAY_SHARED"] { return URL(fileURLWithPath: path) }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
}()

func hasSuite(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: sharedFolder.appendingPathComponent("suites/\(name)").path)
}

/// End-of-data sequences by which servers were fooled: none but CRLF.CRLF may end the data, and each is reported.
@Suite(.enabled(if: hasSuite("smtp-smuggling"), "shared suite smtp-smuggling is absent"))
struct SmugglingSuiteTests {
    struct Case: Decodable {
        let bytes_b64: String
        let family: String
    }

    /// Sequences that hold a true CRLF.CRLF beside their NUL: RFC 5321 §4.1.1.4 ends the data there, and the NUL is
    /// reported in the message before it or the command line after it.
    static let endsData: Set<String> = ["A7", "A10", "A13"]

    @Test(arguments: LineDiscipline.allCases)
    func suite(discipline: LineDiscipline) throws {
        let file = sharedFolder.appendingPathComponent("suites/smtp-smuggling/expected.json")
        let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: file))
        #expect(!cases.isEmpty)
        var passed = 0
        for (id, item) in cases.sorted(by: { $0.key < $1.key }) {
            let sequence = try #require(Data(base64Encoded: item.bytes_b64))
            var problems: [String] = []
            var ends: Set<Bool> = []
            for size in [1, 2, 3, 5, 10_000] {
                let result = smuggle(Array(sequence), discipline, size)
                ends.insert(result.endedInside)
                if !result.isReported { problems.append("not reported in pieces of \(size)") }
            }
            if ends != [SmugglingSuiteTests.endsData.contains(id)] { problems.append("ends data: \(ends)") }
            if problems.isEmpty {
                passed += 1
            } else {
                Issue.record("\(id) (\(item.family)): \(problems.joined(separator: "; "))")
            }
        }
        print("suite smtp-smuggling (\(discipline.rawValue)): \(passed)/\(cases.count)")
    }

    /// Sends a message with the sequence and a smuggled command in it. True when the command was taken for one.
    private func smuggle(
        _ sequence: [UInt8], _ discipline: LineDiscipline, _ size: Int
    ) -> (endedInside: Bool, isReported: Bool) {
        var configuration = ServerConfiguration(hostname: "mx.example")
        configuration.discipline = discipline
        let head = "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: x\r\n\r\nbody"
        let input = Array(head.utf8) + sequence + Array("NOOP\r\nMAIL FROM:<evil@b>\r\n.\r\nQUIT\r\n".utf8)
        var endedInside = false
        var isReported = false
        let session = play(Bytes(input), in: size, configuration) { event in
            switch event {
            case .mail(let path, _):
                if path.text == "evil@b" { endedInside = true }
            case .message(let message):
                if !message.defects.isEmpty { isReported = true }
            case .protocolError(let error):
                switch error.kind {
                case .messageDefects, .commandDefects, .unreadableChunk: isReported = true
                case .syntax, .unknownCommand, .notImplemented, .badSequence, .behindRefusal, .lineTooLong,
                    .unrecognizedParameter, .tooManyRecipients, .messageTooLarge, .tooManyIdleCommands, .tooManyErrors,
                    .inputFlood,
                    .talkedBeforeTLS, .tlsRequired, .authenticationRequired, .undeclaredUTF8:
                    break
                }
            case .connect, .helo, .rcpt, .reset, .quit, .startTLS, .auth, .authResponse: break
            }
            return nil
        }.session
        return (endedInside, isReported || !session.commandDefects.isEmpty)
    }
}

/// Streams other projects fuzz with: nothing may crash, hang or depend on how the stream is cut.
@Suite(.enabled(if: hasSuite("smtp-fuzz-seeds"), "shared suite smtp-fuzz-seeds is absent"))
struct FuzzSeedSuiteTests {
    @Test func suite() throws {
        let folder = sharedFolder.appendingPathComponent("suites/smtp-fuzz-seeds")
        let paths = try #require(FileManager.default.subpaths(atPath: folder.path)).sorted()
        var total = 0
        var passed = 0
        for path in paths where path != "SOURCE.md" {
            let file = folder.appendingPathComponent(path)
            guard let data = try? Data(contentsOf: file) else { continue }
            total += 1
            let bytes = Bytes(Array(data))
            var isStable = true
            for discipline in LineDiscipline.allCases {
                var configuration = ServerConfiguration(hostname: "mx.example")
                configuration.discipline = discipline
                let whole = play(bytes, configuration).log
                for size in [1, 2, 7, 64] where play(bytes, in: size, configuration).log != whole { isStable = false }
            }
            var replies = ReplyDecoder()
            var transcript = TranscriptDecoder(file: path)
            _ = replies.consume(bytes)
            _ = transcript.consume(bytes)
            _ = transcript.finish()
            if isStable { passed += 1 } else { Issue.record("\(path): the log depends on how the stream is cut") }
        }
        print("suite smtp-fuzz-seeds: \(passed)/\(total)")
        #expect(total > 0)
    }

    @Test func aSeedMessageArrives() throws {
        let file = sharedFolder.appendingPathComponent(
            "suites/smtp-fuzz-seeds/profuzzbench/in-smtp/smtp_requests_full.raw")
        let log = play(Bytes(Array(try Data(contentsOf: file)))).log
        #expect(log.contains("E: message 5 ") && log.last == "close")
    }
}
