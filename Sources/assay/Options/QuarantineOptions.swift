import ArgumentParser
import Proxy
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

    /// The folder, and what the policy says of the agent where one is given.
    func open() throws -> (folder: QuarantineFolder, agent: AgentSettings?) {
        let agent = files.isEmpty ? nil : try PolicyLoading(files).policy().agent
        guard let path = folder ?? agent?.quarantine else {
            throw Failure(
                .policy, "\(files.joined(separator: ", ")): agent.quarantine names no folder; --folder DIR does")
        }
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

extension QuarantineFolder {
    /// Reads every entry's description and hands it to `body`. One that has gone meanwhile is no mistake; of damaged
    /// ones the error is told, and whether there were any is the answer.
    func forEach(_ body: (QuarantinedMessage) throws -> Void) throws -> Bool {
        var isWhole = true
        for id in try ids() {
            let message: QuarantinedMessage
            do throws(QuarantineError) {
                message = try self.message(id, findings: false)
            } catch {
                if error.code == .notThere { continue }
                StandardError.write(TerminalLine.safe(error.description) + "\n")
                isWhole = false
                continue
            }
            try body(message)
        }
        return isWhole
    }
}
