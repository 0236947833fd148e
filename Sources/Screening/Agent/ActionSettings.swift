import Policy
import Values

/// Where and how long `assayd` keeps what is to be done about messages once their fate is settled: calls of web services,
/// notes, programs.
public struct ActionSettings: Sendable, Hashable {
    /// The folder; nil where nothing of the kind is done.
    public var folder: String?
    /// How many may wait.
    public var limit: Int
    /// How long each is tried.
    public var patience: Duration

    /// Reads the keys.
    init(from reader: inout PolicyReader) {
        folder =
            reader.optionalValue(
                "actions", expecting: "the absolute path of a folder",
                "The folder where web calls, notes and programs of rules wait until they are done; rules with such "
                    + "actions need it.", parse: { $0.hasPrefix("/") ? AgentSettings.folder($0) : nil })?.value
        limit = reader.integer(
            "actions_limit", default: 10_000, in: 1...1_000_000,
            "How many may wait; what comes on top is not done, and the log says so.")
        patience = reader.duration(
            "actions_keep", default: .seconds(2 * 86_400), in: .zero...(.seconds(30 * 86_400)),
            "How long each is tried before it is given up.")
    }
}
