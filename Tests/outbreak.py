#!/usr/bin/env python3
"""Plays a wave of near-copies among wanted mail through two agents that share a Redis server, or a file of SQLite: each
sees a part of it, and together they catch it.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import email
import os
import random
import smtplib
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check, unpacked  # noqa: E402
from state import Named, Redis  # noqa: E402

POLICY = """
stages:
  spf: {{enabled: false}}
  dkim: {{enabled: false}}
  dmarc: {{enabled: false}}
  arc: {{enabled: false}}
  outbreak: {{enabled: true}}
actions: {{OUTBREAK_TEXT: reject, OUTBREAK_LINKS: reject, OUTBREAK_ATTACHMENT: reject}}
{state}
"""

TEXT = """We have noticed unusual activity on your mailbox and had to limit what you can do with it until you confirm who
you are. Several messages are waiting for you on our server and will be deleted unless you act within two days.
Please follow the link below, sign in with your usual password and answer the security questions. Once that is
done your mailbox works again as before and all messages that wait are delivered at once. If you do nothing your
address will be closed for good and nobody can write to you any more. We are sorry for the trouble this causes
and thank you for helping us keep the service safe for everybody who uses it."""


def copy(number, dice, changed):
    """A copy of the wave, `changed` per cent of its words others."""
    def word():
        return "".join(dice.choice("abcdefghijklmnoprstuvwy") for _ in range(dice.randrange(4, 10)))
    words = [word() if dice.randrange(100) < changed else one for one in TEXT.split(" ")]
    return (f"From: {word()} <{word()}@sender{number}.example>\r\nTo: user{number}@local.example\r\n"
            f"Subject: {word()} {dice.randrange(10_000)}\r\nMessage-ID: <{word()}.{number}@sender{number}.example>\r\n\r\n"
            f"Dear {word()},\r\n\r\n" + " ".join(words).replace("\n", "\r\n")
            + f"\r\nhttp://{word()}.example/{word()}?id={dice.randrange(10**6)}\r\n").encode()


def wanted(shared, count):
    """Real wanted mail, where it is there, in the order of its archive; each an id of its own."""
    path = os.path.join(shared, "corpora/spamassassin/ham.mbox.zst")
    if not os.path.exists(path):
        return []
    found, seen = [], set()
    for piece in (b"\n" + unpacked(path)).split(b"\nFrom ")[1:]:
        raw = piece.split(b"\n", 1)[1].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        name = email.message_from_bytes(raw)["Message-ID"]
        if name in seen or len(raw) > 500_000 or max(map(len, raw.split(b"\r\n"))) > 990 or b"\r" in raw.replace(b"\r\n", b""):
            continue
        seen.add(name)
        found.append(raw + (b"" if raw.endswith(b"\r\n") else b"\r\n"))
        if len(found) == count:
            break
    return found


def send(agent, source, data, number):
    try:
        with Named(agent.port, source) as client:
            client.sendmail(f"ann@sender{number}.example", [f"user{number}@local.example"], data, ["BODY=8BITMIME"])
        return 250
    except smtplib.SMTPResponseException as error:
        return error.smtp_code


def wave(program, folder, shared, name, state, count):
    hop = Hop()
    agents = [Agent(program, folder, [hop.port], "  balancers: [127.0.0.1]", POLICY.format(state=state)) for _ in range(2)]
    dice = random.Random(7)
    ham = wanted(shared, count)
    copies = [copy(number, dice, 10) for number in range(20)]
    alarms, caught = 0, []
    for number, raw in enumerate(ham):
        agent = agents[dice.randrange(2)]
        alarms += send(agent, f"198.51.{number // 250}.{number % 250}", raw, f"-{number}") != 250
        if number % max(1, len(ham) // 20) == 0 and copies:
            caught.append(send(agents[len(caught) % 2], f"203.0.{len(caught)}.7", copies.pop(0), len(caught)) == 550)
    for raw in copies:
        caught.append(send(agents[len(caught) % 2], f"203.0.{len(caught)}.7", raw, len(caught)) == 550)
    first = caught.index(True) + 1 if True in caught else None
    print(f"{name}: two agents, 20 copies with 10 % of the words changed: caught at copy {first}, {sum(caught)} of 20; "
          f"false alarms: {alarms} of {len(ham)}")
    check(f"{name}: caught by the tenth copy, though no agent saw more than half of them", first and first <= 10, caught)
    check(f"{name}: and from then on by both", first and all(caught[first:]), caught)
    check(f"{name}: no wanted mail is taken for it", alarms == 0, alarms)
    check(f"{name}: none is lost", len(hop.messages) == len(ham) - alarms + 20 - sum(caught), len(hop.messages))
    for agent in agents:
        check(f"{name}: an agent ends well", agent.stop() == 0, agent.text()[-500:])
    hop.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--shared", default=os.environ.get("ASSAY_SHARED", "../shared"))
    parser.add_argument("--messages", type=int, default=300, help="how much wanted mail goes with it")
    parser.add_argument("parts", nargs="*", choices=["redis", "sqlite", []])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.assayd)
    for part in arguments.parts or ["redis", "sqlite"]:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            if part == "sqlite":
                wave(program, folder, arguments.shared, "SQLite", f"state: sqlite:{folder}/state.db", arguments.messages)
                continue
            if not Redis.program:
                print("skipped: there is no redis-server")
                sys.exit(77)
            server = Redis()
            try:
                wave(program, folder, arguments.shared, "Redis", f"state: redis://127.0.0.1:{server.port}", arguments.messages)
            finally:
                server.end()
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
