import Values

extension ServiceMetrics {
    /// What is known of the service at a moment beside what was counted.
    public struct Gauges: Sendable {
        /// The version of the program.
        public var version = ""
        /// When the program began.
        public var startedAt = Timestamp(seconds: 0)
        /// When the policy in force was read.
        public var policyReadAt = Timestamp(seconds: 0)
        /// How many connections there are.
        public var connections = 0
        /// How many messages lie in quarantine, and their octets; nil where there is none or it cannot be read.
        public var quarantine: FolderUse?
        /// Octets free where the quarantine lies.
        public var quarantineFree: Int?
        /// Octets free where large messages are spooled.
        public var spoolFree: Int?
        /// How many sessions could not be recorded.
        public var lostSessions = 0
        /// Whether a next hop can be reached; nil where nobody has looked.
        public var isNextHopReachable: Bool?

        /// Nothing known.
        public init() {}
    }

    /// All of it in Prometheus' text format 0.0.4, series in a fixed order.
    public func text(_ gauges: Gauges) -> String {
        let state = snapshot()
        var output = PrometheusText()
        output.begin("assay_build_info", .gauge, "The program.")
        output.add([("version", gauges.version)], 1)
        output.begin("assay_start_time_seconds", .gauge, "When the program began, in seconds since 1970.")
        output.add([], Int(gauges.startedAt.seconds))
        output.begin("assay_policy_read_time_seconds", .gauge, "When the policy in force was read.")
        output.add([], Int(gauges.policyReadAt.seconds))
        output.begin("assay_policy_reloads_total", .counter, "Attempts to read the policy anew.")
        output.add([("result", "failed")], state.reloads.bad)
        output.add([("result", "ok")], state.reloads.good)
        output.begin("assay_connections", .gauge, "Connections of clients there are now.")
        output.add([], gauges.connections)
        output.begin("assay_sessions_total", .counter, "Connections of clients that were served.")
        output.add([], state.sessions)
        output.begin(
            "assay_connections_refused_total", .counter, "Connections that were told 421 at once, by the limit.")
        for refusal in ConnectionCounts.Refusal.allCases {
            output.add([("limit", refusal.rawValue)], state.refused[refusal] ?? 0)
        }
        output.begin("assay_verdicts_total", .counter, "Transactions, and sessions without one, by their verdict.")
        for (key, count) in state.verdicts.sorted(by: {
            ($0.key.disposition, $0.key.checkpoint) < ($1.key.disposition, $1.key.checkpoint)
        }) {
            output.add([("checkpoint", key.checkpoint), ("disposition", key.disposition)], count)
        }
        output.begin(
            "assay_findings_total", .counter, "Transactions, and sessions without one, in which a symbol was found.")
        for (symbol, count) in state.findings.sorted(by: { $0.key < $1.key }) {
            output.add([("symbol", symbol)], count)
        }
        output.begin("assay_next_hop_replies_total", .counter, "Answers of the mail servers behind.")
        for (key, count) in state.replies.sorted(by: {
            ($0.key.command.rawValue, $0.key.kind) < ($1.key.command.rawValue, $1.key.kind)
        }) {
            output.add([("command", key.command.rawValue), ("reply", key.kind == 0 ? "none" : "\(key.kind)xx")], count)
        }
        output.begin("assay_next_hop_seconds", .histogram, "How long the mail servers behind took to answer.")
        for command in HopCommand.allCases {
            if let histogram = state.latencies[command] { output.add([("command", command.rawValue)], histogram) }
        }
        output.begin("assay_answer_seconds", .histogram, "How long it took to answer what a client sent at once.")
        output.add([], state.answers)
        if let isReachable = gauges.isNextHopReachable {
            output.begin("assay_next_hop_up", .gauge, "Whether a mail server behind could be reached lately.")
            output.add([], isReachable ? 1 : 0)
        }
        output.begin("assay_spool_bytes", .gauge, "Octets of messages that are being received and lie in files.")
        output.add([], state.spooled)
        if let free = gauges.spoolFree {
            output.begin("assay_spool_free_bytes", .gauge, "Octets free where large messages are spooled.")
            output.add([], free)
        }
        if let use = gauges.quarantine {
            output.begin("assay_quarantine_messages", .gauge, "Messages in quarantine.")
            output.add([], use.messages)
            output.begin("assay_quarantine_bytes", .gauge, "Octets of the messages in quarantine.")
            output.add([], use.octets)
        }
        if let free = gauges.quarantineFree {
            output.begin("assay_quarantine_free_bytes", .gauge, "Octets free where the quarantine lies.")
            output.add([], free)
        }
        output.begin("assay_faults_total", .counter, "What could not be done beside the mail itself.")
        output.add([("kind", "record")], gauges.lostSessions)
        for fault in Fault.allCases { output.add([("kind", fault.rawValue)], state.faults[fault] ?? 0) }
        return output.text
    }
}

/// Prometheus' text format.
struct PrometheusText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var text = ""
    private var name = ""

    init() {}

    /// Begins the series called `name`.
    mutating func begin(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        text += "# HELP \(name) \(summary)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a value of the series.
    mutating func add(_ labels: [(String, String)], _ value: Int) {
        text += "\(name)\(PrometheusText.labels(labels)) \(value)\n"
    }

    /// Adds a histogram.
    mutating func add(_ labels: [(String, String)], _ histogram: Histogram) {
        var total = 0
        for (index, bound) in Histogram.bounds.enumerated() {
            total += histogram.counts[index]
            let bucket = labels + [("le", JSON.decimal(thousandths: bound))]
            text += "\(name)_bucket\(PrometheusText.labels(bucket)) \(total)\n"
        }
        total += histogram.counts.last ?? 0
        text += "\(name)_bucket\(PrometheusText.labels(labels + [("le", "+Inf")])) \(total)\n"
        let micros = String(histogram.sum % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - micros.count) + micros
        text += "\(name)_sum\(PrometheusText.labels(labels)) \(histogram.sum / 1_000_000).\(fraction)\n"
        text += "\(name)_count\(PrometheusText.labels(labels)) \(total)\n"
    }

    private static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let words = labels.map { name, value in
            let safe = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name)=\"\(safe)\""
        }
        return "{" + words.joined(separator: ",") + "}"
    }
}
