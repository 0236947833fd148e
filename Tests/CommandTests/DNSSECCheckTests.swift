import Foundation
import Testing

private let isPossible = ["/usr/sbin/nsd", "/usr/bin/ldns-keygen", "/usr/bin/ldns-signzone"].allSatisfy {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// Checks whose answers DNSSEC vouches for, with a signed zone on a name server of this host.
@Suite(.enabled(if: isPossible, "nsd or ldnsutils is not installed (make setup)"))
struct DNSSECCheckTests {
    /// Signs the zone `signed.test`, spoils what lies at `bad`, serves it, and runs `$CHECKS`.
    private static let script = """
        set -e
        key=$(ldns-keygen -r /dev/urandom -a ECDSAP256SHA256 -k signed.test)
        ldns-signzone -o signed.test. -f zone.signed zone "$key"
        sed -i '/^bad.*TXT.*spf1/s/192.0.2.1/192.0.2.66/' zone.signed
        for attempt in 1 2 3 4 5; do
            port=$((20000 + RANDOM % 12000))
            cat > nsd.conf <<END
        server:
            ip-address: 127.0.0.1@$port
            username: ""
            chroot: ""
            zonesdir: "$PWD"
            pidfile: ""
            logfile: "$PWD/log"
            database: ""
            zonelistfile: "$PWD/zones.list"
            xfrdfile: "$PWD/xfrd.state"
            xfrdir: "$PWD"
            server-count: 1
        remote-control:
            control-enable: no
        zone:
            name: "signed.test."
            zonefile: "zone.signed"
        END
            /usr/sbin/nsd -d -c nsd.conf > /dev/null 2>&1 &
            server=$!
            for moment in $(seq 100); do
                kill -0 $server 2> /dev/null || continue 2
                (exec 3<> /dev/tcp/127.0.0.1/$port) 2> /dev/null && break 2
                sleep 0.05
            done
            kill $server
        done
        trap 'kill $server' EXIT
        dns="--format ndjson --dns server:127.0.0.1:$port"
        secure="$dns --dnssec --trust-anchor $key.ds"
        """

    @Test func authenticAnswersAreTold() throws {
        let work = try Workplace()
        try work.write("message", "From: ann@signed.test\nSubject: x\nDate: Mon, 1 Jul 2024 10:00:00 +0000\n\nHello.\n")
        let key = try work.bash("$ASSAY keygen --type ed25519 --domain signed.test --selector s --output s.pem")
        #expect(key.code == 0, "\(key.errors)")
        try work.write(
            "zone",
            """
            $ORIGIN signed.test.
            $TTL 300
            @ SOA ns h 1 3600 600 86400 60
            @ NS ns
            ns A 127.0.0.1
            @ TXT "v=spf1 ip4:192.0.2.1 -all"
            bad TXT "v=spf1 ip4:192.0.2.1 -all"
            \(key.output)
            """)
        let checks = """

            spf() { $ASSAY check spf --ip 192.0.2.1 "$@"; }
            spf --mail-from ann@signed.test $secure
            spf --mail-from ann@signed.test $dns
            spf --mail-from ann@bad.signed.test $secure
            $ASSAY sign dkim message --domain signed.test --selector s --key s.pem > signed
            $ASSAY check dkim signed $secure
            $ASSAY sign arc message --domain signed.test --selector s --key s.pem --authserv-id mx.test \
            --results spf=pass --chain none > sealed
            $ASSAY check arc sealed $secure
            $ASSAY check arc sealed --dns server:127.0.0.1:$port --dnssec --trust-anchor $key.ds
            """
        let outcome = try work.bash(DNSSECCheckTests.script + checks)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        try #require(lines.count == 5, "\(outcome.output)")
        #expect(lines[0].contains(#""authentic":true"#) && lines[0].contains(#""result":"pass""#))
        #expect(lines[1].contains(#""authentic":false"#) && lines[1].contains(#""result":"pass""#))
        // What the signature does not fit is no answer at all (RFC 4035 §5.5).
        #expect(lines[2].contains(#""authentic":false"#) && lines[2].contains(#""result":"temperror""#))
        #expect(lines[3].contains(#""authentic":true"#) && lines[3].contains(#""result":"pass""#))
        #expect(lines[4].contains(#""authentic":true"#) && lines[4].contains(#""result":"pass""#))
        #expect(outcome.output.contains("(authentic)"))
    }
}
