import Screening
import Values

/// The stages asked about a message and what kept them from looking, details left out. Most messages share one.
struct Course: Hashable {
    /// A stage that was asked.
    struct Step: Hashable {
        let stage: String
        let phase: Phase
        /// Which omissions, by their place in the list.
        let omissions: [Int]
    }

    /// Why a stage did not look.
    struct Omission: Hashable {
        let stage: String
        let reason: String
    }

    var steps: [Step] = []
    var omissions: [Omission] = []

    /// The course of `judgement`.
    init(_ judgement: TransactionRecord.Judgement) {
        let skipped = judgement.notEvaluated
        omissions = skipped.map { Omission(stage: $0.stage, reason: $0.omission.reason) }
        steps = judgement.evaluations.map { evaluation in
            let places = evaluation.omissions.compactMap { omission in
                skipped.firstIndex { $0.stage == evaluation.stage && $0.omission == omission }
            }
            return Step(stage: evaluation.stage, phase: evaluation.phase, omissions: places)
        }
    }

    /// The course as JSON.
    var text: String {
        JSON.array([
            .array(
                steps.map { step in
                    .array(
                        [.string(step.stage), .string(step.phase.rawValue)] + step.omissions.map(JSON.integer))
                }),
            .array(omissions.map { .array([.string($0.stage), .string($0.reason)]) }),
        ]).text
    }

    /// Reads what `text` gave; nil when it is something else.
    init?(_ text: String) {
        guard let parts = JSON(stored: text)?.items, parts.count == 2, let steps = parts[0].items,
            let omissions = parts[1].items
        else { return nil }
        for step in steps {
            guard let cells = step.items, cells.count >= 2, let stage = cells[0].string,
                let phase = cells[1].string.flatMap(Phase.init(rawValue:))
            else { return nil }
            self.steps.append(Step(stage: stage, phase: phase, omissions: cells.dropFirst(2).compactMap(\.number)))
        }
        for omission in omissions {
            guard let cells = omission.items, cells.count == 2, let stage = cells[0].string,
                let reason = cells[1].string
            else { return nil }
            self.omissions.append(Omission(stage: stage, reason: reason))
        }
    }
}
