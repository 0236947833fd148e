import Values

/// Finds where something can be put into an HTML document so that it is shown at its top or bottom.
enum HTMLPlaces {
    /// The offset: behind the start tag of the body or before its end tag, where there are such; else at the edge. Tags in
    /// comments and scripts are none.
    static func offset(of place: Disclaimer.Place, in document: Bytes) -> Int {
        var tokens = HTMLTokenizer(document.array)
        var bodyEnd: Int?
        var documentEnd: Int?
        while let token = tokens.next() {
            switch token {
            case .startTag(let tag) where tag.name == "body" && place == .top: return tokens.position
            // What follows an early end tag is shown too: the last one counts.
            case .endTag("body"): bodyEnd = tokens.tagStart
            case .endTag("html"): documentEnd = tokens.tagStart
            case .startTag, .endTag, .text, .rawText: break
            }
        }
        switch place {
        case .top: return document.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        case .bottom: return bodyEnd ?? documentEnd ?? document.count
        }
    }
}
