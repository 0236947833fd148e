import ArgumentParser

/// `assay state`
struct StateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Look into what stages remember: greylisting, bans, counters.",
        discussion: """
            State is what assayd keeps between sessions. It lies in an SQLite database, or on a Redis or Valkey server \
            that several agents share; the key state of a policy names it, and --state does without a policy. An agent \
            may go on meanwhile.
            """,
        subcommands: [
            StateList.self, StateGet.self, StateSet.self, StateClear.self, StateExport.self, StateImport.self,
            StateLearn.self,
        ])
}
