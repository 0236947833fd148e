import Foundation
import Testing

/// `assay learn`.
@Suite struct BayesLearningTests {
    private static let ham = "\(Place.fixtures)/bayes/ham.mbox"
    private static let spam = "\(Place.fixtures)/bayes/spam.mbox"

    private func learn(_ place: Workplace, _ arguments: String...) throws -> [String: Any] {
        let outcome = try place.assay(
            ["learn"] + arguments + ["--model", "m.bayes", "--format", "ndjson"], seconds: 600)
        #expect(outcome.code == 0, "\(outcome)")
        return try #require(try outcome.objects().first)
    }

    @Test func learningMovingAndForgetting() throws {
        let place = try Workplace()
        #expect(try learn(place, "ham", BayesLearningTests.ham)["learned"] as? Int == 1)
        let first = try learn(place, "spam", BayesLearningTests.spam)
        #expect(first["ham"] as? Int == 1 && first["spam"] as? Int == 1)
        let model = try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes"))
        let again = try learn(place, "spam", BayesLearningTests.spam)
        #expect(again["known"] as? Int == 1 && again["learned"] as? Int == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes")) == model)
        let moved = try learn(place, "ham", BayesLearningTests.spam)
        #expect(moved["moved"] as? Int == 1 && moved["ham"] as? Int == 2 && moved["spam"] as? Int == 0)
        #expect(try learn(place, "forget", BayesLearningTests.spam)["forgotten"] as? Int == 1)
        #expect(try learn(place, "forget", BayesLearningTests.spam)["unknown"] as? Int == 1)
        _ = try learn(place, "spam", BayesLearningTests.spam)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes")) == model)
    }

    /// A model that was copied without its record would forget what it knows.
    @Test(arguments: ["forget", "spam", "refit"])
    func aModelWithoutItsRecordIsKept(command: String) throws {
        let place = try Workplace()
        _ = try learn(place, "ham", BayesLearningTests.ham)
        _ = try learn(place, "spam", BayesLearningTests.spam)
        let model = try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes"))
        try FileManager.default.removeItem(atPath: "\(place.path)/m.bayes.learned")
        let archives = command == "refit" ? [] : [BayesLearningTests.spam]
        let outcome = try place.assay(["learn", command, "--model", "m.bayes"] + archives)
        #expect(outcome.code == 65 && outcome.errors.contains("m.bayes: was made of 2 messages"), "\(outcome)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes")) == model)
        let status = try place.assay(["learn", "status", "--model", "m.bayes"])
        #expect(status.code == 0 && status.output.contains("nothing can be learned: m.bayes"), "\(status)")
    }

    @Test func statusAndJudgement() throws {
        let place = try Workplace()
        _ = try learn(place, "ham", BayesLearningTests.ham)
        _ = try learn(place, "spam", BayesLearningTests.spam)
        let status = try #require(
            try place.assay(["learn", "status", "--model", "m.bayes", "--format", "ndjson"]).objects().first)
        #expect(status["ham"] as? Int == 1 && status["recorded_spam"] as? Int == 1)
        let judged = try place.assay(
            [
                "learn", "judge", BayesLearningTests.ham, BayesLearningTests.spam, "--model", "m.bayes", "--format",
                "ndjson", "--evidence",
            ]
        ).objects()
        let probabilities = judged.compactMap { ($0["probability"] as? String).flatMap(Double.init) }
        #expect(probabilities.count == 2 && probabilities[0] < 0.2 && probabilities[1] > 0.8, "\(judged)")
        let evidence = judged.last?["evidence"] as? [[String: Any]]
        #expect(evidence?.contains { $0["feature"] as? String == "pills" && $0["spam"] as? Int == 1 } == true)
    }

    @Test func mistakesAreToldWithTheirCodes() throws {
        let place = try Workplace()
        try place.write("text", "no model")
        try place.write("bad.bayes.learned", "no record of anything")
        let cases: [([String], Int, String)] = [
            (["status", "--model", "missing"], 66, "missing: "),
            (["status", "--model", "text"], 65, "text: is no model"),
            (["judge", BayesLearningTests.ham, "--model", "text"], 65, "text: is no model"),
            (["ham", BayesLearningTests.ham, "--model", "bad.bayes"], 65, "bad.bayes.learned: is no record"),
            (["ham", "missing.mbox", "--model", "m.bayes"], 66, "missing.mbox: "),
            (
                ["ham", BayesLearningTests.ham, "--model", "no/such/folder/m"], 74,
                "no/such/folder/m.lock: cannot be written"
            ),
            (["ham", "--model", "m.bayes"], 64, "Error: Missing expected argument"),
        ]
        for (arguments, code, beginning) in cases {
            let outcome = try place.assay(["learn"] + arguments)
            #expect(outcome.code == code && outcome.errors.hasPrefix(beginning), "\(arguments): \(outcome)")
        }
    }

    @Test func aDamagedModelIsMadeAnew() throws {
        let place = try Workplace()
        _ = try learn(place, "ham", BayesLearningTests.ham)
        _ = try learn(place, "spam", BayesLearningTests.spam)
        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes"))
        try place.write("m.bayes", whole.dropLast(7))
        #expect(try place.assay(["learn", "status", "--model", "m.bayes"]).code == 65)
        #expect(try place.assay(["learn", "refit", "--model", "m.bayes"]).code == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/m.bayes")) == whole)
    }

    /// Programs that learn at once lose nothing.
    @Test func learnersAtOnce() throws {
        let place = try Workplace()
        for number in 0..<12 {
            try place.write(
                "\(number % 2 == 0 ? "ham" : "spam")-\(number).eml", "Subject: n\(number)\n\nword \(number)\n")
        }
        let line = (0..<12).map { number in
            let label = number % 2 == 0 ? "ham" : "spam"
            return "\"$ASSAY\" learn \(label) \(label)-\(number).eml --model m.bayes >/dev/null &"
        }.joined(separator: " ")
        let outcome = try place.bash(line + " wait", seconds: 600)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        let status = try #require(
            try place.assay(["learn", "status", "--model", "m.bayes", "--format", "ndjson"]).objects().first)
        #expect(status["ham"] as? Int == 6 && status["spam"] as? Int == 6, "\(status)")
    }
}
