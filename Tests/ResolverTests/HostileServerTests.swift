import DNS
import NIOCore
import Resolver
import TestServers
import Testing
import Values

/// The resolver against servers that fail, mangle and forge.
@Suite struct HostileServerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is asked for is the address of `host.test`.
        let answer: DNSAnswer
        /// How many queries the server has seen after that.
        let queries: Int
        let script: ScriptedServer.Script

        init(
            _ description: String, _ answer: DNSAnswer, queries: Int, script: @escaping ScriptedServer.Script
        ) {
            (testDescription, self.answer, self.queries, self.script) = (description, answer, queries, script)
        }
    }

    private static let right = DNSAnswer.records([.address(.v4(0xC000_0201))], authentic: false)

    private static let cases: [Case] = [
        Case("right", right, queries: 1) { [.send(Response($0, [.a(1)]))] },
        Case("right twice", right, queries: 1) { [.send(Response($0, [.a(1)])), .send(Response($0, [.a(2)]))] },
        Case("a forged id before the right answer", right, queries: 1) { query in
            [.send(Response(query, [.a(66)]).with { $0.id ^= 0x5555 }), .send(Response(query, [.a(1)]))]
        },
        Case("a forged question before the right answer", right, queries: 1) { query in
            [
                .send(Response(query, [.a(66)]).with { $0.question = wire("else.test") + [0, 1, 0, 1] }),
                .send(Response(query, [.a(66)]).with { $0.question[query.question.count - 3] = 28 }),
                .send(Response(query, [.a(66)]).with { $0.question = [] }),
                .send(Response(query, [.a(1)])),
            ]
        },
        Case("a forged port before the right answer", right, queries: 1) { query in
            [
                .sendFromElsewhere(Response(query, [.a(66)]).bytes),
                .send(Response(query, [.a(1)]), after: .milliseconds(50)),
            ]
        },
        Case("a query instead of an answer", right, queries: 1) { query in
            [.send(query.bytes), .send(Response(query, [.a(1)]))]
        },
        Case("noise before the right answer", right, queries: 1) { query in
            [
                .send([]), .send([0]), .send(Array(query.bytes.prefix(11))),
                .send(Array(repeating: 0xFF, count: 600)), .send(Response(query, [.a(1)])),
            ]
        },
        Case("letters in the wrong case: TCP decides", right, queries: 2) { query in
            guard !query.isOverTCP else { return [.send(Response(query, [.a(1)]))] }
            return [
                .send(
                    Response(query, [.a(66)]).with { response in
                        response.question = response.question.map {
                            (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) ? $0 ^ 0x20 : $0
                        }
                    })
            ]
        },
        Case("a server that always answers in lower case", right, queries: 2) { query in
            [.send(Response(query, [.a(1)]).with { $0.question = wire(query.name) + [0, 1, 0, 1] })]
        },
        Case("a broken record: TCP decides", right, queries: 2) { query in
            query.isOverTCP
                ? [.send(Response(query, [.a(1)]))] : [.send(Response(query, [.init(type: 1, data: [1, 2])]))]
        },
        Case("more octets than were asked for", right, queries: 2) { query in
            query.isOverTCP
                ? [.send(Response(query, [.a(1)]))]
                : [
                    .send(
                        Response(
                            query,
                            [.a(1)]
                                + (0..<100).map { _ in
                                    .init(type: 16, data: [200] + Array(repeating: 65, count: 200))
                                }))
                ]
        },
        Case("truncated: the rest over TCP", right, queries: 2) { query in
            query.isOverTCP
                ? [.send(Response(query, [.a(1)]))] : [.send(Response(query).with { $0.flags |= 0x0200 })]
        },
        Case("truncated over TCP too", .serverFailure, queries: 2) { query in
            [.send(Response(query, [.a(66)]).with { $0.flags |= 0x0200 })]
        },
        Case("another id over TCP", .serverFailure, queries: 2) { query in
            [
                .send(
                    Response(query, [.a(66)]).with {
                        $0.flags |= 0x0200; if query.isOverTCP { $0.id ^= 1 }
                    })
            ]
        },
        Case("does not know EDNS", right, queries: 2) { query in
            query.hasEDNS
                ? [.send(Response(query).with { ($0.code, $0.question) = (1, []) })]
                : [.send(Response(query, [.a(1)]))]
        },
        Case("SERVFAIL", .serverFailure, queries: 1) { query in [.send(Response(query).with { $0.code = 2 })] },
        Case("REFUSED", .serverFailure, queries: 1) { query in [.send(Response(query).with { $0.code = 5 })] },
        Case("FORMERR whatever is asked", .serverFailure, queries: 2) { query in
            [.send(Response(query).with { $0.code = 1 })]
        },
        Case("a referral", .serverFailure, queries: 1) { query in
            [.send(Response(query).with { ($0.flags, $0.authority) = (0x8000, [.ns("ns.test")]) })]
        },
        Case("neither authoritative nor recursive", .serverFailure, queries: 1) { query in
            [.send(Response(query).with { $0.flags = 0x8000 })]
        },
        Case("NXDOMAIN of one that does not know", .serverFailure, queries: 1) { query in
            [.send(Response(query).with { ($0.flags, $0.code) = (0x8000, 3) })]
        },
        Case("an answer to something else", .serverFailure, queries: 1) { query in
            [.send(Response(query, [.a(66, name: "else.test")]))]
        },
        Case("no data", .noData, queries: 1) { query in [.send(Response(query).with { $0.authority = [.soa()] })] },
        Case("no such name", .nameError, queries: 1) { query in
            [.send(Response(query).with { ($0.code, $0.authority) = (3, [.soa()]) })]
        },
        Case("an alias told in full", right, queries: 1) { query in
            [.send(Response(query, [.a(1, name: "b.test"), .cname("b.test")]))]
        },
        Case("an alias that leaves the answer", right, queries: 2) { query in
            [.send(Response(query, query.name == "host.test" ? [.cname("b.test")] : [.a(1)]))]
        },
        Case("an alias of itself", .serverFailure, queries: 1) { query in
            [.send(Response(query, [.cname("host.test")]))]
        },
        Case("a loop over answers", .serverFailure, queries: 2) { query in
            [.send(Response(query, [.cname(query.name == "host.test" ? "b.test" : "host.test")]))]
        },
        Case("ever longer aliases", .serverFailure, queries: 17) { query in
            [.send(Response(query, [.cname(query.name == "host.test" ? "a.test" : "a" + query.name)]))]
        },
        Case("silence", .timeout, queries: 1) { _ in [] },
        Case("late", .timeout, queries: 1) { [.send(Response($0, [.a(66)]), after: .milliseconds(3300))] },
        Case("lost once", right, queries: 2) { query in [.send(Response(query, [.a(1)]))] },
    ]

    @Test(arguments: cases)
    func answers(_ item: Case) async throws {
        let first = Flag()
        let server = try await ScriptedServer { query in
            item.testDescription == "lost once" && first.set() ? [] : item.script(query)
        }
        var configuration = try server.configuration(
            wait: item.answer == .timeout
                || item.testDescription == "lost once" ? .seconds(3) : .seconds(60))
        // The lost one needs a second try.
        configuration.timeout = item.answer == .timeout ? .seconds(3) : .seconds(60)
        configuration.attempts = 1
        let resolver = LiveResolver(configuration)
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        #expect(await resolver.answer(to: question) == item.answer)
        #expect(try await server.received(atLeast: item.queries).count == item.queries)
        await resolver.close()
    }

    /// The first server fails in each way; the second is asked.
    @Test(arguments: ["SERVFAIL", "REFUSED", "a referral", "silence", "neither authoritative nor recursive"])
    func nextServerIsAsked(failure: String) async throws {
        let script = try #require(HostileServerTests.cases.first { $0.testDescription == failure }).script
        let bad = try await ScriptedServer(script)
        let good = try await ScriptedServer { [.send(Response($0, [.a(1)]))] }
        var configuration = try bad.configuration(wait: failure == "silence" ? .seconds(3) : .seconds(60))
        configuration.servers.append(try good.server)
        let resolver = LiveResolver(configuration)
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        #expect(await resolver.answer(to: question) == HostileServerTests.right)
        #expect(try await bad.received(atLeast: 1).count == 1)
        #expect(good.received.count == 1)
        await resolver.close()
    }

    /// Nobody listens: the next server is asked at once, and without one the answer is a time-out, but soon.
    @Test func nobodyListens() async throws {
        let port = try LoopbackPort.free().number
        let closed = try #require(ResolverConfiguration.Server(address: "127.0.0.1", port: port))
        let good = try await ScriptedServer { [.send(Response($0, [.a(1)]))] }
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        let both = LiveResolver(ResolverConfiguration(servers: [closed, try good.server]))
        #expect(await both.answer(to: question) == HostileServerTests.right)
        let alone = LiveResolver(ResolverConfiguration(servers: [closed]))
        #expect(await alone.answer(to: question) == .timeout)
        await both.close()
        await alone.close()
    }

    /// Ids, ports and letter case cannot be foretold.
    @Test func queriesAreHardToForge() async throws {
        let server = try await ScriptedServer { [.send(Response($0, [.a(1)]))] }
        let resolver = LiveResolver(try server.configuration())
        for number in 0..<64 {
            let name = try #require(DomainName("a-name-of-many-letters-\(number).test"))
            #expect(await resolver.answer(to: DNSQuestion(name, .a)) == HostileServerTests.right)
        }
        let queries = server.received
        #expect(Set(queries.map(\.id)).count > 60)
        // Letters of both cases in every name, and not the same letters.
        let capitals = queries.map { $0.question.dropLast(5).prefix(20).map { (0x41...0x5A).contains($0) } }
        #expect(Set(capitals).count > 60)
        #expect(queries.allSatisfy { $0.hasEDNS && $0.bytes[2] & 1 == 1 })
        await resolver.close()
    }

    /// What a server says of authenticity counts only where it is trusted.
    @Test(arguments: [(true, true), (false, false)])
    func authenticity(trusts: Bool, authentic: Bool) async throws {
        let server = try await ScriptedServer { query in
            [.send(Response(query, [.a(1)]).with { $0.flags |= 0x0020 })]
        }
        var configuration = try server.configuration()
        configuration.trustsAuthenticity = trusts
        let resolver = LiveResolver(configuration)
        let question = DNSQuestion(try #require(DomainName("host.test")), .a)
        #expect(
            await resolver.answer(to: question) == .records([.address(.v4(0xC000_0201))], authentic: authentic))
        // RFC 6840 §5.7: AD in a query asks for the server's word.
        #expect(server.received.allSatisfy { ($0.bytes[3] & 0x20 != 0) == trusts })
        await resolver.close()
    }
}
