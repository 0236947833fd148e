"""Drives `assay label` on a terminal of its own: keys, undo, sizes, and how it leaves the terminal.

`label.py PROGRAM CASE`; further arguments are what the first screen has to show, and nothing else is looked at.
"""

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

    def __init__(self, columns=80, rows=24, run=None):
        self.master, self.slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.slave)
        self.process = os.fork()
        if self.process == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for descriptor in range(3):
                os.dup2(self.slave, descriptor)
            if run:
                run()
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


if sys.argv[3:]:
    terminal = Terminal()
    screen = terminal.read("q quit")
    for words in sys.argv[3:]:
        assert words in screen, (words, screen)
    terminal.send("q")
    assert os.WIFEXITED(terminal.end())
    print("all ok")
    sys.exit()

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

# Without a shell that could let it go on, ^Z changes nothing but that the screen is drawn anew.
terminal = Terminal()
terminal.read("q quit")
terminal.send("\x1a")
terminal.read("q quit")
terminal.send("q")
assert os.WIFEXITED(terminal.end())


def shell():
    """What a shell does for a job: stopped by ^Z, it goes on in the foreground with the terminal as the shell had it."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    former = termios.tcgetattr(0)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execv("/bin/sh", ["/bin/sh", "-c", '"$0" label "$1"; exit $?', program, case])
    _, status = os.waitpid(job, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        os.tcsetpgrp(0, os.getpgrp())
        termios.tcsetattr(0, termios.TCSADRAIN, former)
        os.write(1, b"stopped, says the shell")
        os.read(0, 1)
        os.tcsetpgrp(0, job)
        os.killpg(job, signal.SIGCONT)
        _, status = os.waitpid(job, os.WUNTRACED)
    os._exit(os.waitstatus_to_exitcode(status))


terminal = Terminal(run=shell)
terminal.read("q quit")
terminal.send("\x1a")
screen = terminal.read("stopped, says the shell")
assert "\x1b[?1049l" in screen and "\x1b[?1049h" not in screen, screen
terminal.send("\n")
screen = terminal.read("q quit")
assert "\x1b[?1049h" in screen, screen
terminal.send("?")
terminal.read("Any key goes back")
terminal.send("q")
status = terminal.end()
assert os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, status

for number in [signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV]:
    terminal = Terminal()
    terminal.read("q quit")
    os.kill(terminal.process, number)
    status = terminal.end()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, (number, status)
assert reviews() == ["ham"], reviews()
print("all ok")
