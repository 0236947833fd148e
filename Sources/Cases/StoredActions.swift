import Mail
import Screening
import Values

extension Disclaimer {
    /// The disclaimer that the members of an effect tell; nil when they tell none.
    init?(told members: [String: JSON]) {
        guard let text = members["text"]?.string, let html = members["html"]?.string,
            let place = members["place"]?.string.flatMap(Disclaimer.Place.init(rawValue:))
        else { return nil }
        self.init(text: text, html: html, place: place)
    }
}
