import ArgumentParser

/// `assay logs`
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Read mail servers' logs: what happened, to whom, when.",
        discussion: """
            Logs of many servers and filters are read, each found by its content: files that syslog wrote (with or without \
            years and zones, RFC 5424, the journal's JSON, containers' frames), and those with a layout of their own. \
            Files may be compressed (.zst, .gz, .xz, .bz2); a rotated set is read from its oldest file on. Lines that are not known \
            are counted and shown by shape; none is dropped in silence.
            """,
        subcommands: [
            LogsSummary.self, LogsTrace.self, LogsTimeline.self, LogsJoin.self, LogsFollow.self, LogsImport.self,
        ])
}
