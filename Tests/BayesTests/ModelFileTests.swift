import Cryptography
import Mail
import Testing
import Values

@testable import Bayes

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

    /// What fewer messages had is kept with a mark for each place, what most places have without; and it is the same.
    @Test(arguments: [0.01, 0.5, 0.99]) func tablesOfEveryDensity(share: Double) throws {
        var state: UInt64 = 7
        func number() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 40)
        }
        let entries = (0..<4096).map { _ in Double(number() % 1000) < share * 1000 ? UInt32(number()) : 0 }
        let bytes = BayesModel.file(bits: 12, table: entries, scale: 1, bias: 0, hamCount: 1, spamCount: 1)
        let model = try BayesModel(Bytes(bytes))
        #expect(model.table.isSparse == (share < 0.9))
        #expect(bytes.count <= 4 * entries.count + 80)
        model.contents.withSpan { file in
            for (place, entry) in entries.enumerated() {
                #expect(model.table.entry(place, in: file) == entry, "place \(place)")
            }
        }
    }

    /// Models of the first version, whose sparse tables are pairs of place and entry, judge as they did.
    @Test func modelsOfTheFirstVersion() throws {
        let model = try BayesModel(Bytes(ModelFileTests.model))
        #expect(model.table.isSparse)
        var former = Array("assay bayes 1\n\0\0".utf8) + ModelFileTests.model[16..<48]
        model.contents.withSpan { file in
            for place in 0..<(1 << model.table.bits) {
                let entry = model.table.entry(place, in: file)
                guard entry != 0 else { continue }
                for number in [UInt32(place), entry] {
                    former += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
                }
            }
        }
        former += SHA256.hash(Bytes(former))
        let again = try BayesModel(Bytes(former))
        var extractor = FeatureExtractor()
        for text in ["lamps and pills", "watches", "nothing of it"] {
            let features = extractor.features(of: Message(Bytes("Subject: n\n\n\(text)\n")))
            #expect(again.judge(features).odds == model.judge(features).odds)
        }
        former[60] ^= 0xFF
        #expect(throws: BayesModelFault.self) { try BayesModel(Bytes(former)) }
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
