import Foundation
import Proxy
import Values

/// A certificate for tests, made by openssl in a folder of its own when it is first asked for.
public enum TestIdentity {
    /// Why there is none.
    public struct Absence: Error, CustomStringConvertible {
        public let description: String
    }

    /// For `mx.example`, on an elliptic curve.
    public static let mx: Result<TLSIdentity, any Error> = Result { try make("mx.example") }

    private static func make(_ host: String) throws -> TLSIdentity {
        let folder = FileManager.default.temporaryDirectory.appending(path: "identity-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "c.pem"), folder.appending(path: "k.pem"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", key.path, "-out", certificate.path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Absence(description: "openssl made no certificate") }
        return try TLSIdentity(
            chain: Bytes(Array(Data(contentsOf: certificate))), key: Bytes(Array(Data(contentsOf: key))))
    }
}
