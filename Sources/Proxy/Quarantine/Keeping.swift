/// How keeping a message aside ended.
public enum Keeping: Sendable, Hashable {
    /// It is on the disk under this id.
    case kept(id: String)
    /// The disk is full, or a quota used up; the text says where.
    case noRoom(String)
    /// It could not be kept, and why.
    case failed(String)
}
