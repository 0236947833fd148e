import Archives
import Bayes
import Foundation
import Mail
import Testing
import Values

/// The model in the cases of the stage is what learning `fixtures/bayes` gives.
@Suite struct FixtureModelTests {
    private static let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "fixtures")

    private func learned(_ label: MailLabel) throws -> [LearnedMessage] {
        var reader = try ArchiveReader(
            .path(FixtureModelTests.fixtures.appending(path: "bayes/\(label.name).mbox").path))
        var extractor = FeatureExtractor()
        var messages: [LearnedMessage] = []
        while let event = reader.next() {
            guard case .message(let entry) = event else { continue }
            messages.append(
                LearnedMessage(
                    digest: MessageDigest(of: entry.message), label: label,
                    features: extractor.features(of: Message(entry.message))))
        }
        return messages
    }

    @Test func casesHaveTheModelThatIsLearned() throws {
        let text = try String(
            contentsOf: FixtureModelTests.fixtures.appending(path: "stages/bayes/01-hit.case"), encoding: .utf8)
        let section = try #require(text.components(separatedBy: "[file model.bayes base64]\n").last)
        let base64 = try #require(section.components(separatedBy: "\n\n").first)
        let model = try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters))
        #expect(try [UInt8](model) == BayesLearner.model(of: learned(.ham) + learned(.spam)))
    }
}
