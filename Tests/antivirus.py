#!/usr/bin/env python3
"""Sends viruses that are none through assayd, with real scanners that know them beside it.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import base64
import binascii
import email
import email.message
import email.policy
import glob
import io
import json
import os
import shutil
import signal
import smtplib
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check, free_port, outcome, unpacked  # noqa: E402
from antivirus_servers import (  # noqa: E402
    C_ICAP, C_ICAP_MODULES, CLAMD, CLAMSCAN, EICAR, ICAP, WORM, Clamd, Relay, database)
from hostile_files import rar5  # noqa: E402

OTHERS = "  spf: {enabled: false}\n  dkim: {enabled: false}\n  dmarc: {enabled: false}\n  arc: {enabled: false}\n"


def policy(scanners, settings="", extra=""):
    """A policy with the stage; `scanners` are entries in flow style."""
    entries = "".join(f"      - {entry}\n" for entry in scanners)
    lines = "".join(f"    {line}\n" for line in settings.splitlines())
    return f"stages:\n{OTHERS}  antivirus:\n    scanners:\n{entries}{lines}{extra}\n"


def skip(what):
    print(f"skipped: {what}")
    sys.exit(77)


def zipped(content, name="file.txt"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def tnef(content, name=b"file.com\0"):
    """What Outlook packs attachments into: attributes of a level, an id, a length, and a sum."""
    def attribute(level, kind, data):
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xffff)
    return (struct.pack("<IH", 0x223e9f78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000))
            + attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, name) + attribute(2, 0x0006800f, content))


def message(subject, *files, text="Hello,\nsee the files.\n"):
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"] = "ann@partner.example", "eva@local.example", subject
    made["Message-ID"] = f"<{abs(hash(subject))}@partner.example>"
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def forwarded(inner):
    made = email.message.EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"] = "ann@partner.example", "eva@local.example", "forwarded"
    made.set_content("See the message.\n")
    made.add_attachment(email.message_from_bytes(inner, policy=email.policy.SMTP))
    return made.as_bytes()


def packed(command, *names):
    """What a program makes of a file with the virus, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "file.com"), "wb") as file:
            file.write(EICAR)
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, "packed"), "rb") as file:
            return file.read()


def single(kind, content, encoding, name="file.com"):
    """A message that is one part, encoded by hand."""
    return (b"From: ann@partner.example\r\nTo: eva@local.example\r\nSubject: single\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: " + kind.encode() + b"\r\nContent-Disposition: attachment; filename=" + name.encode()
            + b"\r\nContent-Transfer-Encoding: " + encoding.encode() + b"\r\n\r\n"
            + content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n")


def uuencoded(content, name=b"file.com"):
    lines = b"".join(binascii.b2a_uu(content[at:at + 45]) for at in range(0, len(content), 45))
    return (b"begin 644 " + name + b"\n" + lines + b"`\nend\n").replace(b"\n", b"\r\n")


def yencoded(content, name=b"file.com"):
    """As news has it: each byte with 42 added, and an escape before those that would break a line."""
    line = b"".join(b"=" + bytes([(byte + 106) & 0xff]) if (byte + 42) & 0xff in (0, 10, 13, 61) else bytes([(byte + 42) & 0xff])
                    for byte in content)
    return b"=ybegin line=128 size=%d name=%s\r\n" % (len(content), name) + line + b"\r\n=yend size=%d\r\n" % len(content)


def more_viruses():
    """Forms that mail programs and those who pack for them know."""
    found = {
        "in a tar.gz": message("targz", ("file.tar.gz", packed(["tar", "czf", "packed", "file.com"]))),
        "in a RAR archive": message("rar", ("file.rar", rar5(b"file.com", EICAR))),
        "in uuencode in the text": single("text/plain", b"Hello,\r\n\r\n" + uuencoded(EICAR), "7bit"),
        "in yEnc in the text": single("text/plain; charset=iso-8859-1", b"Hello,\r\n\r\n" + yencoded(EICAR), "8bit"),
        "in uuencode as an encoding": single("application/octet-stream", uuencoded(EICAR), "x-uuencode"),
        "in TNEF in a zip": message("tnefzip", ("file.zip", zipped(tnef(EICAR), "winmail.dat"))),
        "in a zip in TNEF": single("application/ms-tnef", base64.encodebytes(tnef(zipped(EICAR, "a.com"), b"a.zip\0")), "base64",
                                   "winmail.dat"),
        "in base64 with other characters between": single(
            "application/octet-stream", b"\r\n".join(b"*%c!%c" % tuple(pair) for pair in zip(*[iter(base64.b64encode(EICAR))] * 2)),
            "base64"),
        "in base64 in capitals": single("application/octet-stream", base64.encodebytes(EICAR), "BASE64"),
        "in a message in base64": single("message/rfc822", base64.encodebytes(message("inner", ("inner.com", EICAR))), "base64",
                                         "a.eml"),
    }
    if shutil.which("7zz"):
        found["in a 7z archive"] = message("7z", ("file.7z", packed(["sh", "-c", "7zz a -bd p.7z file.com && mv p.7z packed"])))
    if shutil.which("xz"):
        found["in a tar.xz"] = message("tarxz", ("file.tar.xz", packed(["tar", "cJf", "packed", "file.com"])))
    return found


def viruses():
    """What has to be found, each in a form of its own."""
    infected = message("inner", ("inner.com", EICAR))
    winmail = email.message.EmailMessage(policy=email.policy.SMTP)
    winmail["From"], winmail["To"], winmail["Subject"] = "ann@partner.example", "eva@local.example", "tnef"
    winmail.set_content("See the files.\n")
    winmail.add_attachment(tnef(EICAR), maintype="application", subtype="ms-tnef", filename="winmail.dat")
    quoted = email.message.EmailMessage(policy=email.policy.SMTP)
    quoted["From"], quoted["To"], quoted["Subject"] = "ann@partner.example", "eva@local.example", "quoted"
    quoted.set_content("See the file.\n")
    quoted.add_attachment(EICAR.decode(), subtype="plain", filename="file.txt", cte="quoted-printable")
    return {
        "plain, as the text itself": message("plain", text=EICAR.decode() + "\n"),
        "in base64": message("base64", ("file.com", EICAR)),
        "in quoted-printable": quoted.as_bytes(),
        "in a zip": message("zip", ("file.zip", zipped(EICAR, "file.com"))),
        "in a zip in a zip": message("nested", ("file.zip", zipped(zipped(zipped(EICAR, "file.com"), "a.zip"), "b.zip"))),
        "in TNEF": winmail.as_bytes(),
        "in a message in the message": forwarded(infected),
        "in a message in a message in the message": forwarded(forwarded(infected)),
        "our own": message("worm", ("notes.txt", WORM)),
        "our own in a zip": message("wormzip", ("notes.zip", zipped(WORM))),
    }


def reply_to(agent, data, recipients=("eva@local.example",)):
    """Code and text of the reply to the message."""
    client = agent.client()
    client.timeout = 120
    client.sock.settimeout(120)
    try:
        client.ehlo()
        client.mail("ann@partner.example")
        for recipient in recipients:
            client.rcpt(recipient)
        code, text = client.data(data)
        return code, text.decode(errors="replace")
    except smtplib.SMTPResponseException as error:
        return error.smtp_code, str(error.smtp_error)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        return 0, str(error)
    finally:
        client.close()


class Place:
    """A next hop and an agent with the stage."""

    def __init__(self, program, folder, scanners, settings="", agent="", extra="", hop=None):
        self.hop = hop or Hop(ehlo=("8BITMIME", "SIZE 100000000"))
        self.agent = Agent(program, folder, [self.hop.port], agent, policy(scanners, settings, extra))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.agent.stop()
        self.hop.end()


def finds(program, folder):
    signatures = database(os.path.join(folder, "signatures"))
    for unix in (False, True):
        clamd = Clamd(folder, signatures, unix=unix)
        for scope in ("message", "parts"):
            how = f"{'unix socket' if unix else 'TCP'}, {scope}"
            with Place(program, folder, [f'{{clamd: ["{clamd.address}"], scan: {scope}}}']) as place:
                for name, data in {**viruses(), **more_viruses()}.items():
                    code, text = reply_to(place.agent, data)
                    wanted = "Test.Worm" if name.startswith("our") else "Test.Eicar"
                    check(f"{how}: {name} is found and refused", code == 550 and wanted in text, (code, text))
                for name, data in {"a message without files": message("a"), "a file": message("b", ("a.zip", zipped(b"x")))}.items():
                    code, text = reply_to(place.agent, data)
                    check(f"{how}: {name} passes", code == 250, (code, text))
                check(f"{how}: nothing else has arrived", len(place.hop.messages) == 2, len(place.hop.messages))
                before = clamd.scans()
                reply_to(place.agent, message("a"))
                check(f"{how}: what is known is not scanned again", clamd.scans() == before, clamd.scans() - before)
        clamd.stop()


def killed(program, folder):
    """clamd dies while it scans: the client is asked to come back, and nothing passes and nothing is lost."""
    signatures = database(os.path.join(folder, "signatures"))
    for data, kind in [(message("a", ("big.bin", os.urandom(3_000_000))), "a clean message"),
                       (message("b", ("big.bin", os.urandom(3_000_000) + EICAR)), "an infected one")]:
        clamd = Clamd(folder, signatures)
        relay = Relay(clamd.port, clamd.kill)
        with Place(program, folder, [f'{{clamd: ["127.0.0.1:{relay.port}"], timeout: 20s}}']) as place:
            code, text = reply_to(place.agent, data)
            check(f"killed mid-scan with {kind}: deferred", relay.done and code == 451 and "4.3.0" in text, (code, text))
            check("and not passed", not place.hop.messages)
            code, text = reply_to(place.agent, data)
            check("still away: deferred again", code == 451, (code, text))
            check("the log says that it is away", place.agent.wait_for("does not answer"), place.agent.text())
            clamd.start()
            code, text = reply_to(place.agent, data)
            wanted = 250 if kind == "a clean message" else 550
            check(f"back again: {kind} gets its verdict", code == wanted, (code, text))
            check("and the log says so", place.agent.wait_for("answers again"), place.agent.text())
            if wanted == 250:
                check("the message arrived once, whole",
                      len(place.hop.messages) == 1 and place.hop.messages[0].endswith(data), len(place.hop.messages))
            else:
                check("the infected one never arrived", not place.hop.messages)
        relay.stop()
        clamd.stop()
    clamd = Clamd(folder, signatures)
    with Place(program, folder, [f'{{clamd: ["{clamd.address}"], timeout: 2s}}']) as place:
        check("one session is used for the next message", reply_to(place.agent, message("x"))[0] == 250)
        clamd.process.send_signal(signal.SIGSTOP)
        code, text = reply_to(place.agent, message("hangs"))
        check("a clamd that hangs: deferred", code == 451, (code, text))
        clamd.process.send_signal(signal.SIGCONT)
        check("and once it goes on, all is well", reply_to(place.agent, message("hangs"))[0] == 250)
    with Place(program, folder, [f'{{clamd: ["{clamd.address}"]}}'], "deadline: 1s") as place:
        clamd.process.send_signal(signal.SIGSTOP)
        code, text = reply_to(place.agent, message("late"))
        check("a scan beyond the stage's deadline: deferred", code == 451 and not place.hop.messages, (code, text))
        clamd.process.send_signal(signal.SIGCONT)
    clamd.stop()
    with Place(program, folder, [f'{{clamd: ["127.0.0.1:{free_port()}"]}}'], "error: accept") as place:
        check("where the policy says so, mail passes unchecked", reply_to(place.agent, message("x"))[0] == 250)


def failover(program, folder):
    signatures = database(os.path.join(folder, "signatures"))
    first, second = Clamd(folder, signatures), Clamd(folder, signatures)
    entry = f'{{clamd: ["{first.address}", "{second.address}"]}}'
    with Place(program, folder, [entry], "cache_entries: 0") as place:
        taken = reply_to(place.agent, message("1"))[0] == 250
        # clamd may write its log after its answer.
        deadline = time.time() + 10
        while first.scans() + second.scans() == 0 and time.time() < deadline:
            time.sleep(0.1)
        check("the first address is asked", taken and (first.scans(), second.scans()) == (1, 0),
              (first.scans(), second.scans()))
        first.kill()
        code, text = reply_to(place.agent, message("2", ("x.com", EICAR)))
        check("the second answers when the first is away", code == 550 and second.scans() >= 1, (code, text))
        check("clean mail passes", reply_to(place.agent, message("3"))[0] == 250)
        before = first.scans()
        first.start()
        deadline = time.time() + 30
        while first.scans() == before and time.time() < deadline:
            reply_to(place.agent, message("4"))
            time.sleep(0.3)
        check("the first is asked again once it is back", first.scans() > before, place.agent.text())
        relay = Relay(first.port, first.kill)
    with Place(program, folder, [f'{{clamd: ["127.0.0.1:{relay.port}", "{second.address}"]}}']) as place:
        code, text = reply_to(place.agent, message("5", ("big.bin", os.urandom(2_000_000) + EICAR)))
        check("killed mid-scan, the second address answers", relay.done and code == 550, (code, text))
    relay.stop()
    first.stop()
    second.stop()


def actions(program, folder):
    signatures = database(os.path.join(folder, "signatures"))
    clamd = Clamd(folder, signatures, settings="AlertEncrypted yes\nStreamMaxLength 1M")
    scanner = f'{{clamd: ["{clamd.address}"]}}'
    quarantine = os.path.join(folder, "quarantine")
    os.mkdir(quarantine)
    kept = ("kept.pdf", b"%PDF-1.4 nothing\n" * 50)
    infected = message("files", ("bad.zip", zipped(EICAR, "file.com")), kept)
    with Place(program, folder, [scanner], "infected: remove") as place:
        code, text = reply_to(place.agent, infected)
        check("remove: the message passes", code == 250 and len(place.hop.messages) == 1, (code, text))
        arrived = email.message_from_bytes(place.hop.messages[-1], policy=email.policy.default)
        names = [part.get_filename() for part in arrived.walk() if part.get_filename()]
        notes = [part.get_content() for part in arrived.walk() if part.get_content_type() == "text/plain"]
        check("without the file", EICAR not in place.hop.messages[-1] and names == ["kept.pdf"], names)
        check("a note says so", any("bad.zip was removed" in note and "Test.Eicar" in note for note in notes), notes)
        check("the other file is as it was", next(part for part in arrived.walk() if part.get_filename()).get_content() == kept[1])
        code, text = reply_to(place.agent, forwarded(infected))
        arrived = email.message_from_bytes(place.hop.messages[-1], policy=email.policy.default)
        check("remove: in a message in the message", code == 250 and len(place.hop.messages) == 2
              and any("bad.zip was removed" in str(part.get_payload()) for part in arrived.walk()), (code, text))
        code, text = reply_to(place.agent, message("plain", text=EICAR.decode() + "\n"))
        check("remove: the text itself gives way to the note", code == 250 and EICAR not in place.hop.messages[-1], (code, text))
        signed = (b"From: ann@partner.example\r\nSubject: signed\r\nMIME-Version: 1.0\r\n"
                  b"Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"; micalg=pgp-sha256\r\n\r\n"
                  b"--s\r\nContent-Type: application/octet-stream; name=x.com\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                  + base64.b64encode(EICAR) + b"\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n")
        count = len(place.hop.messages)
        code, text = reply_to(place.agent, signed)
        gone = len(place.hop.messages) == count or base64.b64encode(EICAR) not in place.hop.messages[-1]
        check("remove: a signed message does not pass with the file", gone and code in (250, 550), (code, text))
    for action, wanted, arrives in [("reject", 550, 0), ("defer", 450, 0), ("discard", 250, 0), ("quarantine", 250, 0),
                                    ("tag", 250, 1), ("accept", 250, 1)]:
        with Place(program, folder, [scanner], f"infected: {action}", f"  quarantine: {quarantine}") as place:
            code, text = reply_to(place.agent, infected)
            check(f"infected: {action}", code // 100 == wanted // 100 and len(place.hop.messages) == arrives, (code, text))
    held = glob.glob(quarantine + "/*.eml.zst")
    check("quarantine has the message whole", len(held) == 1 and unpacked(held[0]).endswith(infected), held)

    # A zip whose first entry is encrypted, by the flag that says so.
    encrypted = bytearray(zipped(b"secret" * 100, "secret.txt"))
    for magic, offset in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)]:
        encrypted[encrypted.index(magic) + offset] |= 1
    locked = message("locked", ("locked.zip", bytes(encrypted)), kept)
    big = message("big", ("big.bin", os.urandom(3_000_000)))
    for settings, data, wanted, what in [
            ("", locked, 250, "an encrypted archive passes with a mark"), ("unscannable: reject", locked, 550, "or is refused"),
            ("unscannable: remove", locked, 250, "or the archive is taken out"),
            ("", big, 250, "what is too large for clamd passes with a mark"), ("too_large: reject", big, 552, "or is refused"),
            ("too_large: defer", big, 451, "or deferred")]:
        with Place(program, folder, [scanner], settings) as place:
            code, text = reply_to(place.agent, data)
            check(f"{what} ({settings or 'default'})", code // 100 == wanted // 100, (code, text, place.agent.text()))
            if settings == "unscannable: remove":
                check("the other file stays", b"kept.pdf" in place.hop.messages[-1] and b"locked.zip was removed" in place.hop.messages[-1])
            if not settings:
                check("the log says which", place.agent.wait_for("tag"), place.agent.text())
    with Place(program, folder, [f'{{clamd: ["{clamd.address}"], max_size: 100K}}'], "too_large: reject") as place:
        check("max_size holds without asking", reply_to(place.agent, message("big", ("b", os.urandom(200_000))))[0] == 552)
        check("a message too large as a whole is scanned by its parts",
              reply_to(place.agent, message("two", ("a", os.urandom(60_000)), ("b", os.urandom(60_000))))[0] == 250)
        check("and what they hold is found",
              reply_to(place.agent, message("two", ("a", os.urandom(60_000)), ("b", os.urandom(60_000) + EICAR)))[0] == 550)
    clamd.stop()


def icap(program, folder):
    if not (C_ICAP and C_ICAP_MODULES and glob.glob(os.path.join(C_ICAP_MODULES, "virus_scan.so"))):
        skip("c-icap with virus_scan is not installed (apt-get install c-icap libc-icap-mod-virus-scan)")
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")))
    server = ICAP(folder, clamd)
    for method in ("respmod", "reqmod"):
        for scope in ("message", "parts"):
            entry = f'{{icap: ["{server.address}"], method: {method}, scan: {scope}}}'
            with Place(program, folder, [entry]) as place:
                how = f"ICAP {method}, {scope}"
                for name, data in viruses().items():
                    code, text = reply_to(place.agent, data)
                    check(f"{how}: {name} is found", code == 550 and "Test." in text, (code, text, place.agent.text()))
                for size in (0, 10, 1024, 1025, 70_000, 500_000):
                    code, text = reply_to(place.agent, message(f"clean {size}", ("a.bin", bytes(size))))
                    check(f"{how}: a clean file of {size} bytes passes", code == 250, (code, text))
    server.stop()
    with Place(program, folder, [f'{{icap: ["{server.address}"]}}']) as place:
        code, text = reply_to(place.agent, message("away"))
        check("an ICAP server that is away: deferred", code == 451, (code, text))
    other = ICAP(folder, clamd)
    with Place(program, folder, [f'{{icap: ["{server.address}", "{other.address}"]}}']) as place:
        check("the second ICAP server answers", reply_to(place.agent, message("x", ("x.com", EICAR)))[0] == 550)
    with Place(program, folder, [f'{{icap: ["{other.address}x"]}}']) as place:
        code, text = reply_to(place.agent, message("no such service"))
        check("a service that is not there: deferred", code == 451, (code, text))
    clamd.kill()
    with Place(program, folder, [f'{{icap: ["{other.address}"]}}']) as place:
        code, text = reply_to(place.agent, message("behind", ("x.com", EICAR)))
        check("an ICAP server whose scanner is away: not passed", code // 100 in (4, 5) and not place.hop.messages, (code, text))
    other.stop()
    clamd.stop()


PROGRAM = """#!/usr/bin/python3
import hashlib, os, sys, time
content = open(sys.argv[2], "rb").read() if len(sys.argv) > 2 else sys.stdin.buffer.read()
mode = sys.argv[1]
if mode == "sleep":
    time.sleep(60)
if mode == "signal":
    os.kill(os.getpid(), 9)
assert hashlib.sha256(content).hexdigest() == os.environ["ASSAY_SHA256"] and len(content) == int(os.environ["ASSAY_SIZE"])
assert sorted(os.environ)[:4] == ["ASSAY_SHA256", "ASSAY_SIZE", "LC_ALL", "PATH"], sorted(os.environ)
others = [name for name in os.listdir("/proc/self/fd") if int(name) > 3]
assert not others, others
if b"lamp-shade" in content:
    print("scanner 1.0\\nfound: <Own Lamp> in it")
    sys.exit(3)
if b"locked" in content:
    sys.exit(4)
if b"huge" in content:
    sys.exit(5)
sys.exit(0 if b"odd" not in content else 77)
"""


def command(program, folder):
    path = os.path.join(folder, "scanner.py")
    with open(path, "w") as file:
        file.write(PROGRAM)
    os.chmod(path, stat.S_IRWXU)
    codes = "infected: [3], unscannable: [4], too_large: [5], name_pattern: 'found: <([^>]+)>'"
    for arguments in (f'[{path}, file, "{{file}}"]', f"[{path}, stdin]"):
        entry = f"{{command: {arguments}, {codes}, folder: {folder}}}"
        with Place(program, folder, [entry], "unscannable: reject\ntoo_large: reject") as place:
            for text, wanted, word in [("fine", 250, ""), ("lamp-shade", 550, "Own Lamp"), ("locked", 550, "checked"),
                                       ("huge", 552, "too large"), ("odd", 451, "4.3.0")]:
                code, said = reply_to(place.agent, message(text, text=text + "\n"))
                check(f"a program, {arguments.split(', ')[1].strip(']')}: {text}", code == wanted and word in said, (code, said))
        check("no file is left behind", not glob.glob(os.path.join(folder, "assay-scan-*")))
    for mode in ("sleep", "signal"):
        with Place(program, folder, [f"{{command: [{path}, {mode}], timeout: 2s}}"]) as place:
            code, text = reply_to(place.agent, message("x"))
            check(f"a program that ends by {mode}: deferred", code == 451, (code, text))
    with Place(program, folder, ["{command: [/nowhere/scanner]}"]) as place:
        code, text = reply_to(place.agent, message("x"))
        check("a program that is not there: deferred", code == 451, (code, text))
    if CLAMSCAN:
        signatures = database(os.path.join(folder, "signatures"))
        entry = f"{{command: [{CLAMSCAN}, --no-summary, -d, {signatures}, '{{file}}'], name_pattern: ': (\\S+) FOUND$'}}"
        with Place(program, folder, [entry]) as place:
            code, text = reply_to(place.agent, message("x", ("a.zip", zipped(EICAR))))
            check("clamscan: found", code == 550 and "Test.Eicar" in text, (code, text, place.agent.text()))
            check("clamscan: clean", reply_to(place.agent, message("x"))[0] == 250)


def replay(program, folder):
    """What was recorded gives the same again, without any scanner; an archive is scanned where that is asked for."""
    assay = os.path.join(os.path.dirname(program), "assay")
    if not os.path.exists(assay):
        skip(f"{assay} is not there")
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")))
    recording = os.path.join(folder, "recording")
    os.mkdir(recording)
    scanners = [f'{{clamd: ["{clamd.address}"]}}', f'{{name: second, clamd: ["{clamd.address}"], scan: parts}}']
    data = [*viruses().values(), *more_viruses().values(), message("clean", ("a.txt", b"nothing"))]
    with Place(program, folder, scanners, "infected: remove", f"  record: {recording}") as place:
        codes = [reply_to(place.agent, one)[0] for one in data]
        check("recorded: each has its answer", all(code in (250, 550) for code in codes), codes)
        clamd.kill()
        check("recorded: away", reply_to(place.agent, message("away"))[0] == 451)
    policy_file = place.agent.policy

    def run(*arguments):
        return subprocess.run([assay, *arguments], capture_output=True, text=True)
    again = run("replay", recording, "--policy", policy_file, "--as-recorded", "--format", "ndjson")
    check("--as-recorded gives the same verdicts", again.returncode == 0 and "VIRUS_" in again.stdout, again.stderr[-2000:])
    records = [json.loads(line) for line in again.stdout.splitlines()]
    found = [finding for record in records for finding in record["findings"] if finding["symbol"].startswith("VIRUS_")]
    check("with their evidence", found and all("scanner" in f["evidence"] for f in found)
          and any(f["evidence"].get("signatures", "").startswith("ClamAV") for f in found)
          and any(f["evidence"].get("file") == "file.zip" for f in found), found[:2])
    check("the scanner that was away too", any(f["symbol"] == "VIRUS_UNCHECKED" for f in found), found[-1:])
    check("and twice the same bytes", run("replay", recording, "--policy", policy_file, "--as-recorded", "--format",
                                          "ndjson").stdout == again.stdout)
    box = os.path.join(folder, "box")
    os.mkdir(box)
    for number, one in enumerate(data):
        with open(os.path.join(box, f"{number:02}.eml"), "wb") as file:
            file.write(one)
    plain = run("replay", box, "--policy", policy_file, "--format", "ndjson")
    records = [json.loads(line) for line in plain.stdout.splitlines()]
    check("a plain replay says that it was not scanned", len(records) == len(data) and all(any(
        entry["stage"] == "antivirus" and "--scan" in entry["reason"] for entry in record["not_evaluated"])
        for record in records), records[:1])
    away = run("replay", box, "--policy", policy_file, "--scan", "--format", "ndjson")
    check("--scan with no scanner there says so", "VIRUS_UNCHECKED" in away.stdout, away.stderr[-500:])
    clamd.start()
    scanned = run("replay", box, "--policy", policy_file, "--scan", "--format", "ndjson")
    records = [json.loads(line) for line in scanned.stdout.splitlines()]
    hit = [record for record in records if any(f["symbol"].startswith("VIRUS_") for f in record["findings"])]
    check("--scan finds all of an archive's, and nothing else", len(hit) == len(data) - 1
          and not any(entry["stage"] == "antivirus" for record in records for entry in record["not_evaluated"]), len(hit))
    told = run("explain", os.path.join(box, "03.eml"), "--policy", policy_file, "--scan")
    check("explain --scan tells of it", "Test.Eicar" in told.stdout and "file.zip" in told.stdout, told.stdout + told.stderr)
    clamd.stop()


def busy(program, folder):
    """Many at once over few connections: each gets its own verdict."""
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")))
    results = []
    with Place(program, folder, [f'{{clamd: ["{clamd.address}"], connections: 2}}'], "cache_entries: 0") as place:
        def work(number):
            infected = number % 3 == 0
            data = message(f"number {number}", ("x.bin", os.urandom(50_000) + (EICAR if infected else b"")))
            results.append((550 if infected else 250, reply_to(place.agent, data)[0]))
        threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check("40 at once, two connections", len(results) == 40 and all(a == b for a, b in results), results)
    clamd.stop()


PARTS = {"finds": finds, "killed": killed, "failover": failover, "actions": actions, "icap": icap, "command": command,
         "replay": replay, "busy": busy}


def virus_tests(parts, description, needs=()):
    """Runs the parts of `parts` that the command line names, or all, each in a folder of its own. `needs` are further
    programs that have to be beside assayd."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("parts", nargs="*", choices=[*parts, []])
    arguments = parser.parse_args()
    if not CLAMD:
        skip("clamd is not installed (apt-get install clamav-daemon)")
    for program in needs:
        if not os.path.exists(os.path.join(os.path.dirname(arguments.assayd), program)):
            skip(f"{program} is not beside assayd")
    for part in arguments.parts or parts:
        with tempfile.TemporaryDirectory() as folder:
            parts[part](arguments.assayd, folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    virus_tests(PARTS, __doc__)
