import Authentication
import Mail
import Screening
import Values

/// What the host that received a message wrote into it about who sent it.
struct RecordedResults {
    /// The name it wrote under; nil where it gave none.
    let authservID: String?
    let results: [AuthenticationMethodResult]

    /// What stands in `fields`, the topmost first: the results of `authservID` where one is named, else those of one of
    /// `own`, else those of whoever wrote the topmost field. Nil where there are none.
    ///
    /// A host may write several fields, one a method; all that stand between the same two hops as the first are its.
    init?(_ fields: [RecordedField], authservID named: String?, own: String?) {
        let read = fields.filter { $0.name == AuthenticationResults.Form.plain.fieldName }.map { field in
            (field: field, results: AuthenticationResults.read(Bytes(field.value)).results)
        }
        var chosen = named.map { name in read.filter { $0.results.claims(name) } } ?? read
        if named == nil, let own {
            let ours = read.filter { $0.results.claims(own) }
            if !ours.isEmpty { chosen = ours }
        }
        let first = chosen.first
        var results =
            first.map { first in
                chosen.filter { $0.field.hops == first.field.hops && $0.results.claims(first.results.authservID) }
                    .flatMap(\.results.results)
            } ?? []
        var identifier = first?.results.authservID ?? ""
        if !results.contains(where: { $0.method == "spf" }),
            let spf = RecordedResults.spf(fields, receiver: named ?? (identifier.isEmpty ? own : identifier), first)
        {
            results.append(spf.result)
            if identifier.isEmpty { identifier = spf.receiver ?? "" }
        }
        guard !results.isEmpty else { return nil }
        self.authservID = identifier.isEmpty ? nil : identifier
        self.results = results
    }

    private typealias Read = (field: RecordedField, results: AuthenticationResults)

    /// The result in the topmost Received-SPF field: of the host where it is named there, else of whoever wrote it, but
    /// no earlier host's where the results of a later one are there.
    private static func spf(
        _ fields: [RecordedField], receiver: String?, _ first: Read?
    ) -> (result: AuthenticationMethodResult, receiver: String?)? {
        for field in fields where field.name == ReceivedSPF.fieldName {
            guard let spf = ReceivedSPFField(Bytes(field.value)) else { continue }
            if let first, first.field.hops != field.hops { continue }
            if first == nil, let receiver, let writer = spf.receiver,
                !AuthenticationResults(authservID: writer).claims(receiver)
            {
                continue
            }
            let isHelo = spf.identity == "helo"
            let address = isHelo ? spf.helo : spf.envelopeFrom
            var result = AuthenticationMethodResult("spf", spf.result.rawValue)
            if let address, !address.isEmpty {
                result.properties = [AuthenticationProperty("smtp", isHelo ? "helo" : "mailfrom", address)]
            }
            return (result, spf.receiver)
        }
        return nil
    }
}
