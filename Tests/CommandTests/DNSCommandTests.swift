import Foundation
import Testing

/// `assay dns`, and the recording of what a replay was answered.
@Suite struct DNSCommandTests {
    private static let zone = """
        $ORIGIN example.test.
        $TTL 300
        @ SOA ns h 1 3600 600 86400 60
        @ NS ns
        ns A 127.0.0.1
        @ MX 10 ns
        www CNAME ns
        a A 192.0.2.1

        """

    private static let snapshot = """
        {"name":"a.test","type":"A","rcode":"NOERROR","rdata":["192.0.2.1"],"captured":"2024-01-01T00:00:00Z"}
        {"name":"a.test","type":"A","rcode":"NOERROR","rdata":["192.0.2.2"],"captured":"2024-06-01T00:00:00Z"}
        {"name":"b.test","type":"MX","rcode":"NXDOMAIN"}

        """

    struct Case: Sendable, CustomTestStringConvertible {
        let command: String
        var code = 0
        /// The output's words, lines in order, without the time.
        var shows: [String] = []
        var errors = ""
        var testDescription: String { command }
    }

    @Test(arguments: [
        Case(
            command: "dns lookup example.test --dns zone:z",
            shows: [
                "example.test A no data", "example.test AAAA no data", "example.test MX 10 ns.example.test.",
                "example.test TXT no data",
            ]),
        Case(command: "dns lookup www.example.test a --dns zone:z", shows: ["www.example.test A 127.0.0.1"]),
        Case(command: "dns lookup 192.0.2.1 --dns zone:z", shows: ["1.2.0.192.in-addr.arpa PTR NXDOMAIN"]),
        Case(
            command: "dns lookup example.test WKS --dns zone:z", code: 64,
            errors: "'WKS' is none of the record types mail policy reads: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TLSA,"
                + " TXT\n"),
        Case(
            command: "dns lookup a..b --dns zone:z", code: 64,
            errors: "'a..b' is neither a domain name nor an address\n"),
        Case(
            command: "dns lookup c.test A --dns snapshot:s", code: 66,
            errors: "1 of 1 questions are not in the snapshot\n"),
        Case(
            command: "dns lookup c.test A --dns snapshot:s --dns-missing nxdomain", shows: ["c.test A NXDOMAIN"]),
        Case(
            command: "dns lookup c.test A --dns server:no-such-host.invalid:53", code: 69,
            errors: "server:no-such-host.invalid: the name leads to no address; give the server's address instead\n"),
        Case(
            command: "dns show s", shows: ["a.test A 192.0.2.1", "a.test A 192.0.2.2", "b.test MX NXDOMAIN"]),
        Case(command: "dns show s a.test", shows: ["a.test A 192.0.2.1", "a.test A 192.0.2.2"]),
        Case(command: "dns show s A.TEST --at 2024-03-01", shows: ["a.test A 192.0.2.1"]),
        Case(command: "dns show s a.test A --at 2025-03-01", shows: ["a.test A 192.0.2.2"]),
        Case(command: "dns show s b.test A --at 2025-03-01", shows: ["b.test A NXDOMAIN"]),
        Case(command: "dns show s c.test", code: 66, errors: "s: nothing is recorded of c.test.\n"),
        Case(
            command: "dns show s c.test A --at 2025-03-01", code: 66, errors: "s: nothing is recorded of c.test. A\n"),
        Case(
            command: "dns show s c.test A --at 2025-03-01 --dns-missing nxdomain", shows: ["c.test A NXDOMAIN"]),
        Case(command: "dns show nowhere", code: 66, errors: "nowhere: No such file or directory; check the name\n"),
        Case(command: "dns show z", code: 65, errors: "z:1: not a JSON object\n"),
        Case(
            command: "dns record --names n --dns zone:z", code: 65,
            errors: "n:2: 'x..y' is neither a domain name nor an address\n"),
        Case(
            command: "dns record a --dns zone:z --output /nonexistent/x", code: 74,
            errors: "/nonexistent/x: cannot be written: No such file or directory\n"),
    ])
    func shows(_ item: Case) throws {
        let place = try Workplace()
        try place.write("z", Self.zone)
        try place.write("s", Self.snapshot)
        try place.write("n", "a.example.test\nx..y\n")
        let outcome = try place.assay(item.command.split(separator: " ").map(String.init))
        #expect(outcome.code == item.code)
        if item.code == 65 || !item.errors.isEmpty { #expect(outcome.errors.hasPrefix(item.errors)) }
        let lines = outcome.lines.dropFirst().map { line in
            line.split(separator: " ").filter { !$0.hasPrefix("202") }.joined(separator: " ")
        }
        #expect(lines == item.shows)
    }

    /// What was recorded answers the same.
    @Test func recordedAndAskedAgain() throws {
        let place = try Workplace()
        try place.write("z", Self.zone)
        try place.write("names", "# names\na.example.test A\nexample.test\n192.0.2.9 # an address\n")
        #expect(
            try place.assay(["dns", "record", "--names", "names", "--dns", "zone:z", "--output", "s.ndjson"]).code == 0)
        let objects = try place.read("s.ndjson").split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(
            objects.map { "\($0["name"] ?? "") \($0["type"] ?? "") \($0["rcode"] ?? "")" } == [
                "9.2.0.192.in-addr.arpa. PTR NXDOMAIN", "a.example.test. A NOERROR", "example.test. A NOERROR",
                "example.test. AAAA NOERROR", "example.test. MX NOERROR", "example.test. TXT NOERROR",
            ])
        let outcome = try place.assay(["dns", "lookup", "example.test", "MX", "--dns", "snapshot:s.ndjson"])
        #expect(outcome.code == 0 && outcome.output.contains("10 ns.example.test."))
        #expect(!FileManager.default.fileExists(atPath: place.path + "/s.ndjson.part"))
    }

    /// What is read is not overwritten, and the answers of a snapshot can be recorded too.
    @Test func replayRecordsASnapshot() throws {
        let place = try Workplace()
        let (archive, snapshot) = ("\(Place.fixtures)/archive", "\(Place.fixtures)/dns.snapshot.ndjson")
        let replay = ["replay", archive, "--policy", "\(Place.fixtures)/policy.yaml", "--format", "ndjson"]
        let first = try place.assay(replay + ["--dns", "snapshot:\(snapshot)", "--record-dns", "r.ndjson"])
        let second = try place.assay(replay + ["--dns", "snapshot:r.ndjson"])
        #expect(first.code == 0 && !first.output.isEmpty)
        #expect(first.output == second.output)
        #expect(
            try place.assay(replay + ["--dns", "snapshot:\(snapshot)", "--record-dns", "r.ndjson.zst"]).code == 0)
        #expect(try place.assay(replay + ["--dns", "snapshot:r.ndjson.zst"]).output == first.output)
        let magic = try Data(contentsOf: URL(filePath: place.path + "/r.ndjson.zst")).prefix(4)
        #expect([UInt8](magic) == [0x28, 0xB5, 0x2F, 0xFD])
        try place.write("m.eml", "From: a@example.org\n\nx\n")
        #expect(try place.assay(["explain", "m.eml", "--record-dns", "m.eml"]).code == 64)
    }

    /// A replay that asks a live server leaves a snapshot with which another gives the same, byte for byte.
    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/nsd"),
            "nsd is not installed (make setup installs it)"))
    func liveReplayCanBeRepeated() throws {
        let place = try Workplace()
        try place.write("z", Self.zone)
        try place.write(
            "m.eml",
            """
            Return-Path: <someone@example.test>
            Received: from a.example.test (a.example.test [192.0.2.1]) by mx.example.net with ESMTP;
             Wed, 1 May 2024 10:00:00 +0000
            From: someone@example.test
            Date: Wed, 1 May 2024 10:00:00 +0000

            x

            """)
        // nsd takes a port that is free, below those that other tests' questions go out from; the one that is tried
        // first may not be.
        let outcome = try place.bash(
            """
            for try in 1 2 3 4 5; do
                port=$((20000 + RANDOM % 12000))
                cat >nsd.conf <<END
            server:
                ip-address: 127.0.0.1@$port
                username: ""
                chroot: ""
                zonesdir: "$PWD"
                pidfile: ""
                logfile: "$PWD/log"
                zonelistfile: "$PWD/zones.list"
                xfrdfile: "$PWD/xfrd.state"
                xfrdir: "$PWD"
            remote-control:
                control-enable: no
            zone:
                name: "example.test."
                zonefile: "z"
            END
                env --default-signal /usr/sbin/nsd -d -c nsd.conf >/dev/null 2>&1 & server=$!
                for wait in 1 2 3 4 5; do
                    sleep 0.2
                    timeout 4 $ASSAY dns lookup example.test MX --dns server:127.0.0.1:$port >lookup && break 2
                done
                kill -9 $server
            done
            $ASSAY replay m.eml --dns server:127.0.0.1:$port --record-dns r.ndjson --format ndjson >live
            kill -9 $server
            $ASSAY replay m.eml --dns snapshot:r.ndjson --format ndjson >again
            cmp live again && grep -c rcode r.ndjson
            """, seconds: 180)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.lines.last.flatMap { Int($0) } ?? 0 > 0)
        #expect(try place.read("live").contains("\"stage\""))
        #expect(try place.read("lookup").contains("10 ns.example.test."))
    }
}
