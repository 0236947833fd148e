"""Measures assay beside other programs and prints ours, theirs and the ratio, all from one run."""
import argparse
import functools
import os
import re
import shutil
import subprocess
import sys

import grow
import proxy
import rspamd
import scan
from processes import fields, interleaved, median, run
from workload import Workload

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PARTS = ("split", "replay", "limit", "scaling", "memory", "case", "judge", "dkim", "spf", "state", "simulate", "logs",
         "proxy", "scan")


class Table:
    def __init__(self):
        self.rows = []
        self.notes = []

    def add(self, what, ours, theirs, ratio, target=""):
        self.rows.append((what, ours, theirs, ratio, target))
        print(f"  {what}: {ours} / {theirs} = {ratio}", flush=True)

    def note(self, text):
        self.notes.append(text)
        print(f"  {text}", flush=True)

    def print(self):
        head = ("what", "ours", "theirs", "ratio", "wanted")
        widths = [max(len(row[column]) for row in [head, *self.rows]) for column in range(5)]
        line = lambda row: "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
        print()
        print(line(head))
        print("  ".join("-" * width for width in widths))
        for row in self.rows:
            print(line(row))
        for note in self.notes:
            print(f"* {note}")


class Measurement:
    def __init__(self, options):
        self.repeats = options.repeats
        self.table = Table()
        self.assay = os.path.join(options.bin, "assay")
        self.bench = os.path.join(options.bin, "bench")
        self.assayd = os.path.join(options.bin, "assayd")
        self.messages = options.messages

    @functools.cached_property
    def work(self):
        return Workload(ROOT, self.bench, self.messages)

    @property
    def dns(self):
        return ["--dns", f"snapshot:{self.work.snapshot}", "--dns-missing", "nxdomain"]

    def replay(self, *arguments, feeder=None):
        return run(
            [self.assay, "replay", "--format", "ndjson", "--output", "/dev/null", *self.dns, *arguments],
            feeder=feeder)

    def split(self):
        """Each tool reads the same cached file, ours and `wc` twenty times in one process, so that starting it counts
        for nothing. The best of each: what else the machine does takes the same caches, and only ever adds."""
        name = self.work.mailbox
        size = os.path.getsize(name)
        times = 20
        ours, count = interleaved(
            max(self.repeats, 7), lambda: run([self.bench, "split", *[name] * times]),
            lambda: run(["wc", "-l", *[name] * times]))
        ours_rate = size * times / min(cost.cpu for cost in ours) / 1e6
        count_rate = size * times / min(cost.cpu for cost in count) / 1e6
        found = fields(ours[0].output)
        self.table.note(
            f"split: {size / 1e6:.0f} MB, {found['messages'] / times:.0f} messages, {found['fields'] / times:.0f} fields; "
            "each header indexed; MB per CPU second, file in the page cache")
        self.table.add(
            "split and index headers, against wc -l", f"{ours_rate:.0f} MB/s", f"{count_rate:.0f} MB/s",
            f"{100 * ours_rate / count_rate:.0f} %", ">= 35 %")
        script = (
            "import mailbox, sys\nfields = 0\n"
            "for message in mailbox.mbox(sys.argv[1], create=False): fields += len(message.keys())\n")
        python = run([sys.executable, "-c", script, name])
        rate = size / python.cpu / 1e6
        self.table.add(
            "split and index headers, against Python's mailbox.mbox", f"{ours_rate:.0f} MB/s", f"{rate:.1f} MB/s",
            f"{ours_rate / rate:.0f} x", ">= 30 x")

    def screening(self):
        """Messages per CPU second. Ours replays the sample over and over, for it is done before a clock can tell; its
        start, the reading of the policy and of the DNS snapshot are counted, which the peers' are not."""
        count = self.work.sampled
        repeated = os.path.getsize(self.work.long_sample) // os.path.getsize(self.work.sample)
        ours = lambda: count * repeated / self.replay("--jobs", "1", self.work.long_sample).cpu
        has_perl = shutil.which("perl") and subprocess.run(
            ["perl", "-MMail::SpamAssassin", "-e", "1"], capture_output=True).returncode == 0
        self.table.note(
            f"replay: {count} messages at even distances from the {self.work.description}; all stages, each DKIM key "
            "and SPF record in an invented snapshot; messages per CPU second")
        if has_perl:
            home = self.work.path("spamassassin")
            os.makedirs(home, exist_ok=True)
            script = os.path.join(ROOT, "bench", "spamassassin.pl")
            check = lambda: count / fields(run(["perl", script, self.work.sample, home]).output)["cpu"]
            mine, theirs = map(median, interleaved(self.repeats, ours, check))
            shutil.rmtree(home, ignore_errors=True)
            self.table.add(
                "full replay, against SpamAssassin -L (Perl API, no Bayes)", f"{mine:.0f} msg/s", f"{theirs:.1f} msg/s",
                f"{mine / theirs:.0f} x", ">= 200 x")
            self.rules(count * repeated, theirs)
        else:
            self.table.note("SpamAssassin is not installed: not compared (apt-get install spamassassin)")
        if rspamd.is_installed():
            messages = sample_messages(self.work.sample)
            server = rspamd.Rspamd(self.work.folder)
            try:
                check = lambda: count / server.check(messages)
                mine, theirs = map(median, interleaved(self.repeats, ours, check))
            finally:
                server.stop()
            self.table.add(
                "full replay, against rspamd (worker only, network modules off)", f"{mine:.0f} msg/s",
                f"{theirs:.0f} msg/s", f"{mine / theirs:.1f} x", ">= 10 x")
        else:
            self.table.note("rspamd is not installed: not compared (apt-get install rspamd)")

    def rules(self, count, theirs):
        """The rules that SpamAssassin itself has here, of which ours too finds every hit; its rate is `theirs`."""
        folder = self.work.path("rules-cache")
        hits = lambda archive: run(
            [self.assay, "rules", "hits", "--cache", folder, "--format", "ndjson", "--output", "/dev/null", archive])
        first = self.work.path("one.eml")
        with open(first, "wb") as file:
            file.write(b"Subject: one\n\none\n")
        hits(first)
        start = median([hits(first).cpu for _ in range(max(self.repeats, 3))])
        rate = median([count / (hits(self.work.long_sample).cpu - start) for _ in range(self.repeats)])
        self.table.add(
            "SpamAssassin's own rules, against SpamAssassin -L", f"{rate:.0f} msg/s", f"{theirs:.1f} msg/s",
            f"{rate / theirs:.0f} x", ">= 100 x")
        self.table.add(
            "SpamAssassin's own rules, loaded from the cache", f"{1000 * start:.0f} ms", "", "", "< 200 ms")

    def limit(self):
        """What a replay cannot do without, against the replay of the same messages: see `bench limit`."""
        archive = self.work.long_sample
        ours, bounds = interleaved(
            self.repeats, lambda: self.replay("--jobs", "1", archive).cpu,
            lambda: fields(run([self.bench, "limit", archive, self.work.public_key]).output))
        messages = bounds[0]["messages"]
        parts = {name: median([bound[f"{name}_cpu"] for bound in bounds]) for name in ("read", "digest", "verify")}
        least, spent = sum(parts.values()), median(ours)
        self.table.add(
            "full replay, against reading, digests and verifications alone", f"{messages / spent:.0f} msg/s",
            f"{messages / least:.0f} msg/s", f"{100 * least / spent:.0f} %", ">= 60 %")
        each = ", ".join(f"{name} {1e6 * cost / messages:.1f}" for name, cost in parts.items())
        self.table.note(
            f"limit, microseconds a message: {each}, replay {1e6 * spent / messages:.0f}; "
            f"{bounds[0]['signatures']:.0f} signatures, {bounds[0]['verifications']:.0f} of them over the body as it is; "
            f"verifying all would add {1e6 * (bounds[0]['verify_all_cpu'] - bounds[0]['verify_cpu']) / messages:.1f}")

    def case(self):
        """What writing a case file costs on top of the replay."""
        told = subprocess.run([self.assay, "replay", "--help"], capture_output=True, text=True).stdout
        if "--case" not in told:
            self.table.note("assay replay has no --case: not measured")
            return
        path = self.work.path("bench.case")

        def without():
            return self.replay("--jobs", "1", self.work.mailbox).cpu

        def with_case():
            self.remove_case(path)
            return self.replay("--jobs", "1", "--case", path, self.work.mailbox).cpu

        plain, written = map(median, interleaved(self.repeats, without, with_case))
        self.remove_case(path)
        self.table.add(
            "replay writing a case file, against without, CPU time", f"{written:.1f} s", f"{plain:.1f} s",
            f"{100 * (written - plain) / written:.0f} % of the run", "< 30 %")

    @staticmethod
    def remove_case(path):
        for name in (path, path + "-wal", path + "-shm", path + "-journal"):
            if os.path.exists(name):
                os.remove(name)

    def judge(self):
        """Ruling anew on a million messages, and every threshold for them, from their case."""
        fixtures = os.path.join(ROOT, "fixtures")
        policy = os.path.join(fixtures, "policy.yaml")
        small, large = self.work.path("small.case"), self.work.path("large.case")
        for path in (small, large):
            self.remove_case(path)
        run([
            self.assay, "replay", os.path.join(fixtures, "archive"), "--labels", os.path.join(fixtures, "labels.tsv"),
            "--policy", policy, "--dns", "snapshot:" + os.path.join(fixtures, "dns.snapshot.ndjson"), "--case", small,
        ])
        profiles = grow.grow(small, large, 1_000_000)
        trial = self.work.path("trial.yaml")
        with open(trial, "w") as file:
            file.write("version: 1\nthresholds: {tag: 4.5}\n")
        diff = [self.assay, "diff", large, "--policy", policy, "--policy", f"{policy},{trial}", "--limit", "10"]
        sweep = [self.assay, "tune", large, "--policy", policy, "--thresholds-only", "--limit", "10"]
        judged, swept = map(median, interleaved(self.repeats, lambda: run(diff).cpu, lambda: run(sweep).cpu))
        for path in (small, large):
            self.remove_case(path)
        self.table.add(
            f"two policies on 1,000,000 messages ({profiles} profiles), CPU time", f"{judged:.2f} s", "-", "-", "< 2 s")
        self.table.add("every threshold for them, CPU time", f"{swept:.2f} s", "-", "-", "< 5 s")

    def scaling(self):
        """Wall time, the best of the runs, as other work on the machine only ever adds to it. The CPU ratio says what
        the second job costs."""
        archives = [self.work.mailbox] * 3
        one, two = interleaved(
            self.repeats, lambda: self.replay("--jobs", "1", *archives), lambda: self.replay("--jobs", "2", *archives))
        first, second = min(cost.wall for cost in one), min(cost.wall for cost in two)
        self.table.add(
            "replay, 2 jobs against 1, wall time, best runs", f"{second:.1f} s", f"{first:.1f} s", f"{first / second:.2f} x",
            ">= 1.7 x")
        first, second = median([cost.cpu for cost in one]), median([cost.cpu for cost in two])
        self.table.add("the same, CPU time", f"{second:.1f} s", f"{first:.1f} s", f"{second / first:.2f} x")
        self.table.note(
            f"scaling: {os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f} at the end: "
            "the wall time ratio means something only on a machine with nothing else to do")

    def memory(self):
        """Peak resident size as the kernel counts it, the mailbox coming through a pipe."""
        whole = os.path.getsize(self.work.mailbox)
        small = subprocess.Popen(["head", "-c", str(50 << 20), self.work.mailbox], stdout=subprocess.PIPE)
        low = self.replay("-", feeder=small).peak
        small.wait()
        times = -(-(2 << 30) // whole)
        large = subprocess.Popen(["cat", *[self.work.mailbox] * times], stdout=subprocess.PIPE)
        high = self.replay("-", feeder=large).peak
        large.wait()
        self.table.add(
            f"peak memory, replay of {whole * times / 2**30:.1f} GB against 50 MB", f"{high / 1e6:.0f} MB",
            f"{low / 1e6:.0f} MB", f"{(high - low) / 1e6:+.0f} MB", "< +100 MB")

    def dkim(self):
        """Ours and the limit in one process of ours, over the same bytes; the peers with the key at hand too."""
        self.verify("rsa", "made-up mail of 5 KB", True, {"limit": ">= 70 %"})
        self.verify("rsa", "mail", False, {"limit": ">= 70 %", "opendkim": ">= 7 x"})
        self.verify("ed25519", "mail", False, {"limit": ">= 85 %"})
        self.table.note("DKIM limit: one SHA-256 of each message and one verification by libcrypto, same process")

    def verify(self, kind, mail, is_made_up, wanted):
        signed, public = self.work.make_signed(kind, 2000, is_made_up)
        record = f"v=DKIM1; k={kind}; p={public}"
        ours = lambda: fields(run([self.bench, "dkim", signed, public]).output)
        key_file = self.work.path("opendkim.keys")
        peers = {"opendkim": self.opendkim(signed, record, "lf", key_file),
                 "crlf": self.opendkim(signed, record, "crlf"), "lf": self.opendkim(signed, record, "lf"),
                 "dkimpy": self.dkimpy(signed, record)}
        peers = {name: peer for name, peer in peers.items() if peer and not is_made_up}
        results, *others = interleaved(self.repeats, ours, *peers.values())
        os.remove(signed)
        rate = lambda name: median([result["messages"] / result[name] for result in results])
        mine = rate("verify_cpu")
        ratio = median([result["limit_cpu"] / result["verify_cpu"] for result in results])
        name = f"DKIM verification, {'rsa2048' if kind == 'rsa' else kind}, {mail}"
        self.table.add(
            f"{name}, against OpenSSL alone", f"{mine:.0f} msg/s", f"{rate('limit_cpu'):.0f} msg/s",
            f"{100 * ratio:.0f} %", wanted.get("limit", ""))
        called = {
            "opendkim": "libopendkim with a key file", "crlf": "libopendkim, key at hand, given CRLF line ends",
            "lf": "libopendkim, key at hand", "dkimpy": "dkimpy"}
        for peer, checked in zip(peers, others):
            theirs = median([result["messages"] / result["cpu"] for result in checked])
            self.table.add(
                f"{name}, against {called[peer]}", f"{mine:.0f} msg/s", f"{theirs:.0f} msg/s",
                f"{mine / theirs:.1f} x", wanted.get(peer, ""))
            failed = checked[0]["messages"] - checked[0]["passed"]
            if failed:
                self.table.note(f"{called[peer]}: {failed:.0f} of {checked[0]['messages']:.0f} signatures do not pass")

    def opendkim(self, signed, record, line_ends, *key_file):
        """Runs the driver of libopendkim, compiled here; None where the library is not installed."""
        driver = self.work.path("opendkim")
        source = os.path.join(ROOT, "bench", "opendkim.c")
        built = shutil.which("cc") and subprocess.run(
            ["cc", "-O2", "-o", driver, source, "-lopendkim"], capture_output=True).returncode == 0
        if built:
            return lambda: fields(run([driver, signed, record, line_ends, *key_file]).output)
        self.table.note("libopendkim is not installed: not compared (apt-get install libopendkim-dev)")
        return None

    def dkimpy(self, signed, record):
        """Runs dkimpy over the first messages: it takes its time; None where it is not installed."""
        script = os.path.join(ROOT, "bench", "dkimpy.py")
        # Debian's packages are Debian's Python's, which need not be the one that runs this.
        for python in (sys.executable, "/usr/bin/python3"):
            if subprocess.run([python, "-c", "import dkim, nacl"], capture_output=True).returncode == 0:
                return lambda: fields(run([python, script, signed, record, "1000"]).output)
        self.table.note("dkimpy is not installed: not compared (apt-get install python3-dkim python3-nacl)")
        return None

    def spf(self):
        """The same policy, clients and answers for all; each counts the processor time of the checks alone."""
        zone = self.work.path("spf.zone")
        with open(zone, "w") as file:
            file.write(SPF_ZONE)
        count = "20000"
        library = self.work.path("spf2")
        built = shutil.which("cc") and subprocess.run(
            ["cc", "-O2", "-o", library, os.path.join(ROOT, "bench", "spf2.c"), "-lspf2"],
            capture_output=True).returncode == 0
        # Debian's module belongs to its own interpreter.
        pythons = [name for name in ("/usr/bin/python3", sys.executable) if os.path.exists(name)]
        python = next(
            (name for name in pythons if subprocess.run([name, "-c", "import spf"], capture_output=True).returncode == 0),
            None)
        script = os.path.join(ROOT, "bench", "pyspf.py")
        ours, theirs, others = interleaved(
            max(self.repeats, 5), lambda: fields(run([self.bench, "spf", zone, count]).output),
            lambda: fields(run([library, zone, count]).output) if built else None,
            lambda: fields(run([python, script, zone, "400"]).output) if python else None)
        rate = lambda results: median([result["checks"] / result["cpu"] for result in results])
        agrees = lambda result: result["pass"] * 5 == result["checks"] * 4 and result["fail"] * 5 == result["checks"]
        peers = [result for result in theirs + others if result]
        if not all(agrees(result) for result in ours + peers):
            raise RuntimeError("spf: the results differ")
        self.table.note(
            f"spf: {ours[0]['questions'] / ours[0]['checks']:.1f} lookups a check, answers from a snapshot in memory; "
            "all agree on five clients")
        if built:
            self.table.add(
                "SPF checks, against libspf2", f"{rate(ours):.0f}/s", f"{rate(theirs):.0f}/s",
                f"{rate(ours) / rate(theirs):.2f} x", ">= 1 x")
        else:
            self.table.note("libspf2 is not installed: not compared (apt-get install libspf2-dev)")
        if python:
            self.table.add(
                "SPF checks, against pyspf", f"{rate(ours):.0f}/s", f"{rate(others):.0f}/s",
                f"{rate(ours) / rate(others):.0f} x", ">= 20 x")
        else:
            self.table.note("pyspf is not installed: not compared (apt-get install python3-spf)")

    def state(self):
        """Ten million greylist entries in an SQLite database."""
        path = self.work.path("state.db")
        result = fields(run([self.bench, "state", path, "10000000"]).output)
        for ending in ("", "-wal", "-shm"):
            if os.path.exists(path + ending):
                os.unlink(path + ending)
        self.table.add("state: look up and renew one of 10,000,000, median", f"{result['quiet_median_us']:.0f} us", "",
                       "", "< 100 us")
        self.table.add("state: the same while a tenth expires, median", f"{result['expiring_median_us']:.0f} us", "", "")
        self.table.add(f"state: the longest of {result['steps']:.0f} steps of upkeep, which others wait for",
                       f"{result['step_most_us'] / 1000:.1f} ms", "", "", "< 10 ms")
        self.table.add(f"state: the longest of {result['holds']:.0f} moments for which the log holds them back",
                       f"{result['hold_most_us'] / 1000:.1f} ms", "", "", "< 10 ms")
        # What a machine takes to hand something to another thread and back is in every wait.
        self.table.add("state: the longest wait meanwhile, against a bare hand-over's",
                       f"{result['expiring_most_us'] / 1000:.1f} ms", f"{result['machine_most_us'] / 1000:.1f} ms", "",
                       "< 10 ms")
        told = lambda name: f"{result[f'{name}_over_10ms']:.0f} of {result[f'{name}_count']:.0f}"
        self.table.add("state: waits over 10 ms meanwhile, against those while nothing expires", told("expiring"),
                       told("quiet"), "", "")
        self.table.add("state: the same, against bare hand-overs", told("expiring"), told("machine"), "", "")
        self.table.add("state: memory, before and after 20,000",
                       f"{result['memory_before_kb'] / 1024:.0f}, {result['memory_after_kb'] / 1024:.0f} MB", "", "")

    def simulate(self):
        """A million sessions through the stages that remember."""
        result = fields(run([self.bench, "simulate", "1000000"]).output)
        self.table.add("simulation of 1,000,000 sessions", f"{result['per_second']:.0f} sessions a CPU second", "",
                       f"{result['cpu']:.1f} s", "< 60 s")

    def logs(self):
        """A generated day of a Postfix, 20,000 messages, ten times over; and how memory grows with the length of a log."""
        folder = self.work.path("day")
        run([sys.executable, os.path.join(ROOT, "fixtures", "making", "mail-day.py"), folder])
        log = os.path.join(folder, "long.log")
        with open(os.path.join(folder, "mail.log"), "rb") as file:
            day = file.read()
        with open(log, "wb") as file:
            for _ in range(10):
                file.write(day)
        lines = day.count(b"\n") * 10
        peer = shutil.which("pflogsumm")
        ours, whole, theirs = interleaved(
            max(self.repeats, 5), lambda: fields(run([self.bench, "logs", log]).output),
            lambda: run([self.assay, "logs", "summary", "--output", "/dev/null", log]),
            lambda: run([peer, log]) if peer else None)
        if any(result["lines"] != lines or result["unknown"] for result in ours):
            raise RuntimeError("logs: lines were not read")
        import_rate = median([lines / result["cpu"] for result in ours])
        summary_rate = median([lines / cost.cpu for cost in whole])
        if peer:
            rate = median([lines / cost.cpu for cost in theirs])
            self.table.add("log import, lines per CPU second, against pflogsumm", f"{import_rate:.0f}/s", f"{rate:.0f}/s",
                           f"{import_rate / rate:.1f} x", ">= 10 x")
            self.table.add("assay logs summary, against pflogsumm", f"{summary_rate:.0f}/s", f"{rate:.0f}/s",
                           f"{summary_rate / rate:.1f} x")
        else:
            self.table.note("pflogsumm is not installed: not compared (apt-get install pflogsumm)")
            self.table.add("log import, lines per CPU second", f"{import_rate:.0f}/s", "", "")
        size = os.path.getsize(log)
        peaks = []
        for total in (50_000_000, 5_000_000_000):
            feeder = subprocess.Popen([self.bench, "cat", *[log] * max(1, total // size)], stdout=subprocess.PIPE)
            peaks.append(run([self.assay, "logs", "summary", "--output", "/dev/null", "-"], feeder=feeder).peak / 1e6)
            feeder.wait()
        self.table.add("memory: summary of a log of 5 GB, and of 50 MB", f"{peaks[1]:.0f} MB", f"{peaks[0]:.0f} MB",
                       f"{peaks[1] / peaks[0]:.2f} x", "< 2 x")

    def proxy(self):
        """What stands between smtp-source and smtp-sink, and what it costs."""
        folder = os.path.join(ROOT, "bench", "work")
        os.makedirs(folder, exist_ok=True)
        proxy.measure(self.table, self.assayd, self.assay, self.repeats, folder)

    def scan(self):
        """What it costs to have clamd look at each message."""
        folder = os.path.join(ROOT, "bench", "work")
        os.makedirs(folder, exist_ok=True)
        scan.measure(self.table, self.assayd, self.assay, self.repeats, folder)


# Two a, mx, two include, exists and ip4; the clients of the programs match a, mx, an include, ip4 and nothing.
SPF_ZONE = """\
example.com TXT "v=spf1 a a:out.example.com mx include:_spf.one.example include:_spf.two.example \
exists:%{ir}.allow.example.com ip4:203.0.113.0/25 -all"
example.com A 192.0.2.1
out.example.com A 192.0.2.10
example.com MX 10 mx1.example.com.
example.com MX 20 mx2.example.com.
mx1.example.com A 198.51.100.6
mx2.example.com A 198.51.100.7
_spf.one.example TXT "v=spf1 ip4:198.51.100.32/27 ip4:198.51.100.64/27 -all"
_spf.two.example TXT "v=spf1 ip4:198.51.100.24/29 ip6:2001:db8::/32 -all"
"""


def sample_messages(path):
    """The messages of a small mbox as they are in it, unquoted."""
    with open(path, "rb") as file:
        pieces = re.split(rb"^From [^\n]*\n", file.read(), flags=re.MULTILINE)[1:]
    return [re.sub(rb"^>(>*From )", rb"\1", piece, flags=re.MULTILINE) for piece in pieces]


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="bench/run")
    parser.add_argument("--bin", default=os.path.join(ROOT, ".build", "release"), help=argparse.SUPPRESS)
    parser.add_argument("--only", help="parts to measure, separated by commas: " + ", ".join(PARTS))
    parser.add_argument("--repeats", type=int, default=3, help="runs of each; the median is told (3)")
    parser.add_argument("--messages", type=int, default=300, help="messages that the peers check (300)")
    options = parser.parse_args()
    parts = options.only.split(",") if options.only else list(PARTS)
    unknown = [part for part in parts if part not in PARTS]
    if unknown or options.repeats < 1 or options.messages < 1:
        parser.error(f"no such part: {unknown[0]}" if unknown else "counts start at 1")
    measurement = Measurement(options)
    works = {"replay": measurement.screening}
    for part in parts:
        print(f"{part} …", flush=True)
        works.get(part, getattr(measurement, part, None))()
    measurement.table.print()


if __name__ == "__main__":
    main()
