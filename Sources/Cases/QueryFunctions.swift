import GRDB
import Values

/// What queries can say that SQL has no words for.
enum QueryFunctions {
    /// `in_network(address, network)`: whether the address lies in the network; null where one of them is none.
    static let isInNetwork = DatabaseFunction("in_network", argumentCount: 2, pure: true) { values in
        guard let address = String.fromDatabaseValue(values[0]).flatMap({ IPAddress($0) }),
            let network = String.fromDatabaseValue(values[1]).flatMap({ IPNetwork($0) })
        else { return nil }
        return network.contains(address)
    }

    /// `contains(text, part)`: whether the part occurs in the text, whatever its case in any script.
    static let contains = DatabaseFunction("contains", argumentCount: 2, pure: true) { values in
        guard let text = String.fromDatabaseValue(values[0]), let part = String.fromDatabaseValue(values[1]) else {
            return nil
        }
        return text.lowercased().contains(part.lowercased())
    }
}
