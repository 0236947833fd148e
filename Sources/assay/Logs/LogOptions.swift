import ArgumentParser
import Logs
import Values

/// What logs leave out, and which part of them is asked after.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The zone of times that have none, such as +02:00; UTC when left out.", valueName: "offset"))
    var zone: LogZone?

    @Option(
        help: ArgumentHelp(
            "The year that the last line is of, where the log has no years; that of the file's last change when left out.",
            valueName: "year"))
    var year: Int?

    @OptionGroup var span: TimeSpan

    func validate() throws {
        if let year, !(1970...9999).contains(year) { throw ValidationError("--year is a year of four figures.") }
    }

    /// The clock of a log that was changed last at `modified`.
    func clock(modified: Timestamp) -> LogClock {
        var reference = modified
        let offset = zone?.offset ?? .zero
        if let year, let end = CivilTime(year: year, month: 12, day: 31, hour: 23, minute: 59, second: 59) {
            // A line may be a day later than the reference.
            reference = end.timestamp - offset - .seconds(86_400)
        }
        return LogClock(reference: reference, offset: offset)
    }

    /// Whether a record is of the time that is asked after; one without a time is.
    func includes(_ record: LogRecord) -> Bool {
        span.contains(record.instant?.time)
    }
}

/// How far a zone is ahead of UTC: `+02:00`, `-0530`, `Z`.
struct LogZone: ExpressibleByArgument {
    let offset: Duration

    init?(argument: String) {
        if ["Z", "UTC", "GMT", "+0"].contains(argument.uppercased()) {
            offset = .zero
            return
        }
        let digits = argument.dropFirst().filter { $0 != ":" }
        guard let sign = argument.first, sign == "+" || sign == "-", digits.utf8.count == 4,
            digits.utf8.allSatisfy(\.isDigit),
            let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours <= 14, minutes <= 59
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        offset = .seconds(sign == "-" ? -seconds : seconds)
    }
}
