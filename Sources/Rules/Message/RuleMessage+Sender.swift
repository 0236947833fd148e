import Values

/// The envelope's sender.
extension RuleMessage {
    func firstAddress(_ field: String) -> [UInt8]? { all("\(field):first:addr").first }

    func findEnvelopeFrom() -> [UInt8]? {
        if let field = settings.envelopeSenderField {
            guard let address = firstAddress(field), address.isEmpty || (address.firstIndex(of: .at) ?? 0) > 0 else {
                return nil
            }
            return address
        }
        if let sender = (relays.untrusted.first ?? relays.trusted.last)?.envelopeFrom,
            sender.isEmpty || (sender.utf8.contains(.at) && !sender.hasPrefix("@"))
        {
            return Array(sender.utf8)
        }
        if let sender = firstAddress("X-Sender"), sender.contains(.at),
            header.all("received").contains(where: {
                Bytes($0.value).withSpan { $0.firstIndex(of: "(fetchmail") } != nil
            })
        {
            return nil
        }
        if let sender = firstAddress("X-Envelope-From") { return follows("received", "x-envelope-from") ? nil : sender }
        for name in ["Envelope-Sender", "Return-Path"] {
            if let sender = firstAddress(name), !follows("received", name.lowercased()) { return sender }
        }
        return nil
    }

    /// Whether a field of the second name comes after one of the first.
    func follows(_ first: String, _ second: String) -> Bool {
        var isAfter = false
        for field in header.fields {
            let key = String(decoding: field.name.map(\.lowercased), as: UTF8.self)
            if key == first { isAfter = true } else if isAfter, key == second { return true }
        }
        return false
    }
}
