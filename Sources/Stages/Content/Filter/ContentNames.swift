import Policy
import Values

/// What rules may speak of by name.
struct ContentNames: Sendable {
    let groups: [String: AddressGroup]
    let programs: [String: ContentProgram]
    let webhooks: [String: ContentWebhook]

    /// Takes over groups, programs and web services; a name that two of a kind have is a mistake.
    init(
        _ groups: [Placed<AddressGroup>], _ programs: [Placed<ContentProgram>], _ webhooks: [Placed<ContentWebhook>],
        in reader: inout PolicyReader
    ) {
        self.groups = ContentNames.table(groups, of: "group", by: \.name, in: &reader)
        self.programs = ContentNames.table(programs, of: "program", by: \.name, in: &reader)
        self.webhooks = ContentNames.table(webhooks, of: "web service", by: \.name, in: &reader)
    }

    /// The group of that name; nil, with the mistake noted, where there is none.
    func group(_ name: Placed<String>, _ reader: inout PolicyReader) -> AddressGroup? {
        if let known = groups[name.value] { return known }
        reader.reportUnknown("group", name.value, among: groups.keys.sorted(), at: name.place)
        return nil
    }

    /// The program of that name; nil, with the mistake noted, where there is none.
    func program(_ name: Placed<String>, _ reader: inout PolicyReader) -> ContentProgram? {
        if let known = programs[name.value] { return known }
        reader.reportUnknown("program", name.value, among: programs.keys.sorted(), at: name.place)
        return nil
    }

    /// The web service of that name; nil, with the mistake noted, where there is none.
    func webhook(_ name: Placed<String>, _ reader: inout PolicyReader) -> ContentWebhook? {
        if let known = webhooks[name.value] { return known }
        reader.reportUnknown("web service", name.value, among: webhooks.keys.sorted(), at: name.place)
        return nil
    }

    private static func table<Value>(
        _ values: [Placed<Value>], of kind: String, by name: (Value) -> String, in reader: inout PolicyReader
    ) -> [String: Value] {
        var table: [String: Value] = [:]
        for value in values where table.updateValue(value.value, forKey: name(value.value)) != nil {
            reader.report("there is a \(kind) '\(name(value.value))' already", at: value.place)
        }
        return table
    }
}
