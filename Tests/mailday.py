#!/usr/bin/env python3
"""Lets a real Postfix behind assayd have a day of mail, and finds the messages that it delivered in its log.

Clients of many addresses send through assayd, which greylists and records, to Postfix, which delivers, forwards within
and to another host, hands a part to a filter that hands it back, tries deliveries again that were refused for now, and
bounces what is refused for good. All that arrives anywhere is the archive. What each message is in the log is known from
the reply that its client got, and of bounces from the log's own line about them: `assay logs join` has to say the same,
and `assay replay --logs` has to know the sessions as assayd recorded them.

One line is printed for each check; the exit code is 0 when all held, 77 when something that is needed is not there. With
--keep the day's files stay in a folder: the log, the archive, the recordings, and truth.tsv.
"""

import argparse
import asyncio
import collections
import glob
import heapq
import json
import multiprocessing
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from agent import FAILED, Agent, check, free_port, wait_for_port
from agent_servers import ROUTE, Postfix
from recording import recorded

POLICY = """  identification: xclient
  balancers: [127.0.0.1]
  record: {records}
  max_connections_per_address: 1000
"""
STAGES = """stages:
  greylist:
    enabled: true
    delay: 1s
    learn_host_after: 0
    allow_senders: ["*@known.example"]
"""
# Recipients and how often each is written to.
RECIPIENTS = [
    (["eva@local.example"], 40), (["bob@local.example"], 10), (["eva@local.example", "bob@local.example"], 8),
    (["team@local.example"], 8), (["anna@local.example"], 8), (["carl@local.example"], 6), (["late@local.example"], 5),
    (["gone@local.example"], 5), (["filtered@local.example"], 6), (["nobody@local.example"], 4),
]
ALIASES = {
    "team": "eva@local.example, bob@local.example", "anna": "anna@far.example", "late": "late@far.example",
    "carl": "eva@local.example, carl@far.example", "gone": "gone@far.example", "filtered": "bob@local.example",
}


class Far:
    """The mail server of everybody else: takes what it gets, some of it only when it comes again."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.seen = set()
        self.count = 0
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.run, daemon=True).start()
        wait_for_port(self.port)

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self.converse, "127.0.0.1", self.port, limit=1 << 20))
        self.loop.run_forever()

    async def converse(self, reader, writer):
        try:
            writer.write(b"220 far.example ESMTP\r\n")
            recipients, envelope = [], b""
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    writer.write(b"354 go\r\n")
                    text = []
                    while (part := await reader.readline()) != b".\r\n":
                        if not part:
                            return
                        text.append(part[1:] if part.startswith(b".") else part)
                    self.keep(b"".join(text).replace(b"\r\n", b"\n"), recipients)
                    writer.write(b"250 2.0.0 ok\r\n")
                elif verb == b"RCPT":
                    address = re.search(rb"<([^>]*)>", line)[1]
                    if address.startswith(b"gone@"):
                        writer.write(b"550 5.1.1 no such user\r\n")
                    elif address.startswith(b"late@") and envelope not in self.seen:
                        self.seen.add(envelope)
                        writer.write(b"451 4.7.1 come again\r\n")
                    else:
                        recipients.append(address)
                        writer.write(b"250 2.1.5 ok\r\n")
                elif verb == b"MAIL":
                    recipients = []
                    envelope = line.split(b">")[0]
                    writer.write(b"250 2.1.0 ok\r\n")
                elif verb == b"QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                else:
                    writer.write(b"250 ok\r\n")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            writer.close()

    def keep(self, text, recipients):
        self.count += 1
        with open(f"{self.folder}/{self.count}.far", "wb") as file:
            file.write(text)

    def end(self):
        self.loop.call_soon_threadsafe(self.loop.stop)


class Client:
    """A client from an address of its own, as a balancer tells it."""

    def __init__(self, port, address):
        self.socket = socket.create_connection(("127.0.0.1", port), 120)
        self.file = self.socket.makefile("rb")
        self.socket.sendall(f"PROXY TCP4 {address} 198.51.100.25 {random.randrange(1024, 65535)} 25\r\n".encode())
        self.reply()

    def reply(self):
        while line := self.file.readline():
            if line[3:4] != b"-":
                return int(line[:3]), line.decode("latin-1").strip()
        return 0, ""

    def ask(self, data):
        self.socket.sendall(data + b"\r\n")
        return self.reply()

    def close(self):
        self.file.close()
        self.socket.close()


class Mail:
    """A message to be sent, and what is known of it."""

    def __init__(self, number, dice):
        self.number = number
        self.address = f"203.0.{dice.randrange(100, 114)}.{dice.randrange(1, 255)}"
        self.helo = f"mail{self.address.replace('.', '-')}.{dice.choice(['known', 'client', 'other'])}.example"
        domain = self.helo.split(".", 1)[1]
        self.sender = f"user{number % 5000}@{domain}" if dice.random() > 0.03 else "eva@local.example"
        self.recipients = dice.choices([pair[0] for pair in RECIPIENTS], [pair[1] for pair in RECIPIENTS])[0]
        lines = [f"From: <{self.sender}>", f"To: {', '.join(self.recipients)}", f"Subject: number {number}",
                 f"X-Number: {number}", "Date: Wed, 1 May 2024 10:00:00 +0000"]
        chance = dice.random()
        if chance > 0.05:
            # Some programs give the same id to several messages.
            same = number - number % 7 if chance > 0.97 else number
            lines.append(f"Message-ID: <{same}.{'x' * (number % 3)}@{domain}>" if same == number
                         else f"Message-ID: <same{same}@{domain}>")
        if dice.random() < 0.3:
            # Hops before ours, some of which look like ours.
            by = dice.choice(["relay.client.example", "mx.other.example", "mail.local.example"])
            lines.insert(0, f"Received: from pc (pc [10.0.0.{number % 250}])\r\n\tby {by} (Postfix) with ESMTP id "
                            f"{dice.randrange(16 ** 10):010X};\r\n\tWed, 1 May 2024 09:59:59 +0000")
        self.data = ("\r\n".join(lines) + "\r\n\r\n" + ("x" * 70 + "\r\n") * dice.choice([1, 3, 10, 60, 250])).encode()


def send_share(port, seed, numbers, results):
    """Sends a share of the day, and what was refused for now once more, as servers do."""
    dice = random.Random(seed)
    mails = {number: Mail(number, random.Random(number)) for number in numbers}
    waiting = [(0.0, number, 0) for number in numbers]
    heapq.heapify(waiting)
    found, retries = {}, 0
    while waiting:
        due, first, _ = waiting[0]
        if due > time.time():
            time.sleep(min(0.2, due - time.time()))
            continue
        # Several messages a connection, if they are of one client.
        batch = [heapq.heappop(waiting)]
        address = mails[first].address
        while waiting and len(batch) < 4 and waiting[0][0] <= time.time() and mails[waiting[0][1]].address == address:
            batch.append(heapq.heappop(waiting))
        client = Client(port, address)
        try:
            if client.ask(f"EHLO {mails[first].helo}".encode())[0] != 250:
                raise OSError("no greeting")
            for _, number, tries in batch:
                mail = mails[number]
                code, text = transaction(client, mail)
                if code == 250:
                    name = re.search(r"queued as (\w+)", text)
                    found[number] = (name[1] if name else "?", mail.address, mail.helo, mail.sender)
                elif 400 <= code < 500 and tries < 8:
                    retries += 1
                    heapq.heappush(waiting, (time.time() + 1.2 + dice.random(), number, tries + 1))
                else:
                    found[number] = (f"refused {code}", mail.address, mail.helo, mail.sender)
            client.ask(b"QUIT")
        except OSError as error:
            for _, number, tries in batch:
                if number not in found:
                    heapq.heappush(waiting, (time.time() + 1, number, tries + 1))
                    if tries > 20:
                        raise SystemExit(f"assayd gives no service: {error}")
        finally:
            client.close()
    results.put((found, retries))


def transaction(client, mail):
    code, text = client.ask(f"MAIL FROM:<{mail.sender}>".encode())
    if code != 250:
        return code, text
    worst, taken = (0, ""), 0
    for recipient in mail.recipients:
        code, text = client.ask(f"RCPT TO:<{recipient}>".encode())
        if code == 250:
            taken += 1
        worst = max(worst, (code, text))
    # Of several recipients all are to be greylisted or none, so that a message is sent once.
    if taken < len(mail.recipients):
        client.ask(b"RSET")
        return worst
    code, text = client.ask(b"DATA")
    if code != 354:
        return code, text
    client.socket.sendall(mail.data + b".\r\n")
    return client.reply()


def send(port, count, workers):
    results = multiprocessing.Queue()
    numbers = list(range(1, count + 1))
    shares = [numbers[number::workers] for number in range(workers)]
    processes = [multiprocessing.Process(target=send_share, args=(port, number, share, results))
                 for number, share in enumerate(shares)]
    for process in processes:
        process.start()
    found, retries = {}, 0
    for _ in processes:
        part, more = results.get(timeout=3600)
        found.update(part)
        retries += more
    for process in processes:
        process.join()
    return found, retries


def number_of(path):
    """Which message lies in a file, and whether it is a bounce of that one."""
    text = open(path, "rb").read()
    head = text.split(b"\n\n", 1)[0]
    own = re.search(rb"^X-Number: (\d+)", head, re.MULTILINE)
    if own:
        return int(own[1]), False
    told = re.search(rb"^X-Number: (\d+)", text, re.MULTILINE)
    return (int(told[1]), True) if told and b"multipart/report" in head else (None, False)


def day(options, folder):
    far = Far(os.path.join(folder, "far"))
    records = os.path.join(folder, "records")
    inner = free_port()
    services = (f"127.0.0.1:{inner} inet n - n - - smtpd\n  -o myhostname=filter.local.example\n"
                "  -o smtpd_recipient_restrictions=permit_mynetworks,reject\n  -o mynetworks=127.0.0.0/8\n"
                "  -o smtpd_authorized_xclient_hosts=\nsmtp unix - - n - - smtp\n")
    aliases = " , ".join(f"{{{name}@local.example = {target}}}" for name, target in ALIASES.items())
    settings = f"""virtual_alias_maps = inline:{{ {aliases} }}
relayhost = [127.0.0.1]:{far.port}
smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access inline:{{ {{filtered@local.example = FILTER smtp:[127.0.0.1]:{inner}}} }}
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
default_destination_concurrency_limit = 50
default_destination_recipient_limit = 1
smtp_destination_recipient_limit = 1
"""
    postfix = Postfix(folder, "xclient", services, settings)
    agent = None
    try:
        if not wait_for_port(postfix.port, 60):
            check("Postfix starts", False, postfix.text())
            return
        agent = Agent(options.assayd, folder, [postfix.port], POLICY.format(records=records), STAGES)
        start = time.time()
        sent, retries = send(agent.port, options.messages, options.clients)
        took = time.time() - start
        deadline = time.time() + max(120, options.messages / 50)
        while time.time() < deadline:
            queue = subprocess.run(["postqueue", "-c", postfix.base + "/etc", "-j"], capture_output=True, env=ROUTE).stdout
            if not queue.strip():
                break
            # What was put off comes again at once: on a busy machine its time may just have been missed.
            subprocess.run(["postqueue", "-c", postfix.base + "/etc", "-f"], capture_output=True, env=ROUTE)
            time.sleep(2)
        check("the queue is empty in the end", not queue.strip(), queue[:1000])
    finally:
        if agent:
            agent.stop()
        postfix.stop()
        far.end()
    time.sleep(1)
    log = postfix.base + "/log"
    archive = os.path.join(folder, "archive")
    os.makedirs(archive)
    for user in ("eva", "bob"):
        for path in glob.glob(f"{postfix.base}/mail/{user}/new/*"):
            shutil.copy(path, f"{archive}/{user}-{os.path.basename(path)}.eml")
    for path in glob.glob(folder + "/far/*.far"):
        shutil.copy(path, f"{archive}/far-{os.path.basename(path)[:-4]}.eml")
    taken = {number: told for number, told in sent.items() if re.fullmatch(r"[0-9A-Za-z]{6,}", told[0])}
    refused = collections.Counter(told[0] for number, told in sent.items() if number not in taken)
    print(f"{len(sent)} messages in {took:.0f} s: {len(taken)} taken, {dict(refused)}, {retries} attempts that were put off; "
          f"the log has {sum(1 for _ in open(log, errors='replace'))} lines", flush=True)
    check("nearly all are taken, after retries", len(taken) > 0.9 * len(sent) and retries > len(sent) / 4, refused)
    compare(options, folder, log, archive, records, taken)


def compare(options, folder, log, archive, records, taken):
    notified = dict(re.findall(r": (\w+): sender non-delivery notification: (\w+)", open(log, errors="replace").read()))
    truth, kinds = {}, collections.Counter()
    for path in sorted(glob.glob(archive + "/*.eml")):
        number, is_bounce = number_of(path)
        expected = taken.get(number, ("-",))[0]
        if is_bounce:
            expected = notified.get(expected, "-")
        truth[path] = (number, expected, is_bounce)
        kinds["bounces" if is_bounce else "forwards" if "/far-" in path else "deliveries"] += 1
    with open(folder + "/truth.tsv", "w") as file:
        for path, (number, expected, is_bounce) in truth.items():
            file.write(f"{os.path.basename(path)}\t{number}\t{expected}\t{'bounce' if is_bounce else 'message'}\n")
    print(f"the archive has {len(truth)} messages: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
          flush=True)
    check("the day has forwards and bounces", kinds["forwards"] > len(taken) / 10 and kinds["bounces"] > len(taken) / 50, kinds)
    check("all that was taken has arrived", len({number for number, *_ in truth.values()}) == len(taken),
          len({number for number, *_ in truth.values()}))
    start = time.time()
    result = subprocess.run([options.assay, "logs", "join", archive, log, "--format", "ndjson"], capture_output=True, text=True)
    took = time.time() - start
    check("assay logs join", result.returncode == 0 and not result.stderr, (result.returncode, result.stderr[-500:]))
    right, wrong, ambiguous, absent, odd = 0, 0, 0, 0, []
    for line in map(json.loads, result.stdout.splitlines()):
        number, expected, is_bounce = truth[line["source"]]
        if line["outcome"] != "joined":
            ambiguous += line["outcome"] == "ambiguous"
            absent += line["outcome"] == "absent"
            odd.append((line["outcome"], number, expected))
        elif line["log"]["queue_id"] == expected:
            right += 1
        else:
            wrong += 1
            odd.append((line["log"]["queue_id"], number, expected, is_bounce, line["by"]))
    total = sum(expected != "-" for _, expected, _ in truth.values())
    precision, recall = right / max(1, right + wrong), right / max(1, total)
    print(f"joined in {took:.1f} s: {right} right, {wrong} wrong, {ambiguous} ambiguous, {absent} absent of {total}; "
          f"precision {100 * precision:.2f} %, recall {100 * recall:.2f} %", flush=True)
    check("precision of the join is 99.5 % or more", precision >= 0.995, odd[:20])
    check("recall of the join is 99.5 % or more", recall >= 0.995, odd[:20])
    sessions(options, log, archive, records, truth, taken)


def sessions(options, log, archive, records, truth, taken):
    """What replays with the log know of sessions is what assayd recorded of them."""
    known = {}
    clients, helos, envelope = {}, {}, {}
    for line in recorded(records)[1]:
        session = line["session"]
        if line.get("event") == "connect":
            clients[session] = line["client"].rsplit(":", 1)[0]
        elif line.get("from") == "client":
            text = line.get("line", "")
            if text.upper().startswith("EHLO "):
                helos[session] = text[5:]
            elif text.upper().startswith("MAIL FROM:"):
                envelope[session] = re.search(r"<([^>]*)>", text)[1]
        elif line.get("from") == "server" and (name := re.search(r"queued as (\w+)", line.get("line", ""))):
            known[name[1]] = (clients.get(session), helos.get(session), envelope.get(session))
    check("assayd recorded each message that was taken", all(told[0] in known for told in taken.values()),
          sum(told[0] not in known for told in taken.values()))
    result = subprocess.run(
        [options.assay, "replay", archive, "--dns", "none", "--format", "ndjson", "--logs", log], capture_output=True, text=True)
    check("assay replay --logs", result.returncode == 0, result.stderr[-500:])
    same, count, odd = 0, 0, []
    for line in map(json.loads, result.stdout.splitlines()):
        number, expected, is_bounce = truth[line["source"]]
        if is_bounce or expected not in known:
            continue
        count += 1
        found = (line["client"]["ip"], line["client"]["helo"], line["mail_from"])
        # The log has no greeting of those whose deliveries it does not refuse: the Received field has.
        if found == known[expected]:
            same += 1
        else:
            odd.append((number, found, known[expected], line["provenance"]))
    print(f"sessions known as assayd recorded them: {same} of {count}", flush=True)
    check("99.5 % of the sessions are known as they were", same >= 0.995 * count and count > 0, odd[:10])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", required=True)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--keep", help="a new folder that the day's files stay in")
    options = parser.parse_args()
    options.assay, options.assayd = os.path.abspath(options.assay), os.path.abspath(options.assayd)
    if obstacle := Postfix.obstacle():
        print("skipped: " + obstacle)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="assay-day-") as folder:
        if options.keep:
            os.makedirs(options.keep)
        place = os.path.abspath(options.keep) if options.keep else folder
        for name in ("far", "records"):
            os.makedirs(os.path.join(place, name))
        day(options, place)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
