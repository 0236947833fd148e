import Values

/// Collects a field's parameters as written and joins what RFC 2231 lets a sender split and encode.
struct ParameterSections {
    private struct Group {
        let name: String
        var plain: [UInt8]?
        /// Plain values after the first.
        var repeated: [[UInt8]] = []
        var extended: [UInt8]?
        var sections: [(number: Int, isExtended: Bool, octets: [UInt8])] = []
    }

    private var groups: [Group] = []

    /// Adds `name=value`; the name is in lower case and still has its stars.
    mutating func add(name: String, value: [UInt8]) {
        guard name.utf8.contains(.ascii("*")) else {
            if !name.isEmpty {
                edit(name) { group in
                    if group.plain == nil { group.plain = value } else { group.repeated.append(value) }
                }
            }
            return
        }
        let parts = name.split(separator: "*", maxSplits: 2, omittingEmptySubsequences: false)
        guard let base = parts.first, !base.isEmpty else { return }
        if parts.count == 2, parts[1].isEmpty {
            // RFC 2231 §4: name*=charset'language'percent-encoded.
            edit(String(base)) { if $0.extended == nil { $0.extended = value } }
        } else if parts.count >= 2, let number = sectionNumber(parts[1]), parts.count == 2 || parts[2].isEmpty {
            // RFC 2231 §3: name*0, name*1; with a further star the section is percent-encoded.
            edit(String(base)) { $0.sections.append((number, parts.count == 3, value)) }
        } else {
            edit(name) { if $0.plain == nil { $0.plain = value } }
        }
    }

    /// The parameters, in the order in which each name first appeared.
    func joined() -> MIMEParameters {
        MIMEParameters(groups.compactMap(join))
    }

    private mutating func edit(_ name: String, _ change: (inout Group) -> Void) {
        let index: Int
        if let found = groups.firstIndex(where: { $0.name == name }) {
            index = found
        } else {
            index = groups.count
            groups.append(Group(name: name))
        }
        change(&groups[index])
    }

    private func sectionNumber(_ digits: Substring) -> Int? {
        guard !digits.isEmpty, digits.utf8.count <= 6, digits.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(digits)
    }

    private func join(_ group: Group) -> MIMEParameters.Parameter? {
        var charset: String?
        var language: String?
        var octets: [UInt8] = []
        var upToGap: [UInt8]?
        var isExtended = false
        if let extended = group.extended {
            isExtended = true
            octets = decodeExtended(extended, charset: &charset, language: &language)
        } else if !group.sections.isEmpty {
            // Sections may come in any order (RFC 2231 §3); of two with one number the first counts, and a gap is
            // closed rather than ending the value: a file name cut short would hide its extension. To some readers the
            // value ends there.
            var previous = -1
            for (place, section) in group.sections.enumerated().sorted(by: {
                ($0.element.number, $0.offset) < ($1.element.number, $1.offset)
            }).map(\.element).enumerated() {
                guard section.number != previous else { continue }
                if section.number > previous + 1, place > 0, upToGap == nil { upToGap = octets }
                previous = section.number
                if !section.isExtended {
                    octets += section.octets
                } else if place == 0 {
                    isExtended = true
                    octets += decodeExtended(section.octets, charset: &charset, language: &language)
                } else {
                    octets += percentDecoded(section.octets[...])
                }
            }
        } else if let plain = group.plain {
            octets = plain
        } else {
            return nil
        }
        func text(_ octets: [UInt8]) -> String {
            isExtended
                ? Charset.decode(Bytes(octets), charset: charset ?? "us-ascii").text
                : EncodedWords.decode(Bytes(octets))
        }
        let value = text(octets)
        var others = group.repeated
        if let plain = group.plain, group.extended != nil || !group.sections.isEmpty { others.insert(plain, at: 0) }
        var texts = others.map { EncodedWords.decode(Bytes($0)) }
        if let upToGap { texts.append(text(upToGap)) }
        texts.removeAll { $0 == value }
        return MIMEParameters.Parameter(
            name: group.name, value: value, language: language, octets: octets, others: texts)
    }

    /// RFC 2231 §4: `charset'language'octets`; without both apostrophes the whole is the octets.
    private func decodeExtended(_ octets: [UInt8], charset: inout String?, language: inout String?) -> [UInt8] {
        let apostrophe = UInt8.ascii("'")
        guard let first = octets.firstIndex(of: apostrophe),
            let second = octets[(first + 1)...].firstIndex(of: apostrophe)
        else { return percentDecoded(octets[...]) }
        if first > 0 { charset = String(decoding: octets[..<first], as: UTF8.self) }
        if second > first + 1 { language = String(decoding: octets[(first + 1)..<second], as: UTF8.self) }
        return percentDecoded(octets[(second + 1)...])
    }

    private func percentDecoded(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var position = octets.startIndex
        while position < octets.endIndex {
            if octets[position] == .ascii("%"), position + 2 < octets.endIndex,
                let high = octets[position + 1].hexDigitValue, let low = octets[position + 2].hexDigitValue
            {
                result.append(high << 4 | low)
                position += 3
            } else {
                result.append(octets[position])
                position += 1
            }
        }
        return result
    }
}
