import Bayes
import Mail
import Testing
import Values

/// Models are files from outside: whatever they hold, there is a model that is whole or a fault.
@Suite struct ModelFileTests {
    private static let model: [UInt8] = {
        var extractor = FeatureExtractor()
        let messages = (0..<6).map { number in
            let bytes = Bytes("Subject: n\(number)\n\n\(number % 2 == 0 ? "lamps and tables" : "pills and watches")\n")
            return LearnedMessage(
                digest: MessageDigest(of: bytes), label: number % 2 == 0 ? .ham : .spam,
                features: extractor.features(of: Message(bytes)))
        }
        return BayesLearner.model(of: messages)
    }()

    @Test func aWholeFileIsRead() throws {
        let model = try BayesModel(Bytes(ModelFileTests.model))
        #expect((model.hamCount, model.spamCount) == (3, 3))
        #expect(model.id.count == 16)
    }

    @Test func everyByteCounts() {
        for offset in ModelFileTests.model.indices {
            var bytes = ModelFileTests.model
            bytes[offset] ^= 0x41
            #expect(throws: BayesModelFault.self) { try BayesModel(Bytes(bytes)) }
        }
    }

    @Test func everyLengthButTheWholeIsRefused() {
        for length in 0..<ModelFileTests.model.count {
            #expect(throws: BayesModelFault.self) { try BayesModel(Bytes(ModelFileTests.model)[0..<length]) }
        }
        #expect(throws: BayesModelFault.self) { try BayesModel(Bytes(ModelFileTests.model + [0])) }
    }
}
