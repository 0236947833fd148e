"""assayd between smtp-source and smtp-sink, beside other programs in its place."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import rspamd
import smtp
from processes import median

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests"))
from idle import Idle

LOADS = [
    (size, count, sessions, reuses)
    for size, count in ((4096, 4000), (102_400, 1000)) for sessions in (20, 200) for reuses in (False, True)]
# The names that the default policy asks for of the client, the sender and the message of the load.
SNAPSHOT = [
    ("1.0.0.127.in-addr.arpa.", "PTR", "NOERROR", ["localhost."]), ("localhost.", "A", "NOERROR", ["127.0.0.1"]),
    ("test.local.", "TXT", "NOERROR", ['"v=spf1 ip4:192.0.2.0/24 ip4:127.0.0.0/8 -all"']),
    ("test.local.", "MX", "NOERROR", ["10 mail.test.local."]), ("mail.test.local.", "A", "NOERROR", ["127.0.0.1"]),
    ("_dmarc.test.local.", "TXT", "NOERROR", ['"v=DMARC1; p=none"']),
]


def empty_policy(assay):
    """A policy that asks no stage anything: what is left is the proxy."""
    output = subprocess.run([assay, "stages", "list", "--format", "ndjson"], capture_output=True, text=True, check=True)
    names = [json.loads(line)["id"] for line in output.stdout.splitlines()]
    return "stages:\n" + "".join(f"  {name}:\n    enabled: false\n" for name in names)


def label(size, sessions, reuses):
    return f"{size // 1024} KB, {sessions} sessions, {'reused' if reuses else 'one a connection'}"


class Run:
    """One program in the middle for one load."""

    def __init__(self, make, load, folder):
        size, count, sessions, reuses = load
        sink = smtp.Sink()
        try:
            middle = make(sink, folder)
            try:
                # What is set up once is set up now.
                smtp.load(middle.port, min(sessions, 20), min(200, count), size, reuses)
                before = middle.cpu()
                wall, _ = smtp.load(middle.port, sessions, count, size, reuses)
                if hasattr(middle, "is_empty") and not isinstance(middle, smtp.ProxyFilter):
                    wait_until(middle.is_empty)
                self.rate, self.cpu = count / wall, (middle.cpu() - before) / count
            finally:
                middle.stop()
        finally:
            sink.stop()


def wait_until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError("the queue does not empty")
        time.sleep(0.05)


def measure(table, program, assay, repeats, folder):
    missing = [name for name in ("smtp-source", "smtp-sink") if not smtp.find(name)]
    if missing:
        table.note(f"{missing[0]} is not installed: the proxy was not measured (apt-get install postfix)")
        return
    empty = empty_policy(assay)
    work = tempfile.mkdtemp(prefix="bench-", dir=folder)
    try:
        against_proxies(table, program, empty, repeats, work)
        against_filter(table, program, repeats, work)
        idle(table, program, empty, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def against_proxies(table, program, empty, repeats, work):
    makes = [("direct", smtp.Direct), ("assayd", lambda sink, folder: smtp.Assayd(sink, folder, program, empty, "none"))]
    if smtp.find("haproxy"):
        makes.append(("HAProxy", smtp.HAProxy))
    else:
        table.note("HAProxy is not installed: not compared (apt-get install haproxy)")
    if smtp.find("postfix") and os.getuid() == 0:
        makes.append(("filter", smtp.ProxyFilter))
    else:
        table.note("Postfix is not installed, or this is not root: smtpd_proxy_filter is not compared")
    table.note("proxy: smtp-source through it to smtp-sink, all stages off; CPU of what is in the middle, ms a message")
    for load in LOADS:
        size, _, sessions, reuses = load
        results = {name: [] for name, _ in makes}
        for _ in range(repeats):
            for name, make in makes:
                results[name].append(Run(make, load, work))
        rate = {name: median([run.rate for run in runs]) for name, runs in results.items()}
        cpu = {name: 1000 * median([run.cpu for run in runs]) for name, runs in results.items()}
        what = label(size, sessions, reuses)
        table.note(f"{what}: direct {rate['direct']:.0f} messages/s")
        if "HAProxy" in rate:
            table.add(
                f"{what}, messages/s, against HAProxy", f"{rate['assayd']:.0f}", f"{rate['HAProxy']:.0f}",
                f"{100 * rate['assayd'] / rate['HAProxy']:.0f} %", ">= 75 %")
            table.add(
                f"{what}, CPU a message, against HAProxy", f"{cpu['assayd']:.3f}", f"{cpu['HAProxy']:.3f}",
                f"{cpu['assayd'] / max(cpu['HAProxy'], 1e-6):.2f} x", "<= 3 x")
        if "filter" in rate:
            table.add(
                f"{what}, CPU a message, against smtpd_proxy_filter", f"{cpu['assayd']:.3f}", f"{cpu['filter']:.3f}",
                f"{cpu['assayd'] / max(cpu['filter'], 1e-6):.2f} x", "<= 0.5 x")


def against_filter(table, program, repeats, work):
    """The default policy, against a mail server with a filter of its own."""
    if not (rspamd.is_installed() and smtp.find("postfix") and os.getuid() == 0):
        table.note("Postfix or rspamd is not installed, or this is not root: the default policy is not compared")
        return
    snapshot = os.path.join(work, "snapshot.ndjson")
    with open(snapshot, "w") as file:
        for name, kind, code, data in SNAPSHOT:
            file.write(json.dumps({"name": name, "type": kind, "rcode": code, "rdata": data}) + "\n")
    load = (4096, 1000, 20, False)
    policy = "local_domains: [test.local]\n"
    ours = lambda sink, folder: smtp.Assayd(sink, folder, program, policy, f"snapshot:{snapshot}")
    mine, theirs = [], []
    for _ in range(repeats):
        mine.append(Run(ours, load, work))
        theirs.append(Run(smtp.Milter, load, work))
    cpu = [1000 * median([run.cpu for run in runs]) for runs in (mine, theirs)]
    table.add(
        "4 KB, 20 sessions, default policy, CPU a message, against Postfix with rspamd as milter", f"{cpu[0]:.3f}",
        f"{cpu[1]:.3f}", f"{cpu[1] / cpu[0]:.1f} x less", ">= 5 x")


def idle(table, program, empty, work, count=1000):
    """What a connection that has said EHLO and nothing since takes."""
    sink = smtp.Sink()
    middle = smtp.Assayd(sink, work, program, empty, "none")
    try:
        held = Idle(middle.process.pid, middle.port, count)
        table.add(f"{count} idle connections after EHLO, memory of each", f"{held.each / 1000:.1f} KB", "", "", "< 25 KB")
        held.close()
    finally:
        middle.stop()
        sink.stop()
