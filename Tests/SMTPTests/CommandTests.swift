import SMTP
import Testing
import Values

@Suite struct CommandTests {
    /// A line and the command it is, written back in a plain form.
    @Test(arguments: [
        ("HELO a.example", "helo a.example"), ("ehlo [192.0.2.1]", "ehlo [192.0.2.1]"), ("EHLO a b", "ehlo a b"),
        ("MAIL FROM:<a@b.example>", "mail a@b.example"), ("MAIL FROM: <a@b.example>", "mail a@b.example"),
        ("mail from :<a@b.example>  ", "mail a@b.example"), ("MAIL\tFROM:\t<a@b.example>", "mail a@b.example"),
        ("MAIL FROM:<>", "mail "), ("MAIL FROM:<> SIZE=10 BODY=8BITMIME", "mail  SIZE=10 BODY=8BITMIME"),
        ("MAIL FROM:<a@b> size=10 smtputf8", "mail a@b SIZE=10 SMTPUTF8"),
        ("MAIL FROM:a@b.example", "mail unbracketed a@b.example"),
        ("MAIL FROM:<@r1,@r2:a@b>", "mail @r1,@r2:a@b"),
        (#"RCPT TO:<"a> b"@c.example> NOTIFY=NEVER"#, #"rcpt "a> b"@c.example NOTIFY=NEVER"#),
        (#"RCPT TO:<"a\">b"@c>"#, #"rcpt "a\">b"@c"#), ("RCPT TO:<Postmaster>", "rcpt Postmaster"),
        ("RCPT TO:<用户@例え.example>", "rcpt 用户@例え.example"),
        ("RCPT TO:<a@[IPv6:2001:db8::1]>", "rcpt a@[IPv6:2001:db8::1]"),
        ("DATA", "data"), ("data ", "data"), ("BDAT 10", "bdat 10"), ("BDAT 0 last", "bdat 0 last"),
        ("RSET", "rset"), ("NOOP", "noop"), ("NOOP x y", "noop x y"), ("QUIT", "quit"), ("VRFY a", "vrfy a"),
        ("EXPN l", "expn l"),
        ("HELP", "help"), ("HELP MAIL", "help MAIL"), ("STARTTLS", "starttls"), ("AUTH plain", "auth PLAIN"),
        ("AUTH SCRAM-SHA-256 =", "auth SCRAM-SHA-256 (secret)"), ("AUTH PLAIN AGEAYg==", "auth PLAIN (secret)"),
        ("XCLIENT ADDR=192.0.2.1 NAME=[UNAVAILABLE]", "xclient ADDR=192.0.2.1 NAME=[UNAVAILABLE]"),
        ("GET / HTTP/1.1", "unknown GET"), ("MAıL FROM:<>", "unknown MAıL"), ("RſET", "unknown RſET"),
        ("Received: x", "unknown RECEIVED:"),
    ])
    func wellFormed(line: String, expected: String) {
        switch SMTPCommand.parse(Bytes(line)) {
        case .success(let command): #expect(plain(command) == expected)
        case .failure(let error): Issue.record("\(line): \(error)")
        }
    }

    /// A line and the reply its fault deserves.
    @Test(arguments: [
        ("", "500 5.5.2"), (" HELO a", "500 5.5.2"), ("\u{1}", "500 5.5.2"), ("1234", "500 5.5.2"),
        ("NOOP a\u{0}b", "500 5.5.2"),
        ("HELO", "501 5.5.4"), ("EHLO  ", "501 5.5.4"), ("MAIL", "501 5.5.4"), ("MAIL <a@b>", "501 5.5.4"),
        ("MAIL FROM", "501 5.5.4"),
        ("MAIL TO:<a@b>", "501 5.5.4"), ("MAIL FROM:", "501 5.1.7"), ("MAIL FROM:<a@b", "501 5.1.7"),
        ("MAIL FROM:a@b>", "501 5.1.7"),
        ("MAIL FROM:<a b@c>", "501 5.1.7"), ("MAIL FROM:<<a@b>>", "501 5.1.7"), ("MAIL FROM:<a@b>SIZE=1", "501 5.1.7"),
        (#"MAIL FROM:<"a@b>"#, "501 5.1.7"), (#"MAIL FROM:<"a\"#, "501 5.1.7"), ("MAIL FROM:<@>", "501 5.1.7"),
        ("RCPT TO:<>", "501 5.1.3"),
        ("RCPT FROM:<a@b>", "501 5.5.4"), ("MAIL FROM:<a@b> SIZE=", "501 5.5.4"), ("MAIL FROM:<a@b> =1", "501 5.5.4"),
        ("MAIL FROM:<a@b> A=b=c", "501 5.5.4"), ("MAIL FROM:<a@b> SIZE=1 size=2", "501 5.5.4"),
        ("MAIL FROM:<a@b> ;x", "501 5.5.4"),
        ("DATA now", "501 5.5.4"), ("RSET x", "501 5.5.4"), ("QUIT x", "501 5.5.4"), ("STARTTLS x", "501 5.5.4"),
        ("BDAT", "501 5.5.4"), ("BDAT x", "501 5.5.4"), ("BDAT -1", "501 5.5.4"), ("BDAT 1 FIRST", "501 5.5.4"),
        ("BDAT 1 LAST x", "501 5.5.4"),
        ("BDAT 99999999999999999999999", "501 5.5.4"), ("VRFY", "501 5.5.4"), ("AUTH", "501 5.5.4"),
        ("AUTH PLAIN a*b", "501 5.5.4"),
        ("AUTH PLAIN a b", "501 5.5.4"), ("AUTH ABCDEFGHIJKLMNOPQRSTU", "501 5.5.4"),
    ])
    func faulty(line: String, expected: String) {
        switch SMTPCommand.parse(Bytes(line)) {
        case .success(let command): Issue.record("\(line): read as \(command)")
        case .failure(let error): #expect(error.reply.description.hasPrefix(expected + " "), "\(line)")
        }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        let result = SMTPCommand.parse(Bytes(Array("MAIL FROM:<".utf8) + [0xFC] + Array("@b>".utf8)))
        #expect(result == .failure(CommandSyntaxError(verb: nil, problem: .notUTF8)))
    }

    @Test func secretsAreNotPrinted() {
        let command = SMTPCommand.parse(Bytes("AUTH PLAIN c2VjcmV0"))
        var dumped = ""
        dump(command, to: &dumped)
        #expect(!"\(command)\(dumped)\(String(reflecting: command))".contains("c2VjcmV0"))
    }

    @Test func parametersKeepTheirOrderAndAreFoundInAnyCase() throws {
        let command = try SMTPCommand.parse(Bytes("MAIL FROM:<> Ret=HDRS size=7 envid=x+2By")).get()
        guard case .mail(let path, let parameters) = command else {
            Issue.record("\(command)")
            return
        }
        #expect(path.isNull)
        #expect(parameters.all.map(\.keyword) == ["RET", "SIZE", "ENVID"])
        #expect(parameters["Envid"] == "x+2By" && parameters.size == 7 && parameters.contains("ret"))
    }

    private func plain(_ command: SMTPCommand) -> String {
        func path(_ argument: PathArgument, _ parameters: ESMTPParameters) -> String {
            (argument.isBracketed ? "" : "unbracketed ") + argument.text
                + (parameters.isEmpty ? "" : " \(parameters)")
        }
        switch command {
        case .helo(let name): return "helo \(name)"
        case .ehlo(let name): return "ehlo \(name)"
        case .mail(let argument, let parameters): return "mail \(path(argument, parameters))"
        case .rcpt(let argument, let parameters): return "rcpt \(path(argument, parameters))"
        case .data: return "data"
        case .bdat(let size, let last): return "bdat \(size)\(last ? " last" : "")"
        case .rset: return "rset"
        case .noop(let text): return "noop" + (text.map { " \($0)" } ?? "")
        case .quit: return "quit"
        case .vrfy(let text): return "vrfy \(text)"
        case .expn(let text): return "expn \(text)"
        case .help(let text): return "help" + (text.map { " \($0)" } ?? "")
        case .starttls: return "starttls"
        case .auth(let mechanism, let initial): return "auth \(mechanism)" + (initial.map { " \($0)" } ?? "")
        case .xclient(let attributes): return "xclient \(attributes)"
        case .unknown(let verb): return "unknown \(verb)"
        }
    }
}
