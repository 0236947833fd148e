import Mail
import Policy
import Proxy
import Screening
import Values

/// The folder that messages are written to as a policy would have sent them on.
struct ChangedMessages {
    private let folder: String

    /// Makes the folder where it is not there. Nil for no folder.
    init?(folder: String?) throws {
        guard let folder else { return nil }
        try OutputFolder.make(folder)
        self.folder = folder
    }

    /// What makes the changes that `assayd` would make under `policy`. Signing takes a private key, which is for the host
    /// that has it: a replay tells of signatures and makes none.
    static func changes(under policy: ScreeningPolicy) -> @Sendable (Delivery) -> Bytes {
        let editor = MessageEditor(
            policy.agent, hostname: policy.agent.hostname ?? "localhost", program: "assay \(Assay.version)",
            required: policy.thresholds.first { $0.disposition == .tag }?.score.value)
        return { editor.edited($0) }
    }

    /// Writes the message of a record where stages had it changed; its name is its digest as it came.
    func write(_ record: TransactionRecord) throws {
        guard let changed = record.changed, let id = record.id else { return }
        let path = "\(folder)/\(id.drop { $0 != ":" }.dropFirst()).eml"
        var file = try FileOutput(path: path)
        file.append(changed.array)
        try file.flush()
        file.close()
    }
}
