import Expressions
import Values

/// A message as rules see it.
public struct RuleRendering: Sendable {
    /// The text as people read it, a paragraph a line, the subject first.
    public let bodyLines: [Bytes]
    public let rawChunks: [Bytes]
    public let uris: [Bytes]
    /// `X-Spam-Relays-…`
    public let trustedRelays: String
    public let untrustedRelays: String
    public let internalRelays: String
    public let externalRelays: String
    public let envelopeFrom: Bytes?
}

extension RuleEngine {
    /// What rules see of `message`.
    public func rendering(of message: Bytes, worker: RuleWorker) -> RuleRendering {
        let view = view(message, worker)
        return RuleRendering(
            bodyLines: view.bodyLines, rawChunks: view.rawChunks, uris: view.uris.all.map { Bytes($0) },
            trustedRelays: view.relays.trustedText, untrustedRelays: view.relays.untrustedText,
            internalRelays: view.relays.internalText, externalRelays: view.relays.externalText,
            envelopeFrom: view.all("EnvelopeFrom").first.map { Bytes($0) })
    }

    /// A field of `message` as a rule that names it sees it: `Subject:raw`, `From:addr`, `ALL`.
    public func field(_ request: String, of message: Bytes, worker: RuleWorker) -> Bytes? {
        view(message, worker).joined(HeaderRequest(request))
    }

    /// Why the rule of that name hits `message`, or does not; nil where there is no such rule.
    public func explain(_ name: String, _ message: Bytes, at time: Timestamp, worker: RuleWorker) -> RuleExplanation? {
        guard let definition = rules.rule(name), let index = rules.rules.firstIndex(where: { $0.name == name }) else {
            return nil
        }
        let view = view(message, worker)
        var run = RuleRun(engine: self, message: view, worker: worker, time: time)
        run.all()
        var places: [RuleExplanation.Place] = []
        func look(_ expression: PerlExpression, _ place: String, _ subject: Bytes) {
            guard places.count < RuleEngine.placeLimit else { return }
            worker.matcher.eachRange(of: Expression(unchecked: expression), in: subject) { range in
                places.append(.init(place: place, offset: range.lowerBound, text: subject[range]))
                return places.count < RuleEngine.placeLimit
            }
        }
        var operands: [(name: String, value: Double)] = []
        switch definition.test {
        case .header(let test):
            if let expression = test.expression {
                look(expression, test.request, view.joined(HeaderRequest(test.request)) ?? Bytes(test.ifUnset ?? []))
            } else if let value = view.joined(HeaderRequest(test.request)) {
                places.append(.init(place: test.request, offset: 0, text: value))
            }
        case .body(let expression):
            for (number, line) in view.bodyLines.enumerated() {
                look(expression, number == 0 ? "subject" : "body line \(number)", line)
            }
            for line in view.invitationLines where definition.flags.readsInvitations {
                look(expression, "invitation", line)
            }
        case .rawBody(let expression):
            for (number, chunk) in view.rawChunks.enumerated() {
                look(expression, "raw body, piece \(number + 1)", chunk)
            }
        case .uri(let expression):
            for uri in view.uris.all { look(expression, "uri \(Bytes(uri).lossyString.prefix(200))", Bytes(uri)) }
        case .full(let expression): look(expression, "message", view.whole)
        case .mimeHeader(let test):
            for (number, part) in view.parts.enumerated() {
                guard let expression = test.expression else { continue }
                let value = RuleRun.value(of: HeaderRequest(test.request), in: part) ?? Bytes(test.ifUnset ?? [])
                look(expression, "\(test.request) of part \(number + 1)", value)
            }
        case .meta(let meta):
            for name in meta.names {
                let place = rules.rules.firstIndex { $0.name == name }
                operands.append((name, place.map { run.values[$0] } ?? 0))
            }
        case .uriDetail, .evaluation, .network: break
        }
        return RuleExplanation(
            name: name, count: run.counts[index], isGivenUp: run.givenUp.contains(index),
            isUndecided: run.undecided.contains(index), places: places,
            operands: operands, test: definition.test.text)
    }

    private static let placeLimit = 20
}

extension RuleTest {
    /// What is looked for, as its file says it.
    public var text: String {
        func pattern(_ expression: PerlExpression) -> String { "/\(Bytes(expression.pattern).lossyString)/" }
        switch self {
        case .body(let expression), .rawBody(let expression), .uri(let expression), .full(let expression):
            return pattern(expression)
        case .header(let test), .mimeHeader(let test):
            guard let expression = test.expression else { return "exists:\(test.request)" }
            return "\(test.request) \(test.isNegated ? "!~" : "=~") \(pattern(expression))"
        case .meta(let meta): return meta.source
        case .evaluation(let call):
            return "eval:\(call.function)(\(call.arguments.map { Bytes($0).lossyString }.joined(separator: ", ")))"
        case .uriDetail(let criteria):
            return criteria.map { "\($0.target.rawValue) \($0.isNegated ? "!~" : "=~") \(pattern($0.expression))" }
                .joined(separator: " ")
        case .network(let test): return test.arguments
        }
    }
}
