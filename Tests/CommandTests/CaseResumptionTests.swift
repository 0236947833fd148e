import Foundation
import Testing

/// A replay into a case that is stopped, at any moment and for any reason, and started again.
@Suite struct CaseResumptionTests {
    private static let judged =
        "--policy \(Place.fixtures)/policy.yaml --dns snapshot:\(Place.fixtures)/dns.snapshot.ndjson --labels \(Place.fixtures)/labels.tsv"
    private static let views = [
        "source", "problem", "message", "session", "recipient", "finding", "not_evaluated", "effect", "verdict",
        "weight", "dns_answer",
    ]

    /// A workplace with a mailbox of `copies` times the fixtures' one, a compressed one, and one with damage.
    private static func place(copies: Int) throws -> Workplace {
        let place = try Workplace()
        let mailbox = try Data(contentsOf: URL(fileURLWithPath: Place.fixtures + "/archive/inbound.mbox"))
        var big = Data()
        for _ in 0..<copies { big += mailbox }
        try place.write("big.mbox", big)
        try place.write("empty.mbox", "")
        for name in ["older.mbox.zst", "march.mbox.gz"] {
            try place.write(name, try Data(contentsOf: URL(fileURLWithPath: "\(Place.fixtures)/archive/\(name)")))
        }
        return place
    }

    /// All rows of all views in the order of the case, times of the run itself left out.
    private static func dump(_ place: Workplace, _ file: String) throws -> [String] {
        var lines: [String] = []
        for view in views {
            let outcome = try place.assay(["query", file, "--sql", "SELECT * FROM \(view)", "--format", "ndjson"])
            #expect(outcome.code == 0 && outcome.errors.isEmpty)
            lines += ["-- \(view)"] + outcome.lines
        }
        let runs = try place.assay([
            "query", file, "--sql",
            "SELECT run, finished IS NOT NULL AS done, policy, policy_sha256, options, messages, skipped, problems FROM run",
            "--format", "ndjson",
        ])
        return lines + runs.lines
    }

    @Test func tenKillsChangeNothing() throws {
        let place = try Self.place(copies: 18)
        let replay = "$ASSAY replay march.mbox.gz empty.mbox big.mbox older.mbox.zst \(Self.judged) --jobs 2 --case"
        let start = ContinuousClock.now
        #expect(try place.bash("\(replay) clean.case").code == 65)
        // Moments within the time that a run takes here, whatever else the machine does.
        let whole = start.duration(to: .now) / .milliseconds(1) / 1000
        var longest = max(0.1, whole * 0.9)
        var (resumed, kills) = (0, 0)
        for _ in 0..<60 where kills < 10 || resumed == 0 {
            let delay = Double.random(in: 0.02...longest)
            let outcome = try place.bash("\(replay) killed.case & p=$!; sleep \(delay); kill -9 $p; wait $p; echo $?")
            if outcome.output.hasSuffix("137\n") {
                kills += 1
            } else {
                // It came to its end, as the machine has less to do than when the time was taken.
                longest = max(0.04, delay * 0.8)
                try? FileManager.default.removeItem(atPath: place.path + "/killed.case")
            }
            if outcome.errors.contains("goes on where it was stopped") { resumed += 1 }
            // What is committed can be read after every kill.
            if FileManager.default.fileExists(atPath: place.path + "/killed.case") {
                let query = try place.assay(["query", "killed.case", "--sql", "SELECT count(*) FROM message"])
                #expect(query.code == 0 || query.errors.contains("no case file"), "\(query.errors)")
            }
        }
        #expect(resumed > 0)
        let last = try place.bash("\(replay) killed.case")
        #expect([0, 65].contains(last.code), "\(last.errors)")
        #expect(try place.bash("\(replay) killed.case").errors.hasSuffix("has all of this already; nothing to do\n"))
        #expect(try Self.dump(place, "killed.case") == Self.dump(place, "clean.case"))
    }

    @Test func aSimulationStartsOver() throws {
        let place = try Self.place(copies: 4)
        let replay = "$ASSAY replay big.mbox older.mbox.zst \(Self.judged) --simulate --case"
        #expect(try place.bash("\(replay) clean.case").code == 0)
        for delay in [0.3, 0.6] {
            _ = try place.bash("\(replay) killed.case & p=$!; sleep \(delay); kill -9 $p; wait $p; true")
        }
        #expect(try place.bash("\(replay) killed.case").code == 0)
        #expect(try Self.dump(place, "killed.case") == Self.dump(place, "clean.case"))
    }

    @Test func anArchiveThatChangedIsNamed() throws {
        let place = try Self.place(copies: 12)
        let replay = "$ASSAY replay big.mbox \(Self.judged) --jobs 1 --case a.case"
        _ = try place.bash(
            "\(replay) & p=$!; until [ -s a.case-wal ]; do sleep 0.02; done; sleep 0.4; kill -9 $p; wait $p; true",
            seconds: 120)
        let other = try place.bash("$ASSAY replay older.mbox.zst --case a.case")
        #expect(other.code == 0)
        #expect(
            other.errors == "a.case: run 1 was never finished; start it again with its own options to go on with it\n")
        _ = try place.bash("echo >> big.mbox")
        let outcome = try place.bash(replay)
        #expect(outcome.code == 65)
        #expect(
            outcome.errors
                == "big.mbox: has changed since run 1 of a.case began to read it; put it back as it was, or replay into another case file\n"
        )
    }

    @Test func twoWritersAtOnce() throws {
        let place = try Self.place(copies: 1)
        // The first reads what does not end before it is killed.
        let outcome = try place.bash(
            """
            $ASSAY replay - --case a.case < <(cat big.mbox; exec sleep 20) > /dev/null & p=$!
            until [ -s a.case ]; do sleep 0.05; done
            $ASSAY replay older.mbox.zst --case a.case; echo $?; kill -9 $p; wait $p; true
            """)
        #expect(outcome.output == "69\n")
        #expect(
            outcome.errors.hasPrefix("a.case: another replay is writing to it; wait for it, or name another file\n"))
    }

    @Test func aFullDiskIsToldAndTheCaseStaysWhole() throws {
        let place = try Self.place(copies: 6)
        let outcome = try place.bash(
            "trap '' XFSZ; (ulimit -f 400; exec $ASSAY replay big.mbox \(Self.judged) --case a.case)")
        #expect(outcome.code == 74)
        #expect(outcome.errors.contains("a.case: cannot be "))
        #expect(try place.assay(["query", "a.case", "--sql", "SELECT count(*) FROM message"]).code == 0)
        #expect(try place.bash("$ASSAY replay big.mbox \(Self.judged) --case a.case").code == 0)
        #expect(try place.bash("$ASSAY replay big.mbox \(Self.judged) --case clean.case").code == 0)
        #expect(try Self.dump(place, "a.case") == Self.dump(place, "clean.case"))
    }
}
