/// The names that OpenSSL, and so the logs and trace fields of most mail servers, give to the cipher suites that may be
/// negotiated here.
public enum CipherSuiteName {
    private static let names: [UInt16: String] = [
        0x002F: "AES128-SHA", 0x0035: "AES256-SHA", 0x009C: "AES128-GCM-SHA256", 0x009D: "AES256-GCM-SHA384",
        0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256",
        0xC009: "ECDHE-ECDSA-AES128-SHA", 0xC00A: "ECDHE-ECDSA-AES256-SHA", 0xC013: "ECDHE-RSA-AES128-SHA",
        0xC014: "ECDHE-RSA-AES256-SHA", 0xC027: "ECDHE-RSA-AES128-SHA256",
        0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256", 0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384",
        0xC02F: "ECDHE-RSA-AES128-GCM-SHA256", 0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
        0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305", 0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]

    /// The name of the suite with this number; the number in hexadecimal for one that has none here.
    public static func of(_ number: UInt16) -> String {
        if let name = names[number] { return name }
        let digits = String(number, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
