import SMTP
import Testing

@testable import Screening

@Suite struct ReplyTextTests {
    /// A policy's words, and what is sent when they refuse for now and for good: one text, the class from the verdict.
    @Test(arguments: [
        ("Not here", "450 4.7.1 Not here", "550 5.7.1 Not here"),
        ("550 5.7.1 Not here", "450 4.7.1 Not here", "550 5.7.1 Not here"),
        ("450 4.2.0 Come again", "450 4.2.0 Come again", "550 5.2.0 Come again"),
        ("554 Not here", "454 4.7.1 Not here", "554 5.7.1 Not here"),
        ("5.7.23 SPF says no", "450 4.7.23 SPF says no", "550 5.7.23 SPF says no"),
        ("554  5.7.1   Not here", "454 4.7.1 Not here", "554 5.7.1 Not here"),
        ("500 5.999.999 x", "451 4.999.999 x", "500 5.999.999 x"),
        // Digits that only one class has give way to its general ones.
        ("501 5.7.1 Forged", "451 4.7.1 Forged", "501 5.7.1 Forged"),
        ("451 4.1.8 Not now", "451 4.1.8 Not now", "550 5.1.8 Not now"),
        // What only looks like a code is text.
        ("55 reasons", "450 4.7.1 55 reasons", "550 5.7.1 55 reasons"),
        ("5.7 is too little", "450 4.7.1 5.7 is too little", "550 5.7.1 5.7 is too little"),
        (
            "see http://a.example/?q=1%20", "450 4.7.1 see http://a.example/?q=1%20",
            "550 5.7.1 see http://a.example/?q=1%20"
        ),
        ("5.7.1000 x", "450 4.7.1 5.7.1000 x", "550 5.7.1 5.7.1000 x"),
        (
            String(repeating: "a", count: 450), "450 4.7.1 " + String(repeating: "a", count: 450),
            "550 5.7.1 " + String(repeating: "a", count: 450)
        ),
    ])
    func goodTexts(_ text: String, _ deferred: String, _ rejected: String) throws {
        let reply = try #require(ReplyText(policyText: text))
        #expect(reply.reply(class: 4).description == deferred)
        #expect(reply.reply(class: 5).description == rejected)
    }

    @Test(arguments: [
        "", " ", "550", "550 ", "550 5.7.1", "5.7.1", "5.7.1 ", "250 Fine", "354 Go on", "650 What", "560 x", "599 x",
        "550 4.7.1 Which", "450 5.7.1 Which", "2.0.0 Fine", "550 2.0.0 Fine", "3.0.0 x", "N\u{F6}", "a\r\nb", "a\nb",
        "a\tb", "a\0", "550 5.7.1 a\r\n250 OK", String(repeating: "a", count: 451),
    ])
    func badTexts(_ text: String) {
        #expect(ReplyText(policyText: text) == nil)
    }
}
