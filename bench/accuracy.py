#!/usr/bin/env python3
"""Measures how well mail is told apart, beside bogofilter, rspamd and SpamAssassin, on the same split of the same messages.

Each corpus is a folder with ham.mbox.zst, spam.mbox.zst and manifest.tsv (label, index, source, sha256, size, date,
body_hash, near_dup_cluster). Verdicts of earlier filters are taken out of all messages first. Two questions are asked:

  later    learned from the first 60 % of each corpus and label by date, judged on the rest. Messages of one
           near-duplicate cluster are on the side of the earliest of them.
  unseen   learned from all sources but one, judged on that one; each in turn. Sources of one kind of mail go together.

FN@x%FP: the threshold is the score of the (floor(x*ham)+1)-th highest ham, and spam at or below it counts as missed, so
that ties count against a program. Rates are messages per CPU second, user and system, reading archives included.
"""
import argparse
import bisect
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

import rspamd

VERDICTS = re.compile(
    rb"^(x-spam|x-foff|x-ms-exchange-organization-scl|x-microsoft-antispam|x-forefront-antispam|x-sid-|x-message-delivery"
    rb"|x-rspamd|x-spamd-bar|x-mailman-rule|x-content-filtered-by|xlevel|xstatus)", re.I)


class Message:
    def __init__(self, corpus, label, sha, date, cluster, data):
        self.corpus, self.label, self.sha, self.date, self.cluster, self.data = corpus, label, sha, date, cluster, data


def split_mbox(data):
    current = None
    for line in data.split(b"\n"):
        if line.startswith(b"From ") and (current is None or current[-1] == b""):
            if current is not None:
                yield b"\n".join(current)
            current = []
        elif current is not None:
            current.append(line[1:] if re.match(rb"^>+From ", line) else line)
    if current is not None:
        yield b"\n".join(current)


def without_verdicts(message):
    head, separator, body = message.partition(b"\n\n")
    crlf = message.find(b"\r\n\r\n")
    if crlf >= 0 and crlf < len(head):
        head, separator, body = message.partition(b"\r\n\r\n")
    kept, skips = [], False
    for line in head.split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            skips = bool(VERDICTS.match(line))
        if not skips:
            kept.append(line)
    return b"\n".join(kept) + separator + body


def read_corpora(folder):
    messages = []
    for corpus in sorted(os.listdir(folder)):
        manifest = os.path.join(folder, corpus, "manifest.tsv")
        if not os.path.exists(manifest):
            continue
        with open(manifest) as file:
            rows = [line.rstrip("\n").split("\t") for line in file][1:]
        for label in ("ham", "spam"):
            path = os.path.join(folder, corpus, f"{label}.mbox.zst")
            if not os.path.exists(path):
                continue
            data = subprocess.run(["zstd", "-dc", "--long=27", path], capture_output=True, check=True).stdout
            own = sorted((row for row in rows if row[0] == label), key=lambda row: int(row[1]))
            found = list(split_mbox(data))
            if len(found) != len(own):
                sys.exit(f"accuracy: {path}: {len(found)} messages, the manifest has {len(own)}")
            for row, text in zip(own, found):
                messages.append(Message(corpus, label, row[3], row[5], row[7], without_verdicts(text)))
    return messages


def by_time(messages, share=0.6):
    groups, side = {}, {}
    for message in messages:
        groups.setdefault((message.corpus, message.label), []).append(message)
    train, test = [], []
    for group in groups.values():
        group.sort(key=lambda m: ("0" if m.date == "-" else m.date, m.sha))
        for number, message in enumerate(group):
            is_train = side.setdefault(message.cluster, number < int(len(group) * share))
            (train if is_train else test).append(message)
    return train, test


def by_source(messages):
    kinds = {}
    for message in messages:
        kinds.setdefault(message.corpus, set()).add(message.label)
    groups = [[corpus] for corpus in kinds if len(kinds[corpus]) == 2]
    hams = [corpus for corpus in kinds if kinds[corpus] == {"ham"}]
    spams = sorted((corpus for corpus in kinds if kinds[corpus] == {"spam"}),
                   key=lambda c: -sum(m.corpus == c for m in messages))
    if hams and spams:
        groups.append(spams[:1] + hams)
    for group in groups:
        yield group, [m for m in messages if m.corpus not in group], [m for m in messages if m.corpus in group]


def write_mbox(path, messages):
    with open(path, "wb") as file:
        for message in messages:
            file.write(b"From bench@example.org Thu Jan  1 00:00:00 1970\n")
            file.write(re.sub(rb"(?m)^(>*From )", rb">\1", message.data))
            file.write(b"\n" if message.data.endswith(b"\n") else b"\n\n")


def cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(arguments, **options):
    before = cpu()
    result = subprocess.run(arguments, stdout=subprocess.PIPE, **options)
    return result, cpu() - before


def table_row(name, question, scores, cut, train_rate="", classify_rate=""):
    ham = sorted((s for s, label in scores if label == "ham"), reverse=True)
    spam = sorted(s for s, label in scores if label == "spam")
    if not ham or not spam:
        return
    ascending = ham[::-1]
    auc = sum(bisect.bisect_left(ascending, s) + bisect.bisect_right(ascending, s) for s in spam) / 2
    auc /= len(ham) * len(spam)
    missed = [100 * bisect.bisect_right(spam, ham[int(x * len(ham))]) / len(spam) for x in (0.001, 0.01)]
    fp = 100 * sum(s >= cut for s in ham) / len(ham)
    fn = 100 * sum(s < cut for s in spam) / len(spam)
    print(f"| {question} | {name} | {len(ham)}+{len(spam)} | {cut} | {fp:.2f} % | {fn:.2f} % | {auc:.5f} | "
          f"{missed[0]:.2f} % | {missed[1]:.2f} % | {train_rate} | {classify_rate} |", flush=True)


def rate(count, seconds):
    return f"{count / seconds:,.0f}" if seconds > 0 else ""


class Bench:
    def __init__(self, options, work):
        self.options, self.work, self.daemon = options, work, None
        self.oracle = {}
        if options.oracle and os.path.exists(options.oracle):
            lines = subprocess.run(["zstd", "-dc", options.oracle], capture_output=True, check=True).stdout.decode()
            for line in lines.split("\n"):
                fields = line.split("\t")
                if len(fields) > 2 and re.fullmatch("[0-9a-f]{64}", fields[0]):
                    self.oracle[fields[0]] = float(fields[1])

    def measure(self, question, train, test):
        """The scores of every program, by name, in the order of `test`."""
        paths = {}
        for label in ("ham", "spam"):
            paths[label] = os.path.join(self.work, f"{label}.mbox")
            write_mbox(paths[label], [m for m in train if m.label == label])
        paths["test"] = os.path.join(self.work, "test.mbox")
        write_mbox(paths["test"], test)
        all_scores = {}
        for name, judge in (("assay, Bayes", self.assay), ("assay, rules + Bayes", self.policy),
                            ("bogofilter", self.bogofilter), ("rspamd, local rules", self.rspamd)):
            found = judge(paths, train, test)
            if not found:
                continue
            scores, cut, trained, judged = found
            if len(scores) != len(test):
                sys.exit(f"accuracy: {name} judged {len(scores)} messages of {len(test)}")
            labelled = [(s, m.label) for s, m in zip(scores, test)]
            all_scores[name] = (labelled, cut)
            table_row(name, question, labelled, cut, trained, judged)
        # SpamAssassin's scores are those of the rules alone, for the messages that its oracle has.
        known = [i for i, m in enumerate(test) if m.sha in self.oracle]
        if known:
            table_row("SpamAssassin -L, rules", question + " (oracle's)",
                      [(self.oracle[test[i].sha], test[i].label) for i in known], 5.0)
            for name, (labelled, cut) in all_scores.items():
                table_row(name, question + " (oracle's)", [labelled[i] for i in known], cut)
        return all_scores

    def assay(self, paths, train, test):
        model = os.path.join(self.work, "model.bayes")
        for suffix in ("", ".learned", ".lock"):
            if os.path.exists(model + suffix):
                os.remove(model + suffix)
        seconds = 0
        for label in ("ham", "spam"):
            result, used = run([self.options.assay, "learn", label, paths[label], "--model", model])
            result.check_returncode()
            seconds += used
        result, used = run([self.options.assay, "learn", "judge", paths["test"], "--model", model])
        scores = [float(line.split()[0]) for line in result.stdout.decode().splitlines()]
        return scores, 0.95, rate(len(train), seconds), rate(len(test), used)

    def policy(self, paths, train, test):
        own, overlay = (os.path.join(self.work, name) for name in ("rules.yaml", "bayes.yaml"))
        with open(own, "w") as file:
            file.write("version: 1\nstages:\n  heuristics:\n    default_rules: true\n")
        with open(overlay, "w") as file:
            file.write("version: 1\nstages:\n  bayes:\n    model: model.bayes\n    minimum: 1\n    exempt: []\n")
        arguments = [self.options.assay, "replay", paths["test"], "--format", "ndjson"]
        for path in (self.options.policy or [own]) + [overlay]:
            arguments += ["--policy", path]
        result, used = run(arguments)
        scores = [json.loads(line)["verdict"]["score"] for line in result.stdout.decode().splitlines()]
        return scores, 5.0, "", rate(len(test), used)

    def bogofilter(self, paths, train, test):
        if not shutil.which("bogofilter"):
            return None
        folder = os.path.join(self.work, "bogofilter")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        seconds = 0
        for label, flag in (("ham", "-n"), ("spam", "-s")):
            _, used = run(["bogofilter", "-C", "-d", folder, flag, "-M", "-I", paths[label]])
            seconds += used
        # One message a file: what it says of a mailbox does not tell the messages apart.
        files = os.path.join(self.work, "messages")
        shutil.rmtree(files, ignore_errors=True)
        os.mkdir(files)
        names = []
        for number, message in enumerate(test):
            names.append(os.path.join(files, f"{number:06d}"))
            with open(names[-1], "wb") as file:
                file.write(message.data)
        result, used = run(["bogofilter", "-C", "-d", folder, "-T", "-b"], input="\n".join(names + [""]).encode())
        scores = [float(line.split()[-1]) for line in result.stdout.decode().splitlines()]
        return scores, 0.99, rate(len(train), seconds), rate(len(test), used)

    def rspamd(self, paths, train, test):
        """What it makes of each message alone: it learns nothing, and asks no network."""
        if not rspamd.is_installed():
            return None
        self.daemon = self.daemon or rspamd.Rspamd(self.work)
        scores, used = self.daemon.scores([message.data for message in test])
        # From here on it marks a message as spam.
        return scores, 6.0, "", rate(len(test), used)

    def close(self):
        if self.daemon:
            self.daemon.stop()


def ask(bench, messages, only):
    own = [m for m in messages if m.corpus == "spamassassin"]
    if own and only in (None, "spamassassin"):
        bench.measure("later, spamassassin alone", *by_time(own))
    if only in (None, "later"):
        bench.measure("later, all", *by_time(messages))
    if only in (None, "unseen"):
        pooled = {}
        for group, train, test in by_source(messages):
            for name, (scores, cut) in bench.measure("unseen " + "+".join(group), train, test).items():
                pooled.setdefault(name, ([], cut))[0].extend(scores)
        for name, (scores, cut) in pooled.items():
            table_row(name, "unseen, all together", scores, cut)


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shared = os.environ.get("ASSAY_SHARED") or os.path.join(here, "..", "shared")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", default=os.path.join(here, ".build/release/assay"), help="the program, built for release")
    parser.add_argument("--corpora", default=os.path.join(shared, "corpora"), help="a folder of corpora")
    parser.add_argument("--oracle", default=os.path.join(shared, "suites/spamassassin-oracle/hits.tsv.zst"),
                        help="SpamAssassin's scores by sha256")
    parser.add_argument("--policy", action="append", default=[],
                        help="judge by this policy and the model, not by the default rules and it; may be given again, later "
                        "ones count over earlier ones")
    parser.add_argument("--only", choices=["later", "unseen", "spamassassin"], help="ask one of the questions")
    options = parser.parse_args()
    if not os.access(options.assay, os.X_OK):
        sys.exit(f"accuracy: {options.assay} is not there; build it: swift build -c release --product assay")
    if not os.path.isdir(options.corpora):
        sys.exit(f"accuracy: {options.corpora} is not there; name a folder of corpora with --corpora")
    messages = read_corpora(options.corpora)
    for name in ("bogofilter", "rspamd"):
        if not shutil.which(name):
            print(f"accuracy: {name} is not installed and left out", file=sys.stderr)
    print("| learned, judged | program | ham+spam | cut | FP | FN | AUC | FN@0.1%FP | FN@1%FP | train msg/cpu-s | "
          "classify msg/cpu-s |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="assay-accuracy-") as work:
        os.chmod(work, 0o755)
        bench = Bench(options, work)
        try:
            ask(bench, messages, options.only)
        finally:
            bench.close()


if __name__ == "__main__":
    main()
