import Policy
import SMTP
import Values

extension AgentSettings {
    static let address = "an address and port such as 127.0.0.1:25 or [::1]:25"
    private static let server = "host:port, or unix: and the path of a socket"

    /// Reads the section's keys.
    init(from reader: inout PolicyReader) {
        let listen = reader.values(
            "listen", default: [], expecting: AgentSettings.address, "Where clients connect.",
            parse: AgentSettings.listenAddress)
        self.listen = listen.map(\.value)
        listeners =
            listen.map { ListenerSettings($0.value, place: $0.place) }
            + reader.entries("listeners", "Where clients connect, with what is served there.") {
                ListenerSettings(from: &$0)
            }.map(\.value)
        var tls = AgentTLSSettings()
        reader.section("tls", "How connections of clients are protected.") { tls = AgentTLSSettings(from: &$0) }
        self.tls = tls
        nextHop = reader.values(
            "next_hop", default: [], expecting: AgentSettings.server,
            "The mail servers behind, the preferred one first; the others are for when it cannot be reached.",
            parse: { ServerAddress($0) }
        ).map(\.value)
        identification = reader.choice(
            "identification", default: ClientIdentification.none,
            "How the mail servers behind are told who the client is.")
        nextHopTLS = NextHopTLSSettings(from: &reader)
        balancers = reader.values(
            "balancers", default: [], expecting: "an address, or a network in CIDR form such as 192.0.2.0/24",
            "Balancers in front: their connections begin with a PROXY protocol header, which is believed.",
            parse: { IPNetwork($0) }
        ).map(\.value)
        hostname =
            reader.optionalValue(
                "hostname", expecting: "a host name", "The name in the banner; the host's own unless set.",
                parse: { Site.domainPattern($0).flatMap { $0.hasPrefix(".") ? nil : $0 } })?.value
        isShadow = reader.flag(
            "shadow", default: false,
            "Judge and log everything, and by the policy refuse, hold up and change nothing. What breaks SMTP itself is "
                + "refused all the same, see `bare_line_ends`.")
        addsVerdictField = reader.flag(
            "verdict_field", default: true, "Whether tagged messages get a field X-Assay-Verdict.")
        bareLineEnds = reader.choice(
            "bare_line_ends", default: LineDiscipline.reject,
            "What becomes of messages with a CR or LF outside CRLF, or a NUL.")
        authenticatesWithoutTLS = reader.flag(
            "auth_without_tls", default: false,
            "Whether clients may authenticate although their connection is not protected.")
        spoolFolder = AgentSettings.folder(
            reader.text(
                "spool_folder", default: "/var/tmp", "Where large messages lie, without a name, while they come in."))
        spoolMemory = reader.size(
            "spool_memory", default: 1 << 20, in: 0...(1 << 30),
            "How much of a message is held in memory while it comes in; more goes to the spool folder.")
        sizeLimit = reader.size(
            "message_size", default: 50 << 20, in: (64 << 10)...(1 << 30),
            "The largest message taken; the next hop may take less.")
        quarantine =
            reader.optionalValue(
                "quarantine", expecting: "the absolute path of a folder",
                "Where messages to be quarantined are kept; without it they are refused for now.",
                parse: { $0.hasPrefix("/") ? AgentSettings.folder($0) : nil })?.value
        quarantineRetention = QuarantineRetention(from: &reader)
        recording = RecordingSettings(from: &reader)
        actions = ActionSettings(from: &reader)
        maximumConnections = reader.integer(
            "max_connections", default: 1000, in: 1...100_000, "The most connections at once.")
        maximumConnectionsPerAddress = reader.integer(
            "max_connections_per_address", default: 50, in: 1...100_000,
            "The most connections at once of one address; balancers have no such limit.")
        bannerDelay = reader.duration(
            "banner_delay", default: .zero, in: .zero...(.seconds(60)),
            "How long the banner is held back, so that clients that speak before it are found out; see the stage tarpit."
        )
        timeouts = Timeouts(from: &reader)
        enforcement = Enforcement(from: &reader)
        operation = Operation(from: &reader)
        var autoLearn: AutoLearnSettings?
        reader.section("auto_learn", "What of the mail that is judged the stage bayes learns by the verdict on it.") {
            autoLearn = AutoLearnSettings(from: &$0)
        }
        self.autoLearn = autoLearn
        checkListeners(in: &reader)
    }

    /// Notes listeners that nobody could use.
    private func checkListeners(in reader: inout PolicyReader) {
        for (index, listener) in listeners.enumerated() {
            if listeners[..<index].contains(where: { $0.address == listener.address }) {
                reader.report("\(listener.address) is listened on already", at: listener.place)
            }
            guard tls.certificates.isEmpty else { continue }
            if listener.isImplicitTLS || listener.requiresTLS {
                reader.report("TLS needs a certificate: agent.tls.certificates names none", at: listener.place)
            } else if listener.requiresAuthentication, !authenticatesWithoutTLS {
                reader.report(
                    "clients authenticate under TLS only, which needs a certificate: agent.tls.certificates names none",
                    at: listener.place)
            }
        }
    }

    static func listenAddress(_ text: String) -> ServerAddress? {
        guard let address = ServerAddress(text), case .tcp(let host, _) = address, IPAddress(host) != nil else {
            return nil
        }
        return address
    }

    static func folder(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

extension AgentSettings.Timeouts {
    fileprivate init(from reader: inout PolicyReader) {
        func time(_ key: String, _ seconds: Int, _ summary: String) -> Duration {
            reader.duration(key, default: .seconds(seconds), in: .seconds(1)...(.seconds(3600)), summary)
        }
        command = time("command_timeout", 300, "How long a client may take for a command.")
        data = time("data_timeout", 180, "How long a client may take for a block of 4096 octets of a message.")
        connect = time("connect_timeout", 10, "How long a connection to the next hop may take.")
        answer = time("answer_timeout", 300, "How long the next hop may take for the answer to a command.")
        delivery = time("delivery_timeout", 600, "How long the next hop may take for the answer to the final dot.")
        drain = time("drain_timeout", 30, "How long sessions under way may go on when the service is to stop.")
    }
}
