import GRDB
import Screening
import Tuning

/// Reads what was found in a run from the profiles of its messages: a number a message.
struct ProfileReader {
    let db: Database
    let damage: CaseError
    let run: Int

    /// A row is one number: the message's, its profile's, and its label.
    private static let profileBits: Int64 = 30

    /// The findings; nil where the run has messages without a profile, as runs of older cases have.
    func findings() throws -> RunFindings? {
        guard try db.columns(in: "results").contains(where: { $0.name == "profile" }) else { return nil }
        let stored = try StoredKinds(db, damage: damage)
        let (kinds, places) = (stored.kinds, stored.places)
        // Numbers of profiles are dense: a table by number, filled where a message has it.
        let most = try Int.fetchOne(db, sql: "SELECT max(id) FROM profiles") ?? 0
        guard most < 1 << ProfileReader.profileBits else { return nil }
        var known = [Int32](repeating: -1, count: most + 1)
        var profiles: [FindingProfile] = []
        var byContent: [FindingProfile: Int32] = [:]
        let text = try db.makeStatement(sql: "SELECT key FROM profiles WHERE id = ?")
        var messages: [RunFindings.Message] = []
        let times = try Optional<Int64>.fetchCursor(
            db, sql: "SELECT time FROM results WHERE run = ? ORDER BY message", arguments: [run])
        let rows = try Int64.fetchCursor(
            db,
            sql: """
                SELECT (message << 32) | (ifnull(profile, 0) << 2)
                  | (CASE label WHEN 'ham' THEN 0 WHEN 'spam' THEN 1 ELSE 2 END)
                FROM results WHERE run = ? ORDER BY message
                """, arguments: [run])
        while let row = try rows.next() {
            let number = Int((row >> 2) & ((1 << ProfileReader.profileBits) - 1))
            guard number > 0 else { return nil }
            guard known.indices.contains(number), let label = RunFindings.Label(rawValue: UInt8(row & 3)) else {
                throw damage
            }
            if known[number] < 0 {
                guard let key = try String.fetchOne(text, arguments: [number]),
                    let profile = StoredProfile.read(key, place: { places[$0] })
                else { throw damage }
                // Sorts that differ in the form of their evidence alone are one, and so are profiles of them.
                let place = byContent[profile] ?? Int32(profiles.count)
                if byContent.updateValue(place, forKey: profile) == nil { profiles.append(profile) }
                known[number] = place
            }
            messages.append(
                RunFindings.Message(
                    number: Int(row >> 32), profile: known[number], label: label, time: try times.next() ?? nil))
        }
        return RunFindings(kinds: kinds, profiles: profiles, messages: messages)
    }
}
