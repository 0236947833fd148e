import Foundation
import Values

/// JSON read back from a case.
struct StoredJSON: Decodable {
    let json: JSON

    /// Reads `text`; nil when it is no JSON.
    static func read(_ text: String) -> JSON? {
        (try? JSONDecoder().decode(StoredJSON.self, from: Data(text.utf8)))?.json
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Key.self) {
            var object: [String: JSON] = [:]
            for key in members.allKeys {
                object[key.stringValue] = try members.decode(StoredJSON.self, forKey: key).json
            }
            json = .object(object)
            return
        }
        if var items = try? decoder.unkeyedContainer() {
            var array: [JSON] = []
            while !items.isAtEnd { array.append(try items.decode(StoredJSON.self).json) }
            json = .array(array)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            json = .null
        } else if let flag = try? single.decode(Bool.self) {
            json = .bool(flag)
        } else if let number = try? single.decode(Int.self) {
            json = .integer(number)
        } else if let number = try? single.decode(Double.self) {
            guard let thousandths = Int(exactly: (number * 1000).rounded()) else {
                throw DecodingError.dataCorruptedError(in: single, debugDescription: "too large")
            }
            json = .thousandths(thousandths)
        } else {
            json = .string(try single.decode(String.self))
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}
