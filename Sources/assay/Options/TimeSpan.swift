import ArgumentParser
import Values

/// The time between `--since` and `--until`.
struct TimeSpan: ParsableArguments {
    @Option(help: ArgumentHelp("Leave out what is from before this time (RFC 3339, or a date).", valueName: "time"))
    var since: Timestamp?

    @Option(help: ArgumentHelp("Leave out what is from this time on (RFC 3339, or a date).", valueName: "time"))
    var until: Timestamp?

    /// Throws where nothing can lie in it.
    func validate() throws {
        guard let since, let until, since >= until else { return }
        throw ValidationError(
            "--since \(since.rfc3339) is not before --until \(until.rfc3339): nothing lies between them.")
    }

    /// All time.
    static var all: TimeSpan {
        var span = TimeSpan()
        (span.since, span.until) = (nil, nil)
        return span
    }

    /// Whether neither end is given.
    var isAll: Bool { since == nil && until == nil }

    /// Whether `time` lies in it; a time that is not known does.
    func contains(_ time: Timestamp?) -> Bool {
        guard let time else { return true }
        return since.map { time >= $0 } ?? true && until.map { time < $0 } ?? true
    }
}
