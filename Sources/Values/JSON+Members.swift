extension JSON {
    /// The text; nil for other values.
    public var string: String? { if case .string(let text) = self { text } else { nil } }
    /// The whole number; nil for other values.
    public var number: Int? { if case .integer(let number) = self { number } else { nil } }
    /// Whether it is true; nil for what is neither true nor false.
    public var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// The items of an array; nil for other values.
    public var items: [JSON]? { if case .array(let items) = self { items } else { nil } }
    /// The members of an object; nil for other values.
    public var members: [String: JSON]? { if case .object(let members) = self { members } else { nil } }

    /// A number in thousandths, whole or not; nil for other values.
    public var inThousandths: Int? {
        switch self {
        case .integer(let number): number.multipliedReportingOverflow(by: 1000).overflow ? nil : number * 1000
        case .thousandths(let number): number
        default: nil
        }
    }
}
