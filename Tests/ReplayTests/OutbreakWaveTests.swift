import Archives
import DNS
import Foundation
import Mail
import Policy
import Replay
import Screening
import Stages
import State
import Testing
import Tuning
import Values

/// Waves of mutated copies among real mail: each is caught by its tenth copy, and no wanted mail is taken for one.
@Suite(.serialized) struct OutbreakWaveTests {
    /// What a run found.
    struct Result {
        var messages = 0
        /// Sources of messages with a finding, in the order of event time.
        var caught: [(source: String, symbols: [String], words: String)] = []
    }

    private static let onlyOutbreak: ScreeningPolicy? = {
        let (node, _) = PolicyDocument.parse("version: 1\nstages:\n  outbreak:\n    enabled: true\n", file: "policy")
        return ScreeningPolicy.read(
            node.map { [$0] } ?? [], catalogue: Catalogue([OutbreakProtection.self])
        ).policy
    }()

    func run(_ paths: [String], state: any StateStore = YieldingState()) async throws -> Result {
        var options = ReplayRun.Options(paths.map { .path($0) })
        options.inTimeOrder = true
        let policy = try #require(Self.onlyOutbreak)
        let environment = ScreeningEnvironment(dns: { _ in NoDNS() }, state: state)
        var result = Result()
        try await ReplayRun(policy: policy, environment: environment, options: options).run(deliver: { event in
            guard case .record(let record) = event else { return }
            result.messages += 1
            let found = record.judgement.findings.map(\.finding)
            guard !found.isEmpty else { return }
            var words = ""
            if case .text(let text)? = found[0].evidence.items.first(where: { $0.key == "seen" })?.value {
                words = text
            }
            result.caught.append((record.source, found.map(\.symbol.name), words))
        })
        return result
    }

    /// Puts waves among the mail of `archives`; tells which copy of each is the first that is caught.
    func mix(
        _ texts: [(name: String, text: String)], at begin: Date, substitutions: Int, into archives: [String],
        state: any StateStore = YieldingState()
    )
        async throws -> (result: Result, firsts: [(name: String, copy: Int?, of: Int)])
    {
        let folder = try TemporaryFolder()
        var paths = archives
        var waves: [String] = []
        for (number, (_, text)) in texts.enumerated() {
            let form = WaveGenerator.Form.allCases[number % WaveGenerator.Form.allCases.count]
            var generator = WaveGenerator(
                text: text, form: form, substitutions: substitutions, seed: UInt64(number + 1))
            var copies = ""
            for copy in 0..<20 {
                let time = begin.addingTimeInterval(Double(number * 7 + copy * 45))
                copies += generator.copy(at: time, to: "user\(copy)@company.example")
            }
            waves.append(try folder.write("wave-\(number).mbox", copies))
        }
        paths += waves
        let result = try await run(paths, state: state)
        var firsts: [(String, Int?, Int)] = []
        for (wave, (name, _)) in zip(waves, texts) {
            let numbers = result.caught.compactMap { caught in
                caught.source.hasPrefix(wave + "#") ? Int(caught.source.dropFirst(wave.utf8.count + 1)) : nil
            }
            firsts.append((name, numbers.min(), numbers.count))
        }
        return (result, firsts)
    }

    static let ownText = """
        We have noticed unusual activity on your mailbox and had to limit what you can do with it until you confirm who
        you are. Several messages are waiting for you on our server and will be deleted unless you act within two days.
        Please follow the link below, sign in with your usual password and answer the security questions. Once that is
        done your mailbox works again as before and all messages that wait are delivered at once. If you do nothing your
        address will be closed for good and nobody can write to you any more. We are sorry for the trouble this causes
        and thank you for helping us keep the service safe for everybody who uses it.
        """

    @Test(arguments: [0, 10, 20]) func aWaveAmongTheFixtures(substitutions: Int) async throws {
        let archives = ["inbound.mbox", "maildir", "single", "older.mbox.zst"].map { Fixture.archive + $0 }
        let texts = (0..<3).map { ("own text \($0)", Self.ownText) }
        for text in texts {
            let begin = Date(timeIntervalSince1970: 1_713_938_400)
            let (result, firsts) = try await mix([text], at: begin, substitutions: substitutions, into: archives)
            let first = try #require(firsts.first?.copy, "no copy was caught at \(substitutions) %")
            print("outbreak: \(substitutions) % of words changed: caught at copy \(first), \(firsts[0].of) of 20 found")
            #expect(first <= 10)
            #expect(result.caught.allSatisfy { $0.source.contains("wave-") })
        }
    }

    @Test(.enabled(if: Place.hasCorpora, "\(Place.corporaAbsence)")) func noFalseAlarmOnWantedMail() async throws {
        let all = CorporaTests.archives.filter { $0.hasSuffix("ham.mbox.zst") }
        for archive in all {
            let result = try await run(["\(Place.shared)/corpora/\(archive)"])
            print("outbreak: \(archive): \(result.caught.count) of \(result.messages) taken for a wave")
            for caught in result.caught.prefix(20) { print("  \(caught.source) \(caught.symbols) \(caught.words)") }
            #expect(result.caught.isEmpty)
        }
    }

    @Test(.enabled(if: Place.hasCorpora, "\(Place.corporaAbsence)"), arguments: [10, 20])
    func wavesAmongTheCorpora(substitutions: Int) async throws {
        let corpora = Place.shared + "/corpora/"
        var texts: [(String, String)] = []
        for (index, name) in ["spamassassin/spam", "nazario2005/spam", "csdmc2010/ham"].enumerated() {
            var seen = 0
            var reader = try ArchiveReader(.path("\(corpora)\(name).mbox.zst"))
            while texts.count < 8 * (index + 1), let event = reader.next() {
                guard case .message(let entry) = event else { continue }
                seen += 1
                guard seen % 17 == 0 else { continue }
                let text = Message(entry.message).textBody
                let words = text.split(whereSeparator: \.isWhitespace).count
                if (60...1500).contains(words) { texts.append(("\(name)#\(seen)", text)) }
            }
        }
        let begin = Date(timeIntervalSince1970: 1_030_000_000)
        let ham = CorporaTests.archives.filter { $0.hasPrefix("spamassassin/ham") }.map { corpora + $0 }
        let (result, firsts) = try await mix(texts, at: begin, substitutions: substitutions, into: ham)
        for (name, copy, count) in firsts {
            print(
                "outbreak: \(substitutions) %: \(name): first caught \(copy.map(String.init) ?? "never"), \(count) of 20"
            )
            // Where more is changed, figures are printed and no promise is made.
            if substitutions <= 10 { #expect(copy ?? .max <= 10, "\(name)") }
        }
        #expect(result.caught.allSatisfy { $0.source.contains("wave-") })
        print("outbreak: \(substitutions) %: \(texts.count) waves among \(result.messages) messages")
    }

    /// The report of a simulation: when the wave would have been caught, and how much of it came before.
    @Test func theReportTellsOfTheWave() async throws {
        let folder = try TemporaryFolder()
        var generator = WaveGenerator(text: Self.ownText, form: .html, substitutions: 5, seed: 11)
        let begin = Date(timeIntervalSince1970: 1_713_938_400)
        // The archive is not in the order of time.
        let copies = (0..<12).map {
            generator.copy(at: begin.addingTimeInterval(Double($0) * 60), to: "user\($0)@company.example")
        }
        let path = try folder.write("wave.mbox", copies.reversed().joined())
        var options = ReplayRun.Options([.path(path), .path(Fixture.archive + "inbound.mbox")])
        options.inTimeOrder = true
        let policy = try #require(Self.onlyOutbreak)
        let environment = ScreeningEnvironment(dns: { _ in NoDNS() }, state: YieldingState())
        var tally = SimulationTally(policy.site)
        try await ReplayRun(policy: policy, environment: environment, options: options).run(deliver: { event in
            if case .record(let record) = event { tally.add(SimulatedTransaction(record)) }
        })
        let wave = try #require(tally.waveCounts.first)
        #expect(tally.waveCounts.count == 1)
        #expect(wave.first == "2024-04-24T06:00:00Z" && wave.caught == "2024-04-24T06:05:00Z")
        #expect(wave.before == 5 && wave.after.all == 7 && wave.networks >= 10)
        #expect(wave.subject.hasSuffix(wave.subject.filter(\.isNumber)) && wave.subject.contains("your account"))
    }
}
