/// The functions that rules call, by name.
enum EvaluationFunctions {
    static func named(_ name: String) -> EvaluationFunction? { table[name] }

    /// Those there are, in the order of their names.
    static var names: [String] { table.keys.sorted() }

    private static let table: [String: EvaluationFunction] = [
        headerFunctions, forgeryFunctions, relayFunctions, htmlFunctions, mimeFunctions, bodyFunctions,
        addressFunctions, freemailFunctions, uriFunctions, imageFunctions, deceptionFunctions,
    ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
}
