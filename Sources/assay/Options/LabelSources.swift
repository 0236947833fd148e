import ArgumentParser
import Screening

/// What besides the user may label messages of an archive.
struct LabelSources: ExpressibleByArgument, CustomStringConvertible {
    let origins: Set<LabelVote.Origin>

    private static let choices: [LabelVote.Origin] = [.folder, .keyword, .flag, .verdict, .move]

    init?(argument: String) {
        let words = argument.split(separator: ",").map(String.init)
        if words == ["none"] {
            origins = []
            return
        }
        if words == ["all"] {
            origins = Set(LabelSources.choices)
            return
        }
        let found = words.compactMap { word in LabelSources.choices.first { $0.rawValue == word } }
        guard !words.isEmpty, found.count == words.count else { return nil }
        origins = Set(found)
    }

    var description: String {
        origins.isEmpty ? "none" : origins.map(\.rawValue).sorted().joined(separator: ",")
    }
}
