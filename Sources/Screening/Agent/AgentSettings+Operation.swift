import Policy
import SMTP
import Values

extension AgentSettings {
    /// How the service runs and tells of itself.
    public struct Operation: Sendable, Hashable {
        /// The user that the service runs as once it listens; nil for the one that started it.
        public var user: String?
        /// The group; nil for the user's own.
        public var group: String?
        /// The form of the log.
        public var log: LogForm
        /// The least important lines that are written.
        public var logLevel: LogLevel
        /// Where metrics and health are told; nil for nowhere.
        public var metrics: ServerAddress?
        /// How often the files of lists are looked at; zero for never.
        public var listInterval: Duration
        /// The most connections at once of one network.
        public var maximumConnectionsPerNetwork: Int
        /// How many bits of an IPv4 address name its network.
        public var networkPrefix4: Int
        /// How many bits of an IPv6 address name its network.
        public var networkPrefix6: Int

        /// The forms of a log.
        public enum LogForm: String, Sendable, Hashable, CaseIterable {
            /// `key=value`, for people and grep.
            case text
            /// One JSON object a line.
            case json
        }

        /// How important a line is, least first.
        public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
            /// What a search for a fault needs.
            case debug
            /// Verdicts.
            case info
            /// What becomes of the service itself.
            case notice
            /// What somebody should look at.
            case warning
            /// What keeps mail from being handled as the policy says.
            case error

            private var order: Int { LogLevel.allCases.firstIndex(of: self) ?? 0 }

            public static func < (left: LogLevel, right: LogLevel) -> Bool { left.order < right.order }
        }

        init(from reader: inout PolicyReader) {
            func name(_ key: String, _ summary: String) -> String? {
                reader.optionalValue(
                    key, expecting: "a name", summary,
                    parse: { (text: String) -> String? in
                        let isName = text.utf8.allSatisfy {
                            $0.isAlphanumeric || [.hyphen, .dot, .ascii("_")].contains($0)
                        }
                        return isName && (1...64).contains(text.utf8.count) ? text : nil
                    })?.value
            }
            user = name(
                "user", "The user to become once the ports are bound; for assayd started as root. No way leads back.")
            group = name("group", "The group to have then; the user's own unless set.")
            log = reader.choice(
                "log", default: LogForm.text, "The form of the log: key=value for people, or one JSON object a line.")
            logLevel = reader.choice(
                "log_level", default: LogLevel.info,
                "The least important lines that are logged; verdicts are info, the service's own doings notice.")
            metrics =
                reader.optionalValue(
                    "metrics", expecting: "an address and port such as 127.0.0.1:9125, or unix: and a path",
                    "Where /metrics (for Prometheus), /health and /ready are served by HTTP; keep it local.",
                    parse: { (text: String) -> ServerAddress? in
                        guard let address = ServerAddress(text) else { return nil }
                        if case .tcp(let host, _) = address, IPAddress(host) == nil { return nil }
                        return address
                    })?.value
            listInterval = reader.duration(
                "watch_lists", default: .seconds(30), in: .zero...(.seconds(86_400)),
                "How often the files that lists are in are looked at: where one has changed, all are read anew, as upon "
                    + "SIGHUP; 0 is never.")
            maximumConnectionsPerNetwork = reader.integer(
                "max_connections_per_network", default: 200, in: 1...100_000,
                "The most connections at once of one network; balancers have no such limit.")
            networkPrefix4 = reader.integer(
                "network_prefix_ipv4", default: 24, in: 8...32, "How many bits of an IPv4 address name its network.")
            networkPrefix6 = reader.integer(
                "network_prefix_ipv6", default: 64, in: 16...128, "How many bits of an IPv6 address name its network.")
        }
    }
}
