#!/usr/bin/env python3
"""Rules that do everything rules can do: mail of real archives through assayd, and the recorded sessions through
assay replay --write; web calls, notes and programs with servers and programs of its own.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import collections
import email
import email.policy
import glob
import hashlib
import hmac
import http.server
import json
import mailbox
import os
import re
import smtplib
import stat
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check, usual  # noqa: E402

QUIET = """
  spf: {enabled: false}
  dmarc: {enabled: false}
  arc: {enabled: false}
"""


class Desk(http.server.ThreadingHTTPServer):
    """A web service that answers as `statuses` say, the last of them for good."""

    daemon_threads = True

    def __init__(self, statuses=(200,), port=0):
        self.calls, self.statuses = [], list(statuses)
        desk = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                desk.calls.append((self.path, dict(self.headers), body))
                status = desk.statuses.pop(0) if len(desk.statuses) > 1 else desk.statuses[0]
                if status == 0:
                    time.sleep(30)
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", port), Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()


def wait_until(holds, seconds=60):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def script(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, stat.S_IRWXU)
    return path


def made(folder, name):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    return path


def waiting(folder):
    return [name for name in os.listdir(folder) if not name.endswith(".failed")]


def simple(subject, body="x"):
    return (f"From: ann@partner.example\r\nTo: eva@local.example\r\nSubject: {subject}\r\n"
            f"Message-ID: <{hashlib.sha1(subject.encode()).hexdigest()}@partner.example>\r\n\r\n{body}\r\n").encode()


def settled(program, folder):
    """Web calls, notes and programs once the fate of a message is settled."""
    hop, desk = Hop(), Desk([503, 200])
    queue = made(folder, "queue")
    secret = os.path.join(folder, "secret")
    with open(secret, "w") as file:
        file.write("a secret of the desk\n")
    os.chmod(secret, 0o600)
    out = os.path.join(folder, "out")
    runs = script(folder, "run.sh", f'{{ for a in "$@"; do echo "arg:$a"; done; env | sort; echo "--"; cat; }} >> {out}.part\n'
                  f"mv {out}.part {out}\nexit 3\n")
    policy = f"""
stages:
  content-filter:
    programs:
      - {{name: tell, path: {runs}, arguments: ["$SUBJECT$", "; touch {folder}/shell", "$$(touch {folder}/shell)"]}}
    webhooks:
      - {{name: desk, url: "http://127.0.0.1:{desk.port}/hook?x=1", secret: {secret}}}
    rules:
      - name: tells
        when: [{{in: subject, starts: tell}}]
        actions:
          - {{do: webhook, service: desk, text: 'Mail "$SUBJECT$" of $SENDER$'}}
          - {{do: note, to: office@local.example, subject: "Gesehen: $SUBJECT$", text: "Von $SENDER$\\nfür $RECIPIENTS$ ✓", attach: message}}
          - {{do: run, program: tell}}
      - name: refused
        when: [{{in: subject, ends: refuse}}]
        action: reject
      - name: later
        when: [{{in: subject, ends: defer}}]
        action: defer
{QUIET}
  dkim: {{enabled: false}}
"""
    agent = Agent(program, folder, [hop.port], agent=f"  actions: {queue}", policy=policy)
    try:
        client = agent.client()
        client.sendmail("ann@partner.example", ["eva@local.example"], simple("tell $HOME `id`", "the body"))
        check("a failed web call is made again", wait_until(lambda: len(desk.calls) == 2), desk.calls)
        path, fields, body = desk.calls[-1]
        check("by the address of the policy", path == "/hook?x=1", path)
        told = json.loads(body)
        check("with the text of the rule", told["text"] == 'Mail "tell $HOME `id`" of ann@partner.example', told)
        check("and what is known", told["recipients"] == ["eva@local.example"] and told["rule"] == "tells", told)
        code = hmac.new(b"a secret of the desk", fields["X-Assay-Time"].encode() + b"." + body, "sha256").hexdigest()
        check("signed with the secret", fields["X-Assay-Signature"] == "sha256=" + code, fields)
        check("both times under one name", desk.calls[0][1]["X-Assay-Id"] == fields["X-Assay-Id"], desk.calls)
        check("a note is sent", wait_until(lambda: len(hop.messages) == 2), len(hop.messages))
        note = email.message_from_bytes(hop.messages[-1], policy=email.policy.default)
        check("with its subject", note["Subject"] == "Gesehen: tell $HOME `id`", note["Subject"])
        check("by the null reverse-path", b"MAIL FROM:<>" in [line.strip().split(b" BODY")[0] for line in hop.lines])
        check("that nobody answers by machine", note["Auto-Submitted"] == "auto-generated", note["Auto-Submitted"])
        check("its text", note.get_body(("plain",)).get_content().strip().replace("\r\n", "\n") == "Von ann@partner.example\nfür eva@local.example ✓",
              note.get_body(("plain",)).get_content())
        enclosed = [part for part in note.walk() if part.get_content_type() == "message/rfc822"]
        check("and the message", len(enclosed) == 1 and enclosed[0].get_payload(0)["Subject"] == "tell $HOME `id`", enclosed)
        check("a program is run", wait_until(lambda: os.path.exists(out)))
        lines = open(out, encoding="utf-8").read().split("\n")
        check("with its arguments, each one", lines[:3] == ["arg:tell $HOME `id`", f"arg:; touch {folder}/shell",
                                                            f"arg:$(touch {folder}/shell)"], lines[:3])
        check("without a shell", not os.path.exists(os.path.join(folder, "shell")))
        variables = [line.split("=")[0] for line in lines if "=" in line]
        check("with the environment that is documented", set(variables) - {"_", "PWD", "SHLVL", "OLDPWD"} == {
            "ASSAY_CLIENT", "ASSAY_HELO", "ASSAY_RECIPIENTS", "ASSAY_RULE", "ASSAY_SENDER", "ASSAY_SESSION",
            "ASSAY_SUBJECT", "ASSAY_USER", "LANG", "PATH"}, variables)
        check("and the message to read", "the body" in lines, lines[-4:])
        check("nothing waits any more", wait_until(lambda: not waiting(queue)), os.listdir(queue))

        def code_of(subject):
            try:
                client.sendmail("ann@partner.example", ["eva@local.example"], simple(subject))
                return 250
            except smtplib.SMTPResponseException as error:
                return error.smtp_code

        calls = len(desk.calls)
        check("a message is refused", code_of("tell and refuse") == 550)
        check("and told of", wait_until(lambda: len(desk.calls) == calls + 1), len(desk.calls))
        check("a message is refused for now", code_of("tell and defer") == 451)
        time.sleep(1)
        check("and not told of: it comes again", len(desk.calls) == calls + 1, len(desk.calls))
        client.quit()
    finally:
        agent.stop()
        hop.end()
        desk.end()

    # What the next hop does not take is not told of either.
    hop, desk = Hop(usual(DOT=b"451 4.3.0 busy\r\n")), Desk()
    policy = policy.replace("/hook?x=1", "/").replace("127.0.0.1:" + policy.split("127.0.0.1:")[1].split("/")[0], f"127.0.0.1:{desk.port}")
    agent = Agent(program, folder, [hop.port], agent=f"  actions: {queue}", policy=policy)
    try:
        try:
            agent.client().sendmail("ann@partner.example", ["eva@local.example"], simple("tell once more"))
            code = 250
        except smtplib.SMTPResponseException as error:
            code = error.smtp_code
        check("the next hop takes nothing", code == 451, code)
        time.sleep(1)
        check("and nothing is told", not desk.calls and not waiting(queue), (desk.calls, os.listdir(queue)))
    finally:
        agent.stop()
        hop.end()
        desk.end()


def restart(program, folder):
    """What has been promised outlives the program, however it ends."""
    hop = Hop()
    probe = Desk()
    port = probe.port
    probe.end()
    queue = made(folder, "queue-restart")
    policy = f"""
stages:
  content-filter:
    webhooks: [{{name: desk, url: "http://127.0.0.1:{port}/"}}]
    rules:
      - {{name: tells, actions: [{{do: webhook, service: desk, text: $SUBJECT$}}]}}
{QUIET}
  dkim: {{enabled: false}}
"""
    settings = f"  actions: {queue}\n  actions_limit: 20"
    agent = Agent(program, folder, [hop.port], agent=settings, policy=policy)
    client = agent.client()
    for number in range(15):
        client.sendmail("ann@partner.example", ["eva@local.example"], simple(f"number {number}"))
    check("mail goes on while nobody hears of it", len(hop.messages) == 15, len(hop.messages))
    check("what is promised lies in the folder", len(waiting(queue)) == 15, len(os.listdir(queue)))
    agent.process.kill()
    agent.process.wait()
    agent = Agent(program, folder, [hop.port], agent=settings, policy=policy)
    desk = Desk(port=port)
    try:
        check("and is told after a crash", wait_until(lambda: len(desk.calls) >= 15), len(desk.calls))
        subjects = {json.loads(body)["text"] for _, _, body in desk.calls}
        check("all of it", subjects == {f"number {number}" for number in range(15)}, subjects)
        check("nothing waits any more", wait_until(lambda: not waiting(queue)), os.listdir(queue))
        desk.end()
        client = agent.client()
        for number in range(30):
            client.sendmail("ann@partner.example", ["eva@local.example"], simple(f"more {number}"))
        check("mail goes on when the folder is full", len(hop.messages) == 45, len(hop.messages))
        check("of which there is a bound", len(waiting(queue)) == 20, len(waiting(queue)))
        check("and what is not done is told", agent.wait_for("20 actions wait already"), agent.text()[-300:])
        desk = Desk([410], port=port)
        check("what a service does not want is given up", wait_until(lambda: not waiting(queue)), os.listdir(queue))
        check("and stays to be looked at", len(os.listdir(queue)) == 20, os.listdir(queue))
        check("as the log says", "is given up" in agent.text())
    finally:
        agent.stop()
        hop.end()
        desk.end()


def programs(program, folder):
    """Programs as conditions: exit codes, time-outs, programs that are not there, and many at once."""
    hop = Hop()
    slow = script(folder, "slow.sh", f"sleep 60 & echo $! > {folder}/child\nsleep 60\n")
    scan = script(folder, "scan.sh", "grep -q EVIL && exit 1\nexit 0\n")
    deaf = script(folder, "deaf.sh", "exit 1\n")
    policy = f"""
stages:
  content-filter:
    programs:
      - {{name: scan, path: {scan}, timeout: 30s}}
      - {{name: deaf, path: {deaf}, timeout: 30s}}
      - {{name: slow, path: {slow}, timeout: 1s}}
      - {{name: absent, path: {folder}/absent}}
    rules:
      - {{name: evil, when: [{{in: program scan, is: 1}}], action: reject}}
      - {{name: deaf, when: [{{in: subject, is: deaf}}, {{in: program deaf, is: 1}}], actions: [{{do: add-header, name: X-Deaf, value: "yes"}}]}}
      - {{name: slow, when: [{{in: subject, is: slow}}, {{in: program slow, is: 0}}], action: reject}}
      - {{name: absent, when: [{{in: subject, is: absent}}, {{in: program absent, is: 0}}], action: reject}}
{QUIET}
  dkim: {{enabled: false}}
actions:
  CONTENT_PROGRAM_FAILED: defer
"""
    agent = Agent(program, folder, [hop.port], policy=policy)
    try:
        client = agent.client()

        def code_of(subject, body="x"):
            try:
                client.sendmail("ann@partner.example", ["eva@local.example"], simple(subject, body))
                return 250
            except smtplib.SMTPResponseException as error:
                return error.smtp_code

        check("a program lets mail pass", code_of("good") == 250)
        check("and has it refused", code_of("bad", "EVIL") == 550)
        check("a program need not read the message", code_of("deaf", "x" * 900 + "\r\n" + ("y" * 70 + "\r\n") * 12000) == 250)
        check("and its answer counts", b"X-Deaf: yes" in hop.messages[-1])
        check("one that takes too long gives no answer", code_of("slow") == 451)
        child = int(open(os.path.join(folder, "child")).read())
        check("and leaves nothing behind", wait_until(lambda: not alive(child)), child)
        check("nor does one that is not there", code_of("absent") == 451)
        client.quit()
        codes = collections.Counter()

        def many(number):
            sender = agent.client()
            for _ in range(5):
                body = "EVIL" if number % 2 else "fine"
                try:
                    sender.sendmail("ann@partner.example", ["eva@local.example"], simple(f"many {number}", body))
                    codes[(body, 250)] += 1
                except smtplib.SMTPResponseException as error:
                    codes[(body, error.smtp_code)] += 1
            sender.quit()

        threads = [threading.Thread(target=many, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check("many at once answer each for their own", codes == {("EVIL", 550): 50, ("fine", 250): 50}, codes)
        box = os.path.join(folder, "box.mbox")
        with open(box, "wb") as file:
            file.write(b"From ann@partner.example Wed May  1 10:00:00 2024\n" + simple("slow", "EVIL").replace(b"\r\n", b"\n") + b"\n")
        ran = os.path.getmtime(os.path.join(folder, "child"))
        assay = os.path.join(os.path.dirname(program), "assay")
        done = subprocess.run([assay, "replay", box, "--policy", agent.policy, "--format", "ndjson"], stdout=subprocess.PIPE)
        record = json.loads(done.stdout)
        reasons = [item["reason"] for item in record["not_evaluated"] if item["stage"] == "content-filter"]
        check("a replay runs none, and says so", reasons == ["program not run: the rule \"evil\" asks the program scan",
              "program not run: the rule \"slow\" asks the program slow"] and record["verdict"]["disposition"] == "accept"
              and os.path.getmtime(os.path.join(folder, "child")) == ran, record)
        open_files = os.listdir(f"/proc/{agent.process.pid}/fd")
        check("no file stays open", len(open_files) < 60, len(open_files))
    finally:
        agent.stop()
        hop.end()


def alive(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().split()[2] != "Z"
    except OSError:
        return False


EVERYTHING = """
stages:
  content-filter:
    groups:
      - {{name: staff, members: ["*@local.example"]}}
    programs:
      - {{name: odd, path: {odd}, timeout: 60s}}
      - {{name: log, path: {log}, arguments: ["$SESSION$"], input: none, timeout: 60s}}
    webhooks:
      - {{name: desk, url: "http://127.0.0.1:{desk}/"}}
    rules:
      - {{name: no reports, when: [{{in: header Content-Type, contains: multipart/report}}], then: skip 1}}
      - name: files
        when: [{{in: attachment-name, matches: '[.](exe|zip|doc|pif|scr|html?|patch|diff|c|txt)$'}}]
        actions:
          - {{do: strip, text: "Taken out: $ATTACHMENTS$"}}
          - {{do: add-header, name: X-Stripped, value: "$ATTACHMENTS$"}}
      - name: footer
        when: [{{in: recipient, group: staff}}]
        actions:
          - {{do: disclaimer, text: "{footer}", otherwise: enclose}}
          - {{do: delete-header, name: X-Mailer}}
          - {{do: replace-header, name: X-Priority, value: "3 geprüft"}}
          - {{do: replace-header, name: Subject, value: "[x] $SUBJECT$"}}
      - {{name: banner, when: [{{in: text, contains: password}}], actions: [{{do: disclaimer, text: "{banner}", place: top}}]}}
      - {{name: odd, when: [{{in: program odd, is: 1}}], actions: [{{do: add-header, name: X-Odd, value: $RULE$}}]}}
      - {{name: tagged, when: [{{in: any-header, contains: bulk}}], action: tag, weight: 1}}
      - {{name: scored, when: [{{in: score, over: 0.5}}, {{in: finding, is: CONTENT_TAGGED}}], actions: [{{do: add-header, name: X-Score, value: $SCORE$}}]}}
      - {{name: copies, when: [{{in: size, under: 2K}}], actions: [{{do: copy, to: archive@local.example}}]}}
      - {{name: redirects, when: [{{in: subject, contains: urgent}}], actions: [{{do: redirect, to: desk@local.example}}]}}
      - {{name: notes, when: [{{in: subject, contains: invoice}}], actions: [{{do: note, to: office@local.example, subject: "NOTE: $SUBJECT$", text: $SENDER$, attach: header}}]}}
      - {{name: calls, when: [{{in: subject, contains: account}}], actions: [{{do: webhook, service: desk}}]}}
      - {{name: runs, when: [{{in: source, contains: viagra}}], actions: [{{do: run, program: log}}]}}
      - {{name: signs, when: [{{in: header List-Id}}], actions: [{{do: sign, domain: local.example, selector: s1, key: {key}}}]}}
      - {{name: quarantined, when: [{{in: subject, contains: bank}}], action: quarantine}}
      - {{name: deleted, when: [{{in: subject, contains: viagra}}], action: discard}}
      - {{name: refused, when: [{{in: subject, contains: replica}}], action: reject, then: stop}}
  dkim: {{enabled: false}}
""" + QUIET.replace("{", "{{").replace("}", "}}") + """
thresholds: {{tag: 0.5}}
"""
FOOTER, BANNER = "-- \\nGeprüft für das Haus ✓", "Vorsicht: Kennwörter gibt man nicht weiter."


def leaves(message):
    return [part for part in message.walk() if not part.is_multipart()]


def decoded(part):
    try:
        charset = part.get_content_charset("us-ascii")
        # As browsers read them, and senders mean them.
        charset = {"iso-8859-1": "windows-1252", "gb2312": "gb18030"}.get(charset, charset)
        return part.get_payload(decode=True).decode(charset).replace("\r\n", "\n")
    except (LookupError, UnicodeError, AttributeError):
        return None


def bare(text, without=False):
    """A text without its white space, and without the disclaimers of these rules."""
    text = "".join(text.split())
    if without:
        for piece in (FOOTER.replace("\\n", "\n"), BANNER):
            markup = "<div>" + "<br>".join(piece.split("\n")) + "</div>"
            ascii_markup = "".join(c if ord(c) < 128 else f"&#{ord(c)};" for c in markup)
            for form in (ascii_markup, piece):
                text = text.replace("".join(form.split()), "")
    return text


def corpus_messages(folder, shared, count):
    """Mail of real archives, as many of each as there are archives; as it can be sent: its lines end in CRLF."""
    paths = sorted(glob.glob(os.path.join(shared, "corpora", "*", "*.mbox.zst")))
    if not paths:
        print(f"skipped: {shared}/corpora is not there (ASSAY_SHARED)")
        sys.exit(77)
    boxes = []
    for path in paths:
        plain = os.path.join(folder, path.replace("/", "-"))
        with open(plain, "wb") as file:
            subprocess.run(["zstd", "-dc", path], stdout=file, check=True)
        box = mailbox.mbox(plain)
        boxes.append((box, list(box.keys())))
    seen, number, passed = set(), 0, 0
    while len(seen) < count and any(number < len(keys) for _, keys in boxes):
        for box, keys in boxes:
            if number >= len(keys) or len(seen) >= count:
                continue
            raw = box.get_bytes(keys[number]).replace(b"\r\n", b"\n")
            if b"\r" in raw or b"\0" in raw:
                passed += 1
                continue
            raw = raw.replace(b"\n", b"\r\n")
            if not raw.endswith(b"\r\n"):
                raw += b"\r\n"
            if raw not in seen:
                seen.add(raw)
                yield raw
        number += 1
    print(f"{passed} messages passed over, which no server may send: bare CR or NUL")


def compare(raw, got, tally):
    """What is wrong with a changed message, in words."""
    before, after = email.message_from_bytes(raw), email.message_from_bytes(got)
    faults = []
    was, now = (sorted(type(defect).__name__ for part in message.walk() for defect in part.defects)
                for message in (before, after))
    if not set(now) <= set(was):
        faults.append(f"defects {now} were {was}")
    if len(after.get_all("Subject", [])) != 1:
        faults.append(f"{len(after.get_all('Subject', []))} Subjects")
    kept = collections.Counter((part.get_content_type(), part.get_payload()) for part in leaves(after))
    bared = {bare(text, without=True) for text in (decoded(part) for part in leaves(after)) if text is not None}
    note = "Taken out: "
    stripped = [name.strip() for name in str(email.header.make_header(email.header.decode_header(
        after.get("X-Stripped", "")))).split(",")] if after.get("X-Stripped") else []
    for part in leaves(before):
        name = part.get_filename()
        if kept[(part.get_content_type(), part.get_payload())] > 0:
            kept[(part.get_content_type(), part.get_payload())] -= 1
            tally["parts as they were"] += 1
            continue
        if stripped and name is not None:
            tally["parts taken out"] += 1
            continue
        if stripped and part.get_content_disposition() == "attachment":
            tally["parts taken out"] += 1
            continue
        # A type that nobody can read, as one with a parameter behind a space, is taken for text.
        if part.get_content_type().split()[0] in ("text/plain", "text/html"):
            text = decoded(part)
            if text is None:
                tally["texts that Python cannot read"] += 1
                continue
            if bare(text) in bared:
                tally["texts with a disclaimer"] += 1
                continue
            faults.append(f"the text of {part.get_content_type()} {part.get('Content-Transfer-Encoding')} "
                          f"{part.get_content_charset()} is not what it was")
            continue
        faults.append(f"part {part.get_content_type()} is not what it was ({note}{stripped})")
    return faults


def corpus(program, folder, shared, count, wants):
    """Real mail under rules with every condition and action."""
    hop, desk = Hop(), Desk()
    names = {name: made(folder, name) for name in ["held", "promised", "recorded", "written"]}
    odd = script(folder, "odd.sh", 'test $(($(wc -c) % 2)) = 1 && exit 1\nexit 0\n')
    log = script(folder, "log.sh", f'echo "$1" >> {folder}/ran\n')
    key = os.path.join(folder, "s1.pem")
    assay = os.path.join(os.path.dirname(program), "assay")
    subprocess.run([assay, "keygen", "--domain", "local.example", "--selector", "s1", "--output", key], check=True,
                   stdout=subprocess.DEVNULL)
    policy = EVERYTHING.format(odd=odd, log=log, desk=desk.port, key=key, footer=FOOTER, banner=BANNER)
    settings = (f"  quarantine: {names['held']}\n  actions: {names['promised']}\n  record: {names['recorded']}\n"
                "  subject_tag: '[SPAM]'\n  actions_limit: 100000")
    agent = Agent(program, folder, [hop.port], agent=settings, policy=policy)
    sent, replies = [], collections.Counter()
    taken = []
    began = time.time()
    try:
        client = agent.client()
        client.ehlo()
        for raw in corpus_messages(folder, shared, count):
            sent.append(raw)
            arrived = sum(1 for _ in hop.messages)
            try:
                client.mail("ann@partner.example", ["BODY=8BITMIME"])
                client.rcpt("eva@local.example")
                code, text = client.data(raw)
            except smtplib.SMTPResponseException as error:
                code, text = error.smtp_code, error.smtp_error
            word = "kept" if b"kept as" in text else "discarded" if b"discarded" in text else str(code)
            replies[word] += 1
            taken.append(word)
        client.quit()
        print(f"{len(sent)} messages sent in {time.time() - began:.0f} s: {dict(sorted(replies.items()))}")
        check("as many as were asked for", len(sent) == count, len(sent))
        wait_until(lambda: not waiting(names["promised"]), 120)
        check("nothing promised is left to do", not waiting(names["promised"]), len(waiting(names["promised"])))
    finally:
        agent.stop()
        hop.end()
        desk.end()
    text = agent.text()
    notes = [message for message in hop.messages if b"\r\nAuto-Submitted: auto-generated\r\n" in message and
             b"@mx.local.example>\r\n" in message[:2000] and b"Subject: NOTE:" in message[:2000]]
    mail = [message for message in hop.messages if message not in notes]
    held = glob.glob(os.path.join(names["held"], "*.eml.zst"))
    ran = open(os.path.join(folder, "ran")).read().split() if os.path.exists(os.path.join(folder, "ran")) else []
    print(f"{len(mail)} arrived, {len(held)} are kept, {replies['discarded']} deleted, {replies['550']} refused; "
          f"{len(notes)} notes, {len(desk.calls)} web calls, {len(ran)} programs run")
    check("none is lost", len(mail) == replies["250"] and len(held) == replies["kept"]
          and sum(replies[word] for word in ["250", "kept", "discarded", "550"]) == len(sent), replies)
    told = [line for line in text.splitlines() if "warning" in line and "running as root" not in line
            # RFC 5322 §2.1.1: what would be broken up on its way is not signed.
            and "longer than the 998 characters" not in line]
    check("no fault is told", not told, told[:3])

    went = [raw for raw, word in zip(sent, taken) if word == "250"]
    tally, wrong = collections.Counter(), []
    for raw, got in zip(went, mail):
        tally["messages changed" if raw != got else "messages as they were"] += 1
        faults = compare(raw, got, tally)
        if faults:
            wrong.append((email.message_from_bytes(raw)["Message-ID"], faults))
    print(", ".join(f"{value} {key}" for key, value in sorted(tally.items())))
    check("every message parses, and what no rule names is as it was", not wrong, (len(wrong), wrong[:5]))

    began = time.time()
    done = subprocess.run(
        [assay, "replay", *sorted(glob.glob(os.path.join(names["recorded"], "*.zst"))), "--policy", agent.policy, "--as-recorded",
         "--write", names["written"], "--format", "ndjson", "--output", os.path.join(folder, "replayed")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check("the recorded sessions give the recorded verdicts", done.returncode == 0, done.stdout[-600:])
    effects = collections.Counter(
        effect["effect"] for line in open(os.path.join(folder, "replayed"), encoding="utf-8")
        for effect in json.loads(line)["effects"])
    print(f"replayed in {time.time() - began:.0f} s; effects told: {dict(sorted(effects.items()))}")
    differ, missing = [], 0
    for raw, got in zip(went, mail):
        path = os.path.join(names["written"], hashlib.sha256(raw).hexdigest() + ".eml")
        # A replay tells of signatures and makes none.
        plain = re.sub(rb"\ADKIM-Signature: v=1; a=[^;]*; c=[^;]*; d=local\.example;.*?\r\n(?![ \t])", b"", got, flags=re.S)
        if os.path.exists(path):
            written = open(path, "rb").read()
            if written != plain:
                with open(path + ".live", "wb") as file:
                    file.write(got)
                differ.append(email.message_from_bytes(raw)["Message-ID"])
        elif plain != raw:
            missing += 1
    check("what a replay writes is what went on, byte for byte", not differ and not missing, (len(differ), missing, differ[:3]))
    if wants:
        for effect in ["write-header", "remove-header", "take-out", "add-disclaimer", "enclose", "copy", "redirect", "note",
                       "webhook", "run", "sign-dkim"]:
            check(f"some message is one for {effect}", effects[effect] > 0, effects)
        for word in ["250", "kept", "discarded", "550"]:
            check(f"some message is {word}", replies[word] > 0, replies)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--shared", default=os.environ.get("ASSAY_SHARED", "../shared"))
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--keep", help="a folder to leave everything in")
    parser.add_argument("parts", nargs="*", choices=["settled", "restart", "programs", "corpus", []])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = made(arguments.keep, "") if arguments.keep else folder
        for part in arguments.parts or ["settled", "restart", "programs", "corpus"]:
            if part == "corpus":
                corpus(arguments.assayd, folder, arguments.shared, arguments.messages, arguments.messages >= 2000)
            else:
                globals()[part](arguments.assayd, folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
