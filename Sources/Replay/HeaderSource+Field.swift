import Mail
import Screening

extension HeaderSource {
    /// The source that is `field`, the `ordinal`th of its name.
    init(_ field: HeaderField, ordinal: Int = 0, note: String? = nil) {
        self.init(field: field.name, ordinal: ordinal, range: field.range, note: note)
    }
}
