import ArgumentParser
import Proxy
import Archives
import SMTP
import Screening
import Values

/// Where a quarantine lies.
struct QuarantineOptions: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "The policy that assayd serves by: its agent.quarantine is the folder. Repeat it to overlay files.",
            valueName: "file"))
    var files: [String] = []

    @Option(help: ArgumentHelp("The folder itself.", valueName: "directory"))
    var folder: String?

    func validate() throws {
        if files.isEmpty, folder == nil {
            throw ValidationError("Say where the messages lie: --policy FILE (its agent.quarantine) or --folder DIR.")
        }
    }

    /// Throws for a folder that is plainly another: it has files, and none that a quarantine has. A new one is empty.
    private static func refuseOthers(_ path: String) throws {
        let names = (FolderNames.of(path) ?? []).filter { !$0.hasPrefix(".") && $0 != "lost+found" }
        guard !names.isEmpty else { return }
        let isQuarantine = names.contains { name in
            ["content", "index.db"].contains(name)
                || [".json", ".eml", ".eml.zst", ".released"].contains { name.hasSuffix($0) }
        }
        guard isQuarantine else {
            throw Failure(
                .noInput, TerminalLine.safe("\(path): is no quarantine; name the folder that agent.quarantine names"))
        }
    }

    /// Whom recipients write to, where the policy tells of a local domain.
    func postmaster() throws -> String {
        guard !files.isEmpty,
            let domain = try PolicyLoading(files).policy().site.localDomains.first(where: { !$0.hasPrefix(".") })
        else { throw Failure(.usage, "who is the mail from? --sender ADDRESS, or --policy FILE with local_domains") }
        return "postmaster@\(domain)"
    }

    /// The folder, and what the policy says of the agent where one is given.
    func open() throws -> (folder: QuarantineFolder, agent: AgentSettings?) {
        let agent = files.isEmpty ? nil : try PolicyLoading(files).policy().agent
        guard let path = folder ?? agent?.quarantine else {
            throw Failure(
                .policy, "\(files.joined(separator: ", ")): agent.quarantine names no folder; --folder DIR does")
        }
        try QuarantineOptions.refuseOthers(path)
        return (QuarantineFolder(path: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path), agent)
    }
}

extension Failure {
    /// The failure that a quarantine is the reason of.
    init(_ error: QuarantineError) {
        let code: Code =
            switch error.code {
            case .notThere, .inaccessible: .noInput
            case .damaged: .badData
            case .inUse: .unavailable
            case .inputOutput: .inputOutput
            }
        self.init(code, TerminalLine.safe(error.description))
    }
}
