import Foundation
import Testing

/// `assay tune`, from a replay to an overlay that is loaded.
@Suite struct TuneTests {
    private static let policy = Place.fixtures + "/policy.yaml"

    private static func place(_ labels: [String] = ["--labels", Place.fixtures + "/labels.tsv"]) throws -> Workplace {
        let place = try Workplace()
        let replayed = try place.assay(
            [
                "replay", Place.fixtures + "/archive", "--case", "a.case", "--format", "ndjson", "--output",
                "lines.ndjson", "--policy", policy, "--dns", "snapshot:\(Place.fixtures)/dns.snapshot.ndjson",
            ] + labels)
        #expect(replayed.code == 0, "\(replayed.errors)")
        return place
    }

    /// Replay, tune, check, diff: the overlay loads, changes what it says it changes, and is the same on every run.
    @Test func theWholeWay() throws {
        let place = try Self.place()
        let told = try place.assay(["tune", "a.case", "--overlay", "tuned.yaml", "--format", "ndjson"])
        #expect(told.code == 0, "\(told.errors)")
        let again = try place.assay(["tune", "a.case", "--overlay", "again.yaml", "--format", "ndjson"])
        #expect(try place.read("tuned.yaml") == place.read("again.yaml"))
        #expect(told.output == again.output)
        #expect(try place.assay(["policy", "check", Self.policy, "tuned.yaml"]).code == 0)

        let lines = try told.objects()
        let results = try #require(lines.first { $0["kind"] as? String == "results" })
        #expect((results["learned_from"] as? [String: Any])?["ham"] as? Int == 60)
        let listed = lines.filter { $0["kind"] as? String == "false_positive" }.compactMap { $0["message"] as? Int }
        let diff = try place.assay([
            "diff", "a.case", "--policy", "\(Self.policy),tuned.yaml", "--format", "ndjson", "--label", "ham",
        ])
        #expect(diff.code == 0, "\(diff.errors)")
        let fates = try diff.objects().compactMap { line -> (Int, String)? in
            guard let number = line["message"] as? Int, let trial = line["trial"] as? [String: Any] else { return nil }
            return (number, trial["disposition"] as? String ?? "")
        }
        for (number, fate) in fates { #expect(listed.contains(number) == (fate != "accept")) }
    }

    @Test func tablesForPeople() throws {
        let place = try Self.place()
        let outcome = try place.assay(["tune", "a.case", "--policy", Self.policy])
        #expect(outcome.code == 0, "\(outcome.errors)")
        for words in ["ham refused", "spam let through", "95 % intervals", "SPF_FAIL", "← "] {
            #expect(outcome.output.contains(words), "\(words) is missing")
        }
        #expect(outcome.output.contains("No ham would be tagged") || outcome.output.contains("Ham that the new policy"))
    }

    /// A case whose path has a comma is named whole in the command that shows what changes.
    @Test func whatToAskNext() throws {
        let place = try Self.place()
        _ = try place.bash("mv a.case 'a,b.case'")
        let outcome = try place.assay(["tune", "a,b.case", "--overlay", "tuned.yaml"])
        #expect(outcome.lines.last == "  assay diff a,b.case --policy \(Self.policy),tuned.yaml")
    }

    /// A direction, and a local domain, are tuned for themselves too, each with its overlay and its ham.
    @Test(arguments: [("direction", "inbound"), ("domain", "company.example")])
    func partsAreTunedAlone(kind: String, part: String) throws {
        let place = try Self.place()
        let outcome = try place.assay(["tune", "a.case", "--by", kind, "--overlay", "tuned.yaml"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.lines.contains { $0.hasPrefix("\(part), tuned alone: 84 ham, 24 spam") })
        #expect(!outcome.output.contains("\\x0a"))
        #expect(try place.assay(["policy", "check", Self.policy, "tuned.\(part).yaml"]).code == 0)
        let lines = try place.assay(["tune", "a.case", "--by", kind, "--format", "ndjson"]).objects()
        #expect(lines.contains { $0["group"] as? String == part && $0["kind"] as? String == "results" })
        if kind == "direction" {
            #expect(outcome.errors.contains("outbound is not tuned alone"))
            let alone = try place.assay(["tune", "a.case", "--direction", "outbound"])
            #expect(alone.code == 65)
        }
    }

    @Test(arguments: [
        (["--label", "ham"], [], 65, "0 messages are labelled spam"),
        (["--label", "ham"], ["--overlay", "tuned.yaml"], 65, "0 messages are labelled spam"),
        (["--label-from", "none"], [], 65, "0 messages are labelled ham"),
        (["--label", "ham"], ["--cap", "0"], 64, "--cap"),
        (["--label", "ham"], ["--holdout", "99"], 64, "--holdout"),
        (["--label", "ham"], ["--run", "9"], 66, "there is no run 9"),
        (["--label", "ham"], ["--overlay", "a.case"], 64, "overwrite"),
        (["--label", "ham"], ["--overlay", "nowhere/tuned.yaml"], 74, "cannot be written"),
    ])
    func mistakes(labels: [String], options: [String], code: Int, words: String) throws {
        let place = try Self.place(labels)
        let outcome = try place.assay(["tune", "a.case"] + options)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        // An empty overlay would be taken for one that changes nothing.
        #expect(!FileManager.default.fileExists(atPath: place.path + "/tuned.yaml"))
    }
}
