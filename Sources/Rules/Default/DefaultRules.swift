/// The rules that come with the program: what a filter needs where no others are at hand.
public enum DefaultRules {
    /// The files in the order they are read.
    public static let files: [RuleFileReader.File] = [
        ("registries", PackageResources.registries_cf), ("lists", PackageResources.lists_cf),
        ("structure", PackageResources.structure_cf), ("sender", PackageResources.sender_cf),
        ("relays", PackageResources.relays_cf), ("html", PackageResources.html_cf),
        ("links", PackageResources.links_cf), ("attachments", PackageResources.attachments_cf),
        ("words", PackageResources.words_cf), ("wanted", PackageResources.wanted_cf),
        ("scores", PackageResources.scores_cf),
    ].map { RuleFileReader.File(name: "\(folder)/\($0.0).cf", contents: $0.1) }

    /// What stands for their folder where they are named.
    public static let folder = "default"
}
