import Foundation
import Testing

/// Two policies, or two runs, over one case: `assay diff`.
@Suite struct PolicyDiffTests {
    private static let trial = """
        version: 1
        weights: {SPF_FAIL: 2}
        actions: {SPF_FAIL: score}
        thresholds: {tag: 4, reject: 9}

        """

    private static let base = ["--policy", Place.fixtures + "/policy.yaml"]
    private static let dns = ["--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson"]

    private static func place() throws -> Workplace {
        let place = try Workplace()
        try place.write("trial.yaml", trial)
        try replay(place, base)
        return place
    }

    private static func replay(_ place: Workplace, _ policy: [String]) throws {
        let replayed = try place.assay(
            [
                "replay", Place.fixtures + "/archive", "--labels", Place.fixtures + "/labels.tsv", "--case", "a.case",
                "--format", "ndjson", "--output", "lines.ndjson",
            ] + policy + dns)
        #expect(replayed.code == 0, "\(replayed.errors)")
    }

    /// What the run's own policy makes of its findings anew is what the run found: nothing changes.
    @Test func theSamePolicyChangesNothing() throws {
        let place = try Self.place()
        let outcome = try place.assay(["diff", "a.case"] + Self.base + ["--fail-if", "changed > 0"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("No message meets another fate."))
        #expect(outcome.errors.isEmpty)
    }

    /// The fates told are those that a replay under the other policy gives.
    @Test func fatesAreThoseOfAReplay() throws {
        let place = try Self.place()
        let both = "\(Place.fixtures)/policy.yaml,trial.yaml"
        let told = try place.assay(["diff", "a.case"] + Self.base + ["--policy", both, "--format", "ndjson"])
        #expect(told.code == 0, "\(told.errors)")
        try Self.replay(place, Self.base + ["--policy", "trial.yaml"])
        let runs = try place.assay(["diff", "a.case", "--run", "1", "--run", "2", "--format", "ndjson"])
        #expect(runs.code == 0, "\(runs.errors)")
        let (left, right) = (try told.objects(), try runs.objects())
        #expect(left.count == 11)
        #expect(left.count == right.count)
        for (one, other) in zip(left.dropLast(), right.dropLast()) {
            for key in ["message", "base", "trial", "label", "id"] {
                let (told, found) = (one[key] as? NSObject, other[key] as? NSObject)
                #expect(told == found)
            }
        }
        let totals = try #require(left.last?["totals"] as? [String: Any])
        #expect(totals["changed"] as? Int == 10)
        #expect(totals["messages"] as? Int == 109)
        let tipped = try #require(left[0]["tipped_by"] as? [[String: Any]])
        #expect(
            tipped.contains { $0["symbol"] as? String == "SPF_FAIL" && $0["place"] as? String == "trial.yaml:2:21" })
    }

    @Test(arguments: [
        (["--fail-if", "ham: reject->accept > 0"], 1, "'ham: reject->accept > 0' holds: 2 of 85 messages"),
        (["--fail-if", "ham: reject->accept > 2"], 65, "--fail-if cannot be answered"),
        (["--fail-if", "ham: accept->reject > 0", "--fail-if", "spam: reject->* > 5"], 1, "8 of 24"),
        (["--fail-if", "ham: accept->lost > 0"], 64, "is not understood"),
        (["--change", "reject"], 64, "is not understood"),
    ])
    func conditions(options: [String], code: Int, words: String) throws {
        let place = try Self.place()
        let outcome = try place.assay(["diff", "a.case", "--policy", "trial.yaml"] + options)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(words))
    }

    @Test func filters() throws {
        let place = try Self.place()
        func numbers(_ options: [String]) throws -> [Int] {
            let outcome = try place.assay(
                ["diff", "a.case", "--policy", "trial.yaml", "--format", "ndjson"] + options)
            return try outcome.objects().compactMap { $0["message"] as? Int }
        }
        #expect(try numbers([]).count == 10)
        #expect(try numbers(["--label", "ham"]) == [25, 40])
        #expect(try numbers(["--change", "reject->tag"]) == [98])
        #expect(try numbers(["--change", "*->accept"]).count == 9)
        #expect(try numbers(["--symbol", "DKIM_PASS", "--label", "ham"]) == [25, 40])
        #expect(try numbers(["--symbol", "ARC_PASS"]).isEmpty)
    }

    /// Settings that decide what is found are not what a case can answer for, and that is said.
    @Test func settingsOfStagesAreTold() throws {
        let place = try Self.place()
        try place.write("other.yaml", "version: 1\nstages:\n  spf:\n    best_guess: v=spf1 a mx ptr\n")
        let outcome = try place.assay(
            ["diff", "a.case", "--policy", "\(Place.fixtures)/policy.yaml,other.yaml"])
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains("stages.spf.best_guess: set otherwise than in run 1"))
    }

    @Test(arguments: [
        ([], 64, "Say what to compare"),
        (["--run", "1"], 64, "Say what to compare"),
        (["--policy", "missing.yaml"], 66, "missing.yaml"),
        (["--policy", "bad.yaml"], 78, "bad.yaml:2:1"),
        (["--run", "1", "--run", "7"], 66, "there is no run 7"),
        (["--policy", "trial.yaml", "--authserv-id", "a.example"], 64, "--recorded-auth"),
        (["--policy", "trial.yaml", "--output", "a.case"], 64, "overwrite"),
    ])
    func mistakes(options: [String], code: Int, words: String) throws {
        let place = try Self.place()
        try place.write("bad.yaml", "version: 1\nwieghts: {}\n")
        let outcome = try place.assay(["diff", "a.case"] + options)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(words))
    }
}
