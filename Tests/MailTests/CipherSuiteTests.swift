import Mail
import Testing

/// Versions and cipher suites as OpenSSL, GnuTLS, Schannel and IANA name them.
@Suite struct CipherSuiteTests {
    @Test(arguments: [
        ("TLSv1.3", TLSProtocolVersion.tls13), ("TLS1_3", .tls13), ("TLS1.3", .tls13), ("tls1.2", .tls12),
        ("TLS1_2", .tls12),
        ("TLSv1.1", .tls11), ("TLSv1", .tls10), ("TLS1.0", .tls10), ("TLS1_0", .tls10), ("TLS 1.2", .tls12),
        ("SSLv3", .ssl3), ("SSL3", .ssl3), ("SSLv2", .ssl2), ("TLS", nil), ("TLSv1/SSLv3", nil), ("TLSv1.4", nil),
        ("", nil), ("1.3", nil), ("unknown", nil),
    ])
    func versionsAreRead(text: String, version: TLSProtocolVersion?) {
        #expect(TLSProtocolVersion(written: text) == version)
    }

    @Test(arguments: TLSProtocolVersion.allCases) func whatIsWrittenIsRead(version: TLSProtocolVersion) {
        #expect(TLSProtocolVersion(written: version.text) == version)
    }

    @Test(arguments: [
        ("TLS_AES_256_GCM_SHA384", 256, TLSProtocolVersion.tls13, nil),
        ("TLS_CHACHA20_POLY1305_SHA256", 256, .tls13, nil),
        ("ECDHE-RSA-AES128-GCM-SHA256", 128, .tls12, nil), ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 256, .tls12, nil),
        ("ECDHE_RSA_AES_256_GCM_SHA384", 256, .tls12, nil), ("DHE-RSA-AES256-SHA256", 256, .tls12, nil),
        ("AES256-SHA", 256, nil, nil), ("DHE-RSA-CAMELLIA256-SHA", 256, nil, nil),
        ("RC4-SHA", nil, nil, "RC4"), ("RSA_ARCFOUR_SHA1", nil, nil, "RC4"),
        ("TLS_RSA_WITH_RC4_128_MD5", nil, nil, "RC4"),
        ("DES-CBC3-SHA", nil, nil, "3DES"), ("EDH-RSA-DES-CBC3-SHA", nil, nil, "3DES"),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", nil, nil, "3DES"), ("DES-CBC-SHA", nil, nil, "DES"),
        ("EXP-RC4-MD5", nil, nil, "export"), ("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", nil, nil, "export"),
        ("NULL-SHA", nil, nil, "no encryption"), ("TLS_RSA_WITH_NULL_SHA256", nil, .tls12, "no encryption"),
        ("ADH-AES256-SHA", 256, nil, "no certificate"),
        ("TLS_DH_anon_WITH_AES_128_CBC_SHA", 128, nil, "no certificate"),
        ("IDEA-CBC-MD5", nil, nil, "64 bits"), ("", nil, nil, nil), ("something else", nil, nil, nil),
    ])
    func suitesAreRead(name: String, bits: Int?, oldest: TLSProtocolVersion?, weakness: String?) {
        let suite = CipherSuite(name)
        #expect(suite.bits == bits && suite.oldestVersion == oldest)
        if let weakness {
            #expect(suite.weakness?.contains(weakness) == true, "\(suite)")
        } else {
            #expect(suite.weakness == nil)
        }
    }

    /// Whatever stands there, reading it is quick and does not fail.
    @Test func hostileNamesAreRead() {
        #expect(CipherSuite(String(repeating: "RC4-", count: 100_000)).weakness != nil)
        #expect(CipherSuite(String(repeating: "-", count: 100_000)).weakness == nil)
        #expect(TLSProtocolVersion(written: "TLS" + String(repeating: "_", count: 100_000)) == nil)
    }
}
