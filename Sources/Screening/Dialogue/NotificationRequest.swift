import SMTP

/// What a client wants to be told of the fate of its mail (RFC 3461 §4): parameters of MAIL and of RCPT, which whoever
/// passes the mail on passes on too.
public struct NotificationRequest: Sendable, Hashable {
    /// `RET` and `ENVID` of MAIL.
    public private(set) var sender = ESMTPParameters.none
    /// `NOTIFY` and `ORCPT` of those recipients that have them, by their places.
    public private(set) var recipients: [Int: ESMTPParameters] = [:]

    /// Nothing is asked for.
    public init() {}

    /// Notes what MAIL asks for.
    public mutating func note(sender parameters: ESMTPParameters) {
        sender = NotificationRequest.sender(of: parameters)
    }

    /// Notes what RCPT asks for the recipient at `place`.
    public mutating func note(_ parameters: ESMTPParameters, recipient place: Int) {
        let asked = NotificationRequest.recipient(of: parameters)
        if !asked.isEmpty { recipients[place] = asked }
    }

    /// Those of the parameters of MAIL that ask for notifications.
    public static func sender(of parameters: ESMTPParameters) -> ESMTPParameters { parameters.only(["RET", "ENVID"]) }

    /// Those of the parameters of RCPT that ask for notifications.
    public static func recipient(of parameters: ESMTPParameters) -> ESMTPParameters {
        parameters.only(["NOTIFY", "ORCPT"])
    }
}
