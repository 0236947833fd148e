#!/usr/bin/env python3
"""Plays mail through agents that share state: on SQLite and on a real Redis server, which are taken away meanwhile.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import base64
import json
import os
import random
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from agent import FAILED, Agent, Hop, check, free_port, message, wait_for_port

GREYLIST = "stages:\n  greylist: {{enabled: true, delay: {delay}, allow_listed: false}}\n{state}\n"


class Redis:
    """A Redis server on a port of its own, without files."""

    program = next((path for path in ("/usr/bin/redis-server", "/usr/bin/valkey-server") if os.path.exists(path)), None)

    def __init__(self, *options):
        self.options = options
        self.port = free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             *self.options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not wait_for_port(self.port):
            raise SystemExit("redis-server does not listen")

    def end(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()


class Named(smtplib.SMTP):
    """A client that a balancer would name as coming from `source`."""

    def __init__(self, port, source):
        self.source = source
        super().__init__("127.0.0.1", port, local_hostname="client.example", timeout=60)

    def _get_socket(self, host, port, timeout):
        link = socket.create_connection((host, port), timeout)
        link.sendall(f"PROXY TCP4 {self.source} 192.0.2.25 4000 25\r\n".encode())
        return link


def agent(program, folder, hop, state, delay="1s", environment=None, more=""):
    policy = GREYLIST.format(delay=delay, state=state)
    before = os.environ.get("STATE_DIRECTORY")
    if environment:
        os.environ["STATE_DIRECTORY"] = environment
    try:
        return Agent(program, folder, [hop.port], "  balancers: [127.0.0.1]" + more, policy)
    finally:
        if environment:
            os.environ.pop("STATE_DIRECTORY")
        if before:
            os.environ["STATE_DIRECTORY"] = before


def contact(agent, number, network=1):
    """What a first or second contact is told at RCPT, and how long that took."""
    begin = time.time()
    with Named(agent.port, f"198.51.{network}.7") as client:
        client.ehlo()
        client.mail(f"ann{number}@client.example")
        code = client.rcpt("eva@local.example")[0]
    return code, time.time() - begin


def deliver(agent, number, network=1):
    with Named(agent.port, f"198.51.{network}.7") as client:
        return client.sendmail(f"ann{number}@client.example", ["eva@local.example"], message(10))


def share(program, folder):
    stores = [("SQLite", lambda: (f"state: sqlite:{folder}/shared.db", None))]
    if Redis.program:
        def shared():
            server = Redis()
            return f"state: {{url: 'redis://127.0.0.1:{server.port}/3', timeout: 10s}}", server
        stores.append(("Redis", shared))
    for name, store in stores:
        state, server = store()
        hop = Hop()
        one, other = agent(program, folder, hop, state), agent(program, folder, hop, state)
        first, early = contact(one, 1)[0], contact(other, 1)[0]
        time.sleep(1.2)
        check(f"{name}: what one agent greylisted the other lets pass after the delay",
              (first, early, contact(other, 1)[0], contact(one, 1)[0]) == (451, 451, 250, 250), one.text() + other.text())
        check(f"{name}: and its mail arrives", deliver(one, 1) == {} and len(hop.messages) == 1)
        # Retries of a network count together, whichever agent they come to: five, and the sixth need not wait.
        for number in range(2, 6):
            contact((one, other)[number % 2], number)
        time.sleep(1.2)
        for number in range(2, 6):
            contact((other, one)[number % 2], number)
        check(f"{name}: what both learn of a network adds up", contact(one, 6)[0] == 250, one.text() + other.text())
        for each in (one, other):
            check(f"{name}: an agent ends well", each.stop() == 0, each.text())
        if server:
            server.end()
        again = agent(program, folder, hop, state) if not server else None
        if again:
            check(f"{name}: a restart forgets nothing", contact(again, 1)[0] == 250 and contact(again, 7)[0] == 250)
            again.stop()
        hop.end()


def folder_of_service(program, folder):
    hop = Hop()
    given = os.path.join(folder, "given")
    os.mkdir(given)
    one = agent(program, folder, hop, "", environment=given)
    check("the service manager's folder is used", one.wait_for("state is kept in sqlite:" + given + "/state.db"), one.text())
    contact(one, 1)
    one.stop()
    mode = os.stat(given + "/state.db").st_mode & 0o777
    check("the database is its owner's alone", mode == 0o600, oct(mode))
    time.sleep(1.2)
    one = agent(program, folder, hop, "", environment=given)
    check("and remembered after a restart", contact(one, 1)[0] == 250, one.text())
    one.stop()
    one = agent(program, folder, hop, "")
    check("without one it is kept in memory, and the log says so", one.wait_for("kept in memory and forgotten"))
    one.write("  balancers: [127.0.0.1]", GREYLIST.format(delay="1s", state=f"state: sqlite:{given}/state.db"))
    one.process.send_signal(signal.SIGHUP)
    check("a new policy may move it", one.wait_for("state is kept in sqlite:") and one.wait_for("read anew"), one.text())
    check("and it is used", contact(one, 1)[0] == 250, one.text())
    one.write("  balancers: [127.0.0.1]", GREYLIST.format(delay="1s", state=f"state: sqlite:{folder}/no/such.db"))
    one.process.send_signal(signal.SIGHUP)
    check("a place that cannot be is not taken", one.wait_for("the one from before holds"), one.text())
    check("and what was there goes on", contact(one, 1)[0] == 250, one.text())
    one.stop()
    hop.end()


def away(program, folder):
    if not Redis.program:
        sys.exit(77)
    for mode, code in (("skip", 250), ("defer", 451), ("memory", 451)):
        server, hop = Redis(), Hop()
        state = f"state: {{url: 'redis://127.0.0.1:{server.port}', when_away: {mode}}}"
        one = agent(program, folder, hop, state)
        check(f"{mode}: greylisting works", contact(one, 1)[0] == 451, one.text())
        slowest = 0
        server.end()
        for number in range(10, 20):
            told, seconds = contact(one, number)
            slowest = max(slowest, seconds)
            if told != code:
                check(f"{mode}: with the server killed a first contact is told {code}", False, (told, one.text()))
        check(f"{mode}: nobody waits for a server that is gone", slowest < 5, slowest)
        check(f"{mode}: the log says that it went away, once", one.text().count("no connection") + one.text().count(
            "connection was closed") == 1, one.text())
        server.start()
        check(f"{mode}: that it is back is noticed though nobody asks", one.wait_for("is back after", 15), one.text())
        check(f"{mode}: and greylists", contact(one, 2)[0] == 451 and contact(one, 2)[0] == 451, one.text())
        # Hung: connections are there, and nothing is said on them.
        server.process.send_signal(signal.SIGSTOP)
        begin = time.time()
        told = [contact(one, 30 + number)[0] for number in range(20)]
        check(f"{mode}: a hung server holds nobody up", told == [code] * 20 and time.time() - begin < 20,
              (told, time.time() - begin))
        server.process.send_signal(signal.SIGCONT)
        back = any(contact(one, 200 + number) and one.text().count("is back after") >= 2 or time.sleep(0.2)
                   for number in range(60))
        check(f"{mode}: and is used again once it goes on", back, one.text())
        if mode == "memory":
            rows = entries(server.port)
            check("memory: what was remembered meanwhile is handed on",
                  any("ann10@" in key for key in rows), rows)
        if mode != "defer":
            time.sleep(1.2)
            check(f"{mode}: mail arrives", deliver(one, 2) == {} and len(hop.messages) == 1, one.text())
        if mode == "memory":
            server.end()
            contact(one, 60)
            server.start()
        check(f"{mode}: the agent ends well", one.stop() == 0, one.text())
        if mode == "memory":
            rows = entries(server.port)
            check("memory: and what is left when it ends", any("ann60@" in key for key in rows), rows)
        server.end()
        hop.end()


SCREEN = """stages:
  greylist: {{enabled: true, delay: 1s, allow_listed: false, learn_host_after: 0}}
  dynamic-screen: {{resets: 3, unknown_recipients: 4, simultaneous: 6}}
{state}
"""


def refused(agent, source):
    """What a client from `source` is told at its connection, if it is not welcome."""
    with socket.create_connection(("127.0.0.1", agent.port), 30) as link:
        link.sendall(f"PROXY TCP4 {source} 192.0.2.25 4000 25\r\n".encode())
        banner = link.makefile("rb").readline()
        return None if banner.startswith(b"220") else banner.decode().strip()


def fleet(program, folder):
    """Two agents on one Redis server: greylist, bans and counters are common, and the server may come and go."""
    if not Redis.program:
        sys.exit(77)
    server = Redis()
    hop = Hop(lambda verb, line: None if verb is None else
              b"550 5.1.1 no such user\r\n" if verb == "RCPT" and b"nobody" in line else Hop.usual(verb))
    state = f"state: {{url: 'redis://127.0.0.1:{server.port}', timeout: 250ms}}"
    policy = SCREEN.format(state=state)
    agents = [Agent(program, folder, [hop.port], "  balancers: [127.0.0.1]", policy) for _ in range(2)]
    one, other = agents
    check("a first contact with one agent is greylisted", contact(one, 1)[0] == 451, one.text())
    time.sleep(1.2)
    check("its retry with the other passes", contact(other, 1)[0] == 250, other.text())
    with Named(one.port, "203.0.113.9") as client:
        client.ehlo()
        codes = [client.docmd("RSET")[0] for _ in range(3)]
        begin = time.time()
    told = refused(other, "203.0.113.9")
    seconds = time.time() - begin
    check("the third RSET ends the session", codes == [250, 250, 554], codes)
    check(f"the ban of one agent holds on the other within a second ({seconds * 1000:.0f} ms)",
          told is not None and told.startswith("554") and seconds < 1, (told, other.text()))
    check("and for nobody else", refused(other, "203.0.113.10") is None)
    # Unknown recipients, half of them with each agent, add up; the hop is asked once greylisting lets them pass.
    for number in range(6):
        with Named(agents[number % 2].port, "198.51.100.77") as client:
            client.ehlo()
            client.mail("ann1@client.example")
            client.rcpt(f"nobody{number}@local.example")
    time.sleep(1.2)
    told = []
    for number in range(6):
        try:
            with Named(agents[number % 2].port, "198.51.100.77") as client:
                client.ehlo()
                client.mail("ann1@client.example")
                told.append(client.rcpt(f"nobody{number}@local.example")[0])
        except smtplib.SMTPException as error:
            told.append(getattr(error, "smtp_code", 0))
    check("unknown recipients that both agents saw add up to a ban", told == [550, 550, 550, 554, 554, 554], told)
    assay = os.path.join(os.path.dirname(program), "assay")
    listed = subprocess.run([assay, "state", "list", "--policy", one.policy], capture_output=True, text=True)
    check("people are told who is banned, and why",
          "198.51.100.77 banned until" in listed.stdout and "because 4 unknown recipients in" in listed.stdout
          and ", session " in listed.stdout, listed.stdout + listed.stderr)
    mailing(one, other, server, hop)
    for each in agents:
        check("an agent ends well", each.stop() == 0, each.text())
    server.end()
    hop.end()


def rates(program, folder):
    """Two agents on one Redis server hold to a rate together."""
    if not Redis.program:
        sys.exit(77)
    server, hop = Redis(), Hop()
    rate, size, count = 200_000, 300_000, 3
    policy = "stages:\n  throttle: {{shared: {rate}}}\n{state}\n"

    def load(states):
        agents = [Agent(program, folder, [hop.port], "  balancers: [127.0.0.1]", policy.format(rate=rate, state=state))
                  for state in states]
        begin = time.time()

        def send(agent, number):
            with Named(agent.port, f"198.51.100.{number}") as client:
                for _ in range(count):
                    client.sendmail("ann@client.example", ["eva@local.example"], message(size))
        threads = [threading.Thread(target=send, args=(agent, number)) for number, agent in enumerate(agents, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.time() - begin
        for each in agents:
            check("an agent ends well", each.stop() == 0, each.text())
        return seconds
    alone = load(["state: memory", "state: memory"])
    together = load([f"state: redis://127.0.0.1:{server.port}"] * 2)
    least = (2 * count * size - 2 * rate) / rate - 0.5
    check(f"agents that share a rate are held to it together ({alone:.1f} s each for itself, {together:.1f} s together, "
          f"at least {least:.1f} s)", together >= least and len(hop.messages) == 4 * count, (alone, together))
    rows = entries(server.port)
    check("what they have used is counted in the shared state", any("throttle|rate|service" in key for key in rows), rows)
    server.end()
    hop.end()


def hold(agent, count):
    """So many connections of one client, with what each is told first."""
    links = []
    for _ in range(count):
        link = socket.create_connection(("127.0.0.1", agent.port), 30)
        link.sendall(b"PROXY TCP4 203.0.113.3 192.0.2.25 4000 25\r\n")
        links.append((link, link.makefile("rb").readline()[:3]))
    return links


def connections(program, folder):
    """Connections whose end nobody saw, as the agent was killed or the store was away, count no more."""
    hop = Hop()
    rule = "stages:\n  dynamic-screen: {simultaneous: 4}\n"
    balancers = "  balancers: [127.0.0.1]"
    one = Agent(program, folder, [hop.port], balancers, f"state: {{url: 'sqlite://{folder}/state.db'}}\n" + rule)
    links = hold(one, 3)
    one.process.kill()
    one.process.wait()
    for link, _ in links:
        link.close()
    one.start()
    links = hold(one, 3)
    check("after a kill they are counted anew", [code for _, code in links] == [b"220"] * 3, one.text())
    for link, _ in links:
        link.close()
    one.stop()
    if Redis.program:
        server = Redis()
        state = f"state: {{url: 'redis://127.0.0.1:{server.port}', timeout: 250ms}}\n"
        one = Agent(program, folder, [hop.port], balancers, state + rule)
        links = hold(one, 3)
        server.process.send_signal(signal.SIGSTOP)
        for link, _ in links:
            link.close()
        time.sleep(1.5)
        server.process.send_signal(signal.SIGCONT)
        check("the server is back", one.wait_for("is back"), one.text())
        time.sleep(0.5)
        links = hold(one, 3)
        check("and after a server was away", [code for _, code in links] == [b"220"] * 3, one.text())
        for link, _ in links:
            link.close()
        one.stop()
        server.end()
    hop.end()


def screen(program, folder):
    """The dynamic screen live: failed log-ins, an old password that is tried again, and the end of connections."""
    def script(verb, line):
        if verb == "AUTH":
            return b"535 5.7.8 no\r\n"
        return None if verb is None else Hop.usual(verb)
    hop = Hop(script, ehlo=("AUTH PLAIN",))
    policy = "stages:\n  dynamic-screen: {failed_authentications: 3, simultaneous: 4}\n"
    one = Agent(program, folder, [hop.port], "  balancers: [127.0.0.1]\n  auth_without_tls: true", policy)

    def log_in(source, password):
        with Named(one.port, source) as client:
            client.ehlo()
            secret = base64.b64encode(b"\0ann\0" + password).decode()
            return client.docmd("AUTH PLAIN " + secret)[0]
    codes = [log_in("203.0.113.1", b"old") for _ in range(6)]
    check("a program with an old password is not banned for it", codes == [535] * 6, (codes, one.text()))
    codes = [log_in("203.0.113.2", b"guess%d" % number) for number in range(3)]
    check("who guesses is, at the third guess", codes == [535, 535, 554], (codes, one.text()))
    told = refused(one, "203.0.113.2")
    check("and refused from then on", told is not None and told.startswith("554"), told)
    check("no log has a password", b"guess" not in open(one.log, "rb").read())

    with Named(one.port, "203.0.113.4") as other:
        other.ehlo()
        for number in range(3):
            log_in("203.0.113.4", b"try%d" % number)
        secret = base64.b64encode(b"\0ann\0try3").decode()
        check("a ban ends the client's other sessions", other.docmd("AUTH PLAIN " + secret)[0] == 554, one.text())
        other.close()

    for turn in range(3):
        links = hold(one, 3)
        check(f"three connections at a time are taken, turn {turn + 1}", [code for _, code in links] == [b"220"] * 3,
              one.text())
        for link, _ in links:
            link.close()
        time.sleep(0.5)
    links = hold(one, 4)
    check("the fourth at a time is not", [code for _, code in links] == [b"220"] * 3 + [b"554"], one.text())
    for link, _ in links:
        link.close()
    check("the agent ends well", one.stop() == 0, one.text())
    hop.end()


def mailing(one, other, server, hop):
    """Mail goes on while the server is killed and comes back: nobody waits long, nothing is lost or made twice."""
    ended = threading.Event()
    lock = threading.Lock()
    taken, codes, slowest = set(), {}, [0.0]

    def send(thread):
        number = 0
        while not ended.is_set():
            number += 1
            name = f"t{thread}.{number}"
            agent = (one, other)[number % 2]
            begin = time.time()
            try:
                with Named(agent.port, f"192.0.2.{thread + 1}") as client:
                    client.ehlo()
                    client.mail(f"load{thread}@client.example")
                    code = client.rcpt("eva@local.example")[0]
                    if code == 250:
                        code = client.data(f"Message-ID: <{name}>\r\nFrom: a@client.example\r\n\r\nHello\r\n")[0]
            except (smtplib.SMTPException, OSError) as error:
                code = f"{type(error).__name__}"
            seconds = time.time() - begin
            with lock:
                slowest[0] = max(slowest[0], seconds)
                codes[code] = codes.get(code, 0) + 1
                if code == 250:
                    taken.add(name)

    before = len(hop.messages)
    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(4)
    server.end()
    time.sleep(3)
    server.start()
    time.sleep(4)
    ended.set()
    for thread in threads:
        thread.join()
    arrived = [line.split(b"<")[1].split(b">")[0].decode() for text in hop.messages[before:]
               for line in bytes_of(text).split(b"\n") if line.startswith(b"Message-ID: <")]
    lost = taken - set(arrived)
    check(f"Redis killed and back under load: {len(taken)} messages taken, {len(lost)} lost, codes {codes}, "
          f"slowest session {slowest[0]:.2f} s",
          len(taken) > 50 and not lost and len(arrived) == len(set(arrived))
          and set(codes) <= {250, 451}, (one.text()[-2000:], other.text()[-2000:]))
    check("no session waited longer than its deadline", slowest[0] < 10, slowest)
    check("both agents noticed, and went on without", all(
        "stages that need it are not evaluated" in each.text() for each in (one, other)), one.text() + other.text())


def bytes_of(text):
    return text if isinstance(text, bytes) else str(text).encode()


def entries(port):
    """The names of what a server holds."""
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.sendall(b"KEYS *\r\n")
        time.sleep(0.5)
        return [line for line in link.recv(1 << 20).decode().split("\r\n") if "|" in line]


def unsuitable(program, folder):
    """Servers that are there and of no use: mail goes on, and the log says why."""
    hop = Hop()

    def line(script):
        server = socket.create_server(("127.0.0.1", 0))

        def serve():
            while True:
                try:
                    link, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=script, args=(link,), daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        return server

    def says(text, times=1):
        def script(link):
            try:
                while link.recv(65536):
                    for _ in range(times):
                        link.sendall(text)
            except OSError:
                pass
        return script

    scripts = [("garbage", says(b"\x00\xff\x16\x03garbage\n"), "not the Redis protocol"),
               ("answers that nobody asked for", says(b"+OK\r\n" * 50), "state:"),
               ("half an answer", says(b"$1000000\r\nx"), "no answer in time"),
               ("a line without end", says(b"+" + b"x" * 100_000, 3), "not the Redis protocol"),
               ("an endless array", says(b"*1000000\r\n" + b"*1\r\n" * 10_000), "not the Redis protocol"),
               ("closing at once", lambda link: link.close(), "state:")]
    for name, script, words in scripts:
        server = line(script)
        one = agent(program, folder, hop, f"state: redis://127.0.0.1:{server.getsockname()[1]}")
        told = [contact(one, number) for number in range(5)]
        check(f"{name}: mail goes on", [code for code, _ in told] == [250] * 5 and max(s for _, s in told) < 5,
              (told, one.text()))
        check(f"{name}: the log says why", one.wait_for(words), one.text())
        check(f"{name}: the agent ends well", one.stop() == 0, one.text())
        server.close()
    if not Redis.program:
        hop.end()
        return
    server = Redis("--requirepass", "right")
    for name, password in (("wrong", "wrong"), ("right", "right")):
        with open(f"{folder}/{name}", "w") as file:
            file.write(password + "\n")
        one = agent(program, folder, hop, f"state: redis://:{name}@127.0.0.1:{server.port}")
        code = contact(one, 1)[0]
        if name == "wrong":
            check("a wrong password: mail goes on, and the log has the server's words",
                  code == 250 and one.wait_for("WRONGPASS"), (code, one.text()))
        else:
            check("the right password is taken", code == 451, (code, one.text()))
        check(f"no log tells a {name} password", "word\n" not in one.text() and f" {password}\n" not in one.text())
        one.stop()
    server.end()
    hop.end()


def record(program, folder):
    """Recorded answers of state are the same wherever they came from, and replays go by them alone."""
    assay = os.path.join(os.path.dirname(program), "assay")
    stores = [("memory", "state: memory", None), ("SQLite", f"state: sqlite:{folder}/recorded.db", None)]
    if Redis.program:
        server = Redis()
        # A busy machine takes longer to answer than a store is waited for as a rule.
        stores.append(("Redis", f"state: {{url: 'redis://127.0.0.1:{server.port}', timeout: 10s}}", server))
    answers = {}
    for name, state, server in stores:
        hop = Hop()
        records = f"{folder}/{name}"
        os.mkdir(records)
        one = agent(program, folder, hop, state, more=f"\n  record: {records}")
        for number in (1, 1, 2):
            contact(one, number)
        time.sleep(1.2)
        for number in (1, 1, 2, 3):
            contact(one, number)
        if server:
            server.end()
            contact(one, 4)
        one.stop()
        hop.end()
        answers[name] = []
        for path in sorted(os.listdir(records)):
            text = subprocess.run(["zstd", "-dcf", f"{records}/{path}"], capture_output=True, check=True).stdout
            for line in text.decode().splitlines():
                event = json.loads(line)
                if event.get("event") == "state":
                    event.pop("session", None)
                    answers[name].append({key: value for key, value in event.items()
                                          if key not in ("time", "created", "expires")})
        again = subprocess.run([assay, "replay", "--as-recorded", "--policy", one.policy, records],
                               capture_output=True, text=True)
        check(f"{name}: a replay as recorded gives the same verdicts", again.returncode == 0,
              again.stdout[-500:] + again.stderr)
        if server:
            lost = [answer for answer in answers[name] if "error" in answer]
            check("a failure is recorded as what it was", len(lost) == 1 and "redis://" in lost[0]["error"], lost)
            answers[name] = answers[name][:answers[name].index(lost[0])] if lost else []
    first = answers["memory"]
    check("answers are the same on all backends", len(first) > 10 and all(each == first for each in answers.values()),
          answers)


def locked(program, folder):
    """Another program holds the database: nobody waits for it."""
    hop = Hop()
    one = agent(program, folder, hop, f"state: {{url: 'sqlite:{folder}/held.db', timeout: 100ms}}")
    check("greylisting works", contact(one, 1)[0] == 451, one.text())
    holder = sqlite3.connect(f"{folder}/held.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    told = [contact(one, 10 + number) for number in range(5)]
    check("mail goes on meanwhile", [code for code, _ in told] == [250] * 5 and max(s for _, s in told) < 5, told)
    check("and the log says why", one.wait_for("state: sqlite:"), one.text())
    holder.execute("ROLLBACK")
    holder.close()
    back = False
    for number in range(150):
        back = contact(one, 100 + number)[0] == 451
        if back:
            break
        time.sleep(0.2)
    check("it is used again", back and one.wait_for("is back after"), one.text())
    for name in os.listdir(folder):
        if name.startswith("held.db"):
            os.unlink(os.path.join(folder, name))
    check("with its files removed, mail goes on", contact(one, 3)[0] in (250, 451), one.text())
    check("the agent ends well", one.stop() == 0, one.text())
    hop.end()


def killed(program, folder, kills):
    """kill -9 of two agents that write to one database: what clients were told about is there, and the database is whole."""
    dice = random.Random(4)
    hop = Hop()
    path = f"{folder}/killed.db"
    told = set()
    missing = damaged = 0
    for turn in range(kills):
        agents = [agent(program, folder, hop, f"state: {{url: 'sqlite:{path}', timeout: 10s}}") for _ in range(2)]
        ended = threading.Event()

        def write(thread):
            number = 0
            while not ended.is_set():
                try:
                    with Named(agents[thread % 2].port, "198.51.100.7") as client:
                        client.ehlo()
                        # Whoever never sends a message is not listened to for long.
                        for _ in range(50):
                            name = f"t{turn}.{thread}.{number}@client.example"
                            number += 1
                            if client.mail(name)[0] != 250:
                                break
                            if client.rcpt("eva@local.example")[0] == 451:
                                told.add(name)
                            client.rset()
                except (smtplib.SMTPException, OSError):
                    pass
        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3 + dice.random())
        for each in agents:
            each.process.kill()
            each.process.wait()
        ended.set()
        for thread in threads:
            thread.join()
        database = sqlite3.connect(path)
        damaged += database.execute("PRAGMA integrity_check").fetchone()[0] != "ok"
        keys = {row[0].split("|")[3] for row in database.execute("SELECT key FROM entries")}
        database.close()
        missing = len({f"<{name}>" for name in told} - keys)
        if missing or damaged:
            break
    check(f"kill -9 of two writers, {kills} times: {len(told)} entries told of, {missing} missing, {damaged} damaged",
          not missing and not damaged and len(told) > kills)
    hop.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--kills", type=int, default=50)
    parts = {"share": share, "folder": folder_of_service, "away": away, "unsuitable": unsuitable, "locked": locked,
             "record": record, "fleet": fleet, "rates": rates, "screen": screen, "connections": connections}
    parser.add_argument("parts", nargs="*", choices=[*parts, "killed", []])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.assayd)
    for name in arguments.parts or [*parts, "killed"]:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            if name == "killed":
                killed(program, folder, arguments.kills)
            else:
                parts[name](program, folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
