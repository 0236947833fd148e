import Values

/// What a capture held, for people.
struct CaptureCounts: Sendable {
    var packets = 0
    /// Packets that carry no TCP.
    var otherPackets = 0
    private var sessions = 0
    private var otherConnections = 0
    private var conflicts = 0
    private var strays = 0

    /// Counts a connection.
    mutating func add(_ connection: Connection) {
        conflicts += connection.conflicts
        strays += connection.strays
        if connection.dialogue.lines.isEmpty { otherConnections += 1 } else { sessions += 1 }
    }

    /// What is worth saying besides the sessions.
    var notes: [String] {
        var notes: [String] = []
        if sessions == 0 {
            notes.append(
                "no SMTP was found in \(packets) packets (\(otherConnections) other connections, "
                    + "\(otherPackets) packets without TCP)")
        }
        if conflicts > 0 {
            notes.append("\(conflicts) octets were sent again as others; those that came first were taken")
        }
        if strays > 0 {
            notes.append("\(strays) octets were never acknowledged by who was to get them, and were not taken")
        }
        return notes
    }
}
