"""assayd with clamd looking at each message, beside plain proxying."""
import os
import shutil
import sys
import tempfile

import smtp
from processes import cpu_of, median
from proxy import Run, empty_policy, label

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests"))
from antivirus_servers import CLAMD, Clamd, database

# Size, messages, sessions, and whether a session sends more than one.
LOADS = [(4096, 1000, 20, True), (102_400, 300, 20, True)]


def policy(assay, address, cached):
    """All stages off but the one that scans; what is known already are the parts, as each message is another."""
    off = empty_policy(assay).replace("  antivirus:\n    enabled: false\n", "")
    return off + f"  antivirus:\n    scanners: [{{clamd: ['{address}'], scan: {'parts' if cached else 'message'}}}]\n    cache_entries: {10_000 if cached else 0}\n"


class Scanned:
    """A run with the processor time that clamd took besides."""

    def __init__(self, make, load, folder, clamd):
        before = cpu_of(clamd.process.pid)
        run = Run(make, load, folder)
        # The run sets up with some messages of its own.
        sent = load[1] + min(200, load[1])
        self.rate, self.cpu, self.scanner = run.rate, run.cpu, (cpu_of(clamd.process.pid) - before) / sent


def measure(table, program, assay, repeats, folder):
    missing = [name for name in ("smtp-source", "smtp-sink") if not smtp.find(name)]
    if missing or not CLAMD:
        what = missing[0] if missing else "clamd"
        table.note(f"{what} is not installed: scanning was not measured (apt-get install postfix clamav-daemon)")
        return
    work = tempfile.mkdtemp(prefix="bench-", dir=folder)
    # A socket's path is short.
    place = tempfile.mkdtemp(prefix="scan-")
    clamd = Clamd(place, database(os.path.join(place, "signatures")), unix=True)
    try:
        compare(table, program, assay, clamd, repeats, work)
    finally:
        clamd.stop()
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)


def compare(table, program, assay, clamd, repeats, work):
    table.note("scan: clamd with four threads and three signatures, over a Unix socket; CPU in ms a message")
    policies = {"plain": empty_policy(assay), "scanned": policy(assay, clamd.address, False),
                "known": policy(assay, clamd.address, True)}
    for load in LOADS:
        size, _, sessions, reuses = load
        results = {name: [] for name in policies}
        for _ in range(repeats):
            for name, text in policies.items():
                make = lambda sink, folder, text=text: smtp.Assayd(sink, folder, program, text, "none")
                results[name].append(Scanned(make, load, work, clamd))
        rate = {name: median([run.rate for run in runs]) for name, runs in results.items()}
        cpu = {name: 1000 * median([run.cpu for run in runs]) for name, runs in results.items()}
        scanner = 1000 * median([run.scanner for run in results["scanned"]])
        what = label(size, sessions, reuses)
        for name, words in (("scanned", "clamd looks at each"), ("known", "clamd's answer is known")):
            table.add(f"{what}, {words}, messages/s, against plain proxying", f"{rate[name]:.0f}", f"{rate['plain']:.0f}",
                      f"{100 * rate[name] / rate['plain']:.0f} %")
            table.add(f"{what}, {words}, CPU of assayd a message", f"{cpu[name]:.3f}", f"{cpu['plain']:.3f}",
                      f"{cpu[name] / max(cpu['plain'], 1e-6):.2f} x")
        table.note(f"{what}: clamd itself takes {scanner:.2f} ms a message")
