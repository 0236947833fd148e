import ArgumentParser
import Values

/// The agent: screens mail on its way to the mail server behind.
struct Assayd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assayd",
        abstract: "Screen mail on its way to your mail server, by the policy that assay replays archives with.",
        discussion: """
            assayd stands in front of a mail server and passes on what the policy lets pass. A client is told that its \
            message was taken once the server behind has said so: nothing is queued. Where it listens and what is \
            behind it stands in the section agent of the policy.

            SIGHUP reads the policy anew, SIGTERM ends sessions between two messages and then the program.

            Exit codes: 0 done, 64 usage, 65 bad input data, 66 no such input, 69 an address cannot be listened on (or, \
            with --check, no mail server behind takes mail), 74 input or output error, 78 policy error.
            """,
        version: Service.version)

    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy file; repeat it to overlay files, later ones winning.", valueName: "file"))
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Where DNS answers come from: system (the servers of /etc/resolv.conf), server:HOST:PORT (that one), \
            snapshot:FILE (a recording), zone:FILE (a master file; what it lacks is NXDOMAIN), or none.
            """,
            valueName: "source"))
    var dns = "system"

    @Flag(
        help: """
            Read the policy, look at the files, folders and mail servers that it names, tell of each, and end: exit \
            code 0 when assayd could serve by it.
            """)
    var check = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("--policy FILE: which addresses to listen on stands in a policy") }
    }

    func run() async throws {
        do throws(StartError) {
            let service = Service(files: files, dns: dns)
            if check {
                try await StartCheck(service: service, files: files).run()
            } else {
                try await service.run()
            }
        } catch {
            for message in error.messages { Log.standardError.write(message) }
            throw ExitCode(error.code.rawValue)
        }
    }
}
