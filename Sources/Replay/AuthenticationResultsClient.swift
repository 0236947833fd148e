import Values

/// The client address that some receivers note in the comments and properties of Authentication-Results:
/// `spf=pass (sender IP is 192.0.2.1)`, `smtp.remote-ip=192.0.2.1`, `policy.iprev=192.0.2.1` (RFC 8601 §3).
enum AuthenticationResultsClient {
    private static let markers = ["sender IP is ", "smtp.remote-ip=", "policy.iprev="]

    /// The address, when one of the markers stands in the first 4 KiB of `text`.
    static func address(in text: String) -> IPAddress? {
        let bytes = Bytes(text)[0..<4096]
        for marker in markers {
            guard let start = bytes.withSpan({ $0.firstIndex(of: Array(marker.utf8)) }) else { continue }
            let rest = bytes[start + marker.utf8.count..<bytes.count]
            let end = rest.firstIndex { $0.hexDigitValue == nil && $0 != .dot && $0 != .colon } ?? rest.count
            if let address = IPAddress(rest[0..<end].lossyString) { return address }
        }
        return nil
    }
}
