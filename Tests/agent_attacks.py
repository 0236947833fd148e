#!/usr/bin/env python3
"""Breaks the protocol towards assayd in all ways that are known to have worked on some server: each has a defined reply,
smuggles nothing to the next hop, and takes a bounded amount of memory.
"""

import argparse
import contextlib
import glob
import itertools
import os
import re
import socket
import sys
import tempfile
import threading
import time

from agent import FAILED, Agent, Hop, check, message, outcome, send, usual

TRANSACTION = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<eva@local.example>\r\n"
SMUGGLED = b"MAIL FROM:<evil@b.example>\r\nRCPT TO:<eva@local.example>\r\nDATA\r\nevil\r\n.\r\n"


def peak(agent):
    """The most memory that it has had resident, in octets."""
    for line in open(f"/proc/{agent.process.pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


class Client:
    def __init__(self, agent, banner=True):
        self.link = socket.create_connection(("127.0.0.1", agent.port), 60)
        self.stream = self.link.makefile("rb")
        if banner:
            self.reply()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.link.close()

    def send(self, data):
        self.link.sendall(data)

    def reply(self):
        """The next reply's code and text; 0 where the connection ends."""
        lines = []
        while line := self.line():
            lines.append(line)
            if line[3:4] != b"-":
                return int(line[:3]), b"".join(lines)
        return 0, b"".join(lines)

    def line(self):
        try:
            return self.stream.readline()
        except OSError:
            return b""

    def ask(self, line):
        self.send(line + b"\r\n")
        return self.reply()[0]

    def open(self, data=True):
        for line in [b"EHLO c.example", *TRANSACTION.splitlines(), *([b"DATA"] if data else [])]:
            self.ask(line)


def smuggling(program, folder):
    """Every way to write a lone dot between line ends that are none, by DATA and BDAT, in groups and in pieces."""
    before = [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\x00\r\n", b"\r\x00\n", b"\r\n\x00", b""]
    dots = [b".", b"..", b".\x00", b"\x00."]
    after = [b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\x00\r\n", b"\r\x00\n", b""]
    sequences = {a + dot + b for a, dot, b in itertools.product(before, dots, after)}
    # What holds a true end of data is one, whatever stands around it.
    sequences = sorted(sequence for sequence in sequences if b"\r\n.\r\n" not in sequence)
    ways = ["DATA", "DATA in a group", "DATA in pieces", "BDAT", "BDAT in a group", "BDAT in two"]
    for discipline in ["reject", "normalise"]:
        hop = Hop()
        agent = Agent(program, folder, [hop.port], f"  bare_line_ends: {discipline}")
        wrong = []
        for sequence, way in itertools.product(sequences, ways):
            data = b"Subject: x\r\n\r\nbody" + sequence + SMUGGLED
            is_clean = not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", sequence) and way.startswith("BDAT")
            del hop.messages[:], hop.lines[:]
            with Client(agent) as client:
                client.ask(b"EHLO c.example")
                if way == "DATA in a group":
                    client.send(TRANSACTION + b"DATA\r\n" + data)
                elif way.startswith("DATA"):
                    client.send(TRANSACTION + b"DATA\r\n")
                    for _ in range(3):
                        client.reply()
                    if way == "DATA":
                        client.send(data)
                    else:
                        place = data.index(sequence)
                        for cut in range(place, place + len(sequence)):
                            client.send(data[cut - 1 if cut > place else 0:cut])
                        client.send(data[place + len(sequence) - 1:])
                else:
                    # All of it is content, the smuggled end too.
                    if way == "BDAT":
                        client.send(TRANSACTION)
                        client.reply()
                        client.reply()
                        client.send(b"BDAT %d LAST\r\n" % len(data) + data)
                    elif way == "BDAT in a group":
                        client.send(TRANSACTION + b"BDAT %d LAST\r\n" % len(data) + data)
                    else:
                        cut = data.index(sequence) + max(1, len(sequence) // 2)
                        client.send(TRANSACTION + b"BDAT %d\r\n" % cut + data[:cut])
                        client.send(b"BDAT %d LAST\r\n" % (len(data) - cut) + data[cut:])
                client.send(b"QUIT\r\n")
                replies = []
                while (reply := client.reply())[0]:
                    replies.append(reply[0])
            taken = replies.count(250)
            evil = [line for line in hop.lines if b"evil@" in line]
            loose = [text for text in hop.messages if re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", text)]
            has_defect = bool(re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", sequence + b"M"))
            good = not evil and not loose and len(hop.messages) <= 1 and 221 in replies
            if discipline == "reject" and has_defect:
                good = good and not hop.messages and any(code // 100 == 5 for code in replies)
            if not good:
                wrong.append((sequence, way, replies, len(hop.messages), evil[:1], loose[:1]))
        check(f"smuggling, {discipline}: {len(sequences)} sequences in {len(ways)} ways, none gets through",
              not wrong, wrong[:5])
        agent.stop()
        hop.end()


# How long the longest line is; a debug build takes its time for more.
MEGABYTES = 1024


def lines(program, folder):
    """A line of 1 GB, as a command and as data."""
    size = f"{MEGABYTES} MB"
    hop = Hop(ehlo=("8BITMIME",))
    agent = Agent(program, folder, [hop.port], "  message_size: 10M\n  spool_folder: " + folder)
    send(agent, message(100))
    base = peak(agent)
    block = b"x" * (1 << 20)
    with Client(agent) as client:
        for _ in range(MEGABYTES):
            client.send(block)
        check(f"a command of {size} is 500", client.ask(b"") == 500)
        check("and the session goes on", client.ask(b"NOOP") == 250)
    check(f"a command of {size} takes {(peak(agent) - base) >> 20} MB", peak(agent) - base < 32 << 20)
    base = peak(agent)
    with Client(agent) as client:
        client.open()
        for _ in range(MEGABYTES):
            client.send(block)
        check(f"a line of {size} in a message is 552", client.ask(b"\r\n.") == 552)
        check("and the session goes on", client.ask(b"NOOP") == 250)
    check(f"a line of {size} in a message takes {(peak(agent) - base) >> 20} MB", peak(agent) - base < 64 << 20)
    base = peak(agent)
    with Client(agent) as client:
        client.open(data=False)
        client.send(b"BDAT %d LAST\r\n" % (MEGABYTES << 20))
        for _ in range(MEGABYTES):
            client.send(block)
        check(f"a chunk of {size} is 552", client.reply()[0] == 552)
        check("and the session goes on", client.ask(b"NOOP") == 250)
    check(f"a chunk of {size} takes {(peak(agent) - base) >> 20} MB", peak(agent) - base < 64 << 20)
    check("nothing of it went on", len(hop.messages) == 1)
    agent.stop()
    hop.end()


def slowly(program, folder):
    """Clients that drip: each state has its time, and dripping buys none."""
    import threading
    hop = Hop(ehlo=("8BITMIME", "AUTH LOGIN"),
              script=lambda verb, line: b"334 VXNlcm5hbWU6\r\n" if verb == "AUTH" else None if verb is None else Hop.usual(verb))
    agent = Agent(program, folder, [hop.port],
                  "  command_timeout: 2s\n  data_timeout: 2s\n  auth_without_tls: true\n  max_connections_per_address: 100")
    states = {"the banner": [], "EHLO": [b"EHLO c.example"], "MAIL": [b"EHLO c.example", *TRANSACTION.splitlines()[:1]],
              "RCPT": [b"EHLO c.example", *TRANSACTION.splitlines()],
              "AUTH": [b"EHLO c.example", b"AUTH LOGIN"]}
    took = {}

    def drip(name, begin, piece):
        with Client(agent) as client:
            begin(client)
            start = time.time()
            with contextlib.suppress(OSError):
                while time.time() - start < 15:
                    client.send(piece)
                    time.sleep(0.25)
            took[name] = time.time() - start

    def commands(given):
        def begin(client):
            for line in given:
                client.ask(line)
        return begin

    threads = [threading.Thread(target=drip, args=(f"after {name}", commands(given), b"N")) for name, given in states.items()]
    threads.append(threading.Thread(target=drip, args=("in a message", lambda client: client.open(), b"N")))
    threads.append(threading.Thread(target=drip, args=(
        "in a chunk", lambda client: (client.open(data=False), client.send(b"BDAT 10000 LAST\r\n")), b"N")))
    threads.append(threading.Thread(target=drip, args=(
        "in a chunk that is refused", lambda client: (client.ask(b"EHLO c.example"), client.send(b"BDAT 10000 LAST\r\n")), b"N")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, seconds in took.items():
        check(f"dripping {name} ends in time", seconds < 10, seconds)
    agent.stop()
    agent = Agent(program, folder, [hop.port], "  balancers: [127.0.0.0/8]")
    with Client(agent, banner=False) as client:
        start = time.time()
        with contextlib.suppress(OSError):
            for byte in b"PROXY TCP4 192.0.2.1 192.0.2.2 " * 4:
                client.send(bytes([byte]))
                time.sleep(0.4)
        check("dripping a PROXY header ends in time", time.time() - start < 20, time.time() - start)
    agent.stop()
    agent = Agent(program, folder, [hop.port])
    with Client(agent) as client:
        # Replies that nobody takes hold up what asks for more of them.
        client.link.settimeout(3)
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 200 << 20:
                client.send(b"HELP\r\n" * 1000)
                sent += 6000
        check("who takes no replies gets none", sent < 100 << 20, sent)
    check("and memory stays bounded", peak(agent) < 200 << 20, peak(agent))
    agent.stop()
    hop.end()


def floods(program, folder):
    """Many recipients; commands before the banner; groups that were not offered."""
    hop = Hop()
    agent = Agent(program, folder, [hop.port])
    with Client(agent) as client:
        client.ask(b"EHLO c.example")
        client.ask(b"MAIL FROM:<a@b.example>")
        codes = {}
        for start in range(0, 10_000, 100):
            client.send(b"".join(b"RCPT TO:<user%d@local.example>\r\n" % number for number in range(start, start + 100)))
            for _ in range(100):
                code = client.reply()[0]
                codes[code] = codes.get(code, 0) + 1
        check("of 10,000 recipients 1,000 are taken and the others are 452", codes == {250: 1000, 452: 9000}, codes)
        client.ask(b"DATA")
        check("and those have their message", client.ask(b"Subject: x\r\n\r\nx\r\n.") == 250 and len(hop.messages) == 1)
    check("of which memory stays bounded", peak(agent) < 300 << 20, peak(agent))
    agent.stop()

    tarpit = "stages:\n  tarpit:\n    enabled: true\n    exempt: []\n"
    agent = Agent(program, folder, [hop.port], "  banner_delay: 3s", tarpit)
    with Client(agent, banner=False) as client:
        start = time.time()
        client.send(b"EHLO c.example\r\n" + TRANSACTION + b"QUIT\r\n")
        codes = [client.reply()[0] for _ in range(5)]
        check("who speaks before the banner is served in order, at once", codes == [220, 250, 250, 250, 221]
              and time.time() - start < 2.5, (codes, time.time() - start))
    check("and found out", agent.wait_for("TARPIT_EARLY_TALKER"), agent.text())
    with Client(agent, banner=False) as client:
        with contextlib.suppress(OSError):
            for _ in range(64):
                client.send(b"NOOP\r\n" * 50_000)
        codes = []
        while code := client.reply()[0]:
            codes.append(code)
        check("a flood before the banner ends with 421", codes and codes[-1] == 421 or codes == [], codes[-3:])
    check("of which memory stays bounded", peak(agent) < 300 << 20, peak(agent))
    start = time.time()
    with Client(agent) as client:
        check("who waits has the banner after the delay", time.time() - start > 2.5)
        # RFC 2920 §3.1: nothing follows EHLO before its reply.
        client.send(b"EHLO c.example\r\n" + TRANSACTION)
        check("a group behind EHLO is served in order", [client.reply()[0] for _ in range(3)] == [250, 250, 250])
    agent.stop()
    check("and found out", agent.text().count("TARPIT_EARLY_TALKER") == 2 or "TARPIT_EARLY_TALKER" in agent.text())
    agent = Agent(program, folder, [hop.port])
    with Client(agent) as client:
        # HELO offers no groups.
        client.send(b"HELO c.example\r\n")
        client.reply()
        client.send(TRANSACTION + b"DATA\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n")
        check("a group without leave is served in order",
              [client.reply()[0] for _ in range(5)] == [250, 250, 354, 250, 221])
    with Client(agent) as client:
        client.send(b"NOOP\r\n" * 200)
        codes = []
        while code := client.reply()[0]:
            codes.append(code)
        check("commands without end are 450, then 421", set(codes) == {250, 450, 421} and codes[-1] == 421, set(codes))
    agent.stop()
    hop.end()


def arithmetic(program, folder):
    """Numbers that do not fit, and sizes that are lies."""
    hop = Hop(ehlo=("8BITMIME", "SIZE 100000"))
    agent = Agent(program, folder, [hop.port])
    table = [
        ([b"BDAT -1 LAST"], 501), ([b"BDAT 99999999999999999999999999 LAST"], 501), ([b"BDAT 1e3 LAST"], 501),
        ([b"BDAT 0x10 LAST"], 501), ([b"BDAT"], 501), ([b"BDAT 5 LAST LAST"], 501), ([b"BDAT 0 LAST"], 250),
        ([b"BDAT 0", b"BDAT 0 LAST"], 250), ([b"BDAT 4\r\nabc\n", b"BDAT 0 LAST"], 550), ([b"BDAT 4\r\nab\r\n", b"DATA"], 503),
        ([b"BDAT 4\r\nab\r\n", b"MAIL FROM:<x@b.example>"], 503), ([b"BDAT 4\r\nab\r\n", b"RSET"], 250),
        ([b"BDAT 3\r\na\r\n", b"BDAT 3 LAST\r\nb\r\n"], 250), ([b"BDAT 2\r\na\r", b"BDAT 4 LAST\r\n\nb\r\n"], 250),
        ([b"DATA x"], 501), ([b"RSET x"], 501), ([b"STARTTLS"], 502), ([b"XCLIENT ADDR=192.0.2.9"], 502),
        ([b"AUTH PLAIN AGFubgBzM2NyZXQ="], 502), ([b"EXPN list"], 502), ([b"VRFY eva"], 252), ([b"ETRN x"], 500),
        ([b"RSET", b"MAIL FROM:<a@b.example> SIZE=100001"], 552), ([b"RSET", b"MAIL FROM:<a@b.example> SIZE=-1"], 501),
        ([b"RSET", b"MAIL FROM:<a@b.example> SIZE=99999999999999999999"], 501), ([b"RSET", b"MAIL FROM:<a@b.example> SIZE="], 501),
        ([b"RSET", b"MAIL FROM:<a@b.example> SIZE=1 SIZE=2"], 501), ([b"RSET", b"MAIL FROM:<a@b.example> BODY=BINARYMIME"], 501),
        ([b"RSET", b"MAIL FROM:<a@b.example> X=1"], 555), ([b"RSET", b"MAIL FROM:<a\x00@b.example>"], 500),
        ([b"RSET", b"MAIL FROM:<a@b.example>\rRCPT TO:<x@b.example>"], 500), ([b"RSET", b"RCPT TO:<x@local.example>"], 503),
        ([b"RSET", b"DATA"], 503), ([b"MAIL FROM:<twice@b.example>"], 503), ([b"RCPT TO:<>"], 501),
    ]
    for given, expected in table:
        with Client(agent) as client:
            client.open(data=False)
            codes = []
            for line in given:
                # Chunks bring their octets along.
                client.send(line if line.startswith(b"BDAT") and b"\r\n" in line else line + b"\r\n")
                codes.append(client.reply()[0])
            check(f"{b' / '.join(given)!r} is {expected}", codes[-1] == expected, codes)
    with Client(agent) as client:
        client.ask(b"EHLO c.example")
        client.send(b"BDAT 9223372036854775807 LAST\r\n" + b"NOOP\r\n" * 1000)
        check("a chunk without a transaction is 503", client.reply()[0] == 503)
        client.link.settimeout(0.5)
        check("and its octets are no commands", client.line() == b"")
    with Client(agent) as client:
        client.ask(b"EHLO c.example")
        client.ask(b"MAIL FROM:<a@b.example> SIZE=10")
        client.ask(b"RCPT TO:<eva@local.example>")
        client.ask(b"DATA")
        check("a message larger than declared is taken up to the limit", client.ask(b"x" * 900 + b"\r\n.") == 250)
        for line in TRANSACTION.splitlines() + [b"DATA"]:
            client.ask(line)
        check("and no further", client.ask(b"\r\n".join([b"x" * 900] * 120) + b"\r\n.") == 552)
        for line in TRANSACTION.splitlines() + [b"DATA"]:
            last = client.ask(line)
        check("which ends the transaction alone", last == 354)
    check("it still stands", agent.process.poll() is None)
    agent.stop()
    hop.end()


def spoofing(program, folder):
    """PROXY headers of those who are no balancers, and bad ones of those who are."""
    hop = Hop()
    headers = [b"PROXY TCP4 192.0.2.7 192.0.2.25 4000 25\r\n", b"PROXY UNKNOWN\r\n",
               b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x19\x0f\xa0\x00\x19"]
    agent = Agent(program, folder, [hop.port], "  identification: xclient\n  balancers: [192.0.2.0/24]")
    for header in headers:
        del hop.lines[:]
        with Client(agent, banner=False) as client:
            client.send(header)
            client.send(b"EHLO c.example\r\nQUIT\r\n")
            codes = []
            while code := client.reply()[0]:
                codes.append(code)
        told = [line for line in hop.lines if line.startswith(b"XCLIENT")]
        check(f"{header[:20]!r} of no balancer is no command", any(code // 100 == 5 for code in codes), codes)
        check("and names nobody", all(b"ADDR=127.0.0.1" in line for line in told), told)
    agent.stop()
    agent = Agent(program, folder, [hop.port], "  identification: xclient\n  balancers: [127.0.0.1]")
    for header in [b"PROXY TCP4 192.0.2.7\r\n", b"PROXY TCP9 a b 1 2\r\n", b"PROXY TCP4 999.0.2.7 192.0.2.25 4000 25\r\n",
                   b"PROXY TCP4 192.0.2.7 192.0.2.25 99999 25\r\n", b"EHLO c.example\r\n", b"PROXY " + b"x" * 200 + b"\r\n",
                   b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\xff\xff", b"\r\n\r\n\x00\r\nQUIT\n\x31\x11\x00\x0c", b"\x00" * 200,
                   b"\r\n\r\n\x00\r\nQUIT\n\x25\x11\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x19\x0f\xa0\x00\x19",
                   b"\r\n\r\n\x00\r\nQUIT\n\x21\x51\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x19\x0f\xa0\x00\x19",
                   b"PROXY TCP4 192.0.2.7 192.0.2.25 +400 25\r\n"]:
        with Client(agent, banner=False) as client:
            client.send(header)
            check(f"a balancer's {header[:24]!r} ends the connection", client.line() == b"")
    agent.stop()
    hop.end()


def leftovers(program, folder):
    """What is abandoned, refused or not understood is no part of what comes next."""
    # The next hop asks for its reply to DATA twice.
    refusals = [b"451 4.3.0 not now\r\n"] * 2
    hop = Hop(usual(DATA=lambda line: refusals.pop() if refusals else b"354 go\r\n",
                    AUTH=lambda line: b"334 \r\n"), ehlo=("8BITMIME", "SIZE 1000000", "AUTH PLAIN"))
    agent = Agent(program, folder, [hop.port], "  auth_without_tls: true\n  drain_timeout: 1s")
    with Client(agent) as client:
        client.open()
        check("a next hop refuses DATA", client.ask(b"x\r\n.") == 451)
        check("and takes the next message", [client.ask(line) for line in TRANSACTION.splitlines()] == [250, 250]
              and client.ask(b"DATA") == 354 and client.ask(b"next\r\n.") == 250, hop.lines)
    for restart in [b"EHLO c.example", b"HELO c.example", b"RSET"]:
        del hop.messages[:]
        with Client(agent) as client:
            client.open(data=False)
            secret = b"what eva alone is to read\r\n" * 3000
            client.send(b"BDAT %d\r\n" % len(secret) + secret)
            codes = [client.reply()[0], client.ask(restart)]
            codes += [client.ask(line) for line in [b"MAIL FROM:<a@b.example>", b"RCPT TO:<two@local.example>", b"DATA"]]
            codes.append(client.ask(b"Subject: small\r\n\r\nhello\r\n."))
        check(f"a chunk before {restart.decode()} is no part of the next message", codes == [250, 250, 250, 250, 354, 250]
              and len(hop.messages) == 1 and b"eva alone" not in hop.messages[0], (codes, [len(m) for m in hop.messages]))
    for line in [b"BDAT 99999999999999999999 LAST", b"BDAT 70 LAST.", b"BDAT 70 LAST X", b"bdat 7\x00 LAST", b"BDAT " + b"7" * 9000]:
        del hop.lines[:]
        with Client(agent) as client:
            client.open(data=False)
            client.send(line + b"\r\nRSET\r\nMAIL FROM:<ceo@local.example>\r\nRCPT TO:<eva@local.example>\r\n")
            codes = [client.reply()[0], client.reply()[0]]
        check(f"what follows {line[:30]!r} is no command", codes == [501, 0] and not any(b"ceo" in told for told in hop.lines),
              (codes, hop.lines))
    for answer in [b"x" * 13000, b"AGFu\nbgBzM2NyZXQ=", b"AGFu\x00bgBzM2NyZXQ="]:
        del hop.lines[:]
        with Client(agent) as client:
            client.ask(b"EHLO c.example")
            codes = [client.ask(b"AUTH PLAIN"), client.ask(answer), client.ask(b"MAIL FROM:<a@b.example>")]
        check(f"the answer {answer[:12]!r} cancels AUTH", codes == [334, 500, 250] and b"*\r\n" in hop.lines, (codes, hop.lines))
    with Client(agent) as client:
        client.ask(b"EHLO c.example")
        codes = [client.ask(line.encode()) for line in
                 ["MAIL FROM:<ü@b.example>", "MAIL FROM:<a@b.example>", "RCPT TO:<ä@local.example>"]]
        check("addresses beyond ASCII are for SMTPUTF8", codes == [553, 250, 553], codes)
    agent.stop()
    hop.end()
    # One that says 354 and reads no more: nothing but the end of the service is to be waited for.
    stuck = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=stand_still, args=(stuck,), daemon=True).start()
    agent = Agent(program, folder, [stuck.getsockname()[1]], "  drain_timeout: 1s")
    with Client(agent) as client:
        client.open()
        client.send(b"x" * 70 + b"\r\n")
        client.send((b"x" * 70 + b"\r\n") * 150_000 + b".\r\n")
        start = time.time()
        agent.stop()
        check("a next hop that reads no more keeps nobody from stopping", time.time() - start < 8, time.time() - start)
        check("and its client has no 250", client.reply()[0] != 250)
    stuck.close()


def stand_still(server):
    with contextlib.suppress(OSError):
        link, _ = server.accept()
        reader = link.makefile("rb")
        link.sendall(b"220 hop ESMTP\r\n")
        while line := reader.readline():
            if line.upper().startswith(b"DATA"):
                link.sendall(b"354 go\r\n")
                time.sleep(60)
                return
            link.sendall(b"250 SIZE 20000000\r\n" if line.upper().startswith(b"EHLO") else b"250 ok\r\n")


def seeds(program, folder):
    """What others found worth keeping for fuzzers, sent as it is."""
    shared = os.environ.get("ASSAY_SHARED", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "shared"))
    files = glob.glob(os.path.join(shared, "suites", "smtp-fuzz-seeds", "**", "*"), recursive=True)
    files += glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures", "fuzz", "smtp", "*"))
    files = [name for name in files if os.path.isfile(name)]
    hop = Hop()
    agent = Agent(program, folder, [hop.port], "  command_timeout: 5s")
    for name in files:
        with Client(agent) as client:
            with contextlib.suppress(OSError):
                client.send(open(name, "rb").read() + b"\r\n.\r\nQUIT\r\n")
                client.link.shutdown(socket.SHUT_WR)
            while client.line():
                pass
    check(f"{len(files)} seeds of fuzzers end nothing", agent.process.poll() is None
          and outcome(lambda: send(agent, message(10))) == 250)
    agent.stop()
    hop.end()


PARTS = {"smuggling": smuggling, "lines": lines, "slowly": slowly, "floods": floods, "arithmetic": arithmetic,
         "spoofing": spoofing, "leftovers": leftovers, "seeds": seeds}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--megabytes", type=int, default=1024, help="the longest line (1024)")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    arguments = parser.parse_args()
    globals()["MEGABYTES"] = arguments.megabytes
    for name in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            PARTS[name](os.path.abspath(arguments.assayd), folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
