import DNS
import Mail
import Policy
import Screening
import Values

extension TLSStage {
    /// Why TLS is required.
    struct Requirement: Sendable {
        /// What it is about: `client`, `sender`, `listener`, `everybody`.
        let of: String
        let entry: String
        let place: PolicyPlace
        let matched: String?
        let needsCertificate: Bool

        var evidence: Evidence {
            var evidence: Evidence = ["required_of": .text(of), "entry": .text(entry)]
            evidence.add("matched", matched.map(EvidenceValue.text))
            evidence.add("listed_at", .text(place.description))
            return evidence
        }
    }

    /// What is known of the protection of a session's mail.
    enum Protection {
        case secured(TLSParameters)
        /// None; the transmission type that says so, where a Received field does.
        case plain(String?)
        case unknown
    }

    /// What is known by MAIL: a session that was seen tells by itself, an archived message by the field of its hop.
    static func protection(_ session: Session) -> Protection {
        if let tls = session.tls.value { return .secured(tls) }
        switch (session.helo, session.client) {
        case (.observed, _), (_, .observed): return .plain(nil)
        default: break
        }
        // RFC 3848: ESMTP says that there was neither TLS nor AUTH.
        return session.transmission.value.map { .plain($0) } ?? .unknown
    }

    /// What requires TLS of the client itself. Names in lists hold for any name the client goes by, confirmed or not:
    /// whoever claims one has to live up to it. `omission` says why names could not be looked up, where that matters.
    func requirement(
        of session: Session, isExempt: Bool, dns: any DNSView
    ) async -> (Requirement?, omission: StageReport.Omission?) {
        var names = session.helo.value.map { [HostName.canonical($0)] } ?? []
        var omission: StageReport.Omission?
        if settings.clients.namesHosts || settings.certified.namesHosts {
            let known = await ClientNames.look(up: session, dns: dns)
            names += known.names.map(\.text)
            omission = known.omission
        }
        let client = session.client.value
        if let hit = settings.certified.hit(address: client, names: names) {
            return (Requirement(of: "client", hit, needsCertificate: true), nil)
        }
        if let hit = settings.clients.hit(address: client, names: names) {
            return (Requirement(of: "client", hit, needsCertificate: false), nil)
        }
        if isExempt { return (nil, omission) }
        if let listener = settings.listeners.first(where: { $0.value.matches(session) }) {
            return (
                Requirement(
                    of: "listener", entry: listener.value.text, place: listener.place, matched: nil,
                    needsCertificate: false), nil
            )
        }
        if let place = settings.everybody {
            return (
                Requirement(
                    of: "everybody", entry: "required", place: place, matched: nil, needsCertificate: false), nil
            )
        }
        return (nil, omission)
    }

    /// What requires TLS for this path's domain; nil when nothing does.
    static func requirement(of kind: String, _ path: SMTPPath?, among domains: HostIndex) -> Requirement? {
        guard let path, let domain = path.domain else { return nil }
        return domains.first(for: HostName.canonical(domain)).map {
            Requirement(
                of: kind, entry: $0.value.text, place: $0.place, matched: domain, needsCertificate: false)
        }
    }

    /// What is missing in the TLS there is; nil when it is enough. `unknown` when the version was not recorded.
    func shortcoming(
        of tls: TLSParameters, for requirement: Requirement
    ) -> (text: String?, omission: StageReport.Omission?) {
        if requirement.needsCertificate {
            guard let certificate = tls.certificate else { return ("no client certificate", nil) }
            if !certificate.isVerified { return ("the client's certificate is not valid", nil) }
        }
        guard let version = TLSStage.version(of: tls) else { return (nil, .init("TLS version not known")) }
        return version < settings.minimum ? ("\(version.text) is older than \(settings.minimum.text)", nil) : (nil, nil)
    }

    /// The version, as written or as the cipher suite tells.
    static func version(of tls: TLSParameters) -> TLSProtocolVersion? {
        tls.version.flatMap { TLSProtocolVersion(written: $0) } ?? tls.cipher.flatMap { CipherSuite($0).oldestVersion }
    }
}

extension TLSStage.Requirement {
    init(of kind: String, _ hit: ClientList.Hit, needsCertificate: Bool) {
        self.init(
            of: kind, entry: hit.entry, place: hit.place, matched: hit.matched, needsCertificate: needsCertificate)
    }
}
