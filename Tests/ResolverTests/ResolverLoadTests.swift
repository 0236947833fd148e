import DNS
import NIOCore
import Synchronization
import Testing
import Values

@testable import Resolver

/// Many questions, the cache, and what is shared.
@Suite struct ResolverLoadTests {
    /// 5,000 names from a server that answers after 50 ms and loses 2 % of the packets: none is lost, and each answer
    /// is the one to its question.
    @Test func fiveThousandNamesWithLoss() async throws {
        let server = try await ScriptedServer { query in
            // 1 % of the queries and 1 % of the answers; by the id, which is random.
            guard query.id % 50 != 0, let number = Int(query.name.dropFirst().prefix { $0 != "." }) else { return [] }
            let data: [UInt8] = [10, 0, UInt8(number >> 8), UInt8(number & 255)]
            return [.send(Response(query, [.init(type: 1, data: data)]), after: .milliseconds(50))]
        }
        var configuration = ResolverConfiguration(servers: [try server.server])
        // Other tests may keep the machine busy for longer than a server is waited for as a rule.
        configuration.timeout = .seconds(60)
        let resolver = LiveResolver(configuration)
        let start = ContinuousClock.now
        let answers = await withTaskGroup(of: (Int, DNSAnswer).self) { group in
            for number in 0..<5000 {
                group.addTask {
                    guard let name = DomainName("n\(number).test") else { return (number, .unrecorded) }
                    return (number, await resolver.answer(to: DNSQuestion(name, .a)))
                }
            }
            return await group.reduce(into: [Int: DNSAnswer]()) { $0[$1.0] = $1.1 }
        }
        print("5000 names, 50 ms, 2 % loss: \(start.duration(to: .now)), \(server.received.count) queries")
        #expect(answers.count == 5000)
        for (number, answer) in answers {
            #expect(answer == .records([.address(.v4(0x0A00_0000 | UInt32(number)))], authentic: false))
        }
        await resolver.close()
    }

    struct Lifetime: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Queries after asking twice, and once more after the time to live of one second.
        let queries: [Int]
        let response: @Sendable (ReceivedQuery) -> Response

        init(_ description: String, _ queries: [Int], _ response: @escaping @Sendable (ReceivedQuery) -> Response) {
            (testDescription, self.queries, self.response) = (description, queries, response)
        }
    }

    @Test(arguments: [
        Lifetime("records", [1, 2]) { Response($0, [.a(1, ttl: 1)]) },
        Lifetime("the smallest time to live of a set", [1, 2]) { Response($0, [.a(1, ttl: 300), .a(2, ttl: 1)]) },
        Lifetime("the alias's time to live", [1, 2]) {
            Response($0, [.init(type: 5, ttl: 1, data: wire("b.test")), .a(1, name: "b.test")])
        },
        Lifetime("no time to live", [2, 3]) { Response($0, [.a(1, ttl: 0)]) },
        Lifetime("a time to live out of range", [2, 3]) { Response($0, [.a(1, ttl: 1 << 31)]) },
        Lifetime("a long time to live", [1, 1]) { Response($0, [.a(1, ttl: 1 << 31 - 1)]) },
        Lifetime("no such name, by the SOA's minimum", [1, 2]) {
            Response($0).with { ($0.code, $0.authority) = (3, [.soa(minimum: 1)]) }
        },
        Lifetime("no data, by the SOA's time to live", [1, 2]) {
            Response($0).with { $0.authority = [.soa(ttl: 1)] }
        },
        Lifetime("no such name, for longer", [1, 1]) {
            Response($0).with { ($0.code, $0.authority) = (3, [.soa()]) }
        },
        Lifetime("no data without a SOA", [2, 3]) { Response($0) },
        Lifetime("SERVFAIL, for some seconds", [1, 1]) { Response($0).with { $0.code = 2 } },
    ])
    func remembered(_ item: Lifetime) async throws {
        let server = try await ScriptedServer { [.send(item.response($0))] }
        let start = ContinuousClock.now
        let elapsed = Mutex(Duration.zero)
        let resolver = LiveResolver(
            try server.configuration(), now: { start + elapsed.withLock { $0 } })
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        let first = await resolver.answer(to: question)
        #expect(await resolver.answer(to: question) == first)
        #expect(server.received.count == item.queries[0])
        elapsed.withLock { $0 = .milliseconds(1100) }
        #expect(await resolver.answer(to: question) == first)
        #expect(server.received.count == item.queries[1])
        await resolver.close()
    }

    /// A hundred who ask the same at once cause one query.
    @Test func identicalQuestionsAreSharedInFlight() async throws {
        let server = try await ScriptedServer { [.send(Response($0, [.a(1, ttl: 0)]), after: .milliseconds(200))] }
        let resolver = LiveResolver(try server.configuration())
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        let answers = await withTaskGroup(of: DNSAnswer.self) { group in
            for _ in 0..<100 { group.addTask { await resolver.answer(to: question) } }
            return await group.reduce(into: [DNSAnswer: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(answers == [.records([.address(.v4(0xC000_0201))], authentic: false): 100])
        #expect(server.received.count == 1)
        await resolver.close()
    }

    /// No more are in flight than may be, and those that wait get their turn.
    @Test func questionsInFlightAreBounded() async throws {
        let server = try await ScriptedServer { [.send(Response($0, [.a(1)]), after: .milliseconds(100))] }
        var configuration = try server.configuration()
        configuration.maximumInFlight = 10
        let resolver = LiveResolver(configuration)
        let start = ContinuousClock.now
        await withTaskGroup(of: DNSAnswer.self) { group in
            for number in 0..<50 {
                group.addTask {
                    guard let name = DomainName("n\(number).test") else { return .unrecorded }
                    return await resolver.answer(to: DNSQuestion(name, .a))
                }
            }
            for await answer in group { #expect(answer == .records([.address(.v4(0xC000_0201))], authentic: false)) }
        }
        #expect(start.duration(to: .now) >= .milliseconds(500))
        await resolver.close()
    }

    /// The cache holds no more than it may, and keeps what is in use.
    @Test func theCacheIsBounded() async throws {
        let server = try await ScriptedServer { [.send(Response($0, [.a(1)]))] }
        var configuration = try server.configuration()
        configuration.maximumCached = 20
        let resolver = LiveResolver(configuration)
        let used = DNSQuestion(try #require(DomainName("used.test")), .a)
        for number in 0..<60 {
            let name = try #require(DomainName("n\(number).test"))
            _ = await resolver.answer(to: DNSQuestion(name, .a))
            _ = await resolver.answer(to: used)
        }
        #expect(server.received.count == 61)
        _ = await resolver.answer(to: DNSQuestion(try #require(DomainName("n0.test")), .a))
        #expect(server.received.count == 62)
        await resolver.close()
    }
}
