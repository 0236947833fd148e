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

extension JSON {
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Int? { if case .integer(let number) = self { number } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var items: [JSON]? { if case .array(let items) = self { items } else { nil } }
    var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }

    /// A number in thousandths, whole or not.
    var inThousandths: Int? {
        switch self {
        case .integer(let number): number.multipliedReportingOverflow(by: 1000).overflow ? nil : number * 1000
        case .thousandths(let number): number
        default: nil
        }
    }
}
