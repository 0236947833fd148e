import Screening
import Values

extension Effect {
    /// The effect that `json` tells; nil when it is none.
    init?(told json: String) {
        guard let members = JSON(stored: json)?.members else { return nil }
        self.init(members: members)
    }
}
