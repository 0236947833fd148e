"""Makes a case of many messages from one of few: `grow.py SMALL LARGE COUNT`.

Each new message is like one of the old, at another time, and one in three has a finding more or less, so that distinct
profiles of findings grow with the number of messages, as they do in mail. The same input gives the same case.
"""

import random
import shutil
import sqlite3
import sys


def grow(small, large, count):
    shutil.copyfile(small, large)
    database = sqlite3.connect(large)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    dice = random.Random(7)
    (run,) = database.execute("SELECT max(id) FROM runs WHERE finished IS NOT NULL").fetchone()
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(results)")]
    place = {name: index for index, name in enumerate(columns)}
    results = database.execute("SELECT * FROM results WHERE run = ? ORDER BY message", (run,)).fetchall()
    messages = {row[0]: row for row in database.execute("SELECT * FROM messages")}
    found = {}
    for message, kind, evidence in database.execute(
        "SELECT message, kind, evidence FROM findings WHERE run = ? ORDER BY message, position", (run,)
    ):
        found.setdefault(message, []).append((kind, evidence))
    recipients = {}
    for message, address in database.execute("SELECT message, address FROM recipients WHERE run = ?", (run,)):
        recipients.setdefault(message, []).append(address)
    others = sorted({kind: (kind, evidence) for rows in found.values() for kind, evidence in rows}.values())
    profiles = dict((key, number) for number, key in database.execute("SELECT id, key FROM profiles"))
    keys = {number: key for key, number in profiles.items()}
    number = max(messages)
    new_results, new_messages, new_findings, new_recipients, new_profiles = [], [], [], [], []

    def flush():
        marks = lambda rows: "(" + ",".join("?" * len(rows[0])) + ")" if rows else ""
        for table, rows in [
            ("messages", new_messages), ("results", new_results), ("findings", new_findings),
            ("recipients", new_recipients), ("profiles", new_profiles),
        ]:
            if rows:
                database.executemany(f"INSERT INTO {table} VALUES {marks(rows)}", rows)
            rows.clear()

    for copy in range(count - len(results)):
        old = results[dice.randrange(len(results))]
        number += 1
        row = list(old)
        row[place["message"]] = number
        if row[place["time"]] is not None:
            row[place["time"]] += dice.randrange(-400, 400) * 86_400_000
        findings = list(found.get(old[place["message"]], []))
        if dice.random() < 0.33:
            if findings and dice.random() < 0.5:
                findings.pop(dice.randrange(len(findings)))
            else:
                findings.append(dice.choice(others))
            head = keys[old[place["profile"]]].split(":")[0]
            key = head + ":" + " ".join(str(kind) for kind, _ in findings)
            if key not in profiles:
                profiles[key] = len(profiles) + 1
                keys[profiles[key]] = key
                new_profiles.append((profiles[key], key))
            row[place["profile"]] = profiles[key]
        new_results.append(row)
        message = list(messages[old[place["message"]]])
        message[0] = number
        message[1] = f"sha256:{copy:064x}"
        if message[3] is not None:
            message[3] = number
        message[4] = number
        new_messages.append(message)
        new_findings += [(run, number, position, *finding) for position, finding in enumerate(findings)]
        new_recipients += [
            (run, number, position, address)
            for position, address in enumerate(recipients.get(old[place["message"]], []))
        ]
        if len(new_results) >= 50_000:
            flush()
    flush()
    database.commit()
    database.close()
    return len(profiles)


if __name__ == "__main__":
    print(grow(sys.argv[1], sys.argv[2], int(sys.argv[3])), "profiles")
