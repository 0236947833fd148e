import ArgumentParser

/// `assay rules`
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Check SpamAssassin rule files, and see which of their rules hit a message, and why.",
        discussion: """
            Rule files are read as Mail::SpamAssassin::Conf documents them, unchanged. Without --rules, those of the \
            machine's SpamAssassin are read: /usr/share/spamassassin, then /etc/spamassassin. Where a folder has .pre \
            files, the plugins they load decide what ifplugin lines guard; else those the distribution enables do.
            """,
        subcommands: [RulesCheck.self, RulesList.self, RulesHits.self, RulesWhy.self, RulesView.self])
}
