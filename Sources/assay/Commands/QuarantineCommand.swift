import ArgumentParser

/// `assay quarantine`
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Look into what assayd has kept aside, and send it on or delete it.",
        discussion: """
            The folder is the one that the policy names in agent.quarantine, or any with --folder. Messages can be \
            listed, released and deleted while assayd serves.
            """,
        subcommands: [
            QuarantineList.self, QuarantineShow.self, QuarantineReleaseCommand.self, QuarantineDelete.self,
            QuarantineDigest.self, QuarantineCheck.self, QuarantineRebuild.self,
        ])
}
