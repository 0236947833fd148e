import Bayes
import Foundation
import Mail
import Testing
import Values

/// What is learned, and that it is the same however it was learned.
@Suite struct LearningTests {
    private static func message(_ label: MailLabel, _ number: Int, text: String) -> LearnedMessage {
        let bytes = Bytes(
            "From: Ann <ann@partner.example>\nTo: eva@company.example\nSubject: letter \(number)\n\n\(text)\n")
        var extractor = FeatureExtractor()
        return LearnedMessage(
            digest: MessageDigest(of: bytes), label: label, features: extractor.features(of: Message(bytes)))
    }

    private static let some: [LearnedMessage] =
        (0..<20).map { message(.ham, $0, text: "the minutes of meeting \($0) about lamps are attached") }
        + (0..<20).map { message(.spam, $0, text: "cheap pills number \($0), order now at http://pills.example/buy") }

    private func judge(_ model: BayesModel, _ text: String) -> Double {
        var extractor = FeatureExtractor()
        return model.judge(extractor.features(of: Message(Bytes("Subject: new\n\n\(text)\n")))).probability
    }

    @Test func theOrderOfLearningIsOfNoConsequence() {
        let model = BayesLearner.model(of: LearningTests.some)
        #expect(BayesLearner.model(of: LearningTests.some.reversed()) == model)
    }

    @Test func whatWasLearnedTellsApart() throws {
        let model = try BayesModel(Bytes(BayesLearner.model(of: LearningTests.some)))
        #expect((model.hamCount, model.spamCount) == (20, 20))
        #expect(judge(model, "cheap pills, order now") > 0.6)
        #expect(judge(model, "the minutes of our meeting") < 0.4)
        #expect(abs(judge(model, "zebras graze") - 0.5) < 0.3)
    }

    @Test func oneKindAloneSaysNothing() throws {
        let model = try BayesModel(Bytes(BayesLearner.model(of: LearningTests.some.filter { $0.label == .spam })))
        #expect(judge(model, "cheap pills, order now") == 0.5)
    }

    @Test func evidenceHasTheWordsAndTheirCounts() throws {
        let model = try BayesModel(Bytes(BayesLearner.model(of: LearningTests.some)))
        var extractor = FeatureExtractor()
        let message = Message(Bytes("Subject: new\n\ncheap pills for the meeting\n"))
        let (features, named) = extractor.namedFeatures(of: message)
        let strongest = model.strongest(features, limit: 40)
        let names = named.names(of: Set((strongest.spam + strongest.ham).map(\.feature)))
        let pills = try #require(strongest.spam.first { names[$0.feature] == "pills" })
        #expect((pills.ham, pills.spam) == (0, 20))
        #expect(strongest.spam.contains { names[$0.feature] == "cheap pills" })
        let meeting = try #require(strongest.ham.first { names[$0.feature] == "meeting" })
        #expect((meeting.ham, meeting.spam) == (20, 0))
    }

    /// A folder for a store, removed at the end.
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("bayes-\(UUID().uuidString)").path
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        func contents(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
        }
        func write(_ name: String, _ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
    }

    @Test func aMessageCountsOnceAndMoves() throws {
        let folder = try Folder()
        let store = LearningStore(path: "\(folder.path)/m")
        let one = LearningTests.some[0]
        let other = LearnedMessage(digest: one.digest, label: .spam, features: one.features)
        #expect(try store.add([one, one]) == [.learned, .known])
        #expect(try store.add([one]) == [.known])
        #expect(try store.add([other]) == [.moved])
        #expect(try store.status().spam == 1 && store.status().ham == 0)
        #expect(try store.forget([one.digest, one.digest]) == [true, false])
        #expect(try store.status().spam == 0)
    }

    @Test func whatIsNoModelStaysAsItIs() throws {
        let folder = try Folder()
        let policy = Array("version: 1\n".utf8)
        try folder.write("policy.yaml", policy)
        let store = LearningStore(path: "\(folder.path)/policy.yaml")
        #expect(throws: LearningStore.Fault.self) { try store.prepare() }
        #expect(throws: LearningStore.Fault.self) { try store.add([LearningTests.some[0]]) }
        #expect(try folder.contents("policy.yaml") == policy)
        let ours = LearningStore(path: "\(folder.path)/m")
        _ = try ours.add(LearningTests.some)
        try ours.refit()
        try ours.prepare()
    }

    @Test func learnersAtOnceLoseNothing() async throws {
        let folder = try Folder()
        let path = "\(folder.path)/m"
        await withTaskGroup(of: Void.self) { group in
            for part in 0..<4 {
                group.addTask {
                    let store = LearningStore(path: path)
                    for message in LearningTests.some[(part * 10)..<(part * 10 + 10)] { _ = try? store.add([message]) }
                    try? store.refit()
                }
            }
        }
        let status = try LearningStore(path: path).status()
        #expect(status.ham == 20 && status.spam == 20)
        #expect(try folder.contents("m") == BayesLearner.model(of: LearningTests.some))
    }

    @Test func aRecordThatWasCutOffIsWrittenOver() throws {
        let folder = try Folder()
        let store = LearningStore(path: "\(folder.path)/m")
        _ = try store.add(Array(LearningTests.some[0..<3]))
        let whole = try folder.contents("m.learned")
        for lost in [1, 20, 60] {
            try folder.write("m.learned", Array(whole.dropLast(lost)))
            let again = LearningStore(path: "\(folder.path)/m")
            #expect(try again.status().ham == 2)
            _ = try again.add([LearningTests.some[2]])
            #expect(try folder.contents("m.learned") == whole)
        }
    }

    @Test func damageInTheMiddleIsTold() throws {
        let folder = try Folder()
        let store = LearningStore(path: "\(folder.path)/m")
        _ = try store.add(Array(LearningTests.some[0..<3]))
        var bytes = try folder.contents("m.learned")
        bytes[60] ^= 1
        try folder.write("m.learned", bytes)
        let fault = #expect(throws: LearningStore.Fault.self) { try LearningStore(path: "\(folder.path)/m").status() }
        #expect(fault?.isBadData == true)
    }
}
