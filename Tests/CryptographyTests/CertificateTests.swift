import Cryptography
import Testing
import Values

/// A certificate of `Authority` for mx.example, *.Wild.example and 192.0.2.1, valid for a year from 2026-11-28 on, and the
/// authority's.
@Suite struct CertificateTests {
    static let leaf = Certificate(
        der: Base64.decode(
            Bytes(
                "MIIB1TCCAXugAwIBAgIUTgqYh/rOUkNWqy5k2sgz99nE7owwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEVGVzdDESMBAGA1UEAwwJ"
                    + "QXV0aG9yaXR5MB4XDTI2MTEyODE3NDIzMVoXDTI3MTEyODE3NDIzMVowKjETMBEGA1UECgwKVGVzdCwgSW5jLjETMBEGA1UEAwwK"
                    + "bXguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBnVksl9BxJJ/qgQUE4+w34FIfyivuRcz2FAKKwg+kPrzAlyBa6I"
                    + "zBKGNQrM9hXzBH1O5qJpFPpM3n0hOoGlzY2jgYUwgYIwKwYDVR0RBCQwIoIKbXguZXhhbXBsZYIOKi5XaWxkLmV4YW1wbGWHBMAA"
                    + "AgEwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFOF9QRXSmGlnKkWU750vzkZpKOPYMB8GA1UdIwQYMBaAFNV2gglPfOzD"
                    + "LlayzGP2xfnBxTx1MAoGCCqGSM49BAMCA0gAMEUCIQCS/jZpdpgSB31bSFwK+hvZwWFw9O5IAuyGr2qWhDOxIQIgZ/cVqFVKj8LV"
                    + "Rfi25I5TkUWI77A7OKt3osHxb0edf1o="
            )) ?? [])
    static let authority = Certificate(
        der: Base64.decode(
            Bytes(
                "MIIBnjCCAUOgAwIBAgIURt/0mhTKkqzIOXQXp+g0WedQp5wwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEVGVzdDESMBAGA1UEAwwJ"
                    + "QXV0aG9yaXR5MCAXDTI2MTEyODE3NDIzMVoYDzIxMjYxMTA0MTc0MjMxWjAjMQ0wCwYDVQQKDARUZXN0MRIwEAYDVQQDDAlBdXRo"
                    + "b3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASZJlS+ZsgOcTfnhUHkSb/1lp9a9b6lgk/9fMUItE56vLCmfSoLanRkIgXP"
                    + "dicPd0CIFFxVR8B7jUjfK7Pb96eYo1MwUTAdBgNVHQ4EFgQU1XaCCU987MMuVrLMY/bF+cHFPHUwHwYDVR0jBBgwFoAU1XaCCU98"
                    + "7MMuVrLMY/bF+cHFPHUwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAkw6WLKE3433JsSsOYL9WsPavdTmEgmbh"
                    + "kqKr6qhC4BkCIQC4xlxArAFZ9b0fpAi/ntEXv8zDzU5uEed5pwUcLWAFmA=="
            )) ?? [])
    static let now = Timestamp(rfc3339: "2027-01-01T00:00:00Z") ?? Timestamp(seconds: 0)

    @Test func tellsWhatItIsFor() throws {
        let leaf = try #require(CertificateTests.leaf)
        #expect(leaf.subject == "CN=mx.example,O=Test\\, Inc." && leaf.issuer == "CN=Authority,O=Test")
        #expect(leaf.hosts == ["mx.example", "*.wild.example"])
        #expect(leaf.notBefore.rfc3339 == "2026-11-28T17:42:31Z" && leaf.notAfter.rfc3339 == "2027-11-28T17:42:31Z")
        #expect(try #require(CertificateTests.authority).hosts == ["authority"])
    }

    @Test(arguments: [
        ("mx.example", true), ("MX.example", true), ("a.wild.example", true), ("wild.example", false),
        ("a.b.wild.example", false), ("example", false), ("", false),
    ])
    func isForItsHosts(host: String, isFor: Bool) throws {
        #expect(try #require(CertificateTests.leaf).isFor(host: host) == isFor)
    }

    /// RFC 5280 §6 and RFC 6125 §6.4.
    @Test(arguments: [
        (CertificateStore.Subject.server(host: "mx.example"), "2027-01-01T00:00:00Z", nil),
        (.server(host: "x.wild.example"), "2027-01-01T00:00:00Z", nil),
        (.serverAt(.v4(0xC000_0201)), "2027-01-01T00:00:00Z", nil),
        (
            .server(host: "other.example"), "2027-01-01T00:00:00Z",
            "it is for mx.example, *.wild.example, not other.example"
        ),
        (.serverAt(.v4(0xC000_0202)), "2027-01-01T00:00:00Z", "not 192.0.2.2"),
        (.server(host: "mx.example"), "2028-01-01T00:00:00Z", "certificate has expired"),
        (.server(host: "mx.example"), "2026-01-01T00:00:00Z", "certificate is not yet valid"),
        (.client, "2027-01-01T00:00:00Z", "purpose"),
    ])
    func isVouchedFor(subject: CertificateStore.Subject, at time: String, fault: String?) throws {
        let (leaf, authority) = (try #require(CertificateTests.leaf), try #require(CertificateTests.authority))
        let store = try #require(CertificateStore.of([authority]))
        let found = store.fault(of: [leaf], as: subject, at: try #require(Timestamp(rfc3339: time)))
        if let fault {
            #expect(found?.contains(fault) == true, "\(found ?? "nothing")")
        } else {
            #expect(found == nil)
        }
    }

    @Test func strangersVouchForNothing() throws {
        let leaf = try #require(CertificateTests.leaf)
        let system = try #require(CertificateStore.system())
        #expect(system.fault(of: [leaf], as: .server(host: "mx.example"), at: CertificateTests.now) != nil)
        #expect(try #require(CertificateStore.of([])).fault(of: [], as: .client, at: CertificateTests.now) != nil)
    }

    @Test(arguments: [[], [0x30], Array(repeating: 0x30, count: 70_000), Array("-----BEGIN".utf8)] as [[UInt8]])
    func whatIsNoneIsNil(der: [UInt8]) { #expect(Certificate(der: der) == nil) }
}
