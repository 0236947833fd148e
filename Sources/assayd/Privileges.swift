import Glibc
import Screening
import Values

/// Who the process runs as.
enum Privileges {
    /// Whether it may do everything.
    static var isRoot: Bool { geteuid() == 0 }

    /// Who the process is to become.
    struct Identity {
        let user: String
        let userID: uid_t
        let groupID: gid_t
    }

    /// Who the policy says that the process is to become; nil where it is to stay who it is. Throws when there is no
    /// such user or group.
    static func identity(_ operation: AgentSettings.Operation) throws(StartError) -> Identity? {
        guard let user = operation.user else { return nil }
        guard let entry = unsafe getpwnam(user) else {
            throw StartError(
                .policy, ["agent.user: there is no user \(user) on this host; useradd --system \(user) makes it"])
        }
        var group = unsafe entry.pointee.pw_gid
        let id = unsafe entry.pointee.pw_uid
        if let name = operation.group {
            guard let entry = unsafe getgrnam(name) else {
                throw StartError(.policy, ["agent.group: there is no group \(name) on this host"])
            }
            group = unsafe entry.pointee.gr_gid
        }
        return Identity(user: user, userID: id, groupID: group)
    }

    /// Becomes `identity` for good. Throws when that cannot be done, or could be undone.
    static func become(_ identity: Identity) throws(StartError) {
        if geteuid() == identity.userID, getuid() == identity.userID { return }
        guard isRoot else {
            throw StartError(.policy, ["agent.user is \(identity.user), and only root can become somebody else"])
        }
        // The groups first: without root they can no longer be given up.
        guard unsafe initgroups(identity.user, identity.groupID) == 0, setgid(identity.groupID) == 0,
            setuid(identity.userID) == 0
        else {
            throw StartError(
                .unavailable, unsafe ["cannot become \(identity.user): \(String(cString: strerror(errno)))"])
        }
        guard identity.userID != 0 else { return }
        guard setuid(0) != 0, geteuid() == identity.userID, getuid() == identity.userID, getegid() == identity.groupID
        else {
            throw StartError(.unavailable, ["became \(identity.user), and could become root again: not going on so"])
        }
    }
}
