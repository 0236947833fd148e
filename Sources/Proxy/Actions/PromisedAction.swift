import SMTP
import Screening
import Values

/// An action that has been promised and is still to be done, as it lies on the disk.
struct PromisedAction: Sendable {
    /// Its name among all.
    let id: String
    /// When it was promised.
    let time: Timestamp
    /// The session in which it was.
    let session: String
    /// What is to be done.
    let action: LaterAction

    /// The action as a line of JSON.
    var text: [UInt8] {
        let json = JSON.object([
            "id": .string(id), "time": .string(time.rfc3339), "session": .string(session),
            "action": .object(action.members),
        ])
        return Array(json.text.utf8) + [.lf]
    }

    init(id: String, time: Timestamp, session: String, action: LaterAction) {
        (self.id, self.time, self.session, self.action) = (id, time, session, action)
    }

    /// Reads an action; nil when it is none.
    init?(_ text: [UInt8]) {
        guard case .object(let members)? = try? JSON(reading: Bytes(text)),
            case .string(let id) = members["id"], case .string(let time) = members["time"],
            case .string(let session) = members["session"], case .object(let told) = members["action"],
            let time = Timestamp(rfc3339: time), let action = LaterAction(members: told)
        else { return nil }
        self.init(id: id, time: time, session: session, action: action)
    }
}
