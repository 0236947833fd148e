import GRDB
import Screening
import Tuning

/// The sorts of findings that a case has, and the place of each by its number: those that differ in the form of their
/// evidence alone are one.
struct StoredKinds {
    private(set) var kinds: [FindingKind] = []
    private(set) var places: [Int: Int32] = [:]

    /// Reads those that `condition`, SQL about rows of the table, takes. Throws `damage` where a row cannot be read.
    init(_ db: Database, where condition: String = "1", arguments: StatementArguments = [], damage: CaseError) throws {
        var known: [FindingKind: Int32] = [:]
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, stage, checkpoint, symbol, scope FROM kinds WHERE \(condition) ORDER BY id",
            arguments: arguments)
        for row in rows {
            guard let id = row.number(0), let stage = row.text(1),
                let phase = row.text(2).flatMap(Phase.init(rawValue:)), let symbol = row.text(3),
                let scope = row.text(4).flatMap({ Finding.Scope(words: $0) })
            else { throw damage }
            let kind = FindingKind(stage: stage, phase: phase, symbol: Symbol(symbol), scope: scope)
            let place = known[kind] ?? Int32(kinds.count)
            if known.updateValue(place, forKey: kind) == nil { kinds.append(kind) }
            places[id] = place
        }
    }
}
