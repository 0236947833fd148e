import Screening

extension Site {
    /// Whether the client is a relay of the site's own that hands on the mail of others: exempt as it is, its mail is
    /// not outgoing.
    func isRelayed(_ session: Session) -> Bool {
        guard session.authenticated.value == nil, let client = session.client.value else { return false }
        return isTrustedRelay(client)
    }
}
