import ArgumentParser
import Values

/// What logs of dialogues leave out.
struct DialogueLogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of a log: the zone of times that have none, such as +02:00; UTC when left out.", valueName: "offset"))
    var zone: LogZone?

    @Option(
        help: ArgumentHelp(
            "Of a log: the year that its last line is of, where it has no years; that of the file's last change when left "
                + "out.", valueName: "year"))
    var year: Int?

    @Option(
        help: ArgumentHelp(
            "Of a log that the client kept: its address, which such a log does not tell.", valueName: "address"))
    var client: IPAddress?

    func validate() throws {
        if let year, !(1970...9999).contains(year) { throw ValidationError("--year is a year of four figures.") }
    }
}
