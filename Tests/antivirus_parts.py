#!/usr/bin/env python3
"""Sends viruses that are none through assayd, which keeps or repairs the parts that they are in and passes on the rest;
clamd, programs and an ICAP server tell it what they are.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import email
import email.policy
import glob
import hashlib
import json
import os
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import Hop, check, unpacked, usual  # noqa: E402
from antivirus import Place, forwarded, message, reply_to, virus_tests, viruses, zipped  # noqa: E402
from antivirus_servers import EICAR, WORM, WORM_WORDS, Clamd, Disinfecting, database  # noqa: E402

KEPT = ("kept.pdf", b"%PDF-1.4 nothing\n" * 50)


def read(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def files_of(data):
    return {part.get_filename(): part.get_content() for part in read(data).walk()
            if part.get_filename() and not part.is_multipart()}


def notes_of(data):
    return [part.get_content() for part in read(data).walk() if part.get_content_type() == "text/plain"]


class Quarantine:
    """A folder of kept messages, and the program that looks into it."""

    def __init__(self, program, folder, name="quarantine"):
        self.path = os.path.join(folder, name)
        self.assay = os.path.join(os.path.dirname(program), "assay")
        os.mkdir(self.path)

    def ids(self):
        return sorted(os.path.basename(path)[:-5] for path in glob.glob(self.path + "/*.json"))

    def content(self, one):
        return unpacked(f"{self.path}/{one}.eml.zst")

    def told(self, one):
        return json.load(open(f"{self.path}/{one}.json"))

    def run(self, *arguments):
        return subprocess.run([self.assay, "quarantine", *arguments, "--folder", self.path], capture_output=True, text=True)


def kept(program, folder):
    """The part alone is kept; the message goes on with a note."""
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")), settings="AlertEncrypted yes")
    scanner = f'{{clamd: ["{clamd.address}"]}}'
    store = Quarantine(program, folder)
    settings = "infected: quarantine-part"
    infected = message("files", ("bad.zip", zipped(EICAR, "file.com")), KEPT, ("worm.txt", WORM))
    with Place(program, folder, [scanner], settings, f"  quarantine: {store.path}") as place:
        code, text = reply_to(place.agent, infected, ("eva@local.example", "bob@local.example"))
        check("kept: the message passes", code == 250 and len(place.hop.messages) == 1, (code, text))
        arrived = place.hop.messages[-1]
        check("without the files", EICAR not in arrived and list(files_of(arrived)) == ["kept.pdf"], files_of(arrived).keys())
        check("each with a note in its place", sum("was removed" in note for note in notes_of(arrived)) == 2, notes_of(arrived))
        check("the other file is as it was", files_of(arrived)["kept.pdf"] == KEPT[1])
        ids = store.ids()
        check("one entry is in quarantine", len(ids) == 1, ids)
        content = store.content(ids[0])
        files = files_of(content)
        check("with the two files, byte for byte", files == {"bad.zip": files_of(infected)["bad.zip"], "worm.txt": WORM}, files.keys())
        check("and nothing else of the message", "kept.pdf" not in files and b"see the files" not in content)
        check("under its subject, and from its sender", read(content)["Subject"] == "files" and "ann@partner.example" in read(content)["From"])
        check("and an id of its own", read(content)["Message-ID"] != read(infected)["Message-ID"]
              and read(content)["In-Reply-To"] == read(infected)["Message-ID"], read(content)["Message-ID"])
        told = store.told(ids[0])
        check("the description says which parts", [part["file"] for part in told["parts"]] == ["bad.zip", "worm.txt"], told.get("parts"))
        check("and of what message, for whom", told["record"]["id"] == "sha256:" + hashlib.sha256(infected).hexdigest()
              and told["rcpt_to"] == ["eva@local.example", "bob@local.example"], told["record"].get("id"))
        check("its digest is that of what is kept", told["content"] == "sha256:" + hashlib.sha256(content).hexdigest())
        shown = store.run("show", ids[0])
        check("assay quarantine show tells of it", "bad.zip" in shown.stdout and "VIRUS_REMOVED" in shown.stdout
              and "rest of the message was passed on" in shown.stdout, shown.stdout + shown.stderr)
        check("list too", "was taken out" in store.run("list").stdout, store.run("list").stdout)
        checked = store.run("check")
        check("check finds it whole", checked.returncode == 0 and "1 entry is whole" in checked.stdout, checked.stdout + checked.stderr)
        receiver = Hop(ehlo=("8BITMIME", "SIZE 100000000"))
        released = store.run("release", ids[0], "--to-server", f"127.0.0.1:{receiver.port}", "--recipient", "eva@local.example")
        check("released, the files arrive as they were sent", released.returncode == 0 and len(receiver.messages) == 1
              and files_of(receiver.messages[0]) == files, released.stdout + released.stderr)
        receiver.end()
        code, text = reply_to(place.agent, forwarded(infected))
        check("in a message in the message: that part alone", code == 250 and "bad.zip" not in files_of(place.hop.messages[-1])
              and len(store.ids()) == 2 and "bad.zip" in files_of(store.content(store.ids()[-1])), (code, text))
        code, text = reply_to(place.agent, message("plain", text=EICAR.decode() + "\n"))
        newest = max(store.ids(), key=lambda one: os.path.getmtime(f"{store.path}/{one}.json"))
        check("the text itself: kept with its whole message", code == 250 and EICAR not in place.hop.messages[-1]
              and EICAR in store.content(newest) and b"message/rfc822" in store.content(newest), (code, text))
        count, before = len(place.hop.messages), len(store.ids())
        signed = (b"From: ann@partner.example\r\nSubject: signed\r\nMIME-Version: 1.0\r\n"
                  b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
                  b"Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"; micalg=pgp-sha256\r\n\r\n"
                  b"--s\r\nContent-Type: text/plain; name=x.txt\r\n\r\n" + WORM +
                  b"\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n--o\r\n"
                  b"Content-Type: text/plain\r\n\r\nbeside it\r\n--o--\r\n")
        code, text = reply_to(place.agent, signed)
        check("what is signed is kept as a whole", code == 250 and len(store.ids()) == before + 1
              and WORM not in place.hop.messages[-1] and b"beside it" in place.hop.messages[-1]
              and len(place.hop.messages) == count + 1, (code, text))
        before = len(store.ids())
        check("clean mail is not kept", reply_to(place.agent, message("clean", KEPT))[0] == 250 and len(store.ids()) == before)
        for name, data in viruses().items():
            seen = len(place.hop.messages)
            code, text = reply_to(place.agent, data)
            check(f"kept: {name}", code == 250 and len(place.hop.messages) == seen + 1
                  and EICAR not in place.hop.messages[-1] and WORM not in place.hop.messages[-1], (code, text))
        check("each in an entry of its own", len(store.ids()) == before + len(viruses()), len(store.ids()))

    store = Quarantine(program, folder, "refusing")
    hop = Hop(usual(DOT=b"451 4.3.0 busy\r\n"), ehlo=("8BITMIME", "SIZE 100000000"))
    with Place(program, folder, [scanner], settings, f"  quarantine: {store.path}", hop=hop) as place:
        code, text = reply_to(place.agent, infected)
        check("a next hop that takes nothing: nothing stays kept, as it comes again", code == 451 and not store.ids()
              and not glob.glob(store.path + "/content/*/*"), (code, text, store.ids()))
    with Place(program, folder, [scanner], settings, f"  quarantine: {store.path}") as place:
        os.rename(store.path, store.path + ".away")
        code, text = reply_to(place.agent, infected)
        check("no folder to keep it in: put off, and nothing is passed on", code == 451 and not place.hop.messages, (code, text))
        check("clean mail passes all the same", reply_to(place.agent, message("clean", KEPT))[0] == 250)
        os.rename(store.path + ".away", store.path)
        check("once it is there, all is well", reply_to(place.agent, infected)[0] == 250 and len(store.ids()) == 1)
    with Place(program, folder, [scanner], settings) as place:
        check("without agent.quarantine the log says what comes of it", place.agent.wait_for("agent.quarantine"), place.agent.text())
        code, text = reply_to(place.agent, infected)
        check("it is put off", code == 451 and not place.hop.messages, (code, text))
    with Place(program, folder, [scanner], settings, f"  quarantine: {store.path}\n  shadow: true") as place:
        code, text = reply_to(place.agent, infected)
        check("in shadow nothing is taken out or kept", code == 250 and list(files_of(place.hop.messages[-1]))
              == ["bad.zip", "kept.pdf", "worm.txt"] and len(store.ids()) == 1, (code, text))
    locked = bytearray(zipped(b"secret" * 100, "secret.txt"))
    for magic, offset in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)]:
        locked[locked.index(magic) + offset] |= 1
    with Place(program, folder, [scanner], "unscannable: quarantine-part", f"  quarantine: {store.path}") as place:
        code, text = reply_to(place.agent, message("locked", ("locked.zip", bytes(locked)), KEPT))
        newest = max(store.ids(), key=lambda one: os.path.getmtime(f"{store.path}/{one}.json"))
        check("an encrypted archive is kept alone", code == 250 and list(files_of(place.hop.messages[-1])) == ["kept.pdf"]
              and files_of(store.content(newest)) == {"locked.zip": bytes(locked)}, (code, text))
    clamd.stop()


PROGRAM = """#!/usr/bin/python3
import os, sys
content = open(sys.argv[1], "rb").read()
word = b"lamp-shade-7f3a"
if word not in content:
    sys.exit(0)
print("found: <Own.Worm>")
if b"stubborn" in content:
    sys.exit(1)
with open(sys.argv[1] + ".new", "wb") as file:
    file.write(content.replace(b" and then ", b" or ") if b"tricky" in content else content.replace(word, b""))
os.rename(sys.argv[1] + ".new", sys.argv[1])
sys.exit(2)
"""


def repaired(program, folder):
    """What a scanner has taken the virus out of passes so; what none could is taken out."""
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")))
    path = os.path.join(folder, "disinfect.py")
    with open(path, "w") as file:
        file.write(PROGRAM)
    os.chmod(path, stat.S_IRWXU)
    server = Disinfecting(WORM_WORDS[0])
    healers = {
        "a program": f"{{command: [{path}, '{{file}}'], repaired: [2], name_pattern: 'found: <([^>]+)>', folder: {folder}, scan: parts}}",
        "an ICAP server": f'{{icap: ["{server.address}"], scan: parts}}',
    }
    for how, healer in healers.items():
        with Place(program, folder, [f'{{clamd: ["{clamd.address}"]}}', healer], "infected: repair") as place:
            for encoding in ("base64", "quoted-printable", "7bit"):
                made = email.message.EmailMessage(policy=email.policy.SMTP)
                made["From"], made["To"], made["Subject"] = "ann@partner.example", "eva@local.example", encoding
                made.set_content("See the file.\n")
                made.add_attachment("begin\n" + WORM.decode() + "\nend\n", subtype="plain", filename="file.txt", cte=encoding)
                made.add_attachment(KEPT[1], maintype="application", subtype="pdf", filename=KEPT[0])
                code, text = reply_to(place.agent, made.as_bytes())
                arrived = place.hop.messages[-1] if place.hop.messages else b""
                files = files_of(arrived)
                wanted = ("begin\n" + WORM.decode() + "\nend\n").replace(WORM_WORDS[0].decode(), "")
                check(f"{how}: a file in {encoding} arrives repaired", code == 250
                      and files.get("file.txt", "").replace("\r\n", "\n") == wanted, (code, text, files.get("file.txt")))
                check("under its name, the other as it was", files.get("kept.pdf") == KEPT[1] and not read(arrived).defects)
            code, text = reply_to(place.agent, forwarded(message("inner", ("worm.txt", WORM))))
            check(f"{how}: repaired in a message in the message", code == 250
                  and files_of(place.hop.messages[-1]).get("worm.txt") == WORM.replace(WORM_WORDS[0], b""), (code, text))
            count = len(place.hop.messages)
            code, text = reply_to(place.agent, message("eicar", ("bad.com", EICAR), KEPT))
            check(f"{how}: what it does not know is taken out", code == 250 and list(files_of(place.hop.messages[-1])) == ["kept.pdf"]
                  and len(place.hop.messages) == count + 1 and "was removed" in "".join(notes_of(place.hop.messages[-1])), (code, text))
            if how == "a program":
                for word in (b"stubborn ", b"tricky "):
                    code, text = reply_to(place.agent, message(word.decode(), ("worm.txt", word + WORM), KEPT))
                    check(f"what stays infected, {word.decode()}, is taken out", code == 250
                          and list(files_of(place.hop.messages[-1])) == ["kept.pdf"], (code, text))
            check("no file is left behind", not glob.glob(os.path.join(folder, "assay-scan-*")))
    server.end()
    with Place(program, folder, [f'{{clamd: ["{clamd.address}"]}}'], "infected: repair") as place:
        code, text = reply_to(place.agent, message("worm", ("worm.txt", WORM), KEPT))
        check("where nobody repairs, it is taken out", code == 250 and list(files_of(place.hop.messages[-1])) == ["kept.pdf"], (code, text))
    clamd.stop()


def again(program, folder):
    """Recorded sessions give the same verdicts and the same messages without any scanner."""
    assay = os.path.join(os.path.dirname(program), "assay")
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")))
    path = os.path.join(folder, "disinfect.py")
    with open(path, "w") as file:
        file.write(PROGRAM)
    os.chmod(path, stat.S_IRWXU)
    healer = f"{{command: [{path}, '{{file}}'], repaired: [2], folder: {folder}, scan: parts}}"
    data = [*viruses().values(), message("tricky", ("worm.txt", b"tricky " + WORM), KEPT), message("both", ("bad.com", EICAR), ("worm.txt", WORM)),
            message("clean", KEPT)]
    for measure in ("repair", "quarantine-part", "remove"):
        store = Quarantine(program, folder, f"store-{measure}")
        recording, written = os.path.join(folder, f"recording-{measure}"), os.path.join(folder, f"written-{measure}")
        os.mkdir(recording)
        os.mkdir(written)
        with Place(program, folder, [f'{{clamd: ["{clamd.address}"]}}', healer], f"infected: {measure}",
                   f"  record: {recording}\n  quarantine: {store.path}") as place:
            codes = [reply_to(place.agent, one)[0] for one in data]
            check(f"{measure}: every message passes", codes == [250] * len(data), codes)
            arrived, policy_file = list(place.hop.messages), place.agent.policy
        def run(*arguments):
            return subprocess.run([assay, "replay", recording, "--policy", policy_file, "--as-recorded", "--format", "ndjson",
                                   *arguments], capture_output=True, text=True)
        clamd.kill()
        os.rename(path, path + ".away")
        done = run("--write", written)
        # A connection that sent nothing, to see whether the agent listens, is a session too.
        records = [record for record in map(json.loads, done.stdout.splitlines()) if record["id"]]
        check(f"{measure}: --as-recorded gives the same verdicts", done.returncode == 0 and len(records) == len(data), done.stderr[-2000:])
        symbols = {finding["symbol"] for record in records for finding in record["findings"]}
        check("with what became of the parts", ("VIRUS_REPAIRED" in symbols) == (measure == "repair") and "VIRUS_REMOVED" in symbols, symbols)
        check("and which are kept", all(effect.get("keep", False) == (measure == "quarantine-part") for record in records
                                        for effect in record["effects"] if effect["effect"] == "take-out"))
        unknown = [entry for record in records for entry in record["not_evaluated"] if entry["stage"] == "antivirus"]
        check("and nothing left unknown", not unknown, unknown[:3])
        same = 0
        for raw, got in zip(data, arrived):
            changed = os.path.join(written, hashlib.sha256(raw).hexdigest() + ".eml")
            same += (open(changed, "rb").read() if os.path.exists(changed) else raw) == got
        check(f"{measure}: what it writes is what arrived, byte for byte", same == len(data), same)
        check("twice the same bytes", run().stdout == run().stdout)
        os.rename(path + ".away", path)
        clamd.start()
    clamd.stop()


PARTS = {"kept": kept, "repaired": repaired, "again": again}


if __name__ == "__main__":
    virus_tests(PARTS, __doc__, needs=["assay"])
