import SMTP
import Screening

/// A mail server behind the one under test, as the section `[next-hop]` of a case has it: `auth PLAIN LOGIN` names what
/// it offers, `user ann@company.example` an account whose every password is right, and `unknown bob@company.example` a
/// recipient that it does not know.
struct ScriptedHop: NextHop {
    private var mechanisms: [String] = []
    private var users: Set<String> = []
    private var unknown: Set<String> = []

    init(_ lines: [String]) {
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            switch words.first {
            case "auth": mechanisms += words.dropFirst()
            case "user": users.formUnion(words.dropFirst())
            case "unknown": unknown.formUnion(words.dropFirst())
            default: break
            }
        }
    }

    func greet(_ session: Session) async -> HopGreeting {
        let offers =
            ["8BITMIME", "SMTPUTF8", "DSN"] + (mechanisms.isEmpty ? [] : ["AUTH \(mechanisms.joined(separator: " "))"])
        return .ready(PeerExtensions(SMTPReply(code: 250, lines: ["next.example"] + offers)))
    }

    func reply(to request: HopRequest) async -> SMTPReply? {
        switch request {
        case .auth(let mechanism, let initial):
            // RFC 4954 §6.
            let name = SASLIdentity(mechanism: mechanism, initial: initial).name
            guard mechanisms.contains(mechanism) else { return nil }
            return name.map(users.contains) ?? false
                ? SMTPReply(code: 235, enhanced: EnhancedStatus(class: 2, subject: 7, detail: 0), text: "welcome")
                : SMTPReply(
                    code: 535, enhanced: EnhancedStatus(class: 5, subject: 7, detail: 8), text: "wrong password")
        case .rcpt(let path, _) where unknown.contains(path):
            return SMTPReply(code: 550, enhanced: EnhancedStatus(class: 5, subject: 1, detail: 1), text: "no such user")
        case .authResponse, .mail, .rcpt, .message, .reset, .quit: return nil
        }
    }
}
