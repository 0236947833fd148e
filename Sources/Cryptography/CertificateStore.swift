import COpenSSL
import Values

/// Certificate authorities that are trusted, and what they vouch for (RFC 5280 §6).
@safe public final class CertificateStore: Sendable {
    /// Whose certificate is looked at.
    public enum Subject: Sendable, Hashable {
        /// A client's, whoever it is.
        case client
        /// A server's of this name.
        case server(host: String)
        /// A server's at this address.
        case serverAt(IPAddress)
    }

    // Filled before it is shared; libcrypto guards it with a lock from then on.
    private nonisolated(unsafe) let store: OpaquePointer

    /// The authorities of the system; nil where there is no memory for them.
    public static func system() -> CertificateStore? { unsafe assay_store(1).map { unsafe CertificateStore($0) } }

    /// These authorities alone; nil where there is no memory for them.
    public static func of(_ authorities: [Certificate]) -> CertificateStore? {
        guard let made = unsafe assay_store(0) else { return nil }
        let store = unsafe CertificateStore(made)
        for authority in authorities { _ = unsafe assay_store_add(made, authority.handle) }
        return store
    }

    private init(_ store: OpaquePointer) { unsafe self.store = unsafe store }

    deinit { unsafe X509_STORE_free(store) }

    /// Why the first certificate of `chain` cannot be believed at `now`; nil when it can. The others may lead to an
    /// authority.
    public func fault(of chain: [Certificate], as subject: Subject, at now: Timestamp) -> String? {
        guard !chain.isEmpty else { return "no certificate" }
        let handles: [OpaquePointer?] = unsafe chain.prefix(16).map { unsafe $0.handle }
        var host: String?
        var address: String?
        switch subject {
        case .client: break
        case .server(let name): host = name
        case .serverAt(let server): address = server.description
        }
        let code = unsafe handles.withUnsafeBufferPointer { handles in
            unsafe assay_verify(
                store, handles.baseAddress, Int32(handles.count), subject == .client ? 0 : 1, host, address,
                now.milliseconds / 1000)
        }
        guard code != X509_V_OK else { return nil }
        let reason = unsafe String(cString: X509_verify_cert_error_string(Int(code)))
        switch subject {
        case .server(let name) where code == X509_V_ERR_HOSTNAME_MISMATCH:
            return "\(reason): it is for \(CertificateStore.told(chain[0].hosts)), not \(name)"
        case .serverAt(let server) where code == X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "\(reason): it is for \(CertificateStore.told(chain[0].hosts)), not \(server)"
        default:
            return reason
        }
    }

    private static func told(_ hosts: [String]) -> String {
        hosts.isEmpty ? "no host" : hosts.prefix(4).joined(separator: ", ") + (hosts.count > 4 ? ", …" : "")
    }
}
