import Cryptography
import NIOCore
import SMTP
import Screening
import Testing
import Values

@testable import Scanners

@Suite struct ScannerTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:3310"), ("scan.example", "scan.example:3310"), ("scan.example:99", "scan.example:99"),
        ("[::1]", "[::1]:3310"), ("[::1]:99", "[::1]:99"), ("/run/clamd.ctl", "unix:/run/clamd.ctl"),
        ("unix:/run/clamd.ctl", "unix:/run/clamd.ctl"), ("", nil), ("a b", nil), ("x:0", nil), ("unix:relative", nil),
    ])
    func clamdAddresses(_ text: String, _ expected: String?) {
        #expect(ScannerSettings.clamdAddress(text)?.description == expected)
    }

    @Test(arguments: [
        ("icap://av.example/avscan", "icap://av.example:1344/avscan"),
        ("icap://av.example:99/a?b=c", "icap://av.example:99/a?b=c"), ("icap://[::1]/x", "icap://[::1]:1344/x"),
        ("icap://av.example", nil), ("icap://av.example/", nil), ("http://av.example/x", nil), ("icap:///x", nil),
        ("icap://av.example/a b", nil), ("icap://av.example/x\r\ny", nil),
    ])
    func icapServices(_ text: String, _ expected: String?) {
        #expect(ICAPService(text)?.description == expected)
    }

    /// A program with its outcomes, run for real.
    private func scan(_ script: String, _ content: String = "content", change: (inout ScanCommand) -> Void = { _ in })
        async -> ScanOutcome
    {
        var command = ScanCommand(["/bin/sh", "-c", script, "sh", ScanCommand.fileWord])
        change(&command)
        var settings = ScannerSettings(name: "sh", kind: .command(command))
        settings.timeout = .seconds(2)
        let bytes = Bytes(content)
        let question = ScanQuestion(settings, bytes, digest: SHA256.hexadecimal(bytes))
        return await LiveScanners().answer(to: question)?.outcome ?? .clean
    }

    @Test func programsTellByTheirExitCodes() async {
        #expect(await scan("exit 0") == .clean)
        #expect(await scan("echo 'x: Worm FOUND'; exit 1") == .infected(name: "exit code 1"))
        #expect(
            await scan("echo 'x: Worm FOUND'; exit 1") { $0.namePattern = ": (.+) FOUND$" } == .infected(name: "Worm"))
        #expect(
            await scan("echo nothing; exit 1") { $0.namePattern = ": (.+) FOUND$" } == .infected(name: "exit code 1"))
        #expect(await scan("exit 9") { $0.codes[9] = .unscannable } == .unscannable(reason: "exit code 9"))
        #expect(await scan("echo it broke >&2; exit 2") == .failed(reason: "exit code 2: it broke"))
        #expect(await scan("kill -9 $$") == .failed(reason: "the program was ended by signal 9"))
        #expect(await scan("sleep 60") == .failed(reason: "the program did not end in time"))
        // What it starts goes with it.
        #expect(await scan("sleep 60 & wait") == .failed(reason: "the program did not end in time"))
        // Something that it leaves behind keeps nobody waiting.
        #expect(await scan("sleep 60 & exit 0") == .clean)
    }

    @Test func programsAreGivenTheContent() async {
        #expect(await scan("test \"$(cat $1)\" = content && ! test -t 0") == .clean)
        #expect(
            await scan("test \"$ASSAY_SIZE\" = 7 && test \"$LC_ALL\" = C && test \"$OWN\" = 1") {
                $0.environment = ["OWN=1"]
            } == .clean)
        var stdin = ScanCommand(["/usr/bin/sha256sum", "--check", "--status"])
        stdin.codes = [0: .clean, 1: .infected]
        let bytes = Bytes("\(SHA256.hexadecimal(Bytes([])))  /dev/null\n")
        let settings = ScannerSettings(name: "sum", kind: .command(stdin))
        #expect(
            await LiveScanners().answer(to: ScanQuestion(settings, bytes, digest: "")) == ScanAnswer(.clean))
    }

    /// What a program leaves in the file counts where it says so, and where it has taken something out.
    @Test(
        arguments: [
            ("printf clean > $1; exit 2", "clean"), ("printf clean > $1.new; mv $1.new $1; exit 2", "clean"),
            ("exit 2", nil), (": > $1; exit 2", nil), ("rm $1; exit 2", nil), ("ln -sf /etc/passwd $1; exit 2", nil),
            ("rm $1; mkfifo $1; exit 2", nil), ("head -c 200 /dev/zero > $1; exit 2", nil),
            ("printf clean > $1; exit 1", nil),
        ] as [(String, String?)])
    func programsRepair(script: String, left: String?) async {
        var command = ScanCommand(["/bin/sh", "-c", script, "sh", ScanCommand.fileWord])
        command.repairedCodes = [2]
        let settings = ScannerSettings(name: "sh", kind: .command(command), sizeLimit: 100)
        let bytes = Bytes("content")
        let answer = await LiveScanners().answer(
            to: ScanQuestion(settings, bytes, digest: SHA256.hexadecimal(bytes)))
        #expect(answer?.outcome.kind == .infected)
        #expect(answer?.repaired == left.map { Bytes($0) })
    }

    /// Output without end is read, and kept in part only.
    @Test func outputIsBounded() async {
        #expect(await scan("head -c 30000000 /dev/zero; echo; exit 0") == .clean)
    }

    @Test func whatIsTooLargeIsNotAskedAbout() async {
        let settings = ScannerSettings(name: "x", kind: .command(ScanCommand(["/nowhere"])), sizeLimit: 3)
        let answer = await LiveScanners().answer(to: ScanQuestion(settings, Bytes("1234"), digest: ""))
        #expect(answer?.outcome == .tooLarge(reason: "4 bytes, more than the 3 of max_size"))
    }

    @Test func noServerIsAFailure() async {
        let address = ServerAddress.unix("/nowhere/clamd.ctl")
        let settings = ScannerSettings(name: "clamd", kind: .clamd([address]))
        let answer = await LiveScanners().answer(to: ScanQuestion(settings, Bytes("1"), digest: ""))
        #expect(answer?.outcome == .failed(reason: "unix:/nowhere/clamd.ctl: no connection: No such file or directory"))
    }

    @Test func answersAreRememberedWithTheirSignatures() {
        var settings = ScannerSettings(name: "clamd", kind: .clamd([]))
        settings.cacheEntries = 2
        let cache = ScanCache(settings)
        let answer = ScanAnswer(.infected(name: "Worm"), signatures: "1")
        cache.keep(answer, about: "a")
        #expect(cache.answer(to: "a", under: "1") == answer)
        #expect(cache.answer(to: "a", under: "2") == nil, "new signatures may know more")
        #expect(cache.answer(to: "a", under: nil) == nil)
        cache.keep(ScanAnswer(.failed(reason: "away"), signatures: "1"), about: "b")
        #expect(cache.answer(to: "b", under: "1") == nil, "what failed may succeed")
        cache.keep(answer, about: "c")
        cache.keep(answer, about: "d")
        #expect(cache.answer(to: "a", under: "1") == nil, "the oldest is given up")
        #expect(cache.answer(to: "d", under: "1") == answer)
        settings.cacheTime = .zero
        let forgetful = ScanCache(settings)
        forgetful.keep(answer, about: "a")
        #expect(forgetful.answer(to: "a", under: "1") == nil)
    }

    @Test func theGateTurnsAwayWhoWaitsTooLong() async throws {
        let gate = Gate(1)
        try await gate.within(by: .now() + .seconds(600)) { () async throws(ScannerFault) -> Void in
            await #expect(throws: ScannerFault.self) {
                try await gate.within(by: .now() + .milliseconds(20)) { () async throws(ScannerFault) -> Void in }
            }
        }
        try await gate.within(by: .now() + .seconds(600)) { () async throws(ScannerFault) -> Void in }
    }
}
