"""Running programs and reading what they cost."""
import os
import statistics
import subprocess
import time
from dataclasses import dataclass


@dataclass
class Cost:
    """What a finished program took: seconds on the wall, seconds of processors, bytes at its largest, what it said."""

    wall: float
    cpu: float
    peak: int
    output: str


def run(command, stdin=None, feeder=None):
    """Runs `command` to its end. `feeder` is a process whose output is its standard input."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdin=feeder.stdout if feeder else stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if feeder:
        feeder.stdout.close()
    output = process.stdout.read().decode(errors="replace")
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # 65 says that part of an archive could not be read: a bench may repeat a damaged archive as well as any.
    if process.returncode not in (0, 65):
        raise RuntimeError(f"{command[0]}: exit {process.returncode}: {errors.strip() or output.strip()}")
    return Cost(time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output)


def interleaved(repeats, *works):
    """Runs each of `works` in turn, `repeats` times over, so that a busy spell hits all of them; their results."""
    results = [[] for _ in works]
    for _ in range(repeats):
        for work, list_ in zip(works, results):
            list_.append(work())
    return results


def median(values):
    return statistics.median(values)


def fields(output):
    """`name value name value` as a dictionary of numbers."""
    words = output.split()
    return {name: float(value) for name, value in zip(words[::2], words[1::2])}


def cpu_of(pid):
    """Seconds of processor time that a running process has used."""
    with open(f"/proc/{pid}/stat") as file:
        values = file.read().rsplit(")", 1)[1].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")
