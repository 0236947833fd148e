import ArgumentParser

/// `assay check batv`
struct CheckBATV: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batv",
        abstract: "Make and check the tags by which bounces to mail from here are known (BATV).",
        discussion: """
            A tag stands before the local part of a reverse-path, as in prvs=0853ab12cd=ann@example.org: the number of \
            a key, the day on which it expires, and the start of a keyed hash. Whoever bounces the message brings it \
            back.
            """,
        subcommands: [CheckBATVSign.self, CheckBATVVerify.self])
}
