/// The labels of a list whose messages did not turn up: most likely it is the list of another archive.
struct UnusedLabels {
    private let file: String?
    private let total: Int
    private var ids: Set<String>

    /// All labels of the list in `file`, none of which was used yet.
    init(file: String?, labels: [String: String]) {
        self.file = file
        total = labels.count
        ids = Set(labels.keys)
    }

    /// The message with this id has turned up.
    mutating func note(_ id: String?) {
        if let id { ids.remove(id) }
    }

    /// What to tell of them; nil when there are none.
    var note: String? {
        if let file, total == 0 { return "\(file): no label is in it" }
        guard let file, let first = ids.min() else { return nil }
        return
            "\(file): \(ids.count) of \(total) labels are for messages that are in none of the archives, such as \(first)"
    }
}
