#!/usr/bin/env python3
"""Plays mail through assayd on the loopback interface, and looks at how it carries verdicts out and how it runs.

One line is printed for each check; the exit code is 0 when all held.
"""

import argparse
import contextlib
import email
import email.header
import fcntl
import glob
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check, free_port, message, noise, outcome, send, unpacked, usual, wait_for_port

BLOCKED = "stages:\n  sender-blocklist:\n    entries:\n      - sender: bad@evil.example\n"
SCORED = "actions:\n  SENDER_BLOCKED: score\nweights:\n  SENDER_BLOCKED: 7\nthresholds:\n  {}: 6\n" + BLOCKED


def assay(program, *arguments, text=True):
    """Runs the assay that lies beside assayd."""
    return subprocess.run([os.path.join(os.path.dirname(program), "assay"), *arguments], capture_output=True,
                          text=text, timeout=600)


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def quarantine(program, folder):
    hop = Hop(usual(RCPT=lambda line: b"550 5.1.1 no such user here\r\n" if b"<no@" in line and not hop.easy
                    else b"450 4.2.0 later\r\n" if b"<later@" in line and not hop.easy else b"250 2.1.5 ok\r\n"))
    hop.easy = True
    hop.ehlo = [*hop.ehlo, "DSN"]
    place = os.path.join(folder, "quarantine")
    os.mkdir(place)
    agent = Agent(program, folder, [hop.port], f"  quarantine: {place}", SCORED.format("quarantine"))
    where = ["--policy", agent.policy]
    result = assay(program, "quarantine", "list", *where)
    check("an empty quarantine is told", result.returncode == 0 and "nothing is in quarantine" in result.stdout, result)
    first, second = message(2000, 1), message(50, 2)
    with agent.client() as client:
        client.sendmail("bad@evil.example", ["eva@local.example", "no@local.example"], first,
                        ["BODY=8BITMIME", "RET=HDRS", "ENVID=a+2Bb"], ["NOTIFY=SUCCESS,FAILURE"])
    send(agent, second, sender="bad@evil.example", recipients=("bob@local.example",))
    send(agent, message(10), sender="good@client.example")
    check("what is kept does not go on", len(hop.messages) == 1, len(hop.messages))

    result = assay(program, "quarantine", "list", *where, "--format", "ndjson")
    entries = objects(result)
    check("the list has both in order of time", result.returncode == 0 and [entry["to"] for entry in entries]
          == [["eva@local.example", "no@local.example"], ["bob@local.example"]], result)
    check("with envelope, score and reason", entries[0]["from"] == "bad@evil.example" and entries[0]["score"] == 7
          and "SENDER_BLOCKED" in entries[0]["symbols"] and entries[0]["client"] == "127.0.0.1"
          and entries[0]["subject"] == "number 1"
          and re.fullmatch(r"score: quarantine from 6 by .*policy-\d+\.yaml:\d+:\d+", entries[0]["why"][0]), entries[0])
    for arguments, count in [(["--to", "bob@local.example"], 1), (["--to", "local.example"], 2),
                             (["--from", "EVIL.example"], 2), (["--from", "client.example"], 2), (["--from", "<>"], 0),
                             (["--symbol", "SENDER_BLOCKED"], 2), (["--symbol", "GREYLIST_EARLY"], 0),
                             (["--since", "2100-01-01"], 0), (["--until", "2100-01-01"], 2),
                             (["--from", "evil.example", "--to", "eva@local.example"], 1)]:
        result = assay(program, "quarantine", "list", "--folder", place, "--format", "ndjson", *arguments)
        check(f"list {' '.join(arguments)}", result.returncode == 0 and len(objects(result)) == count, result)
    text = assay(program, "quarantine", "list", *where).stdout
    check("the list for people has a row each", entries[0]["id"] in text and "eva@local.example +1" in text, text)

    a, b = entries[0]["id"], entries[1]["id"]
    shown = assay(program, "quarantine", "show", a, *where).stdout
    check("show names finding, policy line and header", "SENDER_BLOCKED  7 points by " in shown and "| Subject: number 1"
          in shown and "<no@local.example>" in shown and "to nobody" in shown, shown)
    facts = objects(assay(program, "quarantine", "show", a, *where, "--format", "ndjson"))[0]
    check("show has it for programs", any(finding["symbol"] == "SENDER_BLOCKED" and "policy-" in finding["score_by"]
                                          for finding in facts["findings"]), facts)
    raw = assay(program, "quarantine", "show", a, *where, "--raw", text=False).stdout
    check("show --raw gives the message byte for byte", raw == first, raw[:300])
    result = assay(program, "quarantine", "show", "nothing-1", *where)
    check("an id that is not there is 66", result.returncode == 66 and "nothing-1" in result.stderr, result)
    result = assay(program, "quarantine", "show", "../policy", *where)
    check("an id is no path", result.returncode == 66, result)

    hop.easy, hop.lines = False, []
    result = assay(program, "quarantine", "release", a, *where)
    check("a recipient that is refused is named, and the others have it", result.returncode == 69
          and f"{a}: released to <eva@local.example>" in result.stdout
          and f"{a}: <no@local.example> refused: 550 5.1.1 no such user here" in result.stdout, result)
    check("the envelope is the one it came with", b"MAIL FROM:<bad@evil.example> BODY=8BITMIME RET=HDRS ENVID=a+2Bb\r\n"
          in hop.lines and b"RCPT TO:<eva@local.example> NOTIFY=SUCCESS,FAILURE\r\n" in hop.lines, hop.lines)
    check("and the message whole, below the policy's fields", hop.messages[-1].endswith(first)
          and hop.messages[-1].startswith(b"Authentication-Results: local.example;"), hop.messages[-1][:300])
    check("it is still there, and marked", [entry["released"][0]["recipients"] for entry in objects(
        assay(program, "quarantine", "list", *where, "--format", "ndjson")) if entry["id"] == a]
        == [["eva@local.example"]] and os.path.exists(f"{place}/{a}.eml.zst"))
    hop.easy, count = True, len(hop.messages)
    result = assay(program, "quarantine", "release", a, *where, "--delete")
    check("once more sends to those who have not got it", result.returncode == 0 and len(hop.messages) == count + 1
          and "released to <no@local.example>" in result.stdout and "eva@" not in result.stdout, result)
    check("and --delete deletes what all have", not glob.glob(f"{place}/{a}*"), os.listdir(place))

    result = assay(program, "quarantine", "release", b, *where, "--recipient", "eve@local.example")
    check("a recipient that is none of it is told", result.returncode == 64 and "eve@local.example" in result.stderr, result)
    other = Hop()
    result = assay(program, "quarantine", "release", b, "--folder", place, "--to-server", f"127.0.0.1:{other.port}",
                   "--format", "ndjson")
    check("--to names another server", result.returncode == 0 and objects(result)
          == [{"id": b, "refused": [], "released": ["bob@local.example"]}] and other.messages[0].endswith(second), result)
    result = assay(program, "quarantine", "release", b, *where)
    check("a second time takes --again", result.returncode == 64 and "--again" in result.stderr, result)
    result = assay(program, "quarantine", "release", b, *where, "--again")
    check("and with it goes", result.returncode == 0 and len(hop.messages) == count + 2, result)
    other.end()
    for verb, reply, code in [("DOT", b"451 4.3.0 later\r\n", 69), ("DOT", None, 69), ("BANNER", b"421 4.3.2 no\r\n", 69),
                              ("MAIL", b"550 5.7.1 no\r\n", 69), ("DATA", b"554 5.0.0 no\r\n", 69)]:
        bad = Hop(usual(**{verb: reply}))
        result = assay(program, "quarantine", "release", b, "--folder", place, "--to-server", f"127.0.0.1:{bad.port}",
                       "--again", "--delete")
        check(f"a server that fails at {verb} leaves it there", result.returncode == code and (verb == "BANNER" or "refused: " in result.stdout)
              and os.path.exists(f"{place}/{b}.eml.zst") and os.path.exists(f"{place}/{b}.json"), result)
        bad.end()
    result = assay(program, "quarantine", "release", b, "--folder", place)
    check("without a server it is asked for", result.returncode == 64 and "--to" in result.stderr, result)

    # What a crash or somebody else has left.
    for name, text in [("half-1.eml", "Subject: half"), ("half-2.json.part", "{"), ("bad-1.json", "{\"id\": 7}"),
                       ("bad-2.json", "[" * 100_000), ("note.txt", "x"), ("new-1.eml", "x")]:
        with open(f"{place}/{name}", "w") as file:
            file.write(text)
        if not name.startswith("new"):
            os.utime(f"{place}/{name}", (1, 1))
    os.symlink("/etc/passwd", f"{place}/link-1.json")
    os.mkfifo(f"{place}/pipe-1.json")
    result = assay(program, "quarantine", "list", *where, "--format", "ndjson")
    check("what is damaged is named, and the rest listed", result.returncode == 65 and [entry["id"] for entry in
          objects(result)] == [b] and all(name in result.stderr for name in ["bad-1", "bad-2", "link-1", "pipe-1"]), result)
    for name in ["bad-1.json", "bad-2.json", "link-1.json", "pipe-1.json"]:
        os.unlink(f"{place}/{name}")
    check("neither ids nor age is a usage error", assay(program, "quarantine", "delete", *where).returncode == 64)
    result = assay(program, "quarantine", "delete", *where, "--older-than", "30d")
    check("nothing is so old; what was half written is removed", result.returncode == 0 and result.stdout == ""
          and os.path.exists(f"{place}/{b}.json") and not glob.glob(f"{place}/half-*") and
          {"note.txt", "new-1.eml"} <= set(os.listdir(place)), (result, os.listdir(place)))
    result = assay(program, "quarantine", "delete", *where, "--released")
    check("delete --released deletes it", result.stdout == f"{b}: deleted\n" and not glob.glob(f"{place}/{b}*"), result)
    result = assay(program, "quarantine", "delete", *where, b)
    check("what is not there cannot be deleted", result.returncode == 66, result)

    # Writing goes on while it is listed and deleted.
    stop = threading.Event()
    codes, bad = [], []

    def look():
        while not stop.is_set():
            result = assay(program, "quarantine", "list", *where, "--format", "ndjson")
            if result.returncode != 0:
                bad.append(result)
            assay(program, "quarantine", "delete", *where, *([entry["id"] for entry in objects(result)][:1] or ["none-1"]))

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(60):
        codes.append(outcome(lambda: send(agent, message(20_000, number), sender="bad@evil.example")))
    stop.set()
    watcher.join()
    check("listing and deleting go on while it is written", codes == [250] * 60 and not bad, (codes, bad[:1]))
    agent.stop()
    hop.end()


def store(program, folder):
    """What the quarantine has on the disk, how it is looked after, and what recipients are told of it."""
    hop = Hop()
    place = os.path.join(folder, "quarantine")
    os.mkdir(place)
    agent = Agent(program, folder, [hop.port], f"  quarantine: {place}", SCORED.format("quarantine"))
    where = ["--policy", agent.policy]
    html = (b"From: =?utf-8?q?Ann=1B=5B31m?= <ann@evil.example>\r\nSubject: =?utf-8?q?red=1B=5B31m?=\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Pay <b>now</b> \x1b]0;owned\x07</p><script>alert(1)</script>\r\n")
    for data, recipient in [(message(500, 1), "eva"), (message(500, 1), "bob"), (html, "eva"), (message(500, 2), "ann.b")]:
        send(agent, data, sender="bad@evil.example", recipients=(f"{recipient}@local.example",))
    entries = objects(assay(program, "quarantine", "list", *where, "--format", "ndjson"))
    ids = {entry["to"][0].split("@")[0]: entry["id"] for entry in entries}
    check("the same message is on the disk once", len(entries) == 4 and len(glob.glob(place + "/content/*/*.zst")) == 3
          and len({os.stat(path).st_ino for path in glob.glob(place + "/*.eml.zst")}) == 3, os.listdir(place))
    check("under its digest", all(hashlib.sha256(unpacked(path)).hexdigest() == os.path.basename(path)[:-4]
                                  for path in glob.glob(place + "/content/*/*.zst")))
    found = objects(assay(program, "quarantine", "list", *where, "--subject", "NUMBER 1", "--format", "ndjson"))
    check("the list by subject", len(found) == 2, found)
    listed = [entry["id"] for entry in entries if entry["subject"].startswith("red")]
    shown = assay(program, "quarantine", "show", listed[0], *where).stdout
    check("show has HTML as text, and nothing that a terminal obeys", "Pay now" in shown and "<b>" not in shown
          and "alert(1)" not in shown and "\x1b" not in shown and "\x07" not in shown, shown)

    result = assay(program, "quarantine", "check", *where)
    check("check finds nothing wrong", result.returncode == 0 and result.stdout.startswith("4 entries are whole"), result)
    content = glob.glob(place + f"/{ids['ann.b']}.eml.zst")[0]
    whole = open(content, "rb").read()
    with open(content, "r+b") as file:
        file.seek(20)
        file.write(b"????")
    result = assay(program, "quarantine", "check", *where)
    check("and a changed message", result.returncode == 65 and ids["ann.b"] in result.stdout, result)
    with open(content, "wb") as file:
        file.write(whole)

    # A folder as an older version has left it.
    old = os.path.join(folder, "old")
    os.mkdir(old)
    for name in ids.values():
        facts = json.load(open(f"{place}/{name}.json"))
        del facts["content"]
        json.dump(facts, open(f"{old}/{name}.json", "w"))
        with open(f"{old}/{name}.eml", "wb") as file:
            file.write(unpacked(f"{place}/{name}.eml.zst"))
    before = assay(program, "quarantine", "list", "--folder", old, "--format", "ndjson").stdout
    check("what an older version kept is listed", sorted(entry["id"] for line in before.splitlines()
          for entry in [json.loads(line)]) == sorted(ids.values()), before)
    raw = assay(program, "quarantine", "show", ids["eva"], "--folder", old, "--raw", text=False).stdout
    result = assay(program, "quarantine", "rebuild", "--folder", old)
    check("and compressed by rebuild", result.returncode == 0 and not glob.glob(old + "/*.eml")
          and len(glob.glob(old + "/*.eml.zst")) == len(ids), result)
    check("byte for byte", raw and raw == assay(program, "quarantine", "show", ids["eva"], "--folder", old, "--raw",
                                                text=False).stdout)
    check("with the same list", before == assay(program, "quarantine", "list", "--folder", old, "--format", "ndjson").stdout)

    mails = os.path.join(folder, "mails")
    result = assay(program, "quarantine", "digest", *where, "--last", "1d", "--write", mails)
    check("a mail for each recipient", result.returncode == 0 and sorted(os.listdir(mails))
          == ["ann.b@local.example.eml", "bob@local.example.eml", "eva@local.example.eml"], (result, os.listdir(mails)))
    told = email.message_from_binary_file(open(mails + "/eva@local.example.eml", "rb"))
    body = told.get_payload(decode=True).decode()
    check("says what is held", told["From"].endswith("<postmaster@local.example>") and told["Auto-Submitted"]
          == "auto-generated" and ids["eva"] in body and "number 1" in body and "\x1b" not in body
          and ids["bob"] not in body, body)
    result = assay(program, "quarantine", "digest", *where, "--send", "--to", "bob@local.example", "--format", "ndjson")
    check("or is sent", result.returncode == 0 and [fact["recipient"] for fact in objects(result)] == ["bob@local.example"]
          and b"MAIL FROM:<>\r\n" in hop.lines and b"RCPT TO:<bob@local.example>\r\n" in hop.lines
          and b"held for you" in hop.messages[-1], result)
    check("digest wants to know where to", assay(program, "quarantine", "digest", *where).returncode == 64)

    result = assay(program, "quarantine", "delete", *where, "--to", "bob@local.example")
    check("deleting by conditions asks", result.returncode == 64 and "1 message would be deleted" in result.stderr, result)
    result = assay(program, "quarantine", "delete", *where, "--to", "bob@local.example", "--yes")
    check("and --yes answers", result.stdout == f"{ids['bob']}: deleted\n", result)
    check("what another entry has stays", assay(program, "quarantine", "show", ids["eva"], *where, "--raw").returncode == 0)
    count = len(hop.messages)
    result = assay(program, "quarantine", "release", *where, "--for", "eva@local.example")
    check("so does releasing", result.returncode == 64 and len(hop.messages) == count, result)
    result = assay(program, "quarantine", "release", *where, "--for", "eva@local.example", "--yes", "--delete")
    check("several are released at once", result.returncode == 0 and len(hop.messages) == count + 2, result)
    result = assay(program, "quarantine", "check", *where)
    check("nothing is left of what has gone", result.returncode == 0
          and len(glob.glob(place + "/content/*/*")) == 1, (result, glob.glob(place + "/content/*/*")))
    agent.stop()

    # As much as there may be, and no more.
    place = os.path.join(folder, "bounded")
    os.mkdir(place)
    agent = Agent(program, folder, [hop.port],
                  f"  quarantine: {place}\n  quarantine_size: 64K\n  quarantine_floor: 1s\n  quarantine_keep: 1d",
                  SCORED.format("quarantine"))
    codes = []
    for number in range(8):
        codes.append(outcome(lambda: send(agent, noise(12_000, number), sender="bad@evil.example")))
        time.sleep(0.4)
    left = [entry["subject"] for entry in objects(assay(program, "quarantine", "list", "--folder", place, "--format", "ndjson"))]
    check("the oldest make room", codes == [250] * 8 and 0 < len(left) < 8
          and left == [f"number {number}" for number in range(8 - len(left), 8)], (codes, left))
    agent.write(f"  quarantine: {place}\n  quarantine_size: 64K\n  quarantine_floor: 1d", SCORED.format("quarantine"))
    agent.process.send_signal(signal.SIGHUP)
    agent.wait_for("was read anew")
    codes = [outcome(lambda: send(agent, noise(40_000, 90 + number), sender="bad@evil.example")) for number in range(2)]
    after = [entry["subject"] for entry in objects(assay(program, "quarantine", "list", "--folder", place, "--format", "ndjson"))]
    check("none goes that is younger than the floor: 452", codes == [452, 452] and after == left, (codes, after))
    agent.stop()
    for path in glob.glob(place + "/*.json"):
        facts = json.load(open(path))
        facts["time"] = "2020-01-01T00:00:00Z"
        json.dump(facts, open(path, "w"))
    for path in glob.glob(place + "/index.db*"):
        os.remove(path)
    agent = Agent(program, folder, [hop.port], f"  quarantine: {place}\n  quarantine_keep: 30d", SCORED.format("quarantine"))
    agent.wait_for("listening on")
    check("and what is too old goes when the agent starts", glob.glob(place + "/*.json") == [], os.listdir(place))
    agent.stop()
    hop.end()


def full(program, folder):
    """A quarantine on a full disk: 452, and nothing half there."""
    place = os.path.join(folder, "small")
    os.mkdir(place)
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True).returncode != 0:
        print("skipped: a small file system cannot be mounted here")
        return
    hop = Hop()
    agent = Agent(program, folder, [hop.port], f"  quarantine: {place}", SCORED.format("quarantine"))
    try:
        codes = [outcome(lambda: send(agent, noise(40_000, number), sender="bad@evil.example")) for number in range(12)]
        kept = len(glob.glob(place + "/*.eml.zst"))
        check("a full quarantine is 452, and never 250 for nothing", set(codes) == {250, 452} and codes.count(250) == kept
              and codes[-1] == 452, (codes, kept))
        names = [name for name in os.listdir(place) if name != "content" and not name.startswith("index.db")]
        check("nothing is half there", len(names) == 2 * kept and not glob.glob(place + "/content/*/*.part"), names)
        check("the log says why", agent.wait_for("no room is left"), agent.text())
        check("other mail goes on", outcome(lambda: send(agent, message(10))) == 250 and len(hop.messages) == 1)
    finally:
        agent.stop()
        subprocess.run(["umount", place])
        hop.end()


def marks(program, folder):
    hop = Hop()
    agent = Agent(program, folder, [hop.port], '  subject_tag: "[SPAM?]"\n  received_field: true', SCORED.format("tag"))
    long = "=?utf-8?q?" + "x" * 60 + "?="
    encoded = "=?utf-8?b?w6RiYw==?="
    for subject, expected in [("hello", "[SPAM?] hello"), (encoded, "[SPAM?] äbc"), ("Re: [SPAM?] hello", "Re: [SPAM?] hello"),
                              (long, "[SPAM?] " + "x" * 60), ("", "[SPAM?]"), ("a\r\n folded one", "[SPAM?] a folded one")]:
        text = f"From: a@b.example\r\nSubject: {subject}\r\nX-Assay-Verdict: accept\r\n\r\nbody\r\n".encode()
        send(agent, text, sender="bad@evil.example")
        seen = email.message_from_bytes(hop.messages[-1])
        decoded = str(email.header.make_header(email.header.decode_header(seen["Subject"].replace("\r\n", ""))))
        check(f"subject {subject!r} is tagged once", decoded == expected, (decoded, hop.messages[-1]))
        lines = hop.messages[-1].split(b"\r\n\r\n")[0].split(b"\r\n")
        check("no line is too long for it", all(len(line) <= 78 for line in lines if line.startswith(b"Subject")), lines)
        check("the body is untouched", hop.messages[-1].endswith(b"\r\n\r\nbody\r\n"))
        verdicts = seen.get_all("X-Assay-Verdict")
        check("the verdict is told, and the forged one gone", len(verdicts) == 1 and verdicts[0].startswith(
            "tag; score=7; symbols=SENDER_BLOCKED; session="), verdicts)
    received = seen["Received"]
    check("the Received field tells of the session", re.fullmatch(
        r"from client\.example \(\[127\.0\.0\.1\]\)\s+by mx\.local\.example id [0-9a-z-]+\s+for <eva@local\.example>;\s+"
        r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d \+0000", received), received)
    send(agent, b"From: a@b.example\r\n\r\nbody\r\n", sender="bad@evil.example")
    check("a message without a Subject gets one", b"\r\nSubject: [SPAM?]\r\n" in hop.messages[-1], hop.messages[-1])
    send(agent, message(10))
    check("what is not tagged keeps its subject", hop.messages[-1].endswith(message(10)))
    agent.stop()
    agent = Agent(program, folder, [hop.port], '  subject_tag: "[Verdächtig]"', SCORED.format("tag"))
    send(agent, b"Subject: " + encoded.encode() + b"\r\n\r\nbody\r\n", sender="bad@evil.example")
    seen = email.message_from_bytes(hop.messages[-1])
    decoded = str(email.header.make_header(email.header.decode_header(seen["Subject"])))
    check("a tag in other letters is an encoded word, apart from the next", decoded == "[Verdächtig] äbc"
          and seen["Subject"].isascii(), seen["Subject"])
    agent.stop()
    agent = Agent(program, folder, [hop.port], '  shadow: true\n  subject_tag: x\n  received_field: true', SCORED.format("tag"))
    send(agent, message(10), sender="bad@evil.example")
    check("in shadow nothing is marked", hop.messages[-1] == message(10), hop.messages[-1])
    agent.stop()
    hop.end()


def dispositions(program, folder):
    """Each disposition at each of the checkpoints it can come at, told at once or when a recipient is named."""
    for action, code in [("reject", 5), ("defer", 4), ("disconnect", 5), ("discard", 2)]:
        hop = Hop()
        agent = Agent(program, folder, [hop.port], "", f"actions:\n  SENDER_BLOCKED: {action}\n" + BLOCKED)
        with contextlib.closing(agent.client()) as client:
            client.ehlo()
            told = client.mail("bad@evil.example")[0]
            if action == "discard":
                # The envelope goes on; the message does not.
                client.rcpt("eva@local.example")
                told = client.data(message(10))[0]
            check(f"{action} is {code}yz", told // 100 == code, (told, agent.text()))
            ended = False
            try:
                client.noop()
            except Exception:
                ended = True
            check(f"{action} {'ends' if action == 'disconnect' else 'leaves'} the connection",
                  ended == (action == "disconnect"))
        check(f"{action}: nothing reaches the next hop", hop.messages == [])
        check(f"{action} is in the log", agent.wait_for(f"verdict={action}"), agent.text())
        agent.stop()
        agent = Agent(program, folder, [hop.port], "  delay_refusals: true",
                      f"actions:\n  SENDER_BLOCKED: {action}\n" + BLOCKED)
        if action != "discard":
            hop.lines = []
            with contextlib.closing(agent.client()) as client:
                client.ehlo()
                replies = [client.mail("bad@evil.example")[0], client.rcpt("eva@local.example")[0]]
                check(f"{action} waits for the recipient", replies[0] == 250 and replies[1] // 100 == code, replies)
                if action != "disconnect":
                    check("and there is no data", client.docmd("DATA")[0] // 100 == 5)
                    client.rset()
                    check("the next sender is served", client.mail("good@client.example")[0] == 250
                          and client.rcpt("eva@local.example")[0] == 250)
            check(f"{action}: the next hop never hears of it", not any(b"evil" in line for line in hop.lines), hop.lines)
            told = f"to=eva@local.example refused=eva@local.example:{replies[1]} verdict={action}"
            check(f"{action}: the log has the recipient and what it was told", agent.wait_for(told)
                  and "checkpoint=mail" in agent.text(), agent.text())
        agent.stop()
        hop.end()
    hop = Hop()
    listed = "lan_networks: []\nstages:\n  ip-screen:\n    entries:\n      - address: 127.0.0.0/8\n"
    agent = Agent(program, folder, [hop.port], "  delay_refusals: true", listed)
    hop.lines = []
    with contextlib.closing(agent.client()) as client:
        codes = [client.ehlo()[0], client.mail("a@b.example")[0], client.rcpt("eva@local.example")[0]]
        check("a client refused at once is told at the recipient", codes[:2] == [250, 250] and codes[2] // 100 == 5, codes)
    check("and no connection is opened for it", hop.lines == [], hop.lines)
    agent.stop()
    hop.end()


def get(port, path, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def metrics(program, folder):
    hop = Hop()
    port = free_port()
    place = os.path.join(folder, "quarantine")
    os.mkdir(place)
    agent = Agent(program, folder, [hop.port],
                  f"  metrics: 127.0.0.1:{port}\n  quarantine: {place}\n  log: json", SCORED.format("quarantine"))
    check("healthy", get(port, "/health") == (200, "ok\n"))
    check("ready", get(port, "/ready") == (200, "ok\n"))
    send(agent, message(10))
    send(agent, message(10), sender="bad@evil.example")
    agent.wait_for('"verdict":"quarantine"')
    status, text = get(port, "/metrics")
    series = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    check("metrics count verdicts, findings and answers", status == 200
          and series['assay_verdicts_total{checkpoint="message",disposition="accept"}'] == "1"
          and series['assay_verdicts_total{checkpoint="message",disposition="quarantine"}'] == "1"
          and series['assay_findings_total{symbol="SENDER_BLOCKED"}'] == "1"
          and series['assay_next_hop_replies_total{command="rcpt",reply="2xx"}'] == "2"
          and series['assay_next_hop_seconds_count{command="message"}'] == "2", text)
    check("and what lies where", series["assay_quarantine_messages"] == "1" and series["assay_next_hop_up"] == "1"
          and int(series["assay_quarantine_free_bytes"]) > 0 and 'assay_build_info{version="0.1.0"}' in series, text)
    check("every series is described", all(re.match(r"[a-z_]+(\{.*\})? [0-9.]+$", line) for line in text.splitlines()
                                           if not line.startswith("#")) and text.endswith("\n"), text)
    check("there is no more than that", get(port, "/etc")[0] == 404 and get(port, "/health", "POST")[0] == 405
          and get(port, "/health?x=1")[0] == 200 and get(port, "/health", "HEAD") == (200, ""))
    for data, expected in [(b"GET /health\r\n\r\n", b"HTTP/1.1 400"), (b"\x00" * 9000, b"HTTP/1.1 431"),
                           (b"GET /" + b"a" * 9000, b"HTTP/1.1 431"), (b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * 3000, b"HTTP/1.1 431"),
                           (b"SSH-2.0-x\n\n", b"HTTP/1.1 400"), (b"GET http://x/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 400")]:
        with contextlib.closing(socket.create_connection(("127.0.0.1", port), 20)) as link:
            with contextlib.suppress(OSError):
                link.sendall(data)
            answer = b""
            with contextlib.suppress(OSError):
                while piece := link.recv(1000):
                    answer += piece
        check(f"a request {data[:20]!r} is refused", answer.startswith(expected) or (answer == b"" and len(data) > 8192), answer)
    idle = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(50)]
    time.sleep(0.5)
    start = time.time()
    code = 0
    while time.time() - start < 20 and code != 200:
        with contextlib.suppress(OSError):
            code = get(port, "/health")[0]
    check("connections that say nothing are let go", code == 200 and time.time() - start < 15, time.time() - start)
    for link in idle:
        link.close()
    hop.end()
    start = time.time()
    while time.time() - start < 60 and get(port, "/ready")[0] == 200:
        time.sleep(1)
    check("without a next hop it is not ready, and healthy", get(port, "/ready")[0] == 503 and get(port, "/health")[0] == 200)
    lines = [json.loads(line) for line in agent.text().splitlines()]
    verdict = [line for line in lines if line.get("verdict") == "quarantine"][0]
    check("the log is JSON, one line a verdict", verdict["to"] == ["eva@local.example"] and verdict["score"] == 7
          and "SENDER_BLOCKED" in verdict["symbols"] and verdict["level"] == "info"
          and all("time" in line for line in lines), agent.text())
    agent.write(f"  metrics: 127.0.0.1:{port}\n  log: text\n  log_level: warning")
    agent.process.send_signal(signal.SIGHUP)
    time.sleep(1)
    before = len(agent.text())
    hop = Hop()
    agent.write(f"  log_level: warning")
    agent.hops = [hop.port]
    agent.write(f"  log_level: warning")
    agent.process.send_signal(signal.SIGHUP)
    time.sleep(1)
    send(agent, message(10))
    time.sleep(0.5)
    check("levels leave lines out", "verdict=" not in agent.text()[before:], agent.text()[before:])
    agent.stop()
    hop.end()


def limits(program, folder):
    hop = Hop()
    agent = Agent(program, folder, [hop.port],
                  "  max_connections_per_address: 2\n  max_connections_per_network: 3\n  network_prefix_ipv4: 24")
    time.sleep(0.5)

    def connect(source):
        link = socket.create_connection(("127.0.0.1", agent.port), 10, source_address=(source, 0))
        return link, link.recv(1000)

    links = [connect("127.0.0.2"), connect("127.0.0.2"), connect("127.0.0.3")]
    check("so many are served", all(reply.startswith(b"220") for _, reply in links), links)
    check("one more of the address is 421", b"421 4.3.2 too many connections from your address" in connect("127.0.0.2")[1])
    check("one more of the network is 421", b"421 4.3.2 too many connections from your network" in connect("127.0.0.4")[1])
    other = connect("127.0.1.1")
    check("another network is served", other[1].startswith(b"220"))
    links[2][0].close()
    time.sleep(0.5)
    check("a place that is left is free", connect("127.0.0.4")[1].startswith(b"220"))
    agent.stop()
    hop.end()


def manager(program, folder):
    """What a service manager is told, on a path and on an abstract socket."""
    for name in [os.path.join(folder, "notify"), "@assay-" + os.path.basename(folder)]:
        inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        inbox.bind("\0" + name[1:] if name.startswith("@") else name)
        inbox.settimeout(30)
        told, lock = [], threading.Lock()

        def listen():
            with contextlib.suppress(OSError):
                while True:
                    with lock:
                        told.append(inbox.recv(4096).decode())

        hop = Hop()
        os.environ.update(NOTIFY_SOCKET=name, WATCHDOG_USEC="400000")
        try:
            agent = Agent(program, folder, [hop.port])
        finally:
            for key in ["NOTIFY_SOCKET", "WATCHDOG_USEC"]:
                os.environ.pop(key)
        threading.Thread(target=listen, daemon=True).start()

        def heard(text, seconds=20):
            deadline = time.time() + seconds
            while time.time() < deadline:
                if any(text in line for line in told):
                    return True
                time.sleep(0.05)
            return False

        check("it says that it is ready", heard("READY=1\nSTATUS=listening on 127.0.0.1:"), told)
        check("and alive", heard("WATCHDOG=1"), told)
        told.clear()
        agent.process.send_signal(signal.SIGHUP)
        check("and that it reloads", heard("RELOADING=1\nMONOTONIC_USEC=") and heard("READY=1"), told)
        check("and stops", agent.stop() == 0 and heard("STOPPING=1"), told)
        inbox.close()
        hop.end()


STARTER = """
import os, sys
for place, descriptor in enumerate(map(int, sys.argv[2].split()), 3):
    os.dup2(descriptor, place, inheritable=True)
    os.close(descriptor)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sys.argv[2].split())))
os.execv(sys.argv[1], [sys.argv[1], *sys.argv[3:]])
"""


def activation(program, folder):
    """Sockets that a service manager listens on, as systemd.socket(5) describes it."""
    hop = Hop()
    listener, other = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))
    port, unused = listener.getsockname()[1], other.getsockname()[1]
    policy, log = os.path.join(folder, "activated.yaml"), os.path.join(folder, "activated.log")
    with open(policy, "w") as file:
        file.write(f"version: 1\nagent:\n  listen: [127.0.0.1:{port}]\n  next_hop: [127.0.0.1:{hop.port}]\n")
    early = socket.create_connection(("127.0.0.1", port), 30)
    # Descriptors that are none of those they become.
    files = [fcntl.fcntl(held.fileno(), fcntl.F_DUPFD, 50) for held in (listener, other, open(os.devnull))]
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", STARTER, program, " ".join(map(str, files)), "--policy", policy, "--dns", "none"],
            pass_fds=files, stderr=errors)
    for held in (listener, other):
        held.close()
    for held in files:
        os.close(held)
    check("one who came before it is served", early.recv(4) == b"220 ", open(log).read())
    early.close()
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail("a@b.example", "c@d.example", b"Subject: one\r\n\r\ntext\r\n")
    check("and mail goes through", len(hop.messages) == 1, open(log).read())
    text = open(log).read()
    check("a socket that no address is served at is named", f"the socket of LISTEN_FDS at 127.0.0.1:{unused} is none" in text,
          text)
    check("and what is no socket", "descriptor 5 of LISTEN_FDS is no socket" in text, text)
    try:
        socket.create_connection(("127.0.0.1", unused), 5).close()
        waits = True
    except OSError:
        waits = False
    check("nobody is let wait at the socket that is not used", not waits)
    process.send_signal(signal.SIGTERM)
    check("it stops", process.wait(60) == 0, open(log).read())
    hop.end()


def privileges(program, folder):
    if os.geteuid() != 0:
        print("skipped: this is not root")
        return
    hop = Hop()
    os.chmod(folder, 0o755)
    place = os.path.join(folder, "quarantine")
    os.mkdir(place)
    shutil.chown(place, "nobody")
    nobody = pwd.getpwnam("nobody")
    agent = Agent(program, folder, [hop.port], f"  user: nobody\n  quarantine: {place}", SCORED.format("quarantine"))
    for _ in range(200):
        # Its ports are bound before it gives its rights up.
        status = open(f"/proc/{agent.process.pid}/status").read()
        if "listening on" in agent.text():
            break
        time.sleep(0.1)
    ids = dict(re.findall(r"^(Uid|Gid|Groups|CapEff|CapPrm):\s*(.*)$", status, re.M))
    check("it runs as the user, with nothing left of root", ids["Uid"].split() == [str(nobody.pw_uid)] * 4
          and ids["Gid"].split() == [str(nobody.pw_gid)] * 4 and "0" not in ids["Groups"].split()
          and int(ids["CapEff"], 16) == 0 and int(ids["CapPrm"], 16) == 0, ids)
    threads = {re.search(r"^Uid:\s*(.*)$", open(path).read(), re.M)[1] for path in glob.glob(
        f"/proc/{agent.process.pid}/task/*/status")}
    check("in all of its threads", len(threads) == 1, threads)
    code = outcome(lambda: send(agent, message(10), sender="bad@evil.example"))
    kept = glob.glob(place + "/*.eml.zst")
    check("and keeps messages as that user, for nobody else to read", code == 250 and len(kept) == 1
          and os.stat(kept[0]).st_uid == nobody.pw_uid and os.stat(kept[0]).st_mode & 0o777 == 0o600, (code, agent.text()))
    agent.stop()
    for settings, code, words in [
            (f"  user: nobody\n  quarantine: {folder}/root-only", 74, "root-only"), ("  user: no-such-user", 78, "no-such-user"),
            ("  user: nobody\n  group: no-such-group", 78, "no-such-group"),
            ("  user: nobody\n  identification: transparent", 78, "AmbientCapabilities")]:
        os.makedirs(f"{folder}/root-only", mode=0o700, exist_ok=True)
        agent.write(settings)
        result = subprocess.run([program, "--policy", agent.policy, "--dns", "none"], capture_output=True, text=True, timeout=60)
        check(f"{settings.split()[1]}…: {code}", result.returncode == code and words in result.stderr, result)
    with open(agent.policy, "w") as file:
        file.write(f"version: 1\nagent:\n  listen: [127.77.0.1:25]\n  next_hop: [127.0.0.1:{hop.port}]\n")
    result = subprocess.run([program, "--policy", agent.policy, "--dns", "none"], capture_output=True, text=True, timeout=60)
    check("root on a low port takes a word", result.returncode == 78 and "agent.user is not set" in result.stderr, result)
    hop.end()


def checks(program, folder):
    hop = Hop()
    place = os.path.join(folder, "quarantine")
    policy = os.path.join(folder, "p.yaml")

    def run(text):
        with open(policy, "w") as file:
            file.write("version: 1\nagent:\n  listen: [127.0.0.1:2525]\n" + text)
        return subprocess.run([program, "--policy", policy, "--dns", "none", "--check"], capture_output=True, text=True,
                              timeout=120)

    down = free_port()
    for text, code, words in [
            (f"  next_hop: [127.0.0.1:{hop.port}]\n", 0,
             ["can serve by this policy", "takes mail", "state: is kept in memory"]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\n  record: {folder}\nstate: sqlite:{folder}/s.db\n", 0,
             [f"agent.record: {folder} can be written", f"state: can be kept in sqlite:{folder}/s.db"]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\nstate: redis://127.0.0.1:{down}\n", 0,
             [f"state: redis://127.0.0.1:{down} does not answer now: ", "can serve"]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\n  record: {policy}\n", 74,
             [f"agent.record: {policy}: Not a directory"]),
            (f"  next_hop: [127.0.0.1:{down}, 127.0.0.1:{hop.port}]\n", 0, ["can serve", "cannot be connected to"]),
            (f"  next_hop: [127.0.0.1:{down}]\n", 69, ["none of the servers takes mail"]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\n  quarantine: {place}\n", 74, [place]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\n  quarantine: {place}\n  spool_folder: {folder}/spool\n"
             f"  record: {folder}/records\n", 74,
             [f"agent.quarantine: {place}: ", f"agent.spool_folder: {folder}/spool: ", f"agent.record: {folder}/records: "]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\n  quarantine: {place}\nstages:\n  content-filter:\n    rules:\n"
             f"      - {{name: a, actions: [{{do: sign, domain: a.example, selector: s, key: {folder}/none.pem}}]}}\n"
             "      - {name: b, actions: [{do: note, to: a@a.example, subject: x, text: y}]}\n", 74,
             [f"agent.quarantine: {place}: ", f"{folder}/none.pem: ", "set agent.actions"]),
            (f"  next_hop: [127.0.0.1:{hop.port}]\nstages:\n  content-filter:\n    programs: [{{name: x, path: {folder}/none}}]\n",
             0, [f'the program "x" cannot be run: {folder}/none: No such file', "can serve"]),
            ("", 78, ["next_hop"]), ("  nonsense: 1\n", 78, [f"{policy}:4:3: "])]:
        result = run(text)
        check(f"--check is {code}: {words[0]}", result.returncode == code and all(word in result.stderr for word in words), result)
    key = os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    for mode, warned in [(0o600, False), (0o644, True)]:
        os.chmod(key, mode)
        result = run(f"  next_hop: [127.0.0.1:{hop.port}]\nstages:\n  dkim:\n    sign:\n      - domain: client.example\n"
                     "        selector: s1\n        key: key.pem\n")
        check(f"a key of mode {mode:o} is {'warned of' if warned else 'good'}", result.returncode == 0
              and ("open to everybody" in result.stderr) == warned, result)
    result = subprocess.run([program, "--policy", folder + "/none.yaml", "--check"], capture_output=True, text=True)
    check("a policy that is not there is 66", result.returncode == 66, result)
    hop.end()


def transparent(program, folder):
    """Connections to the next hop come from the client's own address: three hosts in network namespaces."""
    ip = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if os.geteuid() != 0 or ip is None:
        print("skipped: this is not root, or there is no ip(8)")
        return
    names = [f"assay{os.getpid()}{letter}" for letter in "cph"]
    client, proxy, server = names

    def run(*words):
        return subprocess.run([ip, *words], capture_output=True, text=True)

    try:
        made = [run("netns", "add", name) for name in names]
        for other, number in [(client, 1), (server, 2)]:
            made.append(run("link", "add", f"v{number}", "netns", proxy, "type", "veth", "peer", "name", "v0", "netns", other))
            made.append(run("-n", proxy, "addr", "add", f"10.77.{number}.1/24", "dev", f"v{number}"))
            made.append(run("-n", proxy, "link", "set", f"v{number}", "up"))
            made.append(run("-n", other, "addr", "add", f"10.77.{number}.2/24", "dev", "v0"))
            made.append(run("-n", other, "link", "set", "v0", "up"))
            made.append(run("-n", other, "route", "add", "default", "via", f"10.77.{number}.1"))
        for name in names:
            made.append(run("-n", name, "link", "set", "lo", "up"))
        # assayd(8): answers of the next hop to clients' addresses are for this host.
        made.append(run("-n", proxy, "rule", "add", "iif", "v2", "lookup", "100"))
        made.append(run("-n", proxy, "route", "add", "local", "default", "dev", "lo", "table", "100"))
        if any(result.returncode != 0 for result in made):
            print("skipped: network namespaces cannot be made here:", [r.stderr.strip() for r in made if r.returncode][:1])
            return
        seen = os.path.join(folder, "seen")
        hop = ("import socketserver\n"
               "class H(socketserver.StreamRequestHandler):\n"
               "    def handle(self):\n"
               f"        open({seen!r}, 'a').write(self.client_address[0] + '\\n')\n"
               "        self.wfile.write(b'220 hop ESMTP\\r\\n')\n"
               "        while line := self.rfile.readline():\n"
               "            self.wfile.write(b'250 ok\\r\\n')\n"
               "socketserver.ThreadingTCPServer.allow_reuse_address = True\n"
               "socketserver.ThreadingTCPServer(('10.77.2.2', 2525), H).serve_forever()\n")
        policy = os.path.join(folder, "t.yaml")
        with open(policy, "w") as file:
            file.write("version: 1\nagent:\n  listen: [10.77.1.1:2525]\n  next_hop: [10.77.2.2:2525]\n"
                       "  identification: transparent\n")
        started = [subprocess.Popen([ip, "netns", "exec", server, sys.executable, "-c", hop]),
                   subprocess.Popen([ip, "netns", "exec", proxy, program, "--policy", policy, "--dns", "none"],
                                    stderr=subprocess.PIPE, text=True)]
        try:
            speak = ("import socket, time\n"
                     "for _ in range(200):\n"
                     "    try:\n"
                     "        link = socket.create_connection(('10.77.1.1', 2525), 10)\n"
                     "        break\n"
                     "    except OSError:\n"
                     "        time.sleep(0.1)\n"
                     "link.recv(1000)\n"
                     "link.sendall(b'EHLO c.example\\r\\n')\n"
                     "print(link.recv(1000).decode())\n")
            time.sleep(1)
            result = subprocess.run([ip, "netns", "exec", client, sys.executable, "-c", speak], capture_output=True,
                                    text=True, timeout=120)
            addresses = open(seen).read().split() if os.path.exists(seen) else []
            check("the next hop sees the client's own address", addresses == ["10.77.1.2"]
                  and result.stdout.startswith("250"), (addresses, result))
        finally:
            for process in started:
                process.kill()
                process.wait(60)
    finally:
        for name in names:
            run("netns", "del", name)


def unit(program, folder):
    """The unit that is shipped is one that systemd understands."""
    analyze = shutil.which("systemd-analyze")
    package = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "packaging")
    if analyze is None:
        print("skipped: there is no systemd-analyze")
        return
    text = open(os.path.join(package, "assayd.service")).read()
    copy = os.path.join(folder, "assayd.service")
    with open(copy, "w") as file:
        file.write(text.replace("/usr/local/sbin/assayd", program))
    result = subprocess.run([analyze, "verify", "--man=no", copy], capture_output=True, text=True, timeout=60)
    mine = [line for line in result.stderr.splitlines() if "assayd.service" in line]
    check("systemd takes the unit", not mine, mine)
    shutil.copy(os.path.join(package, "assayd.socket"), folder)
    result = subprocess.run([analyze, "verify", "--man=no", os.path.join(folder, "assayd.socket")], capture_output=True,
                            text=True, timeout=60)
    mine = [line for line in result.stderr.splitlines() if "assayd.s" in line]
    check("and that of its socket", not mine, mine)
    result = subprocess.run([analyze, "security", "--offline=true", "--threshold=30", copy], capture_output=True, text=True,
                            timeout=60)
    if "nrecognized option" in result.stderr or "Failed" in result.stderr:
        print("skipped: systemd-analyze security cannot look at files here:", result.stderr.strip()[:200])
        return
    check("and finds little exposed", result.returncode == 0, result.stdout[-400:] + result.stderr)


PARTS = {"quarantine": quarantine, "store": store, "full": full, "marks": marks, "dispositions": dispositions, "metrics": metrics,
         "limits": limits, "manager": manager, "activation": activation, "privileges": privileges, "checks": checks,
         "transparent": transparent, "unit": unit}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    arguments = parser.parse_args()
    for name in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            PARTS[name](os.path.abspath(arguments.assayd), folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
