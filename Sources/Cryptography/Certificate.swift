import COpenSSL
import Values

/// An X.509 certificate (RFC 5280).
@safe public final class Certificate: Sendable {
    /// The subject's name in the form of RFC 4514: `CN=mail.example,O=Example`.
    public let subject: String
    /// The issuer's name in the same form.
    public let issuer: String
    /// The host names it is for, in lower case; `*.example.org` stands for the names one label below.
    public let hosts: [String]
    /// From when on it is valid.
    public let notBefore: Timestamp
    /// Until when it is valid.
    public let notAfter: Timestamp

    // Never changed after it is read, and libcrypto guards its own caches inside it with a lock.
    nonisolated(unsafe) let handle: OpaquePointer

    /// The longest certificate read, in octets.
    public static let maximumSize = 1 << 16

    /// Reads a certificate in DER; nil when it is none.
    public init?(der: [UInt8]) {
        guard der.count <= Certificate.maximumSize else { return nil }
        let loaded = unsafe der.withUnsafeBufferPointer { unsafe assay_certificate($0.baseAddress, $0.count) }
        guard let loaded = unsafe loaded else { return nil }
        unsafe handle = unsafe loaded
        subject = unsafe Certificate.text(octets: 1024) { unsafe assay_certificate_name(loaded, 0, $0, $1) }
        issuer = unsafe Certificate.text(octets: 1024) { unsafe assay_certificate_name(loaded, 1, $0, $1) }
        hosts = unsafe Certificate.text(octets: 1 << 14) { unsafe assay_certificate_hosts(loaded, $0, $1) }
            .split(separator: "\n").map(\.asciiLowercased)
        notBefore = unsafe Timestamp(seconds: assay_certificate_time(loaded, 0))
        notAfter = unsafe Timestamp(seconds: assay_certificate_time(loaded, 1))
    }

    deinit { unsafe X509_free(handle) }

    /// Whether it is for `host`: a wildcard stands for one whole label, the first (RFC 6125 §6.4.3).
    public func isFor(host: String) -> Bool {
        let host = host.asciiLowercased
        let parent = host.utf8.firstIndex(of: .dot).map { "*" + host[$0...] }
        return hosts.contains { $0 == host || $0 == parent }
    }

    /// The text that `write` puts into a buffer of this many octets, of which it tells how many it took.
    private static func text(octets: Int, _ write: (UnsafeMutablePointer<CChar>?, Int32) -> Int32) -> String {
        var buffer = [CChar](repeating: 0, count: octets)
        let count = unsafe buffer.withUnsafeMutableBufferPointer { unsafe write($0.baseAddress, Int32($0.count)) }
        return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
