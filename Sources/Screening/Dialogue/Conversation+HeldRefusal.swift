import SMTP

extension Conversation {
    /// Whether a ruling takes mail to drop it: such a client is told yes, and the next hop nothing.
    func discards(_ ruling: SessionScreener.Ruling) -> Bool { !isShadow && ruling.verdict.disposition == .discard }

    /// A refusal that is told when a recipient is named.
    struct HeldRefusal: Sendable {
        /// What was refused.
        let phase: Phase
        let reply: SMTPReply
        let closes: Bool
    }

    /// The answer, its refusal kept back where refusals wait for a recipient.
    mutating func holding(_ answer: Answer, at phase: Phase) -> Answer {
        guard delaysRefusals, let reply = answer.reply else { return answer }
        if heldRefusal == nil { heldRefusal = HeldRefusal(phase: phase, reply: reply, closes: answer.closes) }
        var patient = answer
        (patient.reply, patient.closes) = (nil, false)
        return patient
    }

    /// What was refused is said anew: it may be better this time.
    mutating func forgetHeldRefusal(of phase: Phase) {
        if let heldRefusal, heldRefusal.phase >= phase { self.heldRefusal = nil }
    }
}

extension Conversation.Answer {
    /// The answer that a refusal held back is.
    init(_ refusal: Conversation.HeldRefusal) {
        self.init(refusal.reply)
        closes = refusal.closes
    }

    /// Gives the refusal held back, which came first.
    mutating func take(_ refusal: Conversation.HeldRefusal) { (reply, closes) = (refusal.reply, refusal.closes) }
}
