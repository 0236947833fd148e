import ArgumentParser

/// `assay check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask one method about one message, session or address.",
        subcommands: [
            CheckSPF.self, CheckDKIM.self, CheckARC.self, CheckDMARC.self, CheckVBR.self, CheckBATV.self,
            CheckAuthRes.self, CheckDNSBL.self, CheckReverse.self, CheckAttachments.self,
        ])
}
