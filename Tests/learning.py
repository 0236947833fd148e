#!/usr/bin/env python3
"""assayd and what it learns while it serves: logs that it follows, and lists whose files change.

One line is printed for each check; the exit code is 0 when all held, 77 when what is asked for is not there.
"""

import argparse
import imaplib
import json
import os
import poplib
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from agent import FAILED, Agent, Hop, check, free_port, wait_for_port

POLICY = """learn:
- file: {log}
stages:
  pop-before-smtp: {{enabled: true}}
  relay-control: {{enabled: true, exempt: [authenticated, trusted, pop-before-smtp]}}
  spf: {{enabled: false}}
state: sqlite:{folder}/state.db
"""


def relays(port):
    """Whether somebody on this host may write to elsewhere."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=30) as client:
        client.ehlo()
        client.mail("ann@far.example")
        code, _ = client.rcpt("bob@other.example")
        client.rset()
        return code == 250


def soon(condition, seconds=30):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False


def line(user, address, pid=1):
    now = time.strftime("%b %d %H:%M:%S")
    return f"{now} mx dovecot: imap-login: Info: Login: user=<{user}>, method=PLAIN, rip={address}, lip=127.0.0.1, mpid={pid}, session=<x>\n"


def append(path, text):
    with open(path, "a") as file:
        file.write(text)


def logs(program, folder):
    """A log that is followed: written, rotated, truncated, away, and read on after a restart."""
    log = os.path.join(folder, "mail.log")
    hop = Hop()
    policy = POLICY.format(log=log, folder=folder)
    served = Agent(program, folder, [hop.port], policy=policy)
    check("a log that is not there is told of", served.wait_for("cannot be followed"))
    check("nobody may relay at first", not relays(served.port))
    append(log, line("eva", "192.0.2.1"))
    check("the log is followed once it is there", served.wait_for("mail.log: is followed"))
    time.sleep(1.5)
    check("another's login opens nothing", not relays(served.port))
    append(log, "Jan  1 00:00:00 mx dovecot: imap-login: Disconnected: Login: user=<a>, rip=127.0.0.1, lip=127.0.0.1\n")
    append(log, line("x>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1", "192.0.2.9"))
    time.sleep(1.5)
    check("a forged name opens nothing", not relays(served.port))
    os.rename(log, log + ".1")
    append(log, line("eva", "127.0.0.1"))
    check("a login in the log after rotation opens the way", soon(lambda: relays(served.port)))
    served.stop()
    check("the program ends well", served.process.returncode == 0, served.text())

    # While it is down: the rest of the old file, rotation, and a new one.
    subprocess.run([assay(program), "state", "clear", "--stage", "pop-before-smtp", "--yes", "--state",
                    f"sqlite:{folder}/state.db"], capture_output=True)
    append(log, line("eva", "127.0.0.1", 7))
    os.rename(log, log + ".2")
    append(log, line("tom", "192.0.2.3"))
    served = Agent(program, folder, [hop.port], policy=policy)
    check("what was written while it was down is read, in the renamed file too", soon(lambda: relays(served.port)))
    def listed():
        return subprocess.run([assay(program), "state", "list", "--stage", "pop-before-smtp", "--state",
                               f"sqlite:{folder}/state.db"], capture_output=True, text=True).stdout
    check("and in the one after it", soon(lambda: "tom has fetched mail from 192.0.2.3" in listed()))
    with open(log, "w"):
        pass
    time.sleep(1.5)
    append(log, line("kim", "192.0.2.4"))
    check("a truncated log is read from its beginning", soon(lambda: "192.0.2.4" in subprocess.run(
        [assay(program), "state", "list", "--state", f"sqlite:{folder}/state.db"], capture_output=True, text=True).stdout))
    append(log, "x" * 3_000_000)
    append(log, "\n" + line("lee", "192.0.2.5"))
    check("a line of three megabytes is passed over", soon(lambda: "192.0.2.5" in subprocess.run(
        [assay(program), "state", "list", "--state", f"sqlite:{folder}/state.db"], capture_output=True, text=True).stdout))
    served.stop()
    hop.end()


def assay(program):
    return os.path.join(os.path.dirname(program), "assay")


def lists(program, folder):
    """Lists whose files change are read anew, whole or not at all."""
    hop = Hop()
    screen = os.path.join(folder, "refused.txt")
    append(screen, "192.0.2.1\n")
    policy = f"stages:\n  ip-screen: {{exempt: [], files: [{screen}]}}\n  spf: {{enabled: false}}\n"
    served = Agent(program, folder, [hop.port], agent="  watch_lists: 1s\n", policy=policy)

    def serves():
        try:
            served.client().quit()
            return True
        except (smtplib.SMTPException, OSError):
            return False

    check("who is not listed is served", serves())
    append(screen, "127.0.0.1\n")
    check("a list that has changed holds", soon(lambda: not serves()))
    with open(screen + ".new", "w") as file:
        file.write("192.0.2.1\n<<<garbage\n192.0.2.2 nonsense\n")
    os.rename(screen + ".new", screen)
    check("mistakes are told with file and line", served.wait_for("refused.txt:2:1:") and served.wait_for(
        "refused.txt:3:1:"), served.text())
    check("the old list is kept", served.wait_for("the one from before holds") and not serves())
    count = served.text().count("refused.txt:2:1:")
    time.sleep(3)
    check("they are told once", served.text().count("refused.txt:2:1:") == count)
    with open(screen, "w") as file:
        file.write("192.0.2.1\n")
    check("a list that is mended holds", soon(serves))
    served.write("  watch_lists: 1s\n", policy + "# edited\n")
    append(screen, "127.0.0.1\n")
    check("a policy under work is not read with a list", served.wait_for("both are read upon SIGHUP") and serves())
    served.process.send_signal(1)
    check("upon SIGHUP both are", soon(lambda: not serves()))
    served.stop()
    hop.end()


def auto(program, folder):
    """Mail that is learned by the verdict on it."""
    refusing = {"is": False}
    hop = Hop(lambda verb, line: b"554 5.7.1 no\r\n" if verb == "DOT" and refusing["is"] else
              None if verb is None else Hop.usual(verb))
    model = os.path.join(folder, "mail.bayes")
    policy = "stages:\n  spam-trap: {exempt: [], addresses: [trap@far.example]}\n  spf: {enabled: false}\n"
    settings = (f"  headers: spamassassin\n  auto_learn: {{model: {model}, authenticated_ham: false, interval: 10s, "
                "most_per_hour: 3}\n")
    served = Agent(program, folder, [hop.port], agent=settings, policy=policy)

    def send(recipient, number, word):
        client = served.client()
        try:
            client.sendmail("ann@near.example", [recipient], f"From: ann@near.example\r\nSubject: {word} {number}\r\n\r\n"
                            f"some {word} words, the {number}th\r\n")
        except smtplib.SMTPException:
            pass
        client.close()

    def learned():
        shown = subprocess.run([assay(program), "learn", "status", "--model", model, "--format", "ndjson"],
                               capture_output=True, text=True).stdout
        found = json.loads(shown or "{}")
        return found.get("ham"), found.get("spam")

    refusing["is"] = True
    for number in range(5, 8):
        send("eva@far.example", number, "unwanted")
    refusing["is"] = False
    check("what the server behind refuses is no ham", not soon(lambda: learned()[0], 6), f"{learned()} {served.text()}")
    for number in range(5):
        send("eva@far.example", number, "pleasant")
    for number in range(2):
        send("trap@far.example", number, "dreadful")
    send("eva@far.example", 0, "pleasant")
    check("as many are learned as may be in an hour", soon(lambda: learned() == (3, 2)), f"{learned()} {served.text()}")
    check("users are told of it", any(b"autolearn=ham" in message for message in hop.messages))
    check("a model is made when it is time", soon(lambda: os.path.exists(model), 60), served.text())
    check("and that is told", served.wait_for("was made anew with 5 more messages"), served.text())
    served.stop()
    check("the program ends well", served.process.returncode == 0, served.text())
    served = Agent(program, folder, [hop.port], agent=settings, policy=policy)
    send("trap@far.example", 7, "dreadful")
    served.stop()
    check("what was put by is learned before the end", learned() == (3, 3), f"{learned()} {served.text()}")
    hop.end()


DOVECOT = """{version}
base_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap pop3
ssl = no
{clear}
first_valid_uid = 1000
first_valid_gid = 1000
{auth}
service imap-login {{
  inet_listener imap {{
    {listen}
    port = {imap}
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    {listen}
    port = {pop}
  }}
}}
"""


def dovecot(program, folder):
    """A real Dovecot, whose log is followed."""
    server = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
    if not server or os.geteuid() != 0:
        print("no dovecot here, or not root")
        sys.exit(77)
    number = subprocess.run([server, "--version"], capture_output=True, text=True).stdout.split()[0]
    is_new = tuple(int(part) for part in number.split(".")[:2]) >= (2, 4)
    imap, pop = free_port(), free_port()
    os.makedirs(f"{folder}/home/ann/Maildir", exist_ok=True)
    with open(f"{folder}/users", "w") as file:
        file.write(f"ann:{{PLAIN}}secret:65534:65534::{folder}/home/ann::\n")
    for path in (f"{folder}/home/ann", f"{folder}/home/ann/Maildir"):
        os.chown(path, 65534, 65534)
    if is_new:
        auth = (f"mail_driver = maildir\nmail_path = ~/Maildir\npassdb passwd-file {{\n  passwd_file_path = {folder}/users\n}}\n"
                f"userdb passwd-file {{\n  passwd_file_path = {folder}/users\n}}\n")
        version = f"dovecot_config_version = {number}\ndovecot_storage_version = {number}"
        listen, clear = "listen = 127.0.0.1", "auth_allow_cleartext = yes"
    else:
        auth = (f"mail_location = maildir:~/Maildir\npassdb {{\n  driver = passwd-file\n  args = {folder}/users\n}}\n"
                f"userdb {{\n  driver = passwd-file\n  args = {folder}/users\n}}\n")
        version, listen, clear = "", "address = 127.0.0.1", "disable_plaintext_auth = no"
    config = f"{folder}/dovecot.conf"
    with open(config, "w") as file:
        file.write(DOVECOT.format(version=version, folder=folder, auth=auth, imap=imap, pop=pop, listen=listen, clear=clear))
    os.chmod(folder, 0o755)
    process = subprocess.Popen([server, "-F", "-c", config], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    hop = Hop()
    served = None
    try:
        if not wait_for_port(imap):
            log = open(f"{folder}/dovecot.log").read() if os.path.exists(f"{folder}/dovecot.log") else ""
            process.terminate()
            print("dovecot does not serve:", log, process.communicate(timeout=15)[0].decode(errors="replace"))
            FAILED.append("dovecot")
            return
        policy = POLICY.format(log=f"{folder}/dovecot.log", folder=folder)
        served = Agent(program, folder, [hop.port], policy=policy)
        try:
            imaplib.IMAP4("127.0.0.1", imap, timeout=20).login("ann", "wrong")
        except imaplib.IMAP4.error:
            pass
        time.sleep(4)
        check("a wrong password opens nothing", not relays(served.port), open(f"{folder}/dovecot.log").read())
        client = imaplib.IMAP4("127.0.0.1", imap, timeout=20)
        client.login("ann", "secret")
        client.logout()
        check("a login by IMAP opens the way", soon(lambda: relays(served.port)), open(f"{folder}/dovecot.log").read())
        failures = subprocess.run([assay(program), "state", "list", "--stage", "dynamic-screen", "--state",
                                   f"sqlite:{folder}/state.db"], capture_output=True, text=True).stdout
        check("the failure is counted", "127.0.0.1: 1 failed authentication" in failures, failures + open(f"{folder}/dovecot.log").read())
        subprocess.run([assay(program), "state", "clear", "--stage", "pop-before-smtp", "--yes", "--state",
                        f"sqlite:{folder}/state.db"], capture_output=True)
        client = poplib.POP3("127.0.0.1", pop, timeout=20)
        client.user("ann")
        client.pass_("secret")
        client.quit()
        check("a login by POP opens the way", soon(lambda: relays(served.port)), open(f"{folder}/dovecot.log").read())
    finally:
        if served:
            served.stop()
        hop.end()
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


PARTS = {"logs": logs, "lists": lists, "auto": auto, "dovecot": dovecot}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    options = parser.parse_args()
    for name in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="learning-") as folder:
            PARTS[name](os.path.abspath(options.assayd), folder)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
