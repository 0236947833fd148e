/// The members of a JSON object for a reader that knows which there may be and of what type each has to be. A member
/// that is null counts as one that is not there.
public struct JSONFields: Sendable {
    /// What is wrong with a member.
    public enum Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// It is needed and not there.
        case missing(String)
        /// It is there and of another type than the one named.
        case wrongType(String, expected: String)

        /// `'name' must be a string`.
        public var description: String {
            switch self {
            case .missing(let name): "'\(name)' is missing"
            case .wrongType(let name, let expected): "'\(name)' must be \(expected)"
            }
        }
    }

    /// The members by name.
    public let members: [String: JSON]

    /// The members of `object`; nil when it is no object.
    public init?(_ object: JSON) {
        guard case .object(let members) = object else { return nil }
        self.members = members
    }

    /// A member of any type.
    public subscript(name: String) -> JSON? {
        switch members[name] {
        case nil, .null: nil
        case let value: value
        }
    }

    /// A string.
    public func text(_ name: String) throws(Fault) -> String? {
        switch members[name] {
        case .string(let text): return text
        case nil, .null: return nil
        default: throw .wrongType(name, expected: "a string")
        }
    }

    /// A whole number.
    public func number(_ name: String) throws(Fault) -> Int? {
        switch members[name] {
        case .integer(let number): return number
        case nil, .null: return nil
        default: throw .wrongType(name, expected: "a whole number")
        }
    }

    /// A number in thousandths, whole or not.
    public func thousandths(_ name: String) throws(Fault) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.inThousandths else { throw .wrongType(name, expected: "a number") }
        return number
    }

    /// True or false.
    public func flag(_ name: String) throws(Fault) -> Bool? {
        switch members[name] {
        case .bool(let flag): return flag
        case nil, .null: return nil
        default: throw .wrongType(name, expected: "true or false")
        }
    }

    /// A list of strings.
    public func texts(_ name: String) throws(Fault) -> [String]? {
        guard let value = self[name] else { return nil }
        guard case .array(let items) = value else { throw .wrongType(name, expected: "a list of strings") }
        var texts: [String] = []
        texts.reserveCapacity(items.count)
        for item in items {
            guard case .string(let text) = item else { throw .wrongType(name, expected: "a list of strings") }
            texts.append(text)
        }
        return texts
    }

    /// An object.
    public func fields(_ name: String) throws(Fault) -> JSONFields? {
        guard let value = self[name] else { return nil }
        guard let fields = JSONFields(value) else { throw .wrongType(name, expected: "an object") }
        return fields
    }

    /// A list of objects.
    public func objects(_ name: String) throws(Fault) -> [JSONFields]? {
        guard let value = self[name] else { return nil }
        guard case .array(let items) = value else { throw .wrongType(name, expected: "a list of objects") }
        var objects: [JSONFields] = []
        for item in items {
            guard let fields = JSONFields(item) else { throw .wrongType(name, expected: "a list of objects") }
            objects.append(fields)
        }
        return objects
    }

    /// A member that has to be there: `required("name", fields.text)`.
    @inlinable
    public func required<Value>(
        _ name: String, _ read: (String) throws(Fault) -> Value?
    ) throws(Fault) -> Value {
        guard let value = try read(name) else { throw .missing(name) }
        return value
    }
}
