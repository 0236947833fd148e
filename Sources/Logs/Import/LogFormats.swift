/// The formats that can be read. To add one: a file with the type, and a line here.
public enum LogFormats {
    /// Their names, in the order of `all`.
    public static var names: [String] { all.map { $0.name } }

    /// All of them. Of two that are equally sure of a file, or that own a program, the first reads it.
    public static let all: [any LogFormat.Type] = [
        PostfixFormat.self, EximFormat.self, EximDebugFormat.self, SendmailFormat.self,
        // Servers, with dialogues of sessions or without.
        ExchangeProtocolFormat.self, ExchangeTrackingFormat.self, ExchangeMailboxFormat.self, MDaemonFormat.self,
        OpenSMTPDFormat.self, OpenSMTPDReportFormat.self, HarakaFormat.self, KumoMTAFormat.self,
        KumoMTATraceFormat.self, QmailFormat.self, ASSPFormat.self, DominoFormat.self, KerioFormat.self,
        OracleFormat.self,
        MailcowFormat.self, ZeekFormat.self, SwaksFormat.self,
        // Filters.
        RspamdFormat.self, SpamdFormat.self, AmavisFormat.self, MailScannerFormat.self, MilterFormat.self,
        // Logins.
        DovecotFormat.self, CyrusFormat.self, CourierFormat.self, WebmailFormat.self, PopServerFormat.self,
    ]
}
