#!/usr/bin/env python3
"""Kills assayd, the server behind it and its clients at each step of a delivery, takes disk, DNS and time from it, and
counts what became of the messages: each is delivered once, or its client knows that it was not taken and sends it again.

Exit code 0 when all held; 77 never: what cannot be tried here is named and passed over.
"""

import argparse
import contextlib
import glob
import os
import random
import shutil
import signal
import smtplib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from agent import Agent, FAILED, Hop, check, free_port, message, noise, outcome, send, unpacked, usual, wait_for_port

STEPS = ["BANNER", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "DOT", "STORED"]


class Count:
    """What became of the messages of all points."""

    def __init__(self):
        self.points = self.lost = self.unseen = self.duplicated = 0

    def note(self, name, code, delivered, after_retry, may_be_unseen):
        """`delivered` copies were there when the first attempt ended with `code`, `after_retry` in the end."""
        self.points += 1
        self.lost += after_retry == 0
        if code == 250:
            good = delivered == after_retry == 1
        else:
            # The server behind has the message and said so to nobody who lived: SMTP has no word for that.
            self.unseen += delivered == 1
            self.duplicated += after_retry > 1
            good = code // 100 != 2 and after_retry == delivered + 1 and delivered <= may_be_unseen
        if not good:
            check(name, False, f"code {code}, {delivered} delivered, {after_retry} after sending it again")

    def tell(self, what):
        print(f"{what}: points tried: {self.points}, lost: {self.lost}, duplicated: {self.duplicated}, each of them taken "
              f"by the server behind and its answer seen by nobody ({self.unseen})", flush=True)
        check(f"{what}: nothing lost, duplicated only where SMTP cannot tell",
              self.lost == 0 and self.duplicated == self.unseen, vars(self))


class Server:
    """A mail server in a process of its own, which keeps what it takes in files and ends itself by SIGKILL at `step`:
    before it answers, or right after where `is_after`."""

    def __init__(self, folder, port, step="", is_after=False):
        self.folder, self.port = folder, port
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), "--serve", folder, str(port), step, "after" if is_after else ""])
        if not wait_for_port(port):
            raise SystemExit("the server behind does not start")

    def count(self, name):
        return sum(name in open(path, "rb").read().decode("latin-1") for path in glob.glob(self.folder + "/*.eml"))

    def end(self):
        self.process.kill()
        self.process.wait()


def serve(folder, port, step, when):
    """What `Server` runs. A connection that ends before it says anything is a look whether somebody is there."""
    listener = socket.create_server(("127.0.0.1", port), backlog=50)
    number = [0]

    def at(point, answer=b"", link=None):
        if point == step and when != "after":
            os.kill(os.getpid(), signal.SIGKILL)
        if link:
            link.sendall(answer)
        if point == step:
            # What was sent has to be on its way.
            time.sleep(0.05)
            os.kill(os.getpid(), signal.SIGKILL)

    def converse(link, is_first):
        stream = link.makefile("rb")
        if is_first:
            link.sendall(b"220 hop ESMTP\r\n")
        else:
            at("BANNER", b"220 hop ESMTP\r\n", link)
        while line := stream.readline():
            verb = line[:4].upper().strip().decode("latin-1")
            if verb == "EHLO":
                at(verb, b"250-hop\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n", link)
            elif verb == "DATA":
                at(verb, b"354 go\r\n", link)
                text = b""
                while (part := stream.readline()) != b".\r\n":
                    if not part:
                        return
                    if not text:
                        at("BODY")
                    text += part
                at("DOT")
                number[0] += 1
                with open(f"{folder}/{os.getpid()}-{number[0]}.part", "wb") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                os.rename(file.name, file.name.replace(".part", ".eml"))
                at("STORED", b"250 2.0.0 taken\r\n", link)
            elif verb == "QUIT":
                link.sendall(b"221 bye\r\n")
                return
            else:
                at(verb, b"250 2.0.0 ok\r\n", link)

    def quiet(link, is_first):
        with contextlib.suppress(OSError):
            converse(link, is_first)
        link.close()

    is_first = True
    while True:
        link, _ = listener.accept()
        threading.Thread(target=quiet, args=(link, is_first), daemon=True).start()
        is_first = False


def named(number):
    return f"point-{number}-end", message(3000, number) + f"\r\npoint-{number}-end\r\n".encode()


def send_again(agent, data, seconds=60):
    """As a client does that keeps what was not taken; the code of the last attempt."""
    deadline = time.time() + seconds
    while time.time() < deadline:
        code = outcome(lambda: send(agent, data))
        if code == 250:
            return code
        time.sleep(0.2)
    return code


def kill_next_hop(program, folder):
    count = Count()
    port = free_port()
    # The one that fails is tried again at once: there is no other.
    agent = Agent(program, folder, [port], "  answer_timeout: 20s\n  delivery_timeout: 20s")
    number = 0
    for step in STEPS:
        for is_after in ([False, True] if step not in ("BODY", "DOT") else [False]):
            name, data = named(number)
            number += 1
            hop = Server(folder, port, step, is_after)
            code = outcome(lambda: send(agent, data))
            # A session that was over before the point was reached says nothing about it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                hop.process.wait(2)
            reached = hop.process.poll() == -signal.SIGKILL
            delivered = hop.count(name)
            hop.end()
            hop = Server(folder, port)
            final = code if code == 250 else send_again(agent, data)
            what = f"next hop killed {'after' if is_after else 'before'} its answer to {step}"
            count.note(what, code, delivered, hop.count(name), step == "STORED")
            check(f"{what} is reached", reached and final == 250, (reached, final))
            hop.end()
    agent.stop()
    count.tell("kill -9 of the next hop")
    return count


def kill_proxy(program, folder):
    """Killed while the server behind thinks about a step, and while the client is in the midst of one."""
    count = Count()
    port = free_port()
    hop = HeldHop(port)

    def fresh():
        return Agent(program, folder, [port])

    number = 1000
    for step in ["BANNER", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]:
        name, data = named(number)
        number += 1
        agent = fresh()
        hop.hold(step)
        codes = []
        client = threading.Thread(target=lambda: codes.append(outcome(lambda: send(agent, data))))
        client.start()
        reached = hop.reached.wait(20)
        agent.process.kill()
        agent.process.wait()
        client.join(30)
        hop.release()
        delivered = hop.settled(name)
        agent = fresh()
        send_again(agent, data)
        check(f"assayd killed while the next hop is at {step}: the client has no answer", reached and codes == [0], codes)
        count.note(f"assayd killed at {step}", codes[0], delivered, hop.settled(name), step == "DOT")
        agent.stop()
    # In the midst of what the client says: half a command, half a message, a message without its end.
    for cut in [b"", b"EHLO c.exam", b"EHLO c.example\r\nMAIL FROM:<a@b", b"EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT",
                b"DATA half", b"DATA without its end"]:
        name, data = named(number)
        number += 1
        agent = fresh()
        with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 20)) as link:
            link.recv(1000)
            if cut.startswith(b"DATA"):
                for line in [b"EHLO c.example\r\n", b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<eva@local.example>\r\n", b"DATA\r\n"]:
                    link.sendall(line)
                    link.recv(1000)
                link.sendall(data[:1500] if cut.endswith(b"half") else data)
            else:
                link.sendall(cut)
            time.sleep(0.1)
            agent.process.kill()
            agent.process.wait()
        delivered = hop.settled(name)
        agent = fresh()
        send_again(agent, data)
        count.note(f"assayd killed after {cut!r}", 0, delivered, hop.settled(name), False)
        agent.stop()
    # And after the 250: what the client was told holds.
    name, data = named(number)
    agent = fresh()
    code = outcome(lambda: send(agent, data))
    agent.process.kill()
    agent.process.wait()
    count.note("assayd killed after 250", code, hop.settled(name), hop.settled(name), False)
    hop.end()
    count.tell("kill -9 of assayd")
    return count


class HeldHop(Hop):
    """A mail server that stops to think at one step until it is let go on."""

    def __init__(self, port):
        self.reached, self.go, self.step = threading.Event(), threading.Event(), ""
        self.go.set()
        super().__init__(lambda verb, line: self.think(verb), port=port)

    def think(self, verb):
        if verb == self.step:
            self.reached.set()
            self.go.wait(30)
        return Hop.usual(verb)

    def hold(self, step):
        self.step = step
        self.reached.clear()
        self.go.clear()

    def release(self):
        self.step = ""
        self.go.set()

    def settled(self, name):
        time.sleep(0.3)
        return sum(name.encode() in text for text in self.messages)


def kill_quarantine(program, folder):
    """Killed at any moment while messages go into quarantine: each that had its 250 is there, whole, and once."""
    count = Count()
    blocked = ("actions:\n  SENDER_BLOCKED: score\nweights:\n  SENDER_BLOCKED: 7\nthresholds:\n  quarantine: 6\n"
               "stages:\n  sender-blocklist:\n    entries:\n      - sender: bad@evil.example\n")
    store = os.path.join(folder, "quarantine")
    os.mkdir(store)
    hop = Hop()
    dice = random.Random(9)
    taken = []
    for round in range(12):
        agent = Agent(program, folder, [hop.port], f"  quarantine: {store}", blocked)
        stop = threading.Event()

        def work(client):
            for number in range(1000):
                if stop.is_set():
                    return
                # Every fifth is the same message for all.
                data = noise(3000, 5000 + number // 5) if number % 5 == 0 else noise(3000, round * 100_000 + client * 1000 + number)
                if outcome(lambda: send(agent, data, sender="bad@evil.example")) == 250:
                    taken.append(data)

        clients = [threading.Thread(target=work, args=(client,)) for client in range(4)]
        for client in clients:
            client.start()
        time.sleep(dice.uniform(0.3, 1.2))
        agent.process.kill()
        stop.set()
        agent.process.wait()
        for client in clients:
            client.join(60)
    kept = [unpacked(path[:-5] + ".eml.zst") for path in glob.glob(store + "/*.json")]
    lost = len(taken) - sum(min(taken.count(data), kept.count(data)) for data in set(taken))
    damaged = [data for data in kept if not data.endswith(b"\r\n") or len(data) < 3000]
    check(f"none of {len(taken)} messages that had their 250 is lost, and none is damaged", taken and lost == 0 and not damaged,
          (lost, len(damaged), len(kept)))
    # An answer may have been lost with the process that gave it.
    check("and nothing is there that nobody sent", len(kept) <= len(taken) + 12 * 4, (len(kept), len(taken)))
    assay = os.path.join(os.path.dirname(program), "assay")
    listed = subprocess.run([assay, "quarantine", "list", "--folder", store, "--format", "ndjson"], capture_output=True,
                            text=True, timeout=600)
    check("the list has them all", listed.returncode == 0 and len(listed.stdout.splitlines()) == len(kept), listed.stderr)
    result = subprocess.run([assay, "quarantine", "check", "--folder", store], capture_output=True, text=True, timeout=600)
    check("assay quarantine check finds nothing wrong", result.returncode == 0, result)
    shutil.copy(os.path.join(store, "index.db"), os.path.join(folder, "index"))
    with open(os.path.join(store, "index.db"), "r+b") as file:
        file.write(b"x" * 8192)
    result = subprocess.run([assay, "quarantine", "check", "--folder", store], capture_output=True, text=True, timeout=600)
    check("a damaged index is told", result.returncode == 65 and "index.db" in result.stdout, result)
    result = subprocess.run([assay, "quarantine", "rebuild", "--folder", store], capture_output=True, text=True, timeout=600)
    check("and made anew", result.returncode == 0 and result.stdout.startswith(f"{len(kept)} entries"), result)
    again = subprocess.run([assay, "quarantine", "list", "--folder", store, "--format", "ndjson"], capture_output=True,
                           text=True, timeout=600)
    check("with the same list", again.stdout == listed.stdout, again.stderr)
    hop.end()
    print(f"kill -9 of assayd at its quarantine: {len(taken)} answered 250, {lost} lost, {len(kept)} kept")
    return count


def kill_client(program, folder):
    """The client is a process that ends itself by SIGKILL."""
    count = Count()
    reached, go = threading.Event(), threading.Event()

    def slow(line):
        reached.set()
        go.wait(20)
        return b"250 2.0.0 ok\r\n"

    hop = Hop(usual(DOT=slow))
    agent = Agent(program, folder, [hop.port])
    number = 2000
    for step in ["BANNER", "EHLO", "MAIL", "RCPT", "DATA", "HALF", "BODY", "DOT", "ANSWER"]:
        name, data = named(number)
        number += 1
        reached.clear()
        go.clear() if step == "DOT" else go.set()
        path = os.path.join(folder, "message")
        with open(path, "wb") as file:
            file.write(data)
        client = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--client", str(agent.port), path, step], capture_output=True)
        if step == "DOT":
            check("the next hop has the message of a client that is no more", reached.wait(10))
            go.set()
        time.sleep(0.3)
        delivered = sum(name.encode() in text for text in hop.messages)
        code = 250 if step == "ANSWER" else 0
        if code != 250:
            send_again(agent, data)
        time.sleep(0.1)
        after = sum(name.encode() in text for text in hop.messages)
        check(f"the client was killed at {step}", client.returncode == -signal.SIGKILL, client)
        count.note(f"client killed at {step}", code, delivered, after, step == "DOT")
    agent.stop()
    hop.end()
    count.tell("kill -9 of the client")
    return count


def play_client(port, path, step):
    link = socket.create_connection(("127.0.0.1", int(port)), 20)
    data = open(path, "rb").read()
    stuffed = b"".join(b"." + line if line.startswith(b".") else line for line in data.splitlines(True))

    def die(point):
        if point == step:
            os.kill(os.getpid(), signal.SIGKILL)

    link.recv(1000)
    die("BANNER")
    for verb, line in [("EHLO", b"EHLO c.example\r\n"), ("MAIL", b"MAIL FROM:<a@b.example>\r\n"),
                       ("RCPT", b"RCPT TO:<eva@local.example>\r\n"), ("DATA", b"DATA\r\n")]:
        link.sendall(line)
        link.recv(1000)
        die(verb)
    link.sendall(stuffed[:1000])
    time.sleep(0.1)
    die("HALF")
    link.sendall(stuffed[1000:])
    die("BODY")
    link.sendall(b".\r\n")
    time.sleep(0.3)
    die("DOT")
    link.recv(1000)
    die("ANSWER")


def slow(program, folder):
    """The next hop says nothing, at each step: the client is told to come back before it gives up by itself."""
    count = Count()
    for step in ["BANNER", "EHLO", "MAIL", "RCPT", "DATA", "DOT"]:
        silent = threading.Event()
        hop = Hop(usual(**{step: lambda line: b"" if silent.wait(30) else None}))
        agent = Agent(program, folder, [hop.port], "  answer_timeout: 1s\n  delivery_timeout: 1s")
        name, data = named(3000)
        start = time.time()
        code = outcome(lambda: send(agent, data))
        took = time.time() - start
        silent.set()
        delivered = sum(name.encode() in text for text in hop.messages)
        hop.script = usual()
        agent.stop()
        agent = Agent(program, folder, [hop.port])
        send_again(agent, data)
        after = sum(name.encode() in text for text in hop.messages)
        count.note(f"next hop silent at {step}", code, delivered, after, False)
        # A client that is told 421 at EHLO sees the connection end as it tries HELO.
        check(f"next hop silent at {step}: refused for now in time",
              (code // 100 == 4 or code == 0 and step in ("BANNER", "EHLO")) and took < 20, (code, took))
        agent.stop()
        hop.end()
    count.tell("next hop silent")
    return count


@contextlib.contextmanager
def small_disk(folder, size="128k"):
    place = os.path.join(folder, f"disk-{free_port()}")
    os.mkdir(place)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def disk(program, folder):
    """Disks that are full, of the spool and of the quarantine."""
    if os.geteuid() != 0 or subprocess.run(
            ["unshare", "-m", "true"], capture_output=True).returncode != 0:
        print("skipped: this is not root, which may mount a small disk")
        return Count()
    count = Count()
    hop = Hop()
    with small_disk(folder) as place:
        agent = Agent(program, folder, [hop.port], f"  spool_memory: 4K\n  spool_folder: {place}")
        for number, size in enumerate([200_000, 500_000], 4000):
            data = message(size, number) + f"\r\npoint-{number}-end\r\n".encode()
            code = outcome(lambda: send(agent, data))
            delivered = sum(f"point-{number}-end".encode() in text for text in hop.messages)
            check(f"{size} octets on a full spool disk are refused for now", code == 452, code)
            subprocess.run(["mount", "-o", "remount,size=4m", place], check=True)
            send_again(agent, data)
            subprocess.run(["mount", "-o", "remount,size=128k", place])
            after = sum(f"point-{number}-end".encode() in text for text in hop.messages)
            count.note("spool disk full", code, delivered, after, False)
        small = message(100, 4100)
        check("what needs no disk passes meanwhile", outcome(lambda: send(agent, small)) == 250)
        agent.stop()
    blocked = ("actions:\n  SENDER_BLOCKED: score\nweights:\n  SENDER_BLOCKED: 7\nthresholds:\n  quarantine: 6\n"
               "stages:\n  sender-blocklist:\n    entries:\n      - sender: bad@evil.example\n")
    with small_disk(folder) as place:
        store = os.path.join(place, "quarantine")
        os.mkdir(store)
        agent = Agent(program, folder, [hop.port], f"  quarantine: {store}", blocked)
        for number, size in enumerate([300_000, 128_200], 4200):
            data = noise(size, number) + f"\r\npoint-{number}-end\r\n".encode()
            kept = lambda: sum(unpacked(path) == data for path in glob.glob(store + "/*.eml.zst")
                               if os.path.exists(path[:-8] + ".json"))
            code = outcome(lambda: send(agent, data, sender="bad@evil.example"))
            first = kept()
            check(f"{size} octets on a full quarantine disk are refused for now", code // 100 == 4, code)
            check("and nothing of it stays", glob.glob(store + "/*") == [], glob.glob(store + "/*"))
            subprocess.run(["mount", "-o", "remount,size=4m", place], check=True)
            outcome(lambda: send(agent, data, sender="bad@evil.example"))
            count.note("quarantine disk full", code, first, kept(), False)
            shutil.rmtree(store)
            os.mkdir(store)
            subprocess.run(["mount", "-o", "remount,size=128k", place])
        agent.stop()
    hop.end()
    count.tell("disk full")
    return count


def dns(program, folder):
    """A name server that takes questions and never answers, and none at all: mail goes on, or comes back."""
    count = Count()
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    hop = Hop()
    for number, (what, port) in enumerate([("silent", silent.getsockname()[1]), ("gone", free_port())], 5000):
        for onerror, expected in [("ignore", (250,)), ("defer", (250, 451))]:
            agent = Agent(program, folder, [hop.port], "", f"stage_deadline: 1s\non_stage_error: {onerror}\n",
                          dns=f"server:127.0.0.1:{port}")
            name, data = named(number * 10 + len(onerror))
            code = outcome(lambda: send(agent, data))
            delivered = sum(name.encode() in text for text in hop.messages)
            check(f"DNS {what}, on_stage_error {onerror}", code in expected, (code, agent.text()))
            agent.stop()
            if code != 250:
                agent = Agent(program, folder, [hop.port])
                send_again(agent, data)
                agent.stop()
            after = sum(name.encode() in text for text in hop.messages)
            count.note(f"DNS {what}", code, delivered, after, False)
    silent.close()
    hop.end()
    count.tell("DNS dead")
    return count


# The time of day as the machine has it, and as many seconds more as a file says.
CLOCK = rb"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
static volatile long *offset;
static void __attribute__((constructor)) begin(void) {
    offset = mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, open(getenv("CLOCK_OFFSET"), O_RDONLY), 0);
}
int clock_gettime(clockid_t id, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, id, time);
    if (id == CLOCK_REALTIME && offset != MAP_FAILED) time->tv_sec += *offset;
    return result;
}
"""


def clock(program, folder):
    """The time of day jumps by years, forth and back, within sessions."""
    compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
    if not compiler:
        print("skipped: there is no C compiler for the library that moves the clock")
        return Count()
    library, offset = os.path.join(folder, "clock.so"), os.path.join(folder, "offset")
    subprocess.run([compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", library], input=CLOCK, check=True)
    year = 366 * 86400

    def jump(seconds):
        with open(offset, "r+b" if os.path.exists(offset) else "wb") as file:
            file.write(struct.pack("l", seconds))

    jump(0)
    count = Count()
    hop = Hop()
    environment = dict(os.environ, LD_PRELOAD=library, CLOCK_OFFSET=offset)
    greylist = "stages:\n  greylist:\n    enabled: true\n    delay: 5m\n"
    agent = Agent(program, folder, [hop.port], "  command_timeout: 30s", greylist, environment=environment)
    steps = [b"EHLO c.example\r\n", b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<eva@local.example>\r\n", b"DATA\r\n"]
    number = 6000
    for where in range(len(steps) + 1):
        for by in [year, -year, 0]:
            name, data = named(number)
            number += 1
            code = 0
            with contextlib.closing(socket.create_connection(("127.0.0.1", agent.port), 20)) as link:
                stream = link.makefile("rb")
                stream.readline()
                for place, line in enumerate(steps):
                    if place == where:
                        jump(by)
                    link.sendall(line)
                    while (reply := stream.readline())[3:4] == b"-":
                        pass
                    code = int(reply[:3] or 0)
                    if code >= 400 or not reply:
                        break
                if code == 354:
                    if where == len(steps):
                        jump(by)
                    stuffed = b"".join(b"." + line if line.startswith(b".") else line for line in data.splitlines(True))
                    link.sendall(stuffed + b".\r\n")
                    code = int(stream.readline()[:3] or 0)
            delivered = sum(name.encode() in text for text in hop.messages)
            final = code
            # Until the greylist lets it pass: the clock goes on by an hour each time, and nobody waits for it.
            for hours in range(1, 4):
                if final == 250:
                    break
                jump(by + hours * 3600)
                final = outcome(lambda: send(agent, data, sender="a@b.example"))
            after = sum(name.encode() in text for text in hop.messages)
            count.note(f"clock moved by {by} s before step {where}", code, delivered, after, False)
    check("it still serves and stops", agent.stop() == 0, agent.text()[-2000:])
    hop.end()
    count.tell("clock jumps")
    return count


PARTS = {"next-hop": kill_next_hop, "proxy": kill_proxy, "client": kill_client, "slow": slow, "disk": disk,
         "quarantine": kill_quarantine, "dns": dns, "clock": clock}


def main():
    if sys.argv[1:2] == ["--serve"]:
        return serve(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
    if sys.argv[1:2] == ["--client"]:
        return play_client(*sys.argv[2:5])
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    arguments = parser.parse_args()
    total = Count()
    for name in arguments.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            count = PARTS[name](os.path.abspath(arguments.assayd), folder)
        for key, value in vars(count).items():
            setattr(total, key, getattr(total, key) + value)
    total.tell("all faults")
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
