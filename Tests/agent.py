#!/usr/bin/env python3
"""Plays mail through assayd on the loopback interface, with servers of its own behind it.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import contextlib
import glob
import json
import os
import random
import shutil
import signal
import smtplib
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

# Whoever starts this may hold signals back, and the servers started here would not end when asked to.
signal.pthread_sigmask(signal.SIG_SETMASK, [])

FAILED = []


def check(name, holds, detail=""):
    print(f"{'ok' if holds else 'FAILED'}: {name}{'' if holds else ': ' + str(detail)}", flush=True)
    if not holds:
        FAILED.append(name)


def free_port():
    """A port from below those that outgoing connections get, one of which may have it before the server does."""
    while True:
        port = random.randrange(10000, 32000)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for_port(port, seconds=20):
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


class Agent:
    """assayd under a policy, in front of a port."""

    def __init__(self, program, folder, hops, agent="", policy="", dns="none", environment=None):
        self.port = free_port()
        self.folder = folder
        self.policy = os.path.join(folder, f"policy-{self.port}.yaml")
        self.hops = hops
        self.write(agent, policy)
        self.log = os.path.join(folder, f"log-{self.port}")
        self.command, self.environment = [program, "--policy", self.policy, "--dns", dns], environment
        self.start()

    def start(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stderr=log, env=self.environment)
        # It is bound before it looks at its folders: a test that moves one as soon as the port answers ends it.
        if not self.wait_for("listening on", 20):
            raise SystemExit("assayd does not listen: " + self.text())

    def write(self, agent="", policy=""):
        hops = ", ".join(f'"{hop}"' if ":" in str(hop) else f"127.0.0.1:{hop}" for hop in self.hops)
        with open(self.policy, "w") as file:
            file.write(
                f"version: 1\nlocal_domains: [local.example]\nagent:\n  listen: [127.0.0.1:{self.port}]\n"
                f"  next_hop: [{hops}]\n  hostname: mx.local.example\n{agent}\n{policy}\n")

    def text(self):
        return open(self.log, encoding="utf-8", errors="replace").read()

    def wait_for(self, text, seconds=10):
        deadline = time.time() + seconds
        while time.time() < deadline:
            if text in self.text():
                return True
            time.sleep(0.02)
        return False

    def client(self):
        return smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=30)

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Hop(socketserver.ThreadingTCPServer):
    """A mail server that does as `script` says: a function from (verb, line) to a reply, None to close at once,
    or b"" to say nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script=None, ehlo=("8BITMIME", "SIZE 1000000", "XCLIENT NAME ADDR HELO"), header=False, port=0):
        self.script = script or (lambda verb, line: None if verb is None else Hop.usual(verb))
        self.ehlo, self.header = ehlo, header
        self.messages, self.lines, self.headers, self.links = [], [], [], []
        super().__init__(("127.0.0.1", port), HopHandler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @staticmethod
    def usual(verb):
        return {"DATA": b"354 go\r\n", "QUIT": b"221 bye\r\n", "BANNER": b"220 hop ESMTP\r\n",
                "XCLIENT": b"220 hop ESMTP\r\n"}.get(verb, b"250 2.0.0 ok\r\n")

    def end(self):
        self.shutdown()
        self.server_close()


class HopHandler(socketserver.StreamRequestHandler):
    def say(self, verb, line=b""):
        reply = self.server.script(verb, line)
        if reply is None:
            return False
        if verb == "EHLO" and reply.startswith(b"250"):
            words = [b"hop"] + [word.encode() for word in self.server.ehlo]
            reply = b"".join(b"250-%s\r\n" % word for word in words[:-1]) + b"250 %s\r\n" % words[-1]
        self.wfile.write(reply)
        return True

    def handle(self):
        try:
            self.converse()
        except OSError:
            pass

    def converse(self):
        self.server.links.append(self.wfile)
        if self.server.header:
            self.server.headers.append(self.rfile.readline())
        if not self.say("BANNER"):
            return
        while line := self.rfile.readline():
            self.server.lines.append(line)
            verb = line.split()[0].decode().upper() if line.split() else ""
            if not self.say(verb, line):
                return
            if verb == "QUIT":
                return
            if verb == "DATA" and self.server.script("DATA", line).startswith(b"354"):
                message = []
                while (text := self.rfile.readline()) != b".\r\n":
                    if not text:
                        return
                    message.append(text[1:] if text.startswith(b".") else text)
                reply = self.server.script("DOT", b"")
                if reply is None:
                    return
                if reply.startswith(b"2"):
                    self.server.messages.append(b"".join(message))
                self.wfile.write(reply)


def usual(**replies):
    def script(verb, line):
        if verb in replies:
            reply = replies[verb]
            return reply(line) if callable(reply) else reply
        return Hop.usual(verb)
    return script


NOISE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def message(size, number=0):
    """A message with lines of all kinds that may be on the wire."""
    dice = random.Random(size * 1000 + number)
    lines = [f"From: ann@client.example", f"To: eva@local.example", f"Subject: number {number}",
             f"Message-ID: <{size}.{number}@client.example>", "Date: Wed, 1 May 2024 10:00:00 +0000", ""]
    total = 0
    while total < size:
        line = dice.choice(["", ".", "..", ".x", "From here", "x" * dice.randrange(1, 900), "\xe4\xf6 \t tab"])
        lines.append(line)
        total += len(line) + 2
    return "\r\n".join(lines).encode("latin-1") + b"\r\n"


def noise(size, number=0):
    """A message that no compression makes much smaller."""
    dice = random.Random(size * 1000 + number)
    lines = ["From: ann@client.example", "To: eva@local.example", f"Subject: number {number}", ""]
    lines += ["".join(dice.choice(NOISE) for _ in range(70)) for _ in range(size // 72 + 1)]
    return "\r\n".join(lines).encode() + b"\r\n"


def unpacked(path):
    """What a file of the quarantine holds."""
    return subprocess.run(["zstd", "-dcq", path], capture_output=True).stdout


def outcome(work):
    """The code that a client sees: a reply's, or 0 for a connection that broke."""
    try:
        result = work()
        return result[0] if isinstance(result, tuple) else 250
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except smtplib.SMTPRecipientsRefused as error:
        return next(iter(error.recipients.values()))[0]
    except (smtplib.SMTPServerDisconnected, OSError):
        return 0


def send(agent, data, recipients=("eva@local.example",), sender="ann@client.example"):
    client = agent.client()
    try:
        return client.sendmail(sender, list(recipients), data)
    finally:
        # What a server says to QUIT changes nothing about a message.
        client.close()


def deliver(program, folder):
    hop = Hop()
    agent = Agent(program, folder, [hop.port], "  spool_memory: 64K\n  spool_folder: " + folder)
    sent = [message(size, number) for number, size in enumerate([0, 1, 100, 5000, 70_000, 300_000, 2_000_000][:6])]
    with agent.client() as client:
        for data in sent:
            client.sendmail("ann@client.example", ["eva@local.example"], data, ["BODY=8BITMIME"])
    added = {text[:len(text) - len(data)] for text, data in zip(hop.messages, sent)}
    check("messages arrive byte for byte below one field of the policy", len(hop.messages) == len(sent)
          and all(text.endswith(data) for text, data in zip(hop.messages, sent)) and len(added) == 1
          and min(added).startswith(b"Authentication-Results: local.example;") and min(added).count(b"\r\n") == 1, added)
    check("the client's parameters reach the next hop", any(b"BODY=8BITMIME" in line for line in hop.lines))
    with agent.client() as client:
        client.ehlo()
        features = set(client.esmtp_features)
        check("offers are what both have", features >= {"8bitmime", "size", "chunking", "pipelining"}
              and not features & {"dsn", "smtputf8", "starttls", "auth", "xclient"}, features)
        check("the smaller size limit is offered", client.esmtp_features["size"] == "1000000")
        client.mail("a@b.example")
        client.rcpt("eva@local.example")
        body = b"Subject: x\r\n\r\n.\r\nx\r\n"
        client.send(b"BDAT 5\r\n" + body[:5])
        first = client.getreply()[0]
        client.send(b"BDAT %d LAST\r\n" % (len(body) - 5) + body[5:])
        last = client.getreply()
        check("BDAT arrives as DATA", (first, last[0]) == (250, 250) and hop.messages[-1].endswith(b"\r\n" + body),
              (first, last, hop.messages[-1][:200]))
    check("each message has its line in the log", agent.wait_for("Subject") or agent.text().count("verdict=accept") >= 7,
          agent.text())
    check("SIGTERM ends it with 0", agent.stop() == 0, agent.text())
    hop.end()


def identify(program, folder):
    for identification, expected in [
            ("xclient", b"XCLIENT NAME=[UNAVAILABLE] ADDR=127.0.0.1 HELO=client.example\r\n"), ("proxy-v1", None)]:
        hop = Hop(header=identification != "xclient")
        agent = Agent(program, folder, [hop.port], f"  identification: {identification}")
        send(agent, message(10))
        if expected:
            check("XCLIENT names the client", expected in hop.lines, hop.lines[:4])
        else:
            words = hop.headers[0].split()
            check("PROXY names the client", words[:4] == [b"PROXY", b"TCP4", b"127.0.0.1", b"127.0.0.1"]
                  and int(words[5]) == agent.port, hop.headers)
        agent.stop()
        hop.end()
    hop = Hop(usual(), ehlo=("8BITMIME",))
    agent = Agent(program, folder, [hop.port], "  identification: xclient")
    check("a next hop that takes no XCLIENT gets no mail", agent.client().docmd("EHLO client.example")[0] == 421)
    agent.stop()
    hop.end()
    hop = Hop(usual())
    agent = Agent(program, folder, [hop.port], "  identification: xclient\n  balancers: [127.0.0.1]")
    with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
        link.sendall(b"PROXY TCP4 192.0.2.7 192.0.2.25 4000 25\r\n")
        link.recv(1000)
        link.sendall(b"EHLO far.example\r\n")
        link.recv(1000)
        link.sendall(b"QUIT\r\n")
        link.recv(1000)
    check("a balancer's header is believed", b"XCLIENT NAME=[UNAVAILABLE] ADDR=192.0.2.7 HELO=far.example\r\n"
          in hop.lines, hop.lines)
    with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
        link.sendall(b"EHLO far.example\r\n")
        check("a balancer without one is dropped", link.recv(1000) == b"")
    check("and the log says so", agent.wait_for("127.0.0.1 is a balancer and sent no PROXY header"), agent.text())
    agent.stop()
    hop.end()
    hop = Hop(usual())
    agent = Agent(program, folder, [hop.port], "  identification: xclient")
    with agent.client() as client:
        for name in ["first.example", "first.example", "second.example"]:
            client.ehlo(name)
        client.sendmail("a@b.example", ["eva@local.example"], message(10))
    told = [line.split(b"HELO=")[1].strip() for line in hop.lines if line.startswith(b"XCLIENT")]
    check("the next hop is told the name of the last EHLO", told == [b"first.example", b"second.example"]
          and len(hop.messages) == 1, told)
    agent.stop()
    hop.end()


def refuse(program, folder):
    hop = Hop(usual(RCPT=lambda line: b"550 5.1.1 no such user here\r\n" if b"<no@" in line else
                    b"450 4.2.0 greylisted\r\n" if b"<later@" in line else b"250 2.1.5 ok\r\n"))
    agent = Agent(program, folder, [hop.port])
    with agent.client() as client:
        refused = client.sendmail("a@b.example", ["no@local.example", "eva@local.example", "later@local.example"],
                                  message(10))
    check("the next hop's refusals reach the client", refused == {
        "no@local.example": (550, b"5.1.1 no such user here"), "later@local.example": (450, b"4.2.0 greylisted")},
        refused)
    check("and the others their message", len(hop.messages) == 1)
    agent.stop()
    hop.end()


def enforce(program, folder):
    hop = Hop()
    quarantine = os.path.join(folder, "quarantine")
    os.mkdir(quarantine)
    blocked = "stages:\n  sender-blocklist:\n    entries:\n      - sender: bad@evil.example\n"
    agent = Agent(program, folder, [hop.port], f"  quarantine: {quarantine}", blocked)
    code = outcome(lambda: send(agent, message(10), sender="bad@evil.example"))
    check("what policy refuses gets its reply", code // 100 == 5, (code, agent.text()))
    check("and never reaches the next hop", not any(b"evil" in line for line in hop.lines), hop.lines)
    check("the verdict is in the log", agent.wait_for("verdict=reject"), agent.text())

    agent.write(f"  quarantine: {quarantine}",
                "actions:\n  SENDER_BLOCKED: score\nweights:\n  SENDER_BLOCKED: 7\nthresholds:\n  quarantine: 6\n" + blocked)
    agent.process.send_signal(signal.SIGHUP)
    check("SIGHUP reads the policy anew", agent.wait_for("was read anew"), agent.text())
    data = message(2000)
    code = outcome(lambda: send(agent, data, sender="bad@evil.example"))
    kept = glob.glob(quarantine + "/*.eml.zst")
    check("quarantine keeps the message whole", code == 250 and len(kept) == 1
          and unpacked(kept[0]) == data, (code, kept, agent.text()))
    if kept:
        facts = json.load(open(kept[0][:-7] + "json"))
        check("with its envelope and verdict", facts["mail_from"] == "bad@evil.example"
              and facts["rcpt_to"] == ["eva@local.example"]
              and facts["record"]["verdict"]["disposition"] == "quarantine", facts)
    check("and it does not reach the next hop", hop.messages == [])
    shutil.rmtree(quarantine)
    code = outcome(lambda: send(agent, data, sender="bad@evil.example"))
    check("a quarantine that is gone is 451", code == 451, code)
    os.mkdir(quarantine)

    agent.write("  no_such_key: 1", blocked)
    agent.process.send_signal(signal.SIGHUP)
    check("a policy with mistakes is not taken", agent.wait_for("the one from before holds")
          and "no_such_key" in agent.text(), agent.text())
    code = outcome(lambda: send(agent, data, sender="bad@evil.example"))
    check("and the one before holds", code == 250 and len(glob.glob(quarantine + "/*.eml.zst")) == 1, code)

    agent.write("  shadow: true", blocked)
    agent.process.send_signal(signal.SIGHUP)
    agent.wait_for("read anew and holds")
    time.sleep(0.3)
    code = outcome(lambda: send(agent, data, sender="bad@evil.example"))
    check("in shadow all goes on unchanged", code == 250 and hop.messages == [data], (code, len(hop.messages)))
    check("and the log says what would have been", agent.wait_for("shadow=yes"), agent.text())
    agent.stop()
    hop.end()


def faults(program, folder):
    """The next hop fails at each step: the client has a refusal or no answer, and never a 250 for nothing."""
    points = lost = 0
    for verb in ["BANNER", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]:
        for kind, reply in [("closes", None), ("says 421", b"421 4.3.2 going down\r\n"), ("says 4yz", b"451 4.3.0 later\r\n"),
                            ("says garbage", b"\x00\x80 what\r\n"), ("says 5yz", b"554 5.0.0 no\r\n")]:
            hop = Hop(usual(**{verb: reply}))
            agent = Agent(program, folder, [hop.port])
            code = outcome(lambda: send(agent, message(3000)))
            points += 1
            taken = code == 250
            lost += taken and not hop.messages
            good = not taken and not hop.messages and (kind not in ("closes", "says 421", "says 4yz") or code // 100 in (0, 4))
            if not good and not (verb == "EHLO" and kind == "says 5yz"):
                check(f"next hop {kind} at {verb}", False, (code, len(hop.messages)))
            agent.stop()
            hop.end()
    agent = Agent(program, folder, [free_port()])
    code = outcome(lambda: agent.client().docmd("EHLO client.example"))
    check("a next hop that is down is 4yz", code // 100 == 4, code)
    check("and the log says why", agent.wait_for("next hop 127.0.0.1:"), agent.text())
    agent.stop()

    # What the next hop says unasked is no answer to what comes next, and nothing of a session goes into a message.
    def late(line):
        threading.Timer(0.2, lambda: hop.links[-1].write(b"250 2.0.0 and more\r\n")).start()
        return Hop.usual("RCPT")

    for name, replies, expected in [
            ("a reply that comes late", {"RCPT": late}, [250, 250, 421]),
            ("two replies at once", {"RCPT": b"250 2.1.5 ok\r\n250 2.0.0 and more\r\n"}, [250, 250, 421]),
            ("354 to RCPT", {"RCPT": b"354 go\r\n"}, [250, 421]),
            ("250 to DATA", {"DATA": b"250 what\r\n"}, [250, 250, 451]),
            ("354 and an answer", {"DATA": b"354 go\r\n250 queued\r\n"}, [250, 250, 421])]:
        hop = Hop(usual(**replies))
        agent = Agent(program, folder, [hop.port])
        with agent.client() as client:
            client.ehlo("c.example")
            codes = []
            begin = time.monotonic()
            for line in ["MAIL FROM:<a@b.example>", "RCPT TO:<eva@local.example>"]:
                codes.append(client.docmd(line)[0])
            time.sleep(0.5)
            if codes[-1] == 250:
                codes.append(client.docmd("DATA")[0])
            if codes[-1] == 354:
                client.send(message(10) + b".\r\n")
                codes[-1] = client.getreply()[0]
        check(f"{name} ends the connection to the next hop", codes == expected and time.monotonic() - begin < 5
              and not hop.messages, (codes, time.monotonic() - begin, hop.lines))
        agent.stop()
        hop.end()
    hop = Hop(usual(DOT=b"250 2.0.0 queued\r\n421 4.4.2 bye\r\n"))
    agent = Agent(program, folder, [hop.port])
    with agent.client() as client:
        client.sendmail("a@b.example", ["eva@local.example"], message(10))
        begin = time.monotonic()
        check("an answer counts though 421 follows it, and the next command is told at once",
              len(hop.messages) == 1 and client.docmd("MAIL FROM:<a@b.example>")[0] == 421
              and time.monotonic() - begin < 5)
    agent.stop()
    hop.end()

    hop = Hop()
    agent = Agent(program, folder, [free_port(), hop.port])
    send(agent, message(10))
    check("the second next hop stands in", len(hop.messages) == 1)
    agent.stop()
    hop.end()

    # The proxy is killed between the final dot and the next hop's answer: the client has no 250.
    for verb in ["EHLO", "MAIL", "RCPT", "DATA", "DOT"]:
        reached, go = threading.Event(), threading.Event()

        def hold(line):
            reached.set()
            go.wait(10)
            return Hop.usual(verb)

        hop = Hop(usual(**{verb: hold}))
        agent = Agent(program, folder, [hop.port])
        codes = []
        client = threading.Thread(target=lambda: codes.append(outcome(lambda: send(agent, message(3000)))))
        client.start()
        reached.wait(10)
        agent.process.kill()
        agent.process.wait()
        client.join(20)
        go.set()
        points += 1
        lost += codes == [250]
        check(f"killed while the next hop thinks about {verb}", codes == [0], codes)
        hop.end()

    # The client goes away at each step: nothing of it is delivered.
    hop = Hop()
    agent = Agent(program, folder, [hop.port])
    steps = [b"EHLO c.example\r\n", b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<eva@local.example>\r\n", b"DATA\r\n",
             b"Subject: x\r\n\r\nhalf of it\r\n"]
    for count in range(len(steps) + 1):
        with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
            link.recv(1000)
            for step in steps[:count]:
                link.sendall(step)
                if not step.startswith(b"Subject"):
                    link.recv(1000)
        points += 1
    time.sleep(0.3)
    check("a client that goes away delivers nothing", hop.messages == [])
    send(agent, message(10))
    check("and the next one is served", len(hop.messages) == 1)
    agent.stop()
    hop.end()

    # A message under way when the agent is told to stop is finished; an idle session is told 421.
    reached, go = threading.Event(), threading.Event()

    def slow(line):
        reached.set()
        go.wait(10)
        return b"250 2.0.0 ok\r\n"

    hop = Hop(usual(DOT=slow))
    agent = Agent(program, folder, [hop.port])
    codes = []
    busy = threading.Thread(target=lambda: codes.append(outcome(lambda: send(agent, message(3000)))))
    busy.start()
    reached.wait(10)
    idle = agent.client()
    idle.ehlo()
    agent.process.send_signal(signal.SIGTERM)
    told = idle.getreply()[0]
    go.set()
    busy.join(20)
    check("SIGTERM tells idle sessions 421", told == 421, told)
    check("and finishes the message under way", codes == [250] and len(hop.messages) == 1, codes)
    check("and ends", agent.process.wait(10) == 0)
    hop.end()
    print(f"points tried: {points}, lost: {lost}")
    check("nothing was lost", lost == 0)


def limits(program, folder):
    hop = Hop()
    agent = Agent(program, folder, [hop.port],
                  "  max_connections_per_address: 3\n  command_timeout: 2s\n  message_size: 64K")
    # The connection that looked whether it listens has to be gone.
    time.sleep(0.5)
    links = [socket.create_connection(("127.0.0.1", agent.port), 10) for _ in range(3)]
    for link in links:
        link.recv(1000)
    with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
        check("one connection too many is 421", link.recv(1000).startswith(b"421"))
    start = time.time()
    told = [link.recv(1000) for link in links]
    check("a silent client is told 421", all(text.startswith(b"421") for text in told) and time.time() - start < 8, told)
    for link in links:
        link.close()
    time.sleep(0.3)
    with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
        link.recv(1000)
        start = time.time()
        with contextlib.suppress(OSError):
            while time.time() - start < 8:
                link.sendall(b"N")
                time.sleep(0.2)
        check("a command that drips buys no time", time.time() - start < 6, time.time() - start)
    code = outcome(lambda: send(agent, message(100_000)))
    check("too large a message is 552", code == 552, code)
    agent.stop()
    hop.end()


def authenticate(program, folder):
    """AUTH is the next hop's to decide; what it decides is in the log, and the secret nowhere."""
    import base64
    good = base64.b64encode(b"\0ann\0s3cret")

    def script(verb, line):
        if verb == "AUTH":
            words = line.split()
            if words[1] == b"LOGIN":
                return b"334 UGFzc3dvcmQ6\r\n" if len(words) > 2 else b"334 VXNlcm5hbWU6\r\n"
            return b"235 2.7.0 yes\r\n" if words[-1] == good else b"535 5.7.8 no\r\n"
        if line.strip() == base64.b64encode(b"s3cret"):
            return b"235 2.7.0 yes\r\n"
        if line.strip() == b"*":
            return b"501 5.7.0 cancelled\r\n"
        return Hop.usual(verb)

    hop = Hop(script, ehlo=("AUTH PLAIN LOGIN SCRAM-SHA-256-PLUS",))
    agent = Agent(program, folder, [hop.port])
    with agent.client() as client:
        client.ehlo()
        check("AUTH is not offered without TLS", "auth" not in client.esmtp_features, client.esmtp_features)
        check("and not taken", client.docmd("AUTH PLAIN " + good.decode())[0] in (502, 530))
    agent.stop()
    agent = Agent(program, folder, [hop.port], "  auth_without_tls: true")
    with agent.client() as client:
        client.ehlo()
        check("mechanisms bound to the channel are left out", client.esmtp_features.get("auth", "").split()
              == ["PLAIN", "LOGIN"], client.esmtp_features)
        check("a refusal is passed on", client.docmd("AUTH PLAIN " + base64.b64encode(b"\0ann\0bad").decode())[0] == 535)
        check("a question is passed on", client.docmd("AUTH LOGIN " + base64.b64encode(b"ann").decode())
              == (334, b"UGFzc3dvcmQ6"))
        check("a cancelled exchange ends", client.docmd("*")[0] == 501)
        client.user, client.password = "ann", "s3cret"
        check("and a success", client.login("ann", "s3cret")[0] == 235)
        client.sendmail("ann@client.example", ["eva@far.example"], message(10))
    check("the log names who it was", agent.wait_for("auth=ann"), agent.text())
    check("and has no secret", "s3cret" not in agent.text() and good.decode() not in agent.text())
    agent.stop()
    hop.end()


def sign(program, folder):
    """Outgoing mail is signed so that dkimpy verifies it, and goes on unsigned where it cannot be."""
    try:
        import dkim
    except ImportError:
        print("skipped: dkimpy (python3-dkim) is not installed")
        return
    key = os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key],
                   check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], check=True, capture_output=True, text=True)
    record = "v=DKIM1; k=rsa; p=" + "".join(public.stdout.split("\n")[1:-2])
    hop = Hop()
    policy = ("stages:\n  dkim:\n    sign:\n      - domain: client.example\n        selector: s1\n        key: {}\n"
              "    sign_for: [lan]\n")
    agent = Agent(program, folder, [hop.port], policy=policy.format("key.pem"))
    send(agent, message(5000))
    asked = []

    def dns(name, timeout=5):
        asked.append(name)
        return record.encode()

    check("dkimpy verifies the signature", hop.messages and dkim.verify(hop.messages[0], dnsfunc=dns)
          and asked == [b"s1._domainkey.client.example."], (asked, hop.messages[:1], agent.text()))
    check("the signature stands on top", hop.messages[0].startswith(b"DKIM-Signature:")
          and hop.messages[0].endswith(message(5000)))
    long = message(10) + b"x" * 1500 + b"\r\n"
    code = outcome(lambda: send(agent, long))
    check("what cannot be signed goes on without", code == 250 and hop.messages[-1].endswith(long)
          and b"DKIM-Signature:" not in hop.messages[-1], (code, hop.messages[-1][:300]))
    check("and the log says so", agent.wait_for("no DKIM signature of client.example"), agent.text())
    agent.stop()
    agent.write("", policy.format("nothing.pem"))
    checked = subprocess.run([program, "--policy", agent.policy, "--dns", "none", "--check"], capture_output=True, text=True)
    check("a missing key is told", checked.returncode == 66 and "nothing.pem" in checked.stderr, checked)
    agent.write()
    checked = subprocess.run([program, "--policy", agent.policy, "--dns", "none", "--check"], capture_output=True, text=True)
    check("a good policy checks", checked.returncode == 0 and "can serve" in checked.stderr, checked)
    hop.end()


def smuggle(program, folder):
    """Ends of data that careless servers see: none gets through, by DATA or BDAT."""
    ends = [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\n\x00.\r\n", b"\r\n.\x00\r\n"]
    hop = Hop()
    agent = Agent(program, folder, [hop.port])
    for end in ends:
        data = b"Subject: x\r\n\r\nbody" + end + b"MAIL FROM:<evil@b.example>\r\nRCPT TO:<eva@local.example>\r\nDATA\r\nevil"
        for way in ["DATA", "BDAT"]:
            with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 10)) as link:
                stream = link.makefile("rb")
                stream.readline()
                link.sendall(b"HELO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<eva@local.example>\r\n")
                for _ in range(3):
                    stream.readline()
                if way == "DATA":
                    link.sendall(b"DATA\r\n")
                    stream.readline()
                    link.sendall(data + b"\r\n.\r\n")
                else:
                    link.sendall(b"BDAT %d LAST\r\n" % len(data) + data)
                reply = stream.readline()
                if not reply.startswith(b"5"):
                    check(f"{way} with {end!r} is refused", False, reply)
    check("no message is smuggled", hop.messages == [] and not any(b"evil@" in line for line in hop.lines))
    agent.stop()
    hop.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parts = {"deliver": deliver, "identify": identify, "refuse": refuse, "enforce": enforce, "faults": faults,
             "limits": limits, "smuggle": smuggle,
             "authenticate": authenticate, "sign": sign}
    parser.add_argument("parts", nargs="*", choices=[*parts, []])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.assayd)
    for name in arguments.parts or parts:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            parts[name](program, folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
