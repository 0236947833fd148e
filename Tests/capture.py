#!/usr/bin/env python3
"""Captures sessions through assayd to a real Postfix on the loopback interface, and compares what is imported of the
capture with what assayd recorded.

One line is printed for each check; the exit code is 0 when all held, 77 when something that is needed is not there.
"""

import argparse
import base64
import glob
import json
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time

from agent import FAILED, Agent, check
from agent_servers import ROUTE, Postfix
from recording import Client, recorded, wire

POLICY = """  identification: xclient
  record: {records}
  auth_without_tls: true
"""


class Capture:
    """tcpdump on the loopback interface, writing what comes to or from a port."""

    def __init__(self, path, ports):
        self.path = path
        filter = " or ".join(f"tcp port {port}" for port in ports)
        self.process = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-U", "-s", "0", "-B", "16384", "-w", path, filter], stderr=subprocess.PIPE, text=True)
        self.said = self.process.stderr.readline()
        self.works = "listening on" in self.said

    def stop(self):
        if self.process.poll() is None:
            time.sleep(1)
            self.process.terminate()
            try:
                self.said += self.process.communicate(timeout=30)[1]
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.said += self.process.communicate()[1]


def assay(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True)


def sessions(lines):
    """What is a matter of the wire, of each session by its client and server: its lines, events with their data."""
    found = {}
    clients = {}
    for line in lines:
        session = line["session"]
        if line.get("event") == "connect":
            # A port may be that of two connections at once, to two servers.
            clients[session] = line["client"], line.get("server")
            found.setdefault(session, [])
        told = found.setdefault(session, [])
        if "from" in line:
            told.append((line["from"], line.get("line", line.get("base64"))))
        elif line["event"] == "message":
            told.append(("message", line.get("base64"), line.get("defects")))
        elif line["event"] == "auth":
            told.append(("auth", line["mechanism"], line.get("identity"), line["result"]))
    return {clients.get(session, session): told for session, told in found.items()}


def wired(told):
    """The order in which a reply and what is noted of it stand is the recorder's."""
    return [item for item in told if item[0] != "auth"], [item for item in told if item[0] == "auth"]


def play(port):
    """Sessions of many kinds through the agent."""
    text = "From: Ann <ann@client.example>\nTo: eva@local.example\nSubject: {}\nMessage-ID: <{}@client.example>\n\n{}\n"
    bodies = [("one", []), (".\n..\n...dots", []), ("x" * 900 + "\n" + "line\n" * 20000, []), ("gr\u00fc\u00dfe", ["BODY=8BITMIME"])]
    for number, (body, options) in enumerate(bodies):
        client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=60)
        client.sendmail("ann@client.example", ["eva@local.example", "bob@local.example"],
                        text.format(number, number, body).replace("\n", "\r\n").encode(), mail_options=options)
        client.rset()
        client.quit()
    # Pipelined, with a recipient that is refused.
    client = Client.__new__(Client)
    client.socket = socket.create_connection(("127.0.0.1", port), 60)
    client.file = client.socket.makefile("rb")
    client.reply()
    client.ask("EHLO pipeline.example")
    client.send(b"MAIL FROM:<ann@client.example>\r\nRCPT TO:<nobody@elsewhere.example>\r\nRCPT TO:<eva@local.example>\r\nDATA\r\n")
    codes = [client.reply() for _ in range(4)]
    client.send(wire(text.format("pipe", "pipe", "pipelined").encode()))
    codes.append(client.reply())
    # Chunks, if they are offered.
    client.send(b"MAIL FROM:<ann@client.example>\r\nRCPT TO:<eva@local.example>\r\n")
    codes += [client.reply(), client.reply()]
    message = text.format("chunk", "chunk", "in chunks").replace("\n", "\r\n").encode()
    client.send(b"BDAT 20\r\n" + message[:20] + b"BDAT %d LAST\r\n" % (len(message) - 20) + message[20:])
    codes += [client.reply(), client.reply()]
    client.ask("AUTH PLAIN AGV2YQBzZWNyZXQ=")
    client.ask("NONSENSE of a client")
    client.send(b"QUIT\r\n")
    client.reply()
    client.close()
    return codes


def swaks(port, folder):
    """What swaks prints of sessions of its own: one that delivers, and one whose recipient is refused."""
    path = os.path.join(folder, "swaks.txt")
    with open(path, "w") as file:
        for recipient in ("eva@local.example", "nobody@elsewhere.example"):
            subprocess.run(
                ["swaks", "--server", "127.0.0.1", "--port", str(port), "--helo", "swaks.example", "--from", "ann@client.example",
                 "--to", recipient, "--body", "printed by swaks\n.a dot\n"], stdout=file, stderr=subprocess.DEVNULL)
            file.flush()
    return path


def dialogues(program, folder, printed, log, expected, behind):
    """Logs of dialogues tell the sessions as assayd recorded them and as they were captured."""
    def imported(path):
        result = assay(program, "transcript", "import", path)
        check(f"{os.path.basename(path)} is imported", result.returncode == 0, (result.returncode, result.stderr))
        found = {}
        for line in map(json.loads, result.stdout.splitlines()):
            found.setdefault(line["session"], []).append(line)
        # Clients of such logs have no port, by which to tell them apart.
        return [told for lines in found.values() for told in sessions(lines).values()]

    told = [lines for lines in expected.values() if ("client", "EHLO swaks.example") in lines]
    found = imported(printed)
    check("swaks tells its sessions as assayd recorded them", len(told) == 2 and found == told,
          [(one, other) for left, right in zip(found, told) for one, other in zip(left, right) if one != other][:4] or (found, told))
    imports = os.path.join(folder, "swaks.ndjson")
    assay(program, "transcript", "import", printed, "--client", "192.0.2.99", "--output", imports)
    replayed = assay(program, "replay", "--dns", "none", "--format", "ndjson", imports)
    lines = [json.loads(line) for line in replayed.stdout.splitlines()]
    check("and they are replayed with what the server did", [line["then"]["outcome"] for line in lines] == ["accepted", "refused"]
          and {line["client"]["ip"] for line in lines} == {"192.0.2.99"} and lines[0]["size"] > 100,
          (replayed.stderr, replayed.stdout[:2000]))

    def commands(session):
        return tuple(line for peer, line, *_ in session if peer == "client")

    # Postfix looks at what it is told of the client after XCLIENT, as if another had connected.
    from_log = [commands(session) for session in imported(log)]
    wanted = [commands(session) for session in behind if commands(session)]
    missing = [session for session in wanted if session not in from_log]
    check(f"debug_peer_list tells the {len(wanted)} sessions as they were captured", wanted and not missing,
          (missing[:2], from_log[:4]))


def compare(program, assayd, folder):
    records = os.path.join(folder, "records")
    os.makedirs(records)
    postfix = Postfix(folder, "xclient", settings="debug_peer_list = 127.0.0.1\n")
    agent = capture = None
    try:
        agent = Agent(assayd, folder, [postfix.port], POLICY.format(records=records))
        path = os.path.join(folder, "wire.pcap")
        capture = Capture(path, [agent.port, postfix.port])
        if not capture.works:
            print("skipped: tcpdump captures nothing here: " + capture.said.strip())
            sys.exit(77)
        codes = play(agent.port)
        printed = swaks(agent.port, folder)
        deadline = time.time() + 60
        while time.time() < deadline and len(glob.glob(postfix.base + "/mail/eva/new/*")) < 7:
            time.sleep(0.2)
        capture.stop()
        check("sessions were captured", "0 packets dropped" in capture.said, capture.said)
        check("and mail was taken", codes.count(250) >= 4, codes)
        agent.stop()
        expected = sessions(recorded(records)[1])
        imported = os.path.join(folder, "imported.ndjson")
        result = assay(program, "transcript", "import", path, "--output", imported)
        check("the capture is imported", result.returncode == 0 and not result.stderr, (result.returncode, result.stderr))
        lines = [json.loads(line) for line in open(imported)]
        check("without secrets", "c2VjcmV0" not in open(imported).read() and "ZWNyZXQ" not in open(imported).read())
        found = sessions(lines)
        expected = {client: told for client, told in expected.items() if told and client in found}
        check("every session is there", len(expected) >= 5, (list(expected), list(found)))
        for client, told in sorted(expected.items()):
            now = found.get(client, [])
            place = next((index for index, pair in enumerate(zip(told, now)) if pair[0] != pair[1]), min(len(told), len(now)))
            check(f"as assayd recorded it: {len(told)} lines and messages of {client[0]}", wired(now) == wired(told),
                  (told[place - 1:place + 3], now[place - 1:place + 3]))
        behind = [told for client, told in found.items() if client not in expected]
        check("the sessions with Postfix as well", sum(("message" == item[0]) for told in behind for item in told) >= 6,
              [told[:6] for told in behind])
        dialogues(program, folder, printed, postfix.base + "/log", expected, behind)
        delivered = set()
        for name in glob.glob(postfix.base + "/mail/*/new/*"):
            delivered.add(open(name, "rb").read().split(b"Subject: ")[1].split(b"\n\n", 1)[1].rstrip(b"\n"))
        sent = {base64.b64decode(item[1]).replace(b"\r\n", b"\n").split(b"\n\n", 1)[1].rstrip(b"\n")
                for told in behind for item in told if item[0] == "message"}
        check("their messages are those that were delivered", delivered == sent, (len(delivered), len(sent)))
        replayed = assay(program, "replay", "--policy", agent.policy, "--dns", "none", path)
        check("a capture is replayed as it is", replayed.returncode == 0 and "accepted" in replayed.stdout,
              (replayed.returncode, replayed.stdout[-500:], replayed.stderr))
        for ending, tool in [("gz", ["gzip", "-k"]), ("zst", ["zstd", "-q"]), ("xz", ["xz", "-k"]),
                             *([("bz2", ["bzip2", "-k"])] if shutil.which("bzip2") else [])]:
            subprocess.run([*tool, path], check=True)
            packed = assay(program, "transcript", "import", f"{path}.{ending}")
            check(f"the same from .{ending}", packed.stdout == open(imported).read(), packed.stderr)
    finally:
        if capture:
            capture.stop()
        if agent:
            agent.stop()
        postfix.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", required=True)
    parser.add_argument("--assayd", required=True)
    arguments = parser.parse_args()
    obstacle = Postfix.obstacle() or (None if shutil.which("tcpdump", path=ROUTE["PATH"]) else "tcpdump is not installed")
    if obstacle:
        print("skipped: " + obstacle)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
        compare(os.path.abspath(arguments.assay), os.path.abspath(arguments.assayd), folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
