import Values

extension EvaluationFunctions {
    static let imageFunctions: [String: EvaluationFunction] = [
        "image_count": { scope in isBetween(Double(images(scope).count(scope.call.text(0))), scope, 1) },
        "pixel_coverage": { scope in isBetween(Double(images(scope).area(scope.call.text(0))), scope, 1) },
        "image_to_text_ratio": { scope in
            let lines = scope.call.area == .rawBody ? scope.message.rawChunks : scope.message.bodyLines
            let length = lines.reduce(0) { $0 + $1.count }
            let area = images(scope).area(scope.call.text(0))
            guard length > 0, area > 0, let most = scope.call.number(2) else { return false }
            let ratio = Double(length) / Double(area)
            return ratio >= scope.call.number(1) ?? 0 && ratio < most
        },
        "image_size_exact": { scope in
            images(scope).sizes(scope.call.text(0)).contains {
                Double($0.height) == scope.call.number(1) && Double($0.width) == scope.call.number(2)
            }
        },
        "image_size_range": { scope in
            images(scope).sizes(scope.call.text(0)).contains { size in
                Double(size.height) >= scope.call.number(1) ?? 0 && Double(size.width) >= scope.call.number(2) ?? 0
                    && Double(size.height) <= scope.call.number(3) ?? .infinity
                    && Double(size.width) <= scope.call.number(4) ?? .infinity
            }
        },
        "image_named": { scope in images(scope).names.contains(scope.call.text(0)) },
    ]

    private static func isBetween(_ value: Double, _ scope: EvaluationScope, _ index: Int) -> Bool {
        value >= scope.call.number(index) ?? .infinity && value <= scope.call.number(index + 1) ?? .infinity
    }

    private static func images(_ scope: EvaluationScope) -> ImageFindings {
        if let known = scope.message.memory.images { return known }
        let findings = ImageFindings(scope.message)
        scope.message.memory.images = findings
        return findings
    }
}

/// The images that a message carries.
struct ImageFindings {
    private struct Image {
        let type: String
        let width: Int
        let height: Int
    }

    private var images: [Image] = []
    private(set) var names: Set<String> = []

    init(_ message: RuleMessage) {
        for part in message.leaves {
            let type: String
            switch part.type {
            case "image/gif": type = "gif"
            case "image/png": type = "png"
            case "image/jpeg", "image/jpg": type = "jpeg"
            default: continue
            }
            guard part.lowercasedValue("content-transfer-encoding") == "base64" else { continue }
            let data = part.decoded
            let size: (Int, Int)? =
                type == "gif"
                ? ImageFindings.gif(data) : type == "png" ? ImageFindings.png(data) : ImageFindings.jpeg(data)
            images.append(Image(type: type, width: size?.0 ?? 0, height: size?.1 ?? 0))
            if size != nil, let name = part.name { names.insert(String(decoding: name, as: UTF8.self)) }
        }
    }

    private func of(_ type: String) -> [Image] { type == "all" ? images : images.filter { $0.type == type } }

    func count(_ type: String) -> Int { of(type).count }

    /// Their pixels, as far as there is any sense in counting: an image may claim to be of any size.
    func area(_ type: String) -> Int {
        of(type).reduce(0) { min($0 + min($1.width, 1 << 20) * min($1.height, 1 << 20), 1 << 50) }
    }

    func sizes(_ type: String) -> [(width: Int, height: Int)] {
        of(type).filter { $0.width > 0 && $0.height > 0 }.map { ($0.width, $0.height) }
    }

    private static func gif(_ data: [UInt8]) -> (Int, Int)? {
        guard data.count >= 10, data.starts(with: Array("GIF8".utf8)) else { return nil }
        let (width, height) = (Int(data[6]) | Int(data[7]) << 8, Int(data[8]) | Int(data[9]) << 8)
        return width > 0 && height > 0 ? (width, height) : nil
    }

    private static func big(_ data: ArraySlice<UInt8>) -> Int { data.reduce(0) { $0 << 8 | Int($1) } }

    private static func png(_ data: [UInt8]) -> (Int, Int)? {
        guard data.count >= 24, data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            data[12..<16].elementsEqual(Array("IHDR".utf8))
        else { return nil }
        let (width, height) = (big(data[16..<20]), big(data[20..<24]))
        return width > 0 && height > 0 ? (width, height) : nil
    }

    private static func jpeg(_ data: [UInt8]) -> (Int, Int)? {
        guard data.count >= 4, data[0] == 0xFF, data[1] == 0xD8 else { return nil }
        var place = 2
        while place + 9 < data.count, data[place] == 0xFF {
            let mark = data[place + 1]
            let length = big(data[(place + 2)..<(place + 4)])
            guard mark != 0xDA, mark != 0xD9, length >= 2 else { return nil }
            if (0xC0...0xCF).contains(mark), ![0xC4, 0xC8, 0xCC].contains(mark) {
                let (height, width) = (big(data[(place + 5)..<(place + 7)]), big(data[(place + 7)..<(place + 9)]))
                return width > 0 && height > 0 ? (width, height) : nil
            }
            place += 2 + length
        }
        return nil
    }
}
