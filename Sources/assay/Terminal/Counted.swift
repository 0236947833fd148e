/// Numbers of things in words.
enum Counted {
    /// `1 message`, `2 messages`.
    static func messages(_ count: Int) -> String { words(count, "message", "messages") }

    /// The count before the word for one thing, or for several.
    static func words(_ count: Int, _ one: String, _ several: String) -> String {
        "\(count) \(count == 1 ? one : several)"
    }
}
