import Values

/// What rule files say, read and put in order, nothing of it compiled.
public struct RuleSet: Sendable {
    /// The rules by name, in the order of their names.
    public internal(set) var rules: [RuleDefinition]
    public var settings: RuleSettings
    /// What could not be used, in the order the files were read.
    public internal(set) var problems: [RuleFileProblem]
    /// What is used and yet may not be meant, in the order of files and lines: names of rules that there are none of.
    public internal(set) var warnings: [RuleFileProblem] = []
    /// Why a rule that the files define is not there, by its name.
    public internal(set) var failures: [String: RuleFileProblem] = [:]
    /// How many problems there were beyond those kept.
    public internal(set) var furtherProblemCount = 0
    /// The files that were read, in that order.
    public internal(set) var files: [String]
    /// The digest input of all that was read: its bytes decide whether something compiled from it still holds.
    public internal(set) var contents: [[UInt8]] = []

    /// The rule of that name.
    public func rule(_ name: String) -> RuleDefinition? {
        var (low, high) = (0, rules.count)
        while low < high {
            let middle = (low + high) / 2
            if rules[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < rules.count && rules[low].name == name ? rules[low] : nil
    }
}
