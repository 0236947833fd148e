import Policy
import Screening
import Values

/// Clients that a stage has nothing against, whatever it would find: its allow list.
struct AllowedClients: Sendable {
    private let entries: [Placed<AddressPattern>]

    private static let expecting = "an address, a CIDR network, a range a-b, or an address with * and ?"

    /// Reads the keys `allow` and `allow_files`.
    init(from reader: inout PolicyReader) {
        let listed = reader.values(
            "allow", default: [], expecting: AllowedClients.expecting, "Clients that are not looked up.",
            parse: { AddressPattern($0) })
        entries =
            listed
            + reader.lists(
                "allow_files", expecting: AllowedClients.expecting,
                "Files of further such clients, one a line; # starts a comment.", parse: { AddressPattern($0) })
    }

    /// Why a client is not looked up; nil where it is.
    func reason(for client: IPAddress?) -> StageReport.Omission? {
        guard let client, let entry = entries.first(where: { $0.value.matches(client) }) else { return nil }
        return StageReport.Omission("client on the allow list", detail: entry.value.description)
    }
}
