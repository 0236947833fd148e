"""Drives `assay label` on a terminal of its own: keys, undo, sizes, and how it leaves the terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import sqlite3
import struct
import sys
import termios
import time

program, case = sys.argv[1:3]


class Terminal:
    """The program on a pseudo-terminal."""

    def __init__(self, columns=80, rows=24):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.process = os.fork()
        if self.process == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(self.slave, descriptor)
            os.execv(program, [program, "label", case])
        self.seen = ""

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, wanted, seconds=60):
        """Reads until `wanted` is on the screen; gives what came."""
        end, text = time.monotonic() + seconds, ""
        while wanted not in text:
            if time.monotonic() > end:
                raise SystemExit(f"{wanted!r} did not come; there is: {text!r}")
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    text += os.read(self.master, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        self.seen += text
        return text

    def drawn(self):
        """The next screen that is drawn whole; the end of one that was being drawn is passed over."""
        text = ""
        while "\x1b[H" not in text:
            text = self.read("\x1b[J")
        return text

    def send(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        """How the program ended; its terminal must be as it was."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                break
        else:
            raise SystemExit("the program did not end")
        while select.select([self.master], [], [], 0.2)[0]:
            self.seen += os.read(self.master, 65536).decode("utf-8", "replace")
        after = termios.tcgetattr(self.slave)
        assert after[3] == self.before[3] and after[0] == self.before[0], "the terminal was not given back"
        assert self.seen.rindex("\x1b[?1049l") > self.seen.rindex("\x1b[?1049h"), "the screen was not given back"
        assert "\x1b[?25h" in self.seen[self.seen.rindex("\x1b[?1049h"):], "the cursor is still hidden"
        return status


def rows(screen):
    """The rows of the last screen drawn, without what styles them."""
    last = screen[screen.rindex("\x1b[H") :]
    return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", row).strip("\r") for row in last.split("\n")]


def reviews():
    with sqlite3.connect(f"file:{case}?mode=ro", uri=True, timeout=20) as database:
        return [label for (label,) in database.execute("SELECT label FROM reviews ORDER BY id")]


terminal = Terminal()
screen = terminal.read("q quit")
lines = rows(screen)
assert len(lines) == 24, len(lines)
assert all(len(line) <= 80 for line in lines), lines
assert "sources disagree" in screen and "From:" in screen and "Text number" in screen, screen
terminal.send("h")
terminal.read("1 labelled")
assert reviews() == ["ham"], reviews()
terminal.send("s")
terminal.read("2 labelled")
assert sorted(reviews()) == ["ham", "spam"], reviews()
terminal.send("u")
terminal.read("1 labelled")
assert reviews() == ["ham"], reviews()
terminal.send(" ")
terminal.read("3 of")
terminal.send("\x1b[D")
terminal.read("2 of")
terminal.send("?")
terminal.read("Any key goes back")
terminal.send("x")
terminal.read("From:")
terminal.resize(40, 10)
lines = rows(terminal.drawn())
assert len(lines) == 10 and all(len(line) <= 40 for line in lines), lines
terminal.send("jjj")
terminal.drawn()
terminal.resize(20, 2)
assert len(rows(terminal.drawn())) == 2
terminal.send("\x03")
status = terminal.end()
assert os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, status
assert "1 message labelled" in terminal.seen

for number in [signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV]:
    terminal = Terminal()
    terminal.read("q quit")
    os.kill(terminal.process, number)
    status = terminal.end()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, (number, status)
assert reviews() == ["ham"], reviews()
print("all ok")
