import Policy
import Values

/// What of the mail that assayd judges is learned by its own verdict.
public struct AutoLearnSettings: Sendable, Hashable {
    /// The model that is learned into; nil for no learning.
    public let model: String?
    /// The highest score, without what was learned before, of a message that is learned as ham; in thousandths.
    public let hamUpTo: Int
    /// The lowest score, without what was learned before, of a message that is learned as spam; in thousandths.
    public let spamFrom: Int
    /// How many symbols must speak for spam.
    public let witnesses: Int
    /// Whether ham must come from a domain that vouches for it.
    public let needsAuthentication: Bool
    /// The most messages of a kind that are learned in an hour.
    public let mostPerHour: Int
    /// How many times as many messages of one kind may be learned as of the other.
    public let ratio: Int
    /// How often a new model is made of what was learned.
    public let interval: Duration

    init(from reader: inout PolicyReader) {
        model =
            reader.optionalValue(
                "model", expecting: "the absolute path of a model",
                "The model that is learned into, as a rule that of the stage bayes; assay learn refit makes an empty one.",
                parse: { $0.hasPrefix("/") && !$0.utf8.contains(0) ? $0 : nil })?.value
        hamUpTo =
            reader.score(
                "ham_up_to", default: 0, "The highest score, what bayes says left out, of what is learned as ham."
            ).value
        spamFrom =
            reader.score(
                "spam_from", default: 12_000,
                "The lowest score, what bayes says left out, of what is learned as spam. Mail to spam traps is, whatever "
                    + "its score."
            ).value
        witnesses = reader.integer(
            "witnesses", default: 3, in: 1...100, "How many symbols must speak for spam, for it to be learned.")
        needsAuthentication = reader.flag(
            "authenticated_ham", default: true,
            "Whether ham is learned only with a DMARC pass or of authenticated users.")
        mostPerHour = reader.integer(
            "most_per_hour", default: 100, in: 1...100_000, "The most messages of a kind learned in an hour.")
        ratio = reader.integer(
            "ratio", default: 4, in: 1...1000,
            "How many times as many messages of one kind may be learned as of the other, beyond the first 1000.")
        interval = reader.duration(
            "interval", default: .seconds(3600), in: .seconds(10)...(.seconds(86_400 * 7)),
            "How often a new model is made of what was learned.")
    }
}
