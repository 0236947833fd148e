import ArgumentParser
import Values

/// The time between `--since` and `--until`.
enum TimeSpan {
    /// Throws where nothing can lie in it.
    static func validate(since: Timestamp?, until: Timestamp?) throws {
        guard let since, let until, since >= until else { return }
        throw ValidationError(
            "--since \(since.rfc3339) is not before --until \(until.rfc3339): nothing lies between them.")
    }
}
