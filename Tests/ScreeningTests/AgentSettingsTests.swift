import Policy
import SMTP
import Testing
import Values

@testable import Screening

@Suite struct AgentSettingsTests {
    @Test func defaultsServeNobodyAndLoseNothing() {
        let agent = ScreeningPolicy.builtIn(probes).agent
        #expect(agent.listen.isEmpty && agent.nextHop.isEmpty && agent.balancers.isEmpty && agent.quarantine == nil)
        #expect(agent.identification == .none && agent.nextHopTLS.protection == .none && agent.bareLineEnds == .reject)
        #expect(!agent.isShadow && !agent.authenticatesWithoutTLS && agent.addsVerdictField)
        // RFC 5321 §4.5.3.2.
        #expect(agent.timeouts.command >= .seconds(300) && agent.timeouts.delivery >= .seconds(600))
    }

    @Test func everyKeyIsRead() throws {
        let agent = try policy(
            """
            version: 1
            agent:
              listen: [127.0.0.1:2525, "[::1]:25"]
              next_hop: [mail.example:10025, "unix:/run/mail.sock", 192.0.2.1]
              identification: proxy-v2
              balancers: [192.0.2.0/24]
              hostname: MX.example
              shadow: true
              verdict_field: false
              bare_line_ends: normalise
              auth_without_tls: true
              spool_folder: /var/spool/assay/
              spool_memory: 64K
              message_size: 1M
              quarantine: /var/lib/assay/quarantine/
              max_connections: 10
              max_connections_per_address: 2
              command_timeout: 1m
              data_timeout: 2m
              connect_timeout: 3s
              answer_timeout: 4m
              delivery_timeout: 5m
              drain_timeout: 6s
              subject_tag: "[SPAM?]"
              received_field: true
              delay_refusals: true
              user: assay
              group: mail
              log: json
              log_level: warning
              metrics: 127.0.0.1:9125
              max_connections_per_network: 7
              network_prefix_ipv4: 20
              network_prefix_ipv6: 56
            """
        ).agent
        #expect(agent.listen.map(\.description) == ["127.0.0.1:2525", "[::1]:25"])
        #expect(agent.nextHop.map(\.description) == ["mail.example:10025", "unix:/run/mail.sock", "192.0.2.1:25"])
        #expect(agent.identification == .proxy2 && agent.balancers.map(\.description) == ["192.0.2.0/24"])
        #expect(agent.hostname == "mx.example" && agent.isShadow && !agent.addsVerdictField)
        #expect(agent.bareLineEnds == .normalise && agent.authenticatesWithoutTLS)
        #expect(agent.spoolFolder == "/var/spool/assay" && agent.quarantine == "/var/lib/assay/quarantine")
        #expect(agent.spoolMemory == 65_536 && agent.sizeLimit == 1 << 20)
        #expect(agent.maximumConnections == 10 && agent.maximumConnectionsPerAddress == 2)
        #expect(agent.enforcement.subjectTag == "[SPAM?]" && agent.enforcement.addsReceivedField)
        #expect(agent.enforcement.delaysRefusals && agent.operation.user == "assay" && agent.operation.group == "mail")
        #expect(agent.operation.log == .json && agent.operation.logLevel == .warning)
        #expect(agent.operation.metrics?.description == "127.0.0.1:9125")
        #expect(agent.operation.maximumConnectionsPerNetwork == 7)
        #expect(agent.operation.networkPrefix4 == 20 && agent.operation.networkPrefix6 == 56)
        #expect(
            agent.timeouts
                == AgentSettings.Timeouts(
                    command: .seconds(60), data: .seconds(120), connect: .seconds(3), answer: .seconds(240),
                    delivery: .seconds(300), drain: .seconds(6)))
    }

    @Test func sessionsAreRecordedWhereAFolderIsNamed() throws {
        #expect(ScreeningPolicy.builtIn(probes).agent.recording == nil)
        let plain = try policy("version: 1\nagent:\n  record: /var/lib/assay/records/\n").agent.recording
        #expect(plain == RecordingSettings(folder: "/var/lib/assay/records"))
        let recording = try policy(
            """
            version: 1
            agent:
              record: /records
              record_size: 1M
              record_age: 10m
              record_level: 19
              record_keep: 30d
              record_keep_size: 20G
            """
        ).agent.recording
        #expect(recording?.rotateSize == 1 << 20 && recording?.rotateAge == .seconds(600) && recording?.level == 19)
        #expect(recording?.keepAge == .seconds(30 * 86_400) && recording?.keepSize == 20 << 30)
        // What says how is of no use, and no mistake, where nothing says where.
        #expect(try policy("version: 1\nagent:\n  record_level: 1\n").agent.recording == nil)
    }

    @Test func tlsAndListenersAreRead() throws {
        let agent = try policy(
            """
            version: 1
            agent:
              listen: [127.0.0.1:25]
              listeners:
                - {address: 127.0.0.1:587, mode: submission}
                - {address: "[::1]:465", mode: submissions}
                - {address: 127.0.0.1:2525, require_tls: true}
              tls:
                certificates:
                  - {certificate: mx.pem, key: mx.key, names: [mx.example, "*.mx.example"]}
                minimum: "1.3"
                ciphers: [ecdhe-rsa-aes128-gcm-sha256]
                client_certificates: optional
                client_authorities: ca.pem
                handshake_timeout: 5s
              next_hop: [mail.example:465]
              next_hop_tls: verified
              next_hop_tls_implicit: true
              next_hop_tls_name: mail.inside.example
              next_hop_tls_authorities: inside.pem
              next_hop_tls_minimum: "1.1"
              next_hop_tls_domains: [bank.example, .gov.example]
              next_hop_tls_retry: 2h
            """
        ).agent
        #expect(
            agent.listeners.map { "\($0.address) \($0.mode) \($0.isImplicitTLS) \($0.requiresAuthentication)" } == [
                "127.0.0.1:25 smtp false false", "127.0.0.1:587 submission false true",
                "[::1]:465 submissions true true", "127.0.0.1:2525 smtp false false",
            ])
        #expect(agent.listeners.map(\.requiresTLS) == [false, false, false, true])
        #expect(agent.tls.certificates.map(\.names) == [["mx.example", "*.mx.example"]])
        #expect(agent.tls.certificates.map(\.key) == ["mx.key"])
        #expect(agent.tls.minimum == .tls13 && agent.tls.ciphers == ["ECDHE-RSA-AES128-GCM-SHA256"])
        #expect(agent.tls.clientCertificates == .optional && agent.tls.clientAuthorities?.value == "ca.pem")
        #expect(agent.tls.handshakeTimeout == .seconds(5))
        let hop = agent.nextHopTLS
        #expect(hop.protection == .verified && hop.isImplicit && hop.name == "mail.inside.example")
        #expect(hop.authorities?.value == "inside.pem" && hop.minimum == .tls11 && hop.retry == .seconds(7200))
        #expect(hop.isRequired(for: "BANK.example") && hop.isRequired(for: "tax.gov.example"))
        #expect(!hop.isRequired(for: "gov.example") && !hop.isRequired(for: "sub.bank.example"))
    }

    @Test(arguments: [
        ("listen: [mail.example:25]", "expected an address and port such as 127.0.0.1:25 or [::1]:25"),
        ("listen: [\"unix:/x\"]", "expected an address and port"), ("listen: [127.0.0.1:0]", "expected an address"),
        ("next_hop: [\"unix:relative\"]", "expected host:port, or unix:"), ("next_hop: [a_b..c]", "expected host:port"),
        ("next_hop_tls: verifed", "did you mean 'verified'?"),
        ("next_hop_tls_implicit: true", "write required or verified for next_hop_tls"),
        ("next_hop_tls_key: k.pem", "next_hop_tls_certificate and next_hop_tls_key belong together"),
        ("listeners: [{mode: smtp}]", "a listener needs an 'address'"),
        ("listeners: [{address: 127.0.0.1:465, mode: smtps}]", "TLS needs a certificate"),
        ("listeners: [{address: 127.0.0.1:25, require_tls: true}]", "TLS needs a certificate"),
        ("listeners: [{address: 127.0.0.1:587, mode: submission}]", "clients authenticate under TLS only"),
        ("listeners: [{address: 127.0.0.1:25}, {address: 127.0.0.1:25}]", "127.0.0.1:25 is listened on already"),
        ("tls: {certificates: [{certificate: c.pem}]}", "a certificate needs a 'key'"),
        ("tls: {ciphers: [RC4-SHA]}", "expected the name of a cipher suite"),
        ("tls: {minimum: \"1.4\"}", "expected one of 1.0, 1.1, 1.2 or 1.3"),
        ("identification: xlcient", "did you mean"), ("quarantine: relative", "the absolute path of a folder"),
        ("lisen: []", "unknown key 'lisen' in 'agent'; did you mean 'listen'?"),
        ("record: relative", "the absolute path of a folder"), ("record_level: 20", "19"),
        ("command_timeout: 0s", "1s"), ("max_connections: 0", "1"),
        ("subject_tag: \"[a tag of far more than forty octets of text]\"", "expected a text of 40 octets at most"),
        ("subject_tag: \"a\\r\\nb\"", "without control characters"), ("metrics: mail.example:9125", "127.0.0.1:9125"),
        ("user: \"a b\"", "expected a name"),
    ])
    func mistakesAreTold(line: String, message: String) {
        let (node, problems) = PolicyDocument.parse(Bytes("version: 1\nagent:\n  \(line)\n"), file: "p")
        let (policy, diagnostics) = ScreeningPolicy.read(node.map { [$0] } ?? [], catalogue: probes)
        #expect(policy == nil && problems.isEmpty)
        #expect(diagnostics.count == 1)
        #expect(diagnostics.first?.description.hasPrefix("p:3:") == true)
        #expect(diagnostics.first?.message.contains(message) == true, "\(diagnostics)")
    }
}
