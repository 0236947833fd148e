import Cases
import Reports
import Screening
import Tuning
import Values

/// What a tuning came to, for people and for programs.
struct TuningReport {
    let tuning: PolicyTuning
    /// The case.
    let path: String
    let title: String
    let base: String
    let heads: [Int: CaseFile.MessageHead]
    let costRatio: Double
    let overlayFile: String?
    /// The part of the messages that it is about; nil is all.
    let group: String?

    init(
        _ tuning: PolicyTuning, path: String, run: Int, base: String, heads: [Int: CaseFile.MessageHead],
        costRatio: Double,
        overlayFile: String?, group: String? = nil
    ) {
        self.group = group
        (self.tuning, self.path, self.base, self.heads) = (tuning, path, base, heads)
        title = "\(path), run \(run)"
        (self.costRatio, self.overlayFile) = (costRatio, overlayFile)
    }

    /// Shares of ham for which the missed spam is told, to compare policies at equal mistakes.
    static let equalShares = [0.001, 0.01]

    /// A percentage with three decimals.
    static func percent(_ share: Double) -> String {
        JSON.decimal(thousandths: Int((share * 100_000).rounded())) + " %"
    }
}
