extension FieldSuiteTests {
    /// Where we differ from flanker's lists on purpose.
    static let flankerDifferences = [
        "test@xn--example.com":
            "RFC 5322 knows no A-labels: the domain is a dot-atom. Whether it can be registered is not syntax."
    ]

    /// Where we differ from mail-parser's dates on purpose.
    static let dateDifferences = [
        " 4 8 15 16 23 42, 4 8 15 16 23 42, 4 8 15 16 23 42, ":
            "Six numbers without a colon or a name are no date: RFC 5322 §4.3 keeps both."
    ]

    private static let commentsInNames =
        "Comments are no part of a display name (RFC 5322 §3.2.2); one is shown only where there is no phrase."

    /// Where we differ from mail-parser's addresses on purpose.
    static let addressDifferences = [
        "Pete(A nice \n \\\n ) chap) <pete(his\n account)@silly\n .test(his host)>\n": commentsInNames,
        "Name (comment) =?utf-8?q?Doe?= <a@b.com>\n": commentsInNames,
        "A Group(Some people)\n        :Chris Jones <c@(Chris's host.)public.example>,\n            joe@example.org,\n"
            + "     John <jdoe@one.test> (my dear friend); (the end of the group)\n":
            commentsInNames + " A comment alone is no address either.",
        "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;\n":
            commentsInNames + " A comment alone is no address either.",
        "John Doe <jdoe@machine(comment).  example>\n":
            commentsInNames + " RFC 5322 §4.4: white space around dots is no part of the domain.",
        "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example\n":
            "RFC 5322 §4.4: the route is to be ignored, and white space around dots is no part of the domain.",
    ]
}
