import Foundation
import Testing
import Values

@testable import Archives

@Suite struct CacheFolderTests {
    private func withPlace(_ body: (String) throws -> Void) throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("assay-cache-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try body(place.path)
    }

    private func mode(_ path: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func whatIsKeptComesBack() throws {
        try withPlace { place in
            let folder = CacheFolder(place + "/cache/assay")
            #expect(try folder.contents(of: "rules-1", limit: 100) == nil)
            try folder.keep(Array("one".utf8), as: "rules-1")
            try folder.keep(Array("two".utf8), as: "rules-1")
            #expect(try folder.contents(of: "rules-1", limit: 100) == Bytes("two"))
            #expect(throws: CacheFolder.Problem.self) { try folder.contents(of: "rules-1", limit: 2) }
            #expect(try mode(place + "/cache/assay") == 0o700 && mode(place + "/cache/assay/rules-1") == 0o600)
            #expect(FolderNames.of(place + "/cache/assay") == ["rules-1"])
        }
    }

    @Test func whatOthersCouldWriteIsNotBelieved() throws {
        try withPlace { place in
            let folder = CacheFolder(place + "/assay")
            try folder.keep(Array("one".utf8), as: "rules-1")
            try FileManager.default.setAttributes([.posixPermissions: 0o622], ofItemAtPath: place + "/assay/rules-1")
            #expect(throws: CacheFolder.Problem.self) { try folder.contents(of: "rules-1", limit: 100) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place + "/assay/rules-1")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place + "/assay")
            #expect(throws: CacheFolder.Problem.self) { try folder.contents(of: "rules-1", limit: 100) }
            #expect(throws: CacheFolder.Problem.self) { try folder.keep([1], as: "rules-2") }
            try FileManager.default.createSymbolicLink(atPath: place + "/link", withDestinationPath: place + "/assay")
            #expect(throws: CacheFolder.Problem.self) {
                try CacheFolder(place + "/link").contents(of: "rules-1", limit: 9)
            }
        }
    }

    @Test func linksAreNotFollowed() throws {
        try withPlace { place in
            let folder = CacheFolder(place + "/assay")
            try folder.keep(Array("one".utf8), as: "rules-1")
            try Data("secret".utf8).write(to: URL(fileURLWithPath: place + "/secret"))
            try FileManager.default.createSymbolicLink(
                atPath: place + "/assay/rules-2", withDestinationPath: place + "/secret")
            #expect(throws: CacheFolder.Problem.self) { try folder.contents(of: "rules-2", limit: 100) }
            try folder.keep(Array("two".utf8), as: "rules-2")
            #expect(try folder.contents(of: "rules-2", limit: 100) == Bytes("two"))
            #expect(try String(contentsOfFile: place + "/secret", encoding: .utf8) == "secret")
        }
    }

    @Test func theOldestGo() throws {
        try withPlace { place in
            let folder = CacheFolder(place + "/assay")
            for number in 0..<40 { try folder.keep([UInt8(number)], as: "rules-\(number)") }
            let names = try #require(FolderNames.of(place + "/assay"))
            #expect(names.count == 16 && names.contains("rules-39"))
        }
    }

    @Test(
        arguments: [
            (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/assay"),
            (["XDG_CACHE_HOME": "x", "HOME": "/h"], "/h/.cache/assay"),
            (["HOME": "/h"], "/h/.cache/assay"), ([:], nil),
        ] as [([String: String], String?)])
    func placesOfUsers(environment: [String: String], expected: String?) {
        #expect(CacheFolder.ofUser { environment[$0] }?.path == expected)
    }
}
