import DNS
import Policy
import Screening

/// What the entries of all lists in the DNS have alike.
extension PolicyReader {
    /// The words of a refusal on a listing, and whether it goes on with the list's own.
    mutating func listingReply() -> (reply: ReplyText?, repliesWithText: Bool) {
        let reply = optionalValue(
            "reply", expecting: "a text of printable ASCII, codes (if any) of class 4 or 5 first",
            "The words of a refusal.", parse: ReplyText.init(policyText:))
        let repliesWithText = flag(
            "reply_from_txt", default: false, "Whether a refusal goes on with the list's own reasons.")
        return (reply?.value, repliesWithText)
    }

    /// The return codes that count, of which `summary` tells, and those by which a list refuses to answer: `refusals`
    /// besides the usual ones, unless the entry says otherwise.
    mutating func returnCodes(
        expecting: String, _ summary: String, refusals: [String] = []
    ) -> (codes: [DNSListCode], refusals: [DNSListCode]) {
        let codes = values("codes", default: [], expecting: expecting, summary, parse: { DNSListCode($0) })
        let refusing = values(
            "refusals", default: DNSList.refusals.map(\.description) + refusals, expecting: expecting,
            "Return codes by which the list refuses to answer.", parse: { DNSListCode($0) })
        for code in codes where !code.value.isReturnCode {
            warn(
                "'\(code.value)' matches no return code, which lie in 127.0.0.0/8 (RFC 5782 section 2.3)",
                at: code.place)
        }
        return (codes.map(\.value), refusing.map(\.value))
    }

    /// Notes an action or weights, each with its key, that do not go with what a listing says.
    mutating func reportMistakes(
        in kind: DNSBlocklist.Zone.Kind, action: Placed<Action>, weights: [(Placed<Int>, key: String)]
    ) {
        if kind == .allow, action.value != .score {
            report("an entry of kind 'allow' can have no action", at: action.place)
        }
        for (weight, key) in weights where kind == .allow ? weight.value > 0 : weight.value < 0 {
            let sign = kind == .allow ? "above" : "below"
            report("the '\(key)' of an entry of kind '\(kind)' cannot be \(sign) 0", at: weight.place)
        }
    }

    /// Notes that an entry names no zone, where it has not been noted that it names none that is one.
    mutating func reportMissingZone() {
        if place(of: "zone").isBuiltIn, !place.isBuiltIn { report("an entry needs a 'zone'", at: place) }
    }
}
