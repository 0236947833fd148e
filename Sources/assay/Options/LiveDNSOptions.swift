import ArgumentParser

/// Where the answers of a command come from that is about the DNS itself.
struct LiveDNSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Whom to ask: system (the servers of /etc/resolv.conf), server:HOST:PORT, zone:FILE (a master file), or \
            snapshot:FILE (a recording).
            """,
            valueName: "source"))
    var dns = "system"

    /// The file that answers are read from, if there is one: no output may overwrite it.
    var inputs: [String] { DNSOptions.inputs(of: dns) + [dnssecOptions.trustAnchor].compactMap(\.self) }

    @OptionGroup var missingOptions: MissingOptions
    @OptionGroup var dnssecOptions: DNSSECOptions
}
