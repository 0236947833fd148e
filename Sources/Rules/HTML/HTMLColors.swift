import Values

/// Colours as style sheets and attributes name them, as `#rrggbb`.
enum HTMLColors {
    static let invalid = "invalid"

    /// `text` as a colour; `invalid` for what is none.
    static func color(_ text: some StringProtocol) -> String {
        let name = text.lowercased().trimmingSpace
        if let value = named[String(name)] { return hexadecimal(value) }
        if name.isEmpty { return "#" }
        if name.hasPrefix("rgb("), name.hasSuffix(")") {
            let parts = name.dropFirst(4).dropLast().split(separator: ",").map { $0.trimmingSpace }
            guard parts.count == 3 else { return invalid }
            let values = parts.map { part -> Int? in
                part.hasSuffix("%") ? Int(part.dropLast()).map { $0 * 255 / 100 } : Int(part)
            }
            guard let red = values[0], let green = values[1], let blue = values[2] else { return invalid }
            return "#" + [red, green, blue].map { two($0) }.joined()
        }
        guard name.utf8.allSatisfy({ $0 == UInt8(ascii: "#") || $0.hexDigitValue != nil }), name.hasPrefix("#") else {
            return invalid
        }
        let plain: [UInt8] = name.utf8.filter { $0 != UInt8(ascii: "#") }
        var digits = String(decoding: plain.prefix(6), as: UTF8.self)
        if digits.count > 3, digits.count < 6 { digits = String(digits.prefix(3)) }
        if digits.count % 3 != 0 { digits += String(repeating: "0", count: 3 - digits.count % 3) }
        if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
        return "#" + digits
    }

    /// `rgb(…)` of a style, in which anything but digits and commas is passed over.
    static func styleColor(rgb text: some StringProtocol) -> String {
        let kept: [UInt8] = text.utf8.filter { $0.isDigit || $0 == .comma }
        let numbers = kept.split(separator: .comma, omittingEmptySubsequences: false).map { part in
            min(Int(String(decoding: part, as: UTF8.self)) ?? 0, 255)
        }
        return "#" + (0..<3).map { two(numbers.indices.contains($0) ? numbers[$0] : 0) }.joined()
    }

    private static func two(_ value: Int) -> String {
        let text = String(value, radix: 16)
        return text.count < 2 ? "0" + text : text
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let text = String(value, radix: 16)
        return "#" + String(repeating: "0", count: 6 - text.count) + text
    }

    /// The last layer's first colour of a `background` style; nil where it has none.
    static func backgroundColor(_ text: some StringProtocol) -> String? {
        var tokens: [String] = []
        var token = ""
        var depth = 0
        var quote: Character?
        for character in text.lowercased() {
            if let open = quote {
                token.append(character)
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
                token.append(character)
            } else if character == "(" {
                depth += 1
                token.append(character)
            } else if character == ")", depth > 0 {
                depth -= 1
                token.append(character)
                if depth == 0 {
                    tokens.append(token)
                    token = ""
                }
            } else if depth > 0 || (character != " " && character != ",") {
                token.append(character)
            } else {
                if !token.isEmpty { tokens.append(token) }
                token = ""
                if character == "," { tokens = [] }
            }
        }
        if !token.isEmpty { tokens.append(token) }
        return tokens.lazy.map { color($0) }.first { $0 != invalid }
    }

    /// The names of CSS Color Module Level 3 §4.3, with the two spellings of grey.
    private static let named: [String: UInt32] = {
        var table: [String: UInt32] = [:]
        for entry in names.split(separator: " ") {
            let parts = entry.split(separator: "=")
            guard parts.count == 2, let value = UInt32(parts[1], radix: 16) else { continue }
            table[String(parts[0])] = value
        }
        return table
    }()

    private static let names = """
        aliceblue=f0f8ff antiquewhite=faebd7 aqua=00ffff aquamarine=7fffd4 azure=f0ffff beige=f5f5dc bisque=ffe4c4 \
        black=000000 blanchedalmond=ffebcd blue=0000ff blueviolet=8a2be2 brown=a52a2a burlywood=deb887 \
        cadetblue=5f9ea0 chartreuse=7fff00 chocolate=d2691e coral=ff7f50 cornflowerblue=6495ed cornsilk=fff8dc \
        crimson=dc143c cyan=00ffff darkblue=00008b darkcyan=008b8b darkgoldenrod=b8860b darkgray=a9a9a9 \
        darkgreen=006400 darkgrey=a9a9a9 darkkhaki=bdb76b darkmagenta=8b008b darkolivegreen=556b2f darkorange=ff8c00 \
        darkorchid=9932cc darkred=8b0000 darksalmon=e9967a darkseagreen=8fbc8f darkslateblue=483d8b \
        darkslategray=2f4f4f darkslategrey=2f4f4f darkturquoise=00ced1 darkviolet=9400d3 deeppink=ff1493 \
        deepskyblue=00bfff dimgray=696969 dimgrey=696969 dodgerblue=1e90ff firebrick=b22222 floralwhite=fffaf0 \
        forestgreen=228b22 fuchsia=ff00ff gainsboro=dcdcdc ghostwhite=f8f8ff gold=ffd700 goldenrod=daa520 \
        gray=808080 green=008000 greenyellow=adff2f grey=808080 honeydew=f0fff0 hotpink=ff69b4 indianred=cd5c5c \
        indigo=4b0082 ivory=fffff0 khaki=f0e68c lavender=e6e6fa lavenderblush=fff0f5 lawngreen=7cfc00 \
        lemonchiffon=fffacd lightblue=add8e6 lightcoral=f08080 lightcyan=e0ffff lightgoldenrodyellow=fafad2 \
        lightgray=d3d3d3 lightgreen=90ee90 lightgrey=d3d3d3 lightpink=ffb6c1 lightsalmon=ffa07a lightseagreen=20b2aa \
        lightskyblue=87cefa lightslategray=778899 lightslategrey=778899 lightsteelblue=b0c4de lightyellow=ffffe0 \
        lime=00ff00 limegreen=32cd32 linen=faf0e6 magenta=ff00ff maroon=800000 mediumaquamarine=66cdaa \
        mediumblue=0000cd mediumorchid=ba55d3 mediumpurple=9370db mediumseagreen=3cb371 mediumslateblue=7b68ee \
        mediumspringgreen=00fa9a mediumturquoise=48d1cc mediumvioletred=c71585 midnightblue=191970 mintcream=f5fffa \
        mistyrose=ffe4e1 moccasin=ffe4b5 navajowhite=ffdead navy=000080 oldlace=fdf5e6 olive=808000 olivedrab=6b8e23 \
        orange=ffa500 orangered=ff4500 orchid=da70d6 palegoldenrod=eee8aa palegreen=98fb98 paleturquoise=afeeee \
        palevioletred=db7093 papayawhip=ffefd5 peachpuff=ffdab9 peru=cd853f pink=ffc0cb plum=dda0dd \
        powderblue=b0e0e6 purple=800080 red=ff0000 rosybrown=bc8f8f royalblue=4169e1 saddlebrown=8b4513 \
        salmon=fa8072 sandybrown=f4a460 seagreen=2e8b57 seashell=fff5ee sienna=a0522d silver=c0c0c0 skyblue=87ceeb \
        slateblue=6a5acd slategray=708090 slategrey=708090 snow=fffafa springgreen=00ff7f steelblue=4682b4 \
        tan=d2b48c teal=008080 thistle=d8bfd8 tomato=ff6347 turquoise=40e0d0 violet=ee82ee wheat=f5deb3 white=ffffff \
        whitesmoke=f5f5f5 yellow=ffff00 yellowgreen=9acd32
        """
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmingSpace: Substring {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
