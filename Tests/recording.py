#!/usr/bin/env python3
"""Has assayd record sessions on the loopback interface, and assay replay what was recorded.

One line is printed for each check; the exit code is 0 when all held.
"""

import argparse
import base64
import glob
import json
import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from agent import FAILED, Agent, Hop, check

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures")

STAGES = """thresholds:
  quarantine: 9
stages:
  ip-screen:
    entries:
      - address: 203.0.113.250
        action: refuse
  host-screen:
    entries:
      - host: "*.refused.example"
  dnsbl:
    zones:
      - zone: bl.dnsbl.example
        weight: 3.5
  reverse-lookup:
    enabled: true
    unknown_helo: finding
    unknown_mail_domain: finding
  tarpit:
    enabled: true
    recipients: 2
    delay: 20ms
    maximum: 50ms
  sender-blocklist:
    phase: message
    entries:
      - sender: blocked@refused.example
  backscatter:
    keys:
      - number: 0
        file: batv.key
  greylist:
    enabled: true
    delay: 1s
    learn_host_after: 2
  vbr:
    trusted_certifiers: [certifier.example]
    ask_unnamed: true
"""


class Client:
    """A client that sends what it is told to, in pieces that it chooses itself."""

    def __init__(self, port, address, listener="198.51.100.25"):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.file = self.socket.makefile("rb")
        family = "TCP6" if ":" in address else "TCP4"
        if family == "TCP6":
            listener = "2001:db8:25::25"
        self.send(f"PROXY {family} {address} {listener} 40000 25\r\n".encode())

    def send(self, data):
        self.socket.sendall(data)

    def reply(self):
        """The code of the next reply, 0 at the end of the connection."""
        while line := self.file.readline():
            if line[3:4] != b"-":
                return int(line[:3])
        return 0

    def ask(self, line):
        self.send(line.encode("latin-1") + b"\r\n")
        return self.reply()

    def close(self):
        self.file.close()
        self.socket.close()


def wire(message):
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\0", b"").split(b"\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def corpus(count):
    """Messages of the shared corpora, or of the fixtures where there are none."""
    shared = os.environ.get("ASSAY_SHARED") or os.path.join(HERE, "..", "..", "shared")
    found = [name for name in sorted(glob.glob(os.path.join(shared, "corpora", "**", "*"), recursive=True))
             if os.path.isfile(name) and not name.endswith((".tsv", ".md", "SUMS"))]
    messages = []
    for name in found:
        data = open(name, "rb").read()
        if name.endswith(".zst"):
            data = subprocess.run(["zstd", "-dc", name], capture_output=True).stdout
        parts = data.split(b"\nFrom ") if data.startswith(b"From ") else [data]
        messages += [part.split(b"\n", 1)[-1] if len(parts) > 1 else part for part in parts[:60]]
        if len(messages) > 4 * count:
            break
    for name in sorted(glob.glob(os.path.join(FIXTURES, "archive", "single", "*"))) if not messages else []:
        messages.append(open(name, "rb").read())
    inbox = open(os.path.join(FIXTURES, "archive", "inbound.mbox"), "rb").read()
    messages += [part.split(b"\n", 1)[-1] for part in inbox.split(b"\nFrom ")]
    dice = random.Random(7)
    dice.shuffle(messages)
    while len(messages) < count:
        messages += messages
    return [message for message in messages if 10 < len(message) < 400_000][:count]


CLIENTS = ["192.0.2.10", "192.0.2.66", "203.0.113.17", "203.0.113.140", "203.0.113.200", "192.0.2.90", "192.0.2.103",
           "203.0.113.250", "127.0.0.1", "198.51.100.25", "2001:db8:30::17", "192.0.2.201"]
# Clients that mostly do as they should.
ORDINARY = [("192.0.2.10", "bakery.example", "<a@bakery.example>"), ("192.0.2.66", "out2.partner.example", "<olga@partner.example>"),
            ("127.0.0.1", "localhost", "<eva@company.example>"), ("203.0.113.17", "m17.mailer.example", "<n@news.shop.example>"),
            ("192.0.2.82", "mx2.bank.example", "<x@bank.example>"), ("203.0.113.140", "static-140.bulletproof.example", "<>"),
            ("198.51.100.25", "mx.company.example", "<eva@company.example>"), ("192.0.2.90", "dsl-90.isp.example", "<a@club.example>")]
HELOS = ["bakery.example", "out2.partner.example", "m17.mailer.example", "x.refused.example", "company.example",
         "[192.0.2.10]", "no such name", "unrecorded.example"]
SENDERS = ["<a@bakery.example>", "<olga@partner.example>", "<x@bank.example>", "<>", "<blocked@refused.example>",
           "<a@unrecorded.example>", "<b@deep.example>", "<c@loop.example>", "<d@slowdns.example>", "a@club.example"]
RECIPIENTS = ["<eva@company.example>", "<nobody@company.example>", "<far@elsewhere.example>", "<later@company.example>",
              "<\"odd one\"@company.example>"]


def session(port, dice, messages):
    """One session with whatever clients do; the codes it saw."""
    isOrdinary = dice.random() < 0.6
    address, helo, sender = dice.choice(ORDINARY) if isOrdinary else (dice.choice(CLIENTS), None, None)
    client = Client(port, address)
    codes = []
    ask = lambda line: codes.append(client.ask(line)) or codes[-1]
    try:
        if dice.random() < 0.1:
            client.send(b"EHLO early.example\r\n")
            codes.append(client.reply())
        codes.append(client.reply())
        if codes[-1] not in (220, 250):
            ask("MAIL FROM:<a@b.example>")
            ask("QUIT")
            return codes
        ask(dice.choice(["EHLO ", "EHLO ", "HELO ", "ehlo "]) + (helo or dice.choice(HELOS)))
        if dice.random() < 0.3:
            for line in dice.sample(["NOOP", "VRFY eva", "HELP", "BOGUS x", "RSET", "MAIL FROM:<broken", "RCPT TO:<e@x>",
                                     "EHLO", "EXPN all", "DATA", "X" * 3000, "STARTTLS", "caf\xe9"], 4):
                ask(line)
            ask("EHLO again.example")
        if dice.random() < 0.4:
            good = base64.b64encode(b"\0ann\0S3CRETWORD").decode()
            # Clients that take no refusal for an answer go on with their credentials.
            for line in dice.choice([["AUTH SECRET", "AUTH SECRET", "YW5u", base64.b64encode(b"S3CRETWORD").decode()],
                                     ["AUTH  PLAIN:" + good], ["AUTHPLAIN " + good], ["BOGUS"]]):
                ask(line)
            for line in dice.choice([["AUTH PLAIN " + good], ["AUTH LOGIN", "YW5u", base64.b64encode(b"S3CRETWORD").decode()],
                                     ["AUTH PLAIN S3CRETWORD?!"], ["AUTH PLAIN", "*"], ["AUTH PLAIN " + "QUJD" * 20],
                                     ["AUTH LOGIN YW5u", base64.b64encode(b"wrong").decode()], ["AUTH NONE"]]):
                if codes[-1] != 334 and line[:4] != "AUTH":
                    break
                ask(line)
        for message in messages:
            transaction(client, dice, message, codes, sender)
            if codes[-1] in (421, 0):
                return codes
            if not isOrdinary and dice.random() < 0.3:
                ask("EHLO " + dice.choice(HELOS))
        if dice.random() < 0.8:
            ask("QUIT")
    except OSError:
        codes.append(0)
    finally:
        client.close()
    return codes


def transaction(client, dice, message, codes, sender):
    recipients = [dice.choice(RECIPIENTS) for _ in range(dice.choice([1, 1, 2, 3, 5]))]
    if sender and dice.random() < 0.8:
        recipients.append("<eva@company.example>")
    sender = sender or dice.choice(SENDERS)
    lines = ["MAIL FROM:" + sender + dice.choice(["", "", " BODY=8BITMIME", " SIZE=1000", " SIZE=99999999"])]
    lines += ["RCPT TO:" + recipient for recipient in recipients]
    if dice.random() < 0.5:
        data = "".join(line + "\r\n" for line in lines).encode()
        # In pieces that end anywhere.
        cut = dice.randrange(len(data))
        client.send(data[:cut])
        if dice.random() < 0.5:
            time.sleep(0.01)
        client.send(data[cut:])
        replies = [client.reply() for _ in lines]
    else:
        replies = [client.ask(line) for line in lines]
    codes += replies
    if dice.random() < 0.1:
        codes.append(client.ask(dice.choice(["RSET", "EHLO reset.example"])))
        return
    if not any(code == 250 for code in replies[1:]) and dice.random() < 0.7:
        codes.append(client.ask("RSET"))
        return
    if dice.random() < 0.3:
        body = wire(message)[:-3]
        if dice.random() < 0.2:
            body = body.replace(b"\r\n", b"\n", 1)
        first = dice.randrange(len(body) + 1)
        chunks = [body[:first], body[first:]]
        # RFC 3030 section 2: the last may have no octets, and others too.
        chunks += [[], [b""], [b"", b""]][dice.randrange(3)]
        client.send(b"".join(b"BDAT %d%s\r\n" % (len(chunk), b" LAST" * (place == len(chunks) - 1)) + chunk
                             for place, chunk in enumerate(chunks)))
        codes += [client.reply() for _ in chunks]
        return
    codes.append(client.ask("DATA"))
    if codes[-1] != 354:
        return
    data = wire(message)
    if dice.random() < 0.1:
        data = data.replace(b"\r\n", b"\n", 1) if dice.random() < 0.5 else b"NUL\0: here\r\n" + data
    if dice.random() < 0.05:
        client.send(data[:len(data) // 2])
        codes.append(0)
        return
    client.send(data)
    codes.append(client.reply())


def hop_script(verb, line):
    if verb == "RCPT" and b"nobody" in line:
        return b"550 5.1.1 no such user\r\n"
    if verb == "RCPT" and b"later" in line:
        return b"451 4.2.0 later\r\n"
    if verb == "AUTH":
        words = line.split()
        if words[1:2] == [b"LOGIN"]:
            return b"334 UGFzc3dvcmQ6\r\n" if len(words) > 2 else b"334 VXNlcm5hbWU6\r\n"
        if len(words) < 3:
            return b"334 \r\n"
        return b"235 2.7.0 yes\r\n" if b"S3CRETWORD" in base64.b64decode(words[-1] + b"==") else b"535 5.7.8 no\r\n"
    if line.strip() == b"YW5u":
        return b"334 UGFzc3dvcmQ6\r\n"
    if line.strip() == base64.b64encode(b"S3CRETWORD"):
        return b"235 2.7.0 yes\r\n"
    if verb and verb not in ("BANNER", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "DOT", "RSET", "QUIT", "XCLIENT"):
        return b"535 5.7.8 no\r\n"
    return None if verb is None else Hop.usual(verb)


def assay(program, *arguments, environment=None):
    return subprocess.run([program, *arguments], capture_output=True, text=True, errors="replace", timeout=600)


def recorded(folder):
    names = sorted(glob.glob(folder + "/*.ndjson.zst"))
    lines = []
    for name in names:
        text = subprocess.run(["zstd", "-dcq", name], capture_output=True).stdout
        lines += [json.loads(line) for line in text.splitlines()]
    return names, lines


class Place:
    """A folder with a policy, a recording folder, and an agent in front of a server."""

    def __init__(self, assayd, folder, agent="", policy=STAGES, dns=None):
        self.folder, self.records = folder, os.path.join(folder, "records")
        self.quarantine = os.path.join(folder, "quarantine")
        for name in (self.records, self.quarantine):
            os.makedirs(name, exist_ok=True)
        with open(os.path.join(folder, "batv.key"), "w") as key:
            key.write("first secret\n")
        self.hop = Hop(hop_script, ehlo=("8BITMIME", "SIZE 600000", "AUTH PLAIN LOGIN", "DSN"))
        dns = dns or "snapshot:" + os.path.join(FIXTURES, "dns.snapshot.ndjson")
        self.agent = Agent(
            assayd, folder, [self.hop.port],
            f"  record: {self.records}\n  balancers: [127.0.0.0/8]\n  auth_without_tls: true\n"
            f"  quarantine: {self.quarantine}\n  max_connections_per_address: 1000\n  spool_folder: {folder}\n{agent}",
            policy.replace("local_domains", "x"), dns)
        text = open(self.agent.policy).read().replace("local_domains: [local.example]",
                                                      "local_domains: [company.example]\ntrusted_relays: [198.51.100.25]")
        open(self.agent.policy, "w").write(text)
        self.agent.process.send_signal(signal.SIGHUP)
        self.agent.wait_for("was read anew")

    def stop(self):
        self.agent.stop()
        self.hop.end()


def parity(assayd, program, folder, count):
    """Verdicts of all kinds of sessions, several at once, are the same when they are replayed as recorded."""
    place = Place(assayd, folder, "  record_size: 64K")
    messages = corpus(count)
    codes, lock = [], threading.Lock()
    shares = [messages[number::6] for number in range(6)]

    def work(number):
        dice = random.Random(number)
        share = list(shares[number])
        while share:
            size = dice.randrange(4)
            mine = session(place.agent.port, dice, share[:size])
            del share[:size]
            with lock:
                codes.extend(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.stop()
    names, lines = recorded(place.records)
    text = json.dumps(lines)
    sessions = {line["session"] for line in lines}
    verdicts = [line["verdict"] for line in lines if line.get("event") == "verdict"]
    fates = sorted({(verdict["verdict"] or {}).get("disposition", "none") + " at "
                    + (verdict["verdict"] or {}).get("checkpoint", "-") for verdict in verdicts})
    symbols = sorted({finding["symbol"] for verdict in verdicts for finding in verdict["findings"]})
    print(f"# {len(sessions)} sessions, {len(verdicts)} verdicts: {', '.join(fates)}; {' '.join(symbols)}; "
          f"replies {sorted(set(codes))}; {len(names)} files, {sum(map(os.path.getsize, names))} bytes")
    check("sessions of all kinds were recorded", len(sessions) > count // 6 and len(fates) >= 5 and len(symbols) >= 20,
          (len(sessions), fates, symbols))
    check("each session once, from beginning to end",
          all(sum(line["session"] == name and line.get("event") == kind for line in lines) == 1
              for name in sorted(sessions)[:50] for kind in ("connect", "close")))
    check("files are rotated", len(names) > 1, names)
    check("no secret was written", "S3CRETWORD" not in text and base64.b64encode(b"\0ann\0S3CRETWORD").decode() not in text
          and base64.b64encode(b"S3CRETWORD").decode() not in text)
    again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    last = again.stdout.strip().split("\n")[-1]
    check("as recorded, every verdict is the same", again.returncode == 0 and last.startswith(f"{len(sessions)} sessions, ")
          and last.endswith(" messages: all verdicts as recorded"), (again.returncode, last, again.stderr[:4000]))
    print("# " + last)
    copied = place.agent.policy.replace("policy-", "copy-of-")
    open(copied, "w").write(open(place.agent.policy).read())
    again = assay(program, "replay", "--as-recorded", "--policy", copied, place.records)
    check("whatever the policy's file is called now", '"listed_at"' in text and again.returncode == 0,
          (again.returncode, again.stderr[:1000]))
    # The same lines, byte for byte.
    output = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, "--format", "ndjson", place.records)
    told = [json.loads(line) for line in output.stdout.splitlines()]
    for line in told + verdicts:
        line.pop("source")
    check("and every record", sorted(map(json.dumps, told)) == sorted(map(json.dumps, verdicts)),
          (len(told), len(verdicts)))
    changed = os.path.join(folder, "changed.yaml")
    open(changed, "w").write(open(place.agent.policy).read() + "weights:\n  SPF_NONE: 0.125\n")
    other = assay(program, "replay", "--as-recorded", "--policy", changed, place.records)
    check("another policy gives differences, finding by finding, and exit code 1", other.returncode == 1
          and "finding SPF_NONE" in other.stderr and "differences to what is recorded" in other.stdout,
          (other.returncode, other.stderr[:500], other.stdout[-300:]))
    plain = assay(program, "replay", "--policy", place.agent.policy, "--dns",
                  "snapshot:" + os.path.join(FIXTURES, "dns.snapshot.ndjson"), place.records)
    check("without, the policy is asked anew", plain.returncode == 0 and "What the server did then" in plain.stdout,
          (plain.returncode, plain.stderr[:500]))
    simulated = assay(program, "replay", "--simulate", "--policy", place.agent.policy, "--dns",
                      "snapshot:" + os.path.join(FIXTURES, "dns.snapshot.ndjson"), place.records)
    check("and state made anew in time order", simulated.returncode == 0 and "GREYLIST_FIRST" in simulated.stdout,
          (simulated.returncode, simulated.stderr[:500]))


def crash(assayd, program, folder, count):
    """What was recorded before a kill can be read."""
    place = Place(assayd, folder)
    for number in range(20):
        session(place.agent.port, random.Random(number), corpus(20)[number:number + 1])
    open_client = Client(place.agent.port, "192.0.2.10")
    open_client.reply()
    open_client.ask("EHLO bakery.example")
    time.sleep(0.5)
    place.agent.process.send_signal(signal.SIGKILL)
    place.stop()
    names, lines = recorded(place.records)
    closed = {line["session"] for line in lines if line.get("event") == "close"}
    check("all sessions that had ended are there", len(closed) == 20, len(closed))
    again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    check("and as recorded", again.returncode == 0 and "20 sessions" in again.stdout, (again.stdout[-200:], again.stderr))
    data = open(names[0], "rb").read()
    open(names[0], "wb").write(data[:-7])
    cut = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    check("a last frame that is cut off costs no more than it held", cut.returncode == 0 and "is cut off here" in cut.stderr
          and "all verdicts as recorded" in cut.stdout, (cut.returncode, cut.stdout[-200:], cut.stderr))
    open(names[0], "wb").write(data[:200] + b"\xff" * 20 + data[220:])
    bad = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    check("damage is told", bad.returncode == 65 and "corrupt" in bad.stderr, (bad.returncode, bad.stderr))


def disk(assayd, program, folder, count):
    """Mail goes on where nothing can be recorded, and the log says so once."""
    place = Place(assayd, folder)
    messages = corpus(12)

    def send(number):
        client = Client(place.agent.port, "198.51.100.25")
        codes = [client.reply()] + [client.ask(line) for line in
                                    ("EHLO mx.company.example", "MAIL FROM:<a@company.example>", "RCPT TO:<eva@company.example>", "DATA")]
        client.send(wire(messages[number]))
        codes += [client.reply(), client.ask("QUIT")]
        client.close()
        return codes[-2]

    check("mail is taken and recorded", send(0) == 250)
    time.sleep(0.5)
    before = len({line["session"] for line in recorded(place.records)[1]})
    shutil.rmtree(place.records)
    check("mail is taken without the folder", [send(number) for number in range(1, 5)] == [250] * 4, place.agent.text())
    check("the log says so", place.agent.wait_for("sessions are not recorded in"), place.agent.text())
    time.sleep(0.3)
    check("once", place.agent.text().count("sessions are not recorded in") == 1, place.agent.text())
    os.makedirs(place.records)
    check("mail is taken with the folder again", send(5) == 250)
    check("and recorded", place.agent.wait_for("sessions are recorded again; 4 in all have not been"), place.agent.text())
    place.stop()
    after = recorded(place.records)[1]
    check("one session before, one after", (before, len({line["session"] for line in after})) == (1, 1), (before, len(after)))
    # A file system that is full.
    small = os.path.join(folder, "small")
    os.makedirs(small)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], capture_output=True)
    if mounted.returncode != 0:
        print("# a full disk was not tried: " + mounted.stderr.decode().strip())
        return
    try:
        os.makedirs(folder + "/again", exist_ok=True)
        place = Place(assayd, folder + "/again", f"  record_size: 1M")
        policy = open(place.agent.policy).read().replace(place.records, small)
        open(place.agent.policy, "w").write(policy)
        place.agent.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        noise = [bytes(random.Random(number).choices(b"abcdefghijklmnopqrstuvwxyz0123456789 \n", k=40_000))
                 for number in range(8)]
        messages[:] = [b"Subject: noise\n\n" + text for text in noise]
        codes = [send(number) for number in range(8)]
        check("mail is taken on a full disk", codes == [250] * 8, codes)
        check("which the log tells", place.agent.wait_for("No space left on device; mail goes on without"), place.agent.text())
        place.stop()
        again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, small)
        check("what is recorded can be read", again.returncode == 0 and "all verdicts as recorded" in again.stdout,
              (again.returncode, again.stdout[-200:], again.stderr))
    finally:
        subprocess.run(["umount", small])


def large(assayd, program, folder, count):
    """Large messages lie beside their transcript."""
    place = Place(assayd, folder, "  spool_memory: 64K")
    place.hop.ehlo = ("8BITMIME", "SIZE 9000000")
    text = b"Subject: large\n\n" + b"".join(b"line %d of many\n" % number for number in range(200_000))
    big = b"Subject: too large\n\n" + b"x" * 70 * 1000 + b"\n"
    client = Client(place.agent.port, "198.51.100.25")
    codes = [client.reply(), client.ask("EHLO mx.company.example")]
    for data in (text, text[:100_000], text):
        codes += [client.ask("MAIL FROM:<a@company.example>"), client.ask("RCPT TO:<eva@company.example>"), client.ask("DATA")]
        client.send(wire(data))
        codes.append(client.reply())
    client.ask("QUIT")
    client.close()
    place.stop()
    check("they are taken", codes.count(250) == 10, codes)
    names, lines = recorded(place.records)
    check("in files of their own", sum("file" in line for line in lines) == 2 and sum("base64" in line for line in lines) == 1)
    again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    check("and replayed from there", again.returncode == 0 and "1 session, 3 messages: all verdicts as recorded" in again.stdout,
          (again.returncode, again.stdout[-200:], again.stderr))
    whole = os.path.join(folder, "whole.ndjson.zst")
    imported = assay(program, "transcript", "import", place.records, "--output", whole)
    again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, whole)
    check("an import takes them in", imported.returncode == 0 and "all verdicts as recorded" in again.stdout,
          (imported.stderr, again.stdout[-200:], again.stderr))


def cases(assayd, program, folder, count):
    """Live sessions in a case, and DMARC reports of them."""
    policy = "stages:\n  greylist:\n    enabled: false\n"
    place = Place(assayd, folder, policy=policy)
    # Of a domain whose policy asks for reports.
    data = b"From: eva@company.example\nSubject: hello\n\nbody\n"
    for address, sender, recipient in [("192.0.2.82", "x@bank.example", "eva"), ("203.0.113.9", "x@club.example", "eva"),
                                       ("203.0.113.9", "x@club.example", "nobody")]:
        client = Client(place.agent.port, address)
        client.reply()
        client.ask("EHLO mx2.bank.example")
        if recipient == "eva" and address == "192.0.2.82":
            client.ask("AUTH PLAIN " + base64.b64encode(b"\0ann\0bad").decode())
        client.ask(f"MAIL FROM:<{sender}>")
        if client.ask(f"RCPT TO:<{recipient}@company.example>") == 250 and client.ask("DATA") == 354:
            client.send(wire(data))
            client.reply()
        client.ask("QUIT")
        client.close()
    client = Client(place.agent.port, "192.0.2.77")
    client.reply()
    client.ask("EHLO ann.example")
    client.ask("AUTH PLAIN " + base64.b64encode(b"\0ann\0S3CRETWORD").decode())
    client.ask("MAIL FROM:<ann@company.example>")
    client.ask("RCPT TO:<eva@company.example>")
    client.ask("DATA")
    client.send(wire(b"From: ann@company.example\nSubject: mine\n\nbody\n"))
    client.reply()
    client.close()
    place.stop()
    case = os.path.join(folder, "live.case")
    made = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records, "--case", case)
    check("live sessions are put into a case", made.returncode == 0, (made.stdout, made.stderr))
    rows = assay(program, "query", case, "--format", "ndjson", "--sql",
                 "SELECT s.message, s.client, s.authenticated, s.auth_mechanism, s.session, s.answer, m.id, m.source "
                 "FROM session s JOIN message m ON m.message = s.message ORDER BY s.message")
    rows = [json.loads(line) for line in rows.stdout.splitlines()]
    check("with who the client is", [row["client"] for row in rows] == ["192.0.2.82", "203.0.113.9", "203.0.113.9", "192.0.2.77"]
          and (rows[3]["authenticated"], rows[3]["auth_mechanism"]) == ("ann", "PLAIN") and all(row["session"] for row in rows), rows)
    check("sessions without a message too", [row["id"] is None for row in rows] == [False, False, True, False], rows)
    told = assay(program, "explain", case + "#4")
    check("a case tells of them", "ann by PLAIN" in told.stdout, (told.stdout[:600], told.stderr))
    direct = assay(program, "explain", "--policy", place.agent.policy, "--as-recorded",
                   glob.glob(place.records + "/*.zst")[0] + "#" + rows[3]["session"])
    check("and a transcript", "ann by PLAIN" in direct.stdout, (direct.stdout[:600], direct.stderr))
    shown = assay(program, "transcript", "show", place.records)
    check("which can be read", shown.returncode == 0 and "C: AUTH PLAIN *" in shown.stdout and "verdict accept at message" in shown.stdout
          and "S3CRET" not in shown.stdout, (shown.stdout[-2000:], shown.stderr))
    reports = os.path.join(folder, "reports")
    os.makedirs(reports)
    made = assay(program, "report", case, "--dmarc-aggregate", reports, "--email", "dmarc@company.example")
    names = sorted(glob.glob(reports + "/*.xml"))
    check("DMARC reports are made of them", made.returncode == 0 and any("company.example!company.example" in name for name in names),
          (made.stdout, made.stderr))
    text = "".join(open(name).read() for name in names)
    check("which name the clients", "<source_ip>192.0.2.82</source_ip>" in text and "203.0.113.9" in text, text)
    if shutil.which("xmllint"):
        valid = subprocess.run(["xmllint", "--noout", "--schema", os.path.join(FIXTURES, "dmarc", "aggregate-report.xsd"), *names],
                               capture_output=True, text=True)
        check("and are valid by the schema", valid.returncode == 0, valid.stderr)
    else:
        print("# the schema was not tried: there is no xmllint")
    failures = os.path.join(folder, "failures")
    os.makedirs(failures)
    made = assay(program, "report", case, "--dmarc-failures", failures, "--email", "dmarc@company.example")
    check("failure reports find the messages in the transcript", made.returncode == 0, (made.stdout, made.stderr))


BANS = """stages:
  spf: {{enabled: false}}
  greylist: {{enabled: true}}
  spam-trap: {{addresses: [trap@company.example]}}
  dynamic-screen: {{spam_traps: 2}}
state: sqlite:{folder}/state.db
"""


def bans(assayd, program, folder, count):
    """What is counted when a session ends has the same time in its record."""
    place = Place(assayd, folder, policy=BANS.format(folder=folder))
    for number in range(40):
        for _ in range(2):
            client = Client(place.agent.port, f"198.51.100.{number + 50}")
            client.reply()
            for line in ("EHLO spammer.example", "MAIL FROM:<a@spammer.example>", "RCPT TO:<trap@company.example>", "QUIT"):
                client.ask(line)
    place.stop()
    _, lines = recorded(place.records)
    banned = json.dumps(lines).count('"DYNAMIC_SCREEN_TRAPS"')
    again = assay(program, "replay", "--as-recorded", "--policy", place.agent.policy, place.records)
    check("clients are banned for traps that put them off, and the same again as recorded",
          banned >= 40 and again.returncode == 0, (banned, again.returncode, again.stderr[:2000]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--assay", required=True)
    parser.add_argument("--messages", type=int, default=240)
    parts = {"parity": parity, "crash": crash, "disk": disk, "large": large, "cases": cases, "bans": bans}
    parser.add_argument("parts", nargs="*", choices=[*parts, []])
    arguments = parser.parse_args()
    for name in arguments.parts or parts:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            parts[name](os.path.abspath(arguments.assayd), os.path.abspath(arguments.assay), folder, arguments.messages)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
