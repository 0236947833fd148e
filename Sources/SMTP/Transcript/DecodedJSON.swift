import Values

/// A JSON value of any shape, read into the form in which it is written again. Numbers keep three decimals.
public struct DecodedJSON: Decodable, Sendable {
    /// The value.
    public let value: JSON

    public init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: TranscriptFields.Key.self) {
            var object: [String: JSON] = [:]
            for key in members.allKeys {
                object[key.stringValue] = try members.decode(DecodedJSON.self, forKey: key).value
            }
            value = .object(object)
            return
        }
        if var items = try? decoder.unkeyedContainer() {
            var array: [JSON] = []
            while !items.isAtEnd { array.append(try items.decode(DecodedJSON.self).value) }
            value = .array(array)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            value = .null
        } else if let bool = try? single.decode(Bool.self) {
            value = .bool(bool)
        } else if let integer = try? single.decode(Int.self) {
            value = .integer(integer)
        } else if let number = try? single.decode(Double.self) {
            guard number.magnitude < 1e15 else {
                throw TranscriptFields.Fault(message: "a number is out of range")
            }
            value = .thousandths(Int((number * 1000).rounded()))
        } else {
            value = .string(try single.decode(String.self))
        }
    }
}
