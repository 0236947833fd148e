import Values

/// Reads the fields of a line of Exim, `H=…`, `P=…`, from `position` on up to what is none.
struct EximFields {
    let text: LogText
    var position: Int
    /// Whether the line tells that a message came: `T=` is its subject then.
    var isArrival = false
    /// Whether it tells of a delivery: `H=` is the next hop then.
    var isDelivery = false
    /// The message that this one is a bounce of.
    private(set) var reference: String?

    init(text: LogText, position: Int) { (self.text, self.position) = (text, position) }

    mutating func read(into record: inout LogRecord) {
        while position < text.endIndex {
            var place = position
            while place < text.endIndex, text[place] == .space { place += 1 }
            var key = place
            while key < text.endIndex, text[key].isAlphanumeric || text[key] == .ascii("*"), key - place < 6 {
                key += 1
            }
            guard key > place, key < text.endIndex, text[key] == .equals else {
                // Flags without a value: `L`, `K`, `PRDR`, `*` behind what was pipelined or early.
                let word = text[place..<key].string
                guard key > place, key == text.endIndex || text[key] == .space, EximFields.flags.contains(word) else {
                    return
                }
                position = key
                continue
            }
            guard take(text[place..<key].string, at: key + 1, into: &record) else { return }
        }
    }

    private static let flags: Set<String> = ["L", "K", "PRDR", "TFO", "NOTQUIT", "L*"]

    /// Takes the value at `start` of the field `key`; false where the key is none of Exim's.
    private mutating func take(_ key: String, at start: Int, into record: inout LogRecord) -> Bool {
        switch key {
        case "H":
            position = EximFields.host(in: text, at: start, isClient: !isDelivery, into: &record)
            return true
        case "F",
            "P" where text.has("<", at: start):
            let end = EximLine(text: text).endOfAddress(at: start)
            if key == "F" || record[.sender] == nil { record[.sender] = text[start..<end].unbracketed.string }
            position = end
            return true
        case "T" where isArrival, "C", "DN", "SNI", "DIAG":
            let (value, end) = quoted(at: start)
            if key == "T" { record[.subject] = value }
            if key == "C" { record[.reply] = value }
            position = end
            return true
        default: break
        }
        let end = text.index(of: .space, from: start) ?? text.endIndex
        let value = text[start..<end]
        switch key {
        case "P": record[.protocolName] = value.string
        case "X":
            let colon = value.firstIndex(of: .colon) ?? value.endIndex
            record[.cipher] = colon < value.endIndex ? value[(colon + 1)...].string : nil
            record[.tlsVersion] = value[..<colon].string
        case "A":
            let colon = value.firstIndex(of: .colon) ?? value.endIndex
            record[.authenticationMethod] = value[..<colon].string
            if colon < value.endIndex { record[.authenticated] = value[(colon + 1)...].string }
        case "S": record[.size] = value.string
        case "id": record[.messageID] = value.string
        case "U": record[.user] = value.string
        case "R":
            if isArrival { reference = value.string }
        case "T": record[.transport] = value.string
        case "I": record[.listener] = value.string
        case "Ci": record.session = value.string
        case "QT": record[.delay] = EximLine.seconds(value)
        case "DT": record[.delays] = EximLine.seconds(value)
        case "CV", "D", "RT", "PRX", "M8S", "DS", "ST", "K", "L", "SRS", "Q", "DKIM", "q", "DKIMX", "PRDR": break
        default: return false
        }
        position = end
        return true
    }

    /// `"words"`, with backslashes before quotes; or a word.
    private func quoted(at start: Int) -> (String, Int) {
        guard text.has("\"", at: start) else {
            let end = text.index(of: .space, from: start) ?? text.endIndex
            return (text[start..<end].string, end)
        }
        var value: [UInt8] = []
        var place = start + 1
        while place < text.endIndex, text[place] != .quote {
            if text[place] == .backslash, place + 1 < text.endIndex { place += 1 }
            value.append(text[place])
            place += 1
        }
        return (String(decoding: value, as: UTF8.self), min(place + 1, text.endIndex))
    }

    /// Takes `name (helo) [192.0.2.1]:1025`, of which only the address must be there, and says where it ends. The greeting,
    /// which is the client's, is in brackets.
    static func host(in text: LogText, at start: Int, isClient: Bool, into record: inout LogRecord) -> Int {
        var place = start
        var name: Range<Int>?
        if place < text.endIndex, text[place] != .ascii("("), text[place] != .ascii("[") {
            while place < text.endIndex, text[place].isVisible { place += 1 }
            name = start..<place
            // `mx.example:`, before what went wrong.
            if let last = text[start..<place].last, last == .colon || last == .comma { name = start..<place - 1 }
            if text.has(" (", at: place) || text.has(" [", at: place) { place += 1 }
        }
        if text.has("(", at: place) {
            let close = text.index(of: ") [", from: place) ?? text.index(of: .ascii(")"), from: place)
            if let close {
                if isClient { record[.helo] = text[(place + 1)..<close].string }
                place = close + 1
                if text.has(" [", at: place) { place += 1 }
            }
        }
        if text.has("[", at: place), let close = text.index(of: .ascii("]"), from: place) {
            record[isClient ? .client : .nextHopAddress] = text[(place + 1)..<close].string
            place = close + 1
            if text.has(":", at: place), place + 1 < text.endIndex, text[place + 1].isDigit {
                var end = place + 1
                while end < text.endIndex, text[end].isDigit { end += 1 }
                record[isClient ? .clientPort : .nextHopPort] = text[(place + 1)..<end].string
                place = end
            }
            // `*`: the name was not looked up securely, or the connection was early.
            if text.has("*", at: place) { place += 1 }
        }
        if let name, !name.isEmpty { record[isClient ? .clientName : .nextHop] = text[name].string }
        return place
    }
}
