import Values

/// A value of a policy that may be well-formed and yet not do what somebody meant by it.
public protocol PolicyPitfall {
    /// Why `text`, which reads as such a value, can match nothing, or not what it seems to; nil where nothing is odd.
    static func pitfall(of text: String) -> String?
}

extension PolicyReader {
    /// What is no mistake and yet can have no effect, or not the one it seems to have, sorted by place, each once.
    public var warnings: [PolicyDiagnostic] {
        var result: [PolicyDiagnostic] = []
        for remark in remarks.sorted() where remark != result.last { result.append(remark) }
        return result
    }

    /// Notes something that is no mistake and can yet have no effect, or not the one it seems to have.
    public mutating func warn(_ message: String, at place: PolicyPlace) {
        // What nobody wrote is nobody's to mend.
        guard !place.isBuiltIn, remarks.count < PolicyDocument.maximumDiagnostics else { return }
        remarks.append(PolicyDiagnostic(place: place, message: message))
    }

    /// Notes that the duration of a key is longer than that of another, which holds.
    public mutating func warn(of key: String, _ duration: Duration, beyond maximum: String, _ limit: Duration) {
        guard duration > limit else { return }
        warn(
            "'\(key)' is longer than '\(maximum)', \(DurationText.render(limit)), which holds",
            at: place(ofFirst: key, maximum))
    }

    /// Notes what is odd about `text`, which was read as a `V`.
    mutating func warn<V>(of text: String, readAs type: V.Type, at place: PolicyPlace) {
        guard let type = type as? any PolicyPitfall.Type, let pitfall = type.pitfall(of: text) else { return }
        warn("\(excerpt(text)) \(pitfall)", at: place)
    }
}

extension IPNetwork: PolicyPitfall {
    /// Host bits are taken for a slip: whoever means one address writes no length.
    public static func pitfall(of text: String) -> String? {
        guard let network = IPNetwork(text),
            let slash = text.firstIndex(of: "/"), let address = IPAddress(text[..<slash]), address != network.address
        else { return nil }
        return "has bits beyond its \(network.prefixLength); it stands for all of \(network)"
    }
}
