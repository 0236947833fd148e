import Values

extension MIMETree {
    /// Why nothing within the part may be changed; nil when it may.
    ///
    /// What is signed or encrypted (RFC 1847, RFC 8551, RFC 3156) is one piece with all that it holds.
    public func protection(of part: MIMEPart) -> RewritingRefusal? {
        if part.container != nil { return .withinEncodedMessage }
        var place: Int? = part.index
        while let index = place {
            let type = parts[index].contentType
            switch type.mediaType {
            case "multipart/signed": return .signed
            case "multipart/encrypted": return .encrypted
            case "application/pkcs7-mime", "application/x-pkcs7-mime":
                return type.parameters["smime-type"]?.asciiLowercased == "signed-data" ? .signed : .encrypted
            default: break
            }
            place = parts[index].parent
        }
        return nil
    }

    /// The parts that together are the text a reader is shown first: one, or a plain and an HTML form of it
    /// (RFC 2046 §5.1.4).
    public var shownText: [MIMEPart] {
        var found: [MIMEPart] = []
        var open = [0]
        while let index = open.popLast() {
            let part = parts[index]
            if part.isLeaf {
                if !part.isAttachment, part.contentType.type == "text",
                    ["plain", "html"].contains(part.contentType.subtype)
                {
                    found.append(part)
                }
            } else if part.contentType.mediaType == "multipart/alternative" {
                open += part.children.reversed()
            } else if part.contentType.isMultipart, let first = part.children.first {
                // RFC 2387 §3.2: the root of a multipart/related is the first part unless `start` names another, which
                // nobody's mail does for its text.
                open.append(first)
            }
        }
        return found
    }
}
