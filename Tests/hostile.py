#!/usr/bin/env python3
"""Has assay look into files that are made to break whoever does, and sends them through assayd with a clamd behind it:
each has to be told, within bounded memory, and what runs has to be found whatever hides it.

One line is printed for each check, with the time and the memory that it took; the exit code is 0 when all held, 77 when
what is asked for is not there.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import hostile_documents as documents  # noqa: E402
import hostile_files as files  # noqa: E402
from agent import FAILED, Hop, check  # noqa: E402
from antivirus import Place, reply_to  # noqa: E402
from antivirus_servers import CLAMD, Clamd, database  # noqa: E402

# What one message may take of memory, and how long anything may take before it counts as hanging.
MEMORY = 700 << 20
PATIENCE = 120

HEAD = b"From: ann@partner.example\r\nTo: eva@local.example\r\nSubject: %s\r\nMIME-Version: 1.0\r\n"


def message(content, disposition, kind=b"application/octet-stream"):
    if isinstance(disposition, str):
        disposition = disposition.encode()
    body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return (HEAD % b"files" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
            b"--b\r\nContent-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: " + disposition
            + b"\r\n\r\n" + body + b"--b--\r\n")


class Look:
    """What `assay check attachments` tells of the message in a file, and what that took."""

    def __init__(self, assay, folder, path):
        output = os.path.join(folder, "told.ndjson")
        started = time.monotonic()
        with open(output, "wb") as out:
            process = subprocess.Popen([assay, "check", "attachments", path, "--format", "ndjson"], stdout=out,
                                       stderr=subprocess.PIPE)
            guard = threading.Timer(PATIENCE, process.kill)
            guard.start()
            self.complaint = process.stderr.read().decode(errors="replace")
            _, status, usage = os.wait4(process.pid, 0)
            guard.cancel()
        self.seconds, self.memory = time.monotonic() - started, usage.ru_maxrss << 10
        self.code = os.waitstatus_to_exitcode(status)
        text = open(output, encoding="utf-8").read()
        told = json.loads(text) if self.code == 0 and text else {"files": []}
        self.files = [file for file in told["files"] if not file["is_body"]]
        self.traits = [(trait["trait"], trait["detail"]) for file in told["files"] for trait in file["traits"]]

    @property
    def is_bounded(self):
        return self.code == 0 and self.memory < MEMORY

    @property
    def has_program(self):
        return any(file["class"] in ("executable", "package") for file in self.files)

    def cost(self):
        return f"{self.seconds:.2f} s, {self.memory >> 20} MiB"


class Made:
    """A message with one of the files, written to disk."""

    def __init__(self, path, name, size, traits, program):
        self.path, self.name, self.size, self.traits, self.program = path, name, size, traits, program


def made(folder, *groups):
    """A message for each file. Another process makes them: what it takes of memory would be counted as that of programs
    which are started afterwards."""
    listing = os.path.join(folder, "listing")
    maker = os.fork()
    if maker == 0:
        status = 1
        try:
            with open(listing, "w") as file:
                for number, case in enumerate(case for group in groups for case in group()):
                    path = os.path.join(folder, f"{number}.eml")
                    with open(path, "wb") as mail:
                        mail.write(message(case.content, f'attachment; filename="{case.name}"'))
                    file.write(json.dumps([path, case.name, len(case.content), case.traits, case.program]) + "\n")
            status = 0
        finally:
            os._exit(status)
    if os.waitpid(maker, 0)[1] != 0:
        raise SystemExit("the files could not be made")
    with open(listing) as file:
        return [Made(*json.loads(line)) for line in file]


def written(folder, data):
    path = os.path.join(folder, "message.eml")
    with open(path, "wb") as file:
        file.write(data)
    return path


def look(assay, folder, case):
    told = Look(assay, folder, case.path)
    kinds = {kind for kind, _ in told.traits}
    holds = (told.is_bounded and (not case.traits or not kinds.isdisjoint(case.traits))
             and (told.has_program or not case.program))
    shown = next((f"{kind}: {detail[:90]}" for kind, detail in told.traits if kind in case.traits), "")
    if case.program:
        shown = (shown + "; " if shown else "") + "the program is told"
    check(f"{case.name}, {case.size} bytes: {told.cost()}: {shown or 'nothing to tell'}", holds,
          (told.code, told.complaint[-500:], case.traits, told.traits[:8], [(file["part"], file["type"]) for file in told.files][:8]))


def all_of(*groups):
    def part(assay, assayd, folder):
        for case in made(folder, *groups):
            look(assay, folder, case)
    return part


def nesting(assay, assayd, folder):
    for name, data in (("10,000 messages in messages", files.messages_in_messages(10_000)),
                       ("10,000 parts in parts", files.parts_in_parts(10_000)),
                       ("encoded messages, 20 deep", files.encoded_messages(20))):
        told = Look(assay, folder, written(folder, HEAD % b"deep" + data))
        check(f"{name}, {len(data)} bytes: {told.cost()}: {next(iter(told.traits), '')}",
              told.is_bounded and "too-deep" in {kind for kind, _ in told.traits}, (told.code, told.traits[:5]))


def names(assay, assayd, folder):
    for name, disposition in documents.names().items():
        for content in (documents.PROGRAM, b"not known what this is \xff\xfe\0\1"):
            told = Look(assay, folder, written(folder, message(content, disposition)))
            runs = [file for file in told.files if file["name"] is not None]
            shown = [(file["name"], file["other_names"]) for file in runs]
            told_as = told.has_program if content == documents.PROGRAM else any(
                kind in ("hidden-name", "double-extension", "names-disagree") for kind, _ in told.traits) or any(
                    text.lower().rstrip(". ").endswith(".exe") for one, others in shown for text in [one, *others])
            # What no reader makes a dot of any more is told by its content alone.
            told_as = told_as or name == "overlong"
            check(f"{name}: {shown}", told.is_bounded and told_as, (told.traits, told.files))


class Memory:
    """The most memory that a process has taken since it was looked at last."""

    def __init__(self, process):
        self.process = process
        self.forget()

    def forget(self):
        with open(f"/proc/{self.process}/clear_refs", "w") as file:
            file.write("5")

    def most(self):
        with open(f"/proc/{self.process}/status") as file:
            return int(next(line.split()[1] for line in file if line.startswith("VmHWM:"))) << 10


def live(assay, assayd, folder):
    """The same through assayd, with a clamd that is asked first, and replayed with that clamd."""
    if not CLAMD:
        print("skipped: there is no clamd (apt-get install clamav-daemon)")
        sys.exit(77)
    clamd = Clamd(folder, database(os.path.join(folder, "signatures")), settings="AlertExceedsMax yes")
    recording = os.path.join(folder, "recording")
    os.mkdir(recording)
    box = os.path.join(folder, "box")
    os.mkdir(box)
    cases = made(box, files.bombs, files.declared_sizes)
    os.remove(os.path.join(box, "listing"))
    told = {}
    hop = Hop(ehlo=("8BITMIME", "SIZE 100000000"))
    extra = "  attachments: {enabled: true}\nactions: {ATTACHMENT_BOMB: reject, ATTACHMENT_NESTED: reject}\n"
    with Place(assayd, folder, [f'{{clamd: ["{clamd.address}"], timeout: 60s}}'], "deadline: 120s",
               f"  record: {recording}", extra, hop=hop) as place:
        memory = Memory(place.agent.process.pid)
        for case in cases:
            with open(case.path, "rb") as file:
                data = file.read()
            memory.forget()
            started = time.monotonic()
            code, text = reply_to(place.agent, data)
            seconds, most = time.monotonic() - started, memory.most()
            told[case.name] = code
            is_bad = "bomb" in case.traits[:1] or "too-deep" in case.traits
            check(f"live: {case.name}: {seconds:.2f} s, {most >> 20} MiB: {code} {text[:70]}",
                  most < MEMORY and (code in (550, 552) if is_bad else code in (250, 550, 552)), (code, text))
        check("and assayd serves on", reply_to(place.agent, message(b"fine", "attachment; filename=a.txt"))[0] == 250)
    names = [case.name for case in cases]
    output = subprocess.run([assay, "replay", recording, "--policy", place.agent.policy, "--as-recorded", "--format", "ndjson"],
                            capture_output=True, text=True)
    check("the recorded sessions give the recorded verdicts", output.returncode == 0, output.stderr[-500:])
    started = time.monotonic()
    process = subprocess.Popen([assay, "replay", box, "--policy", place.agent.policy, "--scan", "--format", "ndjson"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    dispositions = {os.path.basename(record["source"]): record["verdict"]["disposition"] for record in map(json.loads, lines)}
    verdicts = {case.name: dispositions.get(os.path.basename(case.path)) for case in cases}
    check(f"replay --scan of all {len(names)}: {time.monotonic() - started:.1f} s, {usage.ru_maxrss >> 10} MiB",
          status == 0 and len(lines) == len(names), (status, len(lines), process.stderr.read()[-500:]))
    differ = [name for name in names if (told[name] // 100 == 5) != (verdicts.get(name) == "reject")]
    check("with the same verdicts as live", not differ, differ)
    clamd.stop()


PARTS = {
    "bombs": all_of(files.bombs), "sizes": all_of(files.declared_sizes), "nesting": nesting, "names": names,
    "packed-names": all_of(documents.packed_names), "office": all_of(documents.office), "pdf": all_of(documents.documents),
    "pages": all_of(documents.pages), "tnef": all_of(documents.streams), "live": live,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--assay", help="default: beside assayd")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    options = parser.parse_args()
    assayd = os.path.abspath(options.assayd)
    assay = os.path.abspath(options.assay or os.path.join(os.path.dirname(assayd), "assay"))
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
            PARTS[part](assay, assayd, folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
