#!/usr/bin/env python3
"""Holds many sessions with assayd: idle ones, whose memory is measured, and 200 busy ones for as many minutes as are asked
for, whose messages are counted and over which the memory of assayd may not grow.

Measure a release build: `make soak`.
"""

import argparse
import asyncio
import collections
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time

from agent import FAILED, Agent, check, free_port
from idle import Idle, resident

SESSIONS = 200
# The longest a session waits between two messages, in seconds.
PAUSE = 2.0


async def hop(port, taken):
    """Takes all that it is offered but what is for nobody, and notes the id of each message once it has all of it."""
    async def converse(reader, writer):
        try:
            writer.write(b"220 hop ESMTP\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-hop\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SIZE 10000000\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    name = text[text.index(b"Message-ID: <") + 13:]
                    taken[name[:name.index(b">")].decode()] += 1
                    writer.write(b"250 2.0.0 taken\r\n")
                elif verb == b"RCPT" and b"nobody" in line:
                    writer.write(b"550 5.1.1 nobody here\r\n")
                else:
                    writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 ok\r\n")
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", port, limit=1 << 22, backlog=500)
    return server


class Session:
    """One client after another, each with a few messages; some go away in the middle."""

    def __init__(self, number, port, told):
        self.dice, self.port, self.told, self.number, self.count = random.Random(number), port, told, number, 0

    async def reply(self, reader):
        while (line := await asyncio.wait_for(reader.readline(), 120))[3:4] == b"-":
            pass
        return int(line[:3] or 0)

    async def ask(self, reader, writer, line):
        writer.write(line)
        await writer.drain()
        return await self.reply(reader)

    async def run(self, until):
        while time.monotonic() < until:
            try:
                await self.connect(until)
            except (OSError, ValueError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
                self.told["broken"].append(repr(error))

    async def connect(self, until):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            await self.reply(reader)
            await self.ask(reader, writer, b"EHLO c.example\r\n")
            for _ in range(self.dice.choice([1, 1, 3, 10])):
                # People write slower than programs send: the sessions are what is to be many.
                await asyncio.sleep(self.dice.random() * PAUSE)
                if time.monotonic() > until or not await self.message(reader, writer):
                    return
            await self.ask(reader, writer, b"QUIT\r\n")
        finally:
            writer.close()

    async def message(self, reader, writer):
        self.count += 1
        name = f"{self.number}.{self.count}@soak.example"
        kind = self.dice.random()
        await self.ask(reader, writer, b"MAIL FROM:<a@b.example>\r\n")
        if kind < 0.05:
            await self.ask(reader, writer, b"RCPT TO:<nobody@local.example>\r\n")
            await self.ask(reader, writer, b"RSET\r\n")
            return True
        await self.ask(reader, writer, b"RCPT TO:<eva@local.example>\r\n")
        size = self.dice.choice([500, 2000, 2000, 8000, 30_000, 200_000])
        text = (b"From: a@b.example\r\nMessage-ID: <%s>\r\nSubject: soak\r\n\r\n" % name.encode()
                + b"\r\n".join([b"x" * 70] * (size // 72)) + b"\r\n")
        if await self.ask(reader, writer, b"DATA\r\n") != 354:
            return False
        if kind > 0.97:
            writer.write(text[:len(text) // 2])
            await writer.drain()
            self.told["left"].append(name)
            return False
        code = await self.ask(reader, writer, text + b".\r\n")
        self.told["taken" if code == 250 else f"refused {code}"].append(name)
        return code == 250


def clients(port, first, last, seconds, pipe):
    told = collections.defaultdict(list)

    async def run():
        until = time.monotonic() + seconds
        await asyncio.gather(*(Session(number, port, told).run(until) for number in range(first, last)))

    asyncio.run(run())
    pipe.send(dict(told))


def serve(port, pipe):
    taken = collections.Counter()

    async def run():
        server = await hop(port, taken)
        pipe.send("ready")
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        server.close()

    asyncio.run(run())
    pipe.send(dict(taken))


class Served:
    """A next hop in a process of its own."""

    def __init__(self):
        self.port = free_port()
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(self.port, other))
        self.process.start()
        self.pipe.recv()

    def end(self):
        self.pipe.send("end")
        taken = self.pipe.recv()
        self.process.join()
        return taken


LIMITS = "  max_connections: 5000\n  max_connections_per_address: 5000\n"


def soak(program, folder, minutes):
    server = Served()
    agent = Agent(program, folder, [server.port], LIMITS)
    workers = []
    for number in range(2):
        mine, other = multiprocessing.Pipe()
        worker = multiprocessing.Process(target=clients, args=(
            agent.port, number * SESSIONS // 2, (number + 1) * SESSIONS // 2, minutes * 60, other))
        worker.start()
        workers.append((worker, mine))
    samples = []
    told = collections.defaultdict(list)
    waiting = list(workers)
    while waiting:
        time.sleep(min(5, minutes * 2))
        if agent.process.poll() is not None:
            break
        samples.append(resident(agent.process.pid))
        for worker, pipe in list(waiting):
            if pipe.poll():
                for key, names in pipe.recv().items():
                    told[key] += names
                worker.join()
                waiting.remove((worker, pipe))
    check("assayd is still there", agent.process.poll() is None, agent.text()[-2000:])
    code = agent.stop()
    taken = server.end()
    lost = [name for name in told["taken"] if name not in taken]
    twice = [name for name, count in taken.items() if count > 1]
    left = [name for name in told["left"] if name in taken]
    third = max(1, len(samples) // 3)
    early, late = statistics.median(samples[third:2 * third] or samples), statistics.median(samples[-third:])
    print(f"soak: {minutes} min, {SESSIONS} sessions, {len(told['taken'])} messages taken, {len(told['left'])} left off, "
          f"{len(told['broken'])} connections broken; memory {samples[0] / 1e6:.1f} MB at first, {early / 1e6:.1f} MB in the "
          f"middle third, {late / 1e6:.1f} MB in the last, at most {max(samples) / 1e6:.1f} MB; lost {len(lost)}, "
          f"twice {len(twice)}", flush=True)
    check("soak: nothing lost and nothing twice", not lost and not twice and not left and told["taken"],
          (lost[:3], twice[:3], left[:3]))
    check("soak: nothing refused and nothing broken",
          not told["broken"] and not [key for key in told if key.startswith("refused")], dict(
              (key, names[:3]) for key, names in told.items() if key not in ("taken", "left")))
    check("soak: memory is flat", late < early * 1.10 + (4 << 20), (early, late))
    check("soak: it ends as it should", code == 0, code)


def idle(program, folder, count=1000):
    server = Served()
    agent = Agent(program, folder, [server.port], LIMITS)
    held = Idle(agent.process.pid, agent.port, count)
    print(f"idle: {count} connections over a base of {held.base / 1e6:.1f} MB, {held.each / 1000:.1f} KB each", flush=True)
    check("idle: less than 25 KB each", held.each < 25_000, held.each)
    held.close()
    agent.stop()
    server.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("parts", nargs="*", choices=["idle", "soak", []])
    arguments = parser.parse_args()
    for name in arguments.parts or ["idle", "soak"]:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            program = os.path.abspath(arguments.assayd)
            idle(program, folder) if name == "idle" else soak(program, folder, arguments.minutes)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
