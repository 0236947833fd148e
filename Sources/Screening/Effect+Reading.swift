import Mail
import Values

extension Effect {
    /// The effect that `members` tell, as `json` has them; nil when they tell none.
    public init?(members: [String: JSON]) {
        switch members["effect"] {
        case "delay-reply":
            guard let delay = members["seconds"]?.inThousandths else { return nil }
            self = .delayReply(.milliseconds(delay))
        case "limit-rate":
            guard let rate = members["bytes_per_second"]?.number else { return nil }
            self = .limitRate(bytesPerSecond: rate)
        case "share-rate":
            guard let name = members["name"]?.string, let rate = members["bytes_per_second"]?.number else { return nil }
            self = .shareRate(name: name, bytesPerSecond: rate)
        case "add-header":
            guard let name = members["name"]?.string, let value = members["value"]?.string else { return nil }
            self = .addHeader(name: name, value: value)
        case "remove-header":
            guard let name = members["name"]?.string,
                let span = members["span"]?.items?.compactMap(\.number), span.count == 2, span[0] <= span[1]
            else { return nil }
            self = .removeHeader(name: name, span: span[0]..<span[1])
        case "sign-dkim":
            guard let domain = members["domain"]?.string, let selector = members["selector"]?.string else { return nil }
            self = .signDKIM(domain: domain, selector: selector)
        case "seal-arc":
            guard let domain = members["domain"]?.string, let selector = members["selector"]?.string,
                let results = members["results"]?.string, let chain = members["chain"]?.string
            else { return nil }
            self = .sealARC(domain: domain, selector: selector, results: results, chain: chain)
        case "rewrite-reverse-path":
            guard let path = members["reverse_path"]?.string else { return nil }
            self = .rewriteReversePath(path)
        case "rewrite-recipient":
            guard let recipient = members["recipient"]?.string, let replacement = members["replacement"]?.string
            else { return nil }
            self = .rewriteRecipient(recipient: recipient, replacement: replacement)
        case "add-disclaimer":
            guard let disclaimer = Disclaimer(members: members) else { return nil }
            self = .editContent(.disclaimer(disclaimer))
        case "enclose":
            guard let disclaimer = Disclaimer(members: members) else { return nil }
            self = .editContent(.enclose(disclaimer))
        case "write-header":
            guard let name = members["name"]?.string, let text = members["text"]?.string else { return nil }
            let span = members["span"]?.items?.compactMap(\.number) ?? []
            let isSpan = span.count == 2 && span[0] <= span[1]
            self = .writeHeader(name: name, text: text, replacing: isSpan ? span[0]..<span[1] : nil)
        case "webhook", "note", "run":
            guard let action = LaterAction(members: members) else { return nil }
            self = .later(action)
        case "take-out", "rewrite-part":
            guard let edit = ContentEdit(ofPart: members) else { return nil }
            self = .editContent(edit)
        case "copy":
            guard let address = members["to"]?.string else { return nil }
            self = .copy(to: address)
        case "redirect":
            guard let address = members["to"]?.string else { return nil }
            self = .redirect(to: address)
        case "withhold-tls":
            guard let reason = members["reason"]?.string else { return nil }
            self = .withholdTLS(reason: reason)
        case "count-as":
            guard let exemption = members["as"]?.string.flatMap(Exemption.init(rawValue:)),
                let reason = members["reason"]?.string
            else { return nil }
            self = .countAs(exemption, because: StageReport.Omission(reason))
        case "exempt":
            guard let stages = members["stages"]?.items, let reason = members["reason"]?.string else { return nil }
            self = .exempt(stages: stages.compactMap(\.string), reason: reason)
        default: return nil
        }
    }
}

extension ContentEdit {
    /// The change to one part that `members` tell.
    fileprivate init?(ofPart members: [String: JSON]) {
        guard let path = members["part"]?.string, let span = members["span"]?.items?.compactMap(\.number),
            span.count == 2, span[0] <= span[1]
        else { return nil }
        if members["effect"] == "take-out" {
            guard let note = members["note"]?.string else { return nil }
            self = .takeOut(path: path, span: span[0]..<span[1], note: note, isKept: members["keep"]?.flag ?? false)
        } else {
            guard let content = members["content"]?.string.flatMap({ Base64.decode($0.utf8) }) else { return nil }
            self = .rewrite(path: path, span: span[0]..<span[1], content: Bytes(content))
        }
    }
}

extension Disclaimer {
    fileprivate init?(members: [String: JSON]) {
        guard let text = members["text"]?.string, let html = members["html"]?.string,
            let place = members["place"]?.string.flatMap(Disclaimer.Place.init(rawValue:))
        else { return nil }
        self.init(text: text, html: html, place: place)
    }
}
