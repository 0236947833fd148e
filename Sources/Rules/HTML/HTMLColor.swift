import Values

/// A colour as style sheets and attributes name it.
enum HTMLColor: Equatable {
    /// Its red, green and blue, eight bits each.
    case rgb(UInt32)
    /// What is said to be a colour and is none.
    case invalid
    /// That of the ground.
    case transparent
    /// One that is not compared: nothing at all, or parts that are too large.
    case other

    static let black = HTMLColor.rgb(0)
    static let white = HTMLColor.rgb(0xFF_FFFF)

    /// The colour that `text` names; `invalid` for what is none.
    init(_ text: ArraySlice<UInt8>) {
        let name = text.trimmingRuleSpace
        if name.isEmpty {
            self = .other
        } else if name.first == .ascii("#") {
            self = HTMLColor.hexadecimal(name)
        } else if name.hasPrefixIgnoringCase("rgb("), name.last == .ascii(")") {
            self = HTMLColor.parts(name.dropFirst(4).dropLast())
        } else {
            let word = String(decoding: name.map(\.lowercased), as: UTF8.self)
            self = HTMLColor.named[word].map { .rgb($0) } ?? .invalid
        }
    }

    /// `#rrggbb`, `#rgb`, and what is taken for one of them.
    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> HTMLColor {
        var (value, count): (UInt32, Int) = (0, 0)
        for byte in text where byte != .ascii("#") {
            guard let digit = byte.hexDigitValue else { return .invalid }
            if count < 6 { (value, count) = (value << 4 | UInt32(digit), count + 1) }
        }
        guard count > 0 else { return .other }
        guard count < 6 else { return .rgb(value) }
        value = count > 3 ? value >> UInt32(4 * (count - 3)) : value << UInt32(4 * (3 - count))
        return .rgb((value & 0xF00) << 8 | (value & 0xF0) << 4 | value & 0xF).doubled
    }

    /// Each part of four bits as one of eight.
    private var doubled: HTMLColor {
        guard case .rgb(let value) = self else { return self }
        return .rgb(value << 4 | value)
    }

    /// What stands in `rgb(…)` of an attribute.
    private static func parts(_ text: ArraySlice<UInt8>) -> HTMLColor {
        let parts = text.split(separator: .comma).map { $0.trimmingRuleSpace }
        guard parts.count == 3 else { return .invalid }
        var value: UInt32 = 0
        var isWithin = true
        for part in parts {
            let isShare = part.last == .ascii("%")
            guard let number = Int(String(decoding: isShare ? part.dropLast() : part, as: UTF8.self)) else {
                return .invalid
            }
            // Numbers of hostile mail are of any size.
            let clamped = max(-1_000_000, min(number, 1_000_000))
            let level = isShare ? clamped * 255 / 100 : clamped
            isWithin = isWithin && (0...255).contains(level)
            value = value << 8 | UInt32(max(0, min(level, 255)))
        }
        return isWithin ? .rgb(value) : .other
    }

    /// `rgb(…)` of a style, in which anything but digits and commas is passed over.
    init(styleRGB text: ArraySlice<UInt8>) {
        let numbers = text.filter { $0.isDigit || $0 == .comma }
            .split(separator: .comma, omittingEmptySubsequences: false)
        var value: UInt32 = 0
        for index in 0..<3 {
            let number = numbers.indices.contains(index) ? Int(String(decoding: numbers[index], as: UTF8.self)) ?? 0 : 0
            value = value << 8 | UInt32(min(number, 255))
        }
        self = .rgb(value)
    }

    /// The last layer's first colour of a `background` style; nil where it has none.
    static func background(_ text: ArraySlice<UInt8>) -> HTMLColor? {
        var tokens: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var depth = 0
        var quote: UInt8?
        for index in text.indices {
            let byte = text[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == .quote || byte == .ascii("'") {
                quote = byte
            } else if byte == .ascii("(") {
                depth += 1
            } else if byte == .ascii(")"), depth > 0 {
                depth -= 1
                if depth == 0 {
                    tokens.append(text[start...index])
                    start = index + 1
                }
            } else if depth == 0, byte == .space || byte == .comma {
                if index > start { tokens.append(text[start..<index]) }
                start = index + 1
                if byte == .comma { tokens = [] }
            }
        }
        if start < text.endIndex { tokens.append(text[start...]) }
        return tokens.lazy.map { HTMLColor($0) }.first { $0 != .invalid }
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

extension ArraySlice<UInt8> {
    /// The bytes without white space at their ends.
    var trimmingRuleSpace: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isRuleSpace { start += 1 }
        while end > start, self[end - 1].isRuleSpace { end -= 1 }
        return self[start..<end]
    }

    /// The number that they begin with, up to six digits of it.
    var leadingNumber: Int? {
        var (value, count) = (0, 0)
        while count < 6, count < self.count, self[startIndex + count].isDigit {
            value = value * 10 + Int(self[startIndex + count] - .ascii("0"))
            count += 1
        }
        return count > 0 ? value : nil
    }
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
