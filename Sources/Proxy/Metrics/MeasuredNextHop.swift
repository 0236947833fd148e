import SMTP
import Screening

/// A next hop whose answers are counted.
struct MeasuredNextHop: NextHop {
    let hop: any NextHop
    let metrics: ServiceMetrics

    func greet(_ session: Session) async -> HopGreeting {
        let start = ContinuousClock.now
        let greeting = await hop.greet(session)
        switch greeting {
        case .ready: metrics.note(.greeting, SMTPReply(code: 250, text: ""), after: start.duration(to: .now))
        case .unavailable(let reply): metrics.note(.greeting, reply, after: start.duration(to: .now))
        }
        return greeting
    }

    func reply(to request: HopRequest) async -> SMTPReply? {
        let start = ContinuousClock.now
        let reply = await hop.reply(to: request)
        let command: ServiceMetrics.HopCommand? =
            switch request {
            case .auth, .authResponse: .auth
            case .mail: .mail
            case .rcpt: .rcpt
            case .message: .message
            case .reset: .reset
            case .quit: nil
            }
        if case .message(let delivery) = request, delivery.disposition == .quarantine, reply?.isPositive == false {
            metrics.note(.quarantine)
        }
        if let command { metrics.note(command, reply, after: start.duration(to: .now)) }
        return reply
    }
}
