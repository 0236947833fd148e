import Policy
import State
import Values

extension StateSettings {
    /// Reads the section's keys. A path is relative to the folder of the policy that names it.
    init(from reader: inout PolicyReader) {
        self.init()
        let url = reader.optionalValue(
            "url", expecting: StateSource.lastingForms,
            "Where it is kept: \(StateSource.lastingForms), and rediss: for TLS. Unless set, SQLite in the folder that the "
                + "service manager gives, or else memory.",
            parse: { (text: String) -> StateSource? in
                if case .lines? = StateSource(text) { return nil }
                return StateSource(text)
            })
        source = url.map { StateSettings.resolved($0.value, at: $0.place) }
        let user = reader.optionalValue(
            "user", expecting: "the name of a user", "Whom to log in to a Redis server as.",
            parse: { $0.isEmpty ? nil : $0 })
        let passwordFile = reader.optionalValue(
            "password_file", expecting: "the name of a file",
            "The file whose first line is the password of a Redis server.", parse: { $0.isEmpty ? nil : $0 })
        let authority = reader.optionalValue(
            "certificate_authority", expecting: "the name of a file",
            "The certificates, in PEM, that vouch for a Redis server's; those that the system trusts unless set.",
            parse: { $0.isEmpty ? nil : $0 })
        certificateAuthority = authority.map { PolicyFiles.path(of: $0.value, namedAt: $0.place) }
        if case .redis(var server)? = source {
            server.user = user?.value ?? server.user
            if let passwordFile {
                server.passwordFile = PolicyFiles.path(of: passwordFile.value, namedAt: passwordFile.place)
            }
            source = .redis(server)
        } else if let place = user?.place ?? passwordFile?.place {
            reader.report("a login is for a Redis server, which 'url' does not name", at: place)
        }
        timeout = reader.duration(
            "timeout", default: timeout, in: .milliseconds(10)...(.seconds(10)),
            "How long an answer may take before the store counts as away.")
        prefix =
            reader.optionalValue(
                "prefix", expecting: "at most 64 visible characters",
                "What the names of entries on a Redis server begin with; agents that share state have the same, "
                    + "assay: unless set.",
                parse: { $0.utf8.count <= 64 && $0.utf8.allSatisfy(\.isVisible) ? $0 : nil })?.value ?? prefix
        sizeLimit = reader.size(
            "max_size", default: sizeLimit, in: (1 << 20)...(1 << 40),
            "The most that an SQLite database grows to; what would expire first is given up then.")
        entryLimit = reader.integer(
            "max_entries", default: entryLimit, in: 1000...1_000_000_000,
            "The most entries kept in memory; what would expire first is given up then.")
        whenAway = reader.choice(
            "when_away", default: whenAway,
            "What follows when the store does not answer: skip leaves out the stages that need it, defer refuses their "
                + "mail for now, and with memory the process remembers by itself until the store is back.")
    }

    private static func resolved(_ source: StateSource, at place: PolicyPlace) -> StateSource {
        switch source {
        case .memory: return .memory
        case .sqlite(let path): return .sqlite(path: PolicyFiles.path(of: path, namedAt: place))
        case .lines(let path): return .lines(path: PolicyFiles.path(of: path, namedAt: place))
        case .redis(var server):
            server.passwordFile = server.passwordFile.map { PolicyFiles.path(of: $0, namedAt: place) }
            return .redis(server)
        }
    }
}
