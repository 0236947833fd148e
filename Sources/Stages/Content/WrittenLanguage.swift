import Values

/// In which scripts, and in which language, a text is written.
///
/// Scripts are told by the blocks of their characters. Languages that share a script are told by the little words that
/// no text in them can do without; a text has to have enough of them to be told.
struct WrittenLanguage {
    /// How many letters of each script there are, the most frequent first.
    let scripts: [(script: Script, count: Int)]
    /// The code of the language (ISO 639-1); nil where the text does not tell.
    let language: String?
    /// The language and those of the text's halves, where they tell: many write the same in two languages.
    let languages: Set<String>

    /// Scripts that mail is written in.
    enum Script: String, CaseIterable {
        case latin, cyrillic, greek, arabic, hebrew, devanagari, thai, han, kana, hangul, armenian, georgian, other

        /// Codes of languages that are written in it; of Latin ones, those that are told apart.
        var languages: [String] {
            switch self {
            case .latin: WrittenLanguage.littleWords.map(\.language)
            case .cyrillic: ["ru", "uk", "bg", "sr", "be", "mk", "kk"]
            case .greek: ["el"]
            case .arabic: ["ar", "fa", "ur"]
            case .hebrew: ["he", "yi"]
            case .devanagari: ["hi", "mr", "ne"]
            case .thai: ["th"]
            case .han: ["zh", "ja"]
            case .kana: ["ja"]
            case .hangul: ["ko"]
            case .armenian: ["hy"]
            case .georgian: ["ka"]
            case .other: []
            }
        }

        init?(_ value: UInt32) {
            switch value {
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
            case 0x370...0x3FF, 0x1F00...0x1FFF: self = .greek
            case 0x400...0x52F: self = .cyrillic
            case 0x530...0x58F: self = .armenian
            case 0x590...0x5FF: self = .hebrew
            case 0x600...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC: self = .arabic
            case 0x900...0x97F: self = .devanagari
            case 0xE00...0xE7F: self = .thai
            case 0x10A0...0x10FF: self = .georgian
            case 0x1100...0x11FF, 0x3130...0x318F, 0xAC00...0xD7AF: self = .hangul
            case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: self = .kana
            case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2FA1F: self = .han
            case 0x780...0x8FF, 0x980...0xDFF, 0xE80...0x109F, 0x1200...0x1DBF: self = .other
            default: return nil
            }
        }
    }

    /// The codes that a policy can name.
    static let known = Set(Script.allCases.flatMap(\.languages))

    private static let littleWords: [(language: String, words: Set<String>)] = [
        ("en", "the and of to is you that it for with this are have your be from we not will was our can at please if"),
        (
            "de",
            "der die und das nicht ist ein eine sie ich mit für auf den zu dem sich wir auch von werden ihre oder bei wenn"
        ),
        (
            "fr",
            "le la les des et est une un vous pour que dans nous pas sur votre avec ce cette sont qui du au être plus"
        ),
        ("es", "el la los las que de y en un una por con para su se no es como más del usted este esta al ha"),
        ("pt", "o os que de e do da em um uma para com não por seu sua se como mais dos você ao foi são está"),
        ("it", "il lo gli che di e è la un una per con non del della sono questo come si ha dei le più nel alla"),
        ("nl", "de het een en van is dat niet op te voor met zijn u uw wij ook bij deze aan kunt door wordt als om"),
        ("pl", "w i na nie się że do z jest to dla jak po co czy przez od oraz są tym za ale być państwa tylko"),
        ("cs", "a se na je že v s z do pro to jako které jsou není by tak jsem také ale jak nebo když"),
        ("sv", "och att det som en på är av för med till den inte du har vi om ett de kan din eller från"),
        ("da", "og at det er en til af på for den med ikke du har vi som et de kan din eller fra der"),
        ("fi", "ja on ei se että hän oli mutta niin kun myös ovat tai joka voi sinun kanssa olla tämä jos"),
        ("hu", "a az és hogy nem egy is van meg ez de ha csak már vagy mint volt lehet minden önnek"),
        ("ro", "și de la în cu nu este că pe un o pentru care din mai sau sunt fi dumneavoastră această prin"),
        ("tr", "ve bir bu için ile de da çok olarak daha ne gibi olan var ama sizin kadar en değil veya"),
        ("id", "dan yang di untuk dengan ini dari anda tidak pada adalah kami akan ke atau itu dapat bisa telah"),
        ("vi", "và của là có không được cho một trong các với này bạn để người những đã khi từ"),
    ].map { ($0.0, Set($0.1.split(separator: " ").map(String.init))) }

    /// The most characters that are looked at.
    private static let longest = 20_000
    private static let fewestWords = 15

    init(_ text: String) {
        var counts: [Script: Int] = [:]
        for scalar in text.unicodeScalars.prefix(WrittenLanguage.longest) {
            if let script = Script(scalar.value) { counts[script, default: 0] += 1 }
        }
        scripts = Script.allCases.compactMap { script in counts[script].map { (script, $0) } }.sorted {
            $0.count > $1.count
        }
        (language, languages) = WrittenLanguage.languages(text, scripts)
    }

    private static func languages(
        _ text: String, _ scripts: [(script: Script, count: Int)]
    ) -> (whole: String?, all: Set<String>) {
        guard let main = scripts.first else { return (nil, []) }
        if main.script == .latin {
            let words = latinWords(text)
            let whole = latinLanguage(words[...])
            let halves = [words[..<(words.count / 2)], words[(words.count / 2)...]].compactMap { latinLanguage($0) }
            return (whole, Set(halves + [whole].compactMap(\.self)))
        }
        let language = language(main, scripts)
        return (language, Set([language].compactMap(\.self)))
    }

    private static func language(
        _ main: (script: Script, count: Int), _ scripts: [(script: Script, count: Int)]
    ) -> String? {
        switch main.script {
        case .han: return scripts.contains { $0.script == .kana && $0.count * 20 > main.count } ? "ja" : "zh"
        // Several languages are written in these: which one it is cannot be told here.
        case .latin, .cyrillic, .arabic, .devanagari, .hebrew, .other: return nil
        case .greek, .thai, .kana, .hangul, .armenian, .georgian: return main.script.languages.first
        }
    }

    private static func latinWords(_ text: String) -> [String] {
        let words = text.unicodeScalars.prefix(longest).split { scalar in
            guard let script = Script(scalar.value) else { return true }
            return script != .latin
        }
        return words.filter { $0.count <= 14 }.map { word in
            var lower = ""
            for scalar in word { lower += scalar.properties.lowercaseMapping }
            return lower
        }
    }

    private static func latinLanguage(_ words: ArraySlice<String>) -> String? {
        var found = [Int](repeating: 0, count: littleWords.count)
        for word in words {
            for index in littleWords.indices where littleWords[index].words.contains(word) { found[index] += 1 }
        }
        guard words.count >= fewestWords, let most = found.max(), most * 8 >= words.count, most >= 4,
            let best = found.firstIndex(of: most)
        else { return nil }
        // Neighbours share their little words: the first has to lead.
        let second = found.enumerated().filter { $0.offset != best }.map(\.element).max() ?? 0
        return most * 10 >= second * 12 ? littleWords[best].language : nil
    }
}
