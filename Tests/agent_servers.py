#!/usr/bin/env python3
"""Sends mail of the corpora through assayd to a real Postfix and a real Exim, by several clients, and compares what is
delivered with what was sent, octet for octet.

Both servers are instances of their own on the loopback interface. Postfix has to be installed; Exim, of which a machine
with Postfix can have none, is unpacked beside it from its Debian packages into the folder that ASSAY_EXIM names (by
`make agent`: .build/exim).
"""

import argparse
import contextlib
import email
import glob
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time

from agent import FAILED, Agent, check, free_port, message, outcome, wait_for_port

ROUTE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def corpus(count):
    """Messages at even distances from the shared corpora, with CRLF line ends; made-up ones where there are none."""
    shared = os.environ.get("ASSAY_SHARED", os.path.join(PACKAGE, "..", "shared"))
    archives = sorted(glob.glob(os.path.join(shared, "corpora", "*", "*.mbox.zst")))
    if not archives or not shutil.which("zstd"):
        print("the shared corpora are not there: the messages are made up")
        return [message([0, 200, 4000, 100_000][number % 4], number) for number in range(count)]
    found = []
    for archive in archives:
        text = subprocess.run(["zstd", "-dcq", archive], capture_output=True, check=True).stdout
        pieces = re.split(rb"(?:\A|\n)From [^\n]*\n", text)[1:]
        share = -(-count // len(archives))
        step = max(1, len(pieces) // share)
        found += [re.sub(rb"(?m)^>(>*From )", rb"\1", piece) for piece in pieces[::step][:share]]
    found = [re.sub(rb"\r?\n", b"\r\n", piece.rstrip(b"\n") + b"\n") for piece in found]
    return found[:count]


class Postfix:
    name = "Postfix"
    identifications = ["xclient", "proxy-v1", "proxy-v2"]

    def __init__(self, folder, identification, services="", settings=""):
        self.base = os.path.join(folder, "postfix-" + identification)
        for name in ("etc", "spool", "data", "mail"):
            os.makedirs(f"{self.base}/{name}")
        os.chmod(folder, 0o755)
        shutil.chown(self.base + "/data", "postfix")
        shutil.chown(self.base + "/mail", "nobody", "nogroup")
        self.port = free_port()
        for file in ["postfix-files", "postfix-script", "post-install", "dynamicmaps.cf"]:
            for place in ["/etc/postfix", "/usr/share/postfix", "/usr/lib/postfix"]:
                if os.path.exists(f"{place}/{file}"):
                    shutil.copy(f"{place}/{file}", self.base + "/etc")
                    break
        proxy = "  -o smtpd_upstream_proxy_protocol=haproxy\n" if identification.startswith("proxy") else ""
        with open(self.base + "/etc/master.cf", "w") as file:
            file.write(f"""127.0.0.1:{self.port} inet n - n - - smtpd
{proxy}pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
{services}""")
        nobody = pwd.getpwnam("nobody")
        with open(self.base + "/etc/main.cf", "w") as file:
            file.write(f"""compatibility_level = 3.6
queue_directory = {self.base}/spool
data_directory = {self.base}/data
myhostname = mail.local.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = local.example
virtual_mailbox_base = {self.base}/mail
virtual_mailbox_maps = inline:{{ eva@local.example=eva/ , bob@local.example=bob/ }}
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
recipient_delimiter = +
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_peername_lookup = no
local_header_rewrite_clients =
always_add_missing_headers = no
message_drop_headers =
hopcount_limit = 1000
header_size_limit = 1000000
message_size_limit = 50000000
in_flow_delay = 0
maillog_file = {self.base}/log
maillog_file_prefixes = {self.base}
alias_maps =
{settings}""")
        self.command("start")

    def command(self, what):
        subprocess.run(["postfix", "-c", self.base + "/etc", what], capture_output=True, env=ROUTE)

    def text(self):
        return open(self.base + "/log").read()[-3000:] if os.path.exists(self.base + "/log") else ""

    def stop(self):
        self.command("stop")

    @staticmethod
    def obstacle():
        if not shutil.which("postfix", path=ROUTE["PATH"]) or os.geteuid() != 0:
            return "Postfix is not installed, or this is not root, as its master has to be"
        return None


class Exim:
    """Exim told to be another user's, in a name space of its own where such a user is."""

    name = "Exim"
    identifications = ["none"]

    @staticmethod
    def program():
        places = [os.path.join(os.environ.get("ASSAY_EXIM", os.path.join(PACKAGE, ".build", "exim")), "usr/sbin/exim4"),
                  "/usr/sbin/exim4"]
        return next((os.path.abspath(place) for place in places if os.access(place, os.X_OK)), None)

    @staticmethod
    def obstacle():
        if not Exim.program():
            return "Exim is not there (make agent unpacks it)"
        if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode != 0:
            return "this is not root, as Exim and its name space have to be"
        return None

    def __init__(self, folder, identification):
        self.base = os.path.join(folder, "exim")
        for name in ("spool", "log", "mail"):
            os.makedirs(f"{self.base}/{name}")
        os.chmod(folder, 0o755)
        subprocess.run(["chown", "-R", "nobody:nogroup", self.base], check=True)
        self.port = free_port()
        nobody = pwd.getpwnam("nobody")
        for name, line in [("passwd", f"Debian-exim:x:{nobody.pw_uid}:{nobody.pw_gid}::/nonexistent:/usr/sbin/nologin\n"),
                           ("group", f"Debian-exim:x:{nobody.pw_gid}:\n")]:
            known = open("/etc/" + name).read()
            with open(f"{self.base}/{name}", "w") as file:
                file.write(known + ("" if "Debian-exim:" in known else line))
        with open(self.base + "/conf", "w") as file:
            file.write(f"""primary_hostname = mail.local.example
daemon_smtp_ports = {self.port}
local_interfaces = 127.0.0.1
spool_directory = {self.base}/spool
log_file_path = {self.base}/log/%slog
pid_file_path = {self.base}/pid
exim_path = {Exim.program()}
keep_environment =
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
smtp_accept_queue_per_connection = 0
smtp_max_unknown_commands = 100
received_headers_max = 1000
header_maxsize = 10M
header_line_maxsize = 0
delivery_date_remove = false
envelope_to_remove = false
return_path_remove = false
message_size_limit = 50M
acl_smtp_rcpt = recipient
acl_smtp_data = accept
begin acl
recipient:
  require verify = recipient
  accept domains = local.example
  deny message = relay not permitted
begin routers
local:
  driver = accept
  domains = local.example
  local_parts = eva : bob
  local_part_suffix = +*
  local_part_suffix_optional
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {self.base}/mail/$local_part_data
  user = nobody
  group = nogroup
  envelope_to_add
  check_string =
  escape_string =
""")
        script = (f"mount --make-rprivate / && mount --bind {self.base}/passwd /etc/passwd && "
                  f"mount --bind {self.base}/group /etc/group && exec {Exim.program()} -C {self.base}/conf -bdf -q5s")
        with open(self.base + "/out", "wb") as out:
            self.process = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", script], stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def text(self):
        return "".join(open(name).read()[-3000:] for name in [self.base + "/out", *glob.glob(self.base + "/log/*")])

    def stop(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        if self.process.poll() is None:
            self.process.kill()


def delivered(server):
    """What lies in the mailbox, by the number in its recipient, with CRLF line ends."""
    found = {}
    for path in glob.glob(server.base + "/mail/eva/new/*"):
        text = open(path, "rb").read()
        number = re.search(rb"^(?:Delivered-To|Envelope-to): eva\+(\d+)@local\.example", text, re.MULTILINE)
        if number:
            found.setdefault(int(number[1]), []).append(text.replace(b"\n", b"\r\n"))
    return found


def send_all(port, numbered, bare):
    """Several messages a connection; what was refused, by number."""
    refused = {}
    client = None
    for place, (number, data) in enumerate(numbered):
        if client is None:
            client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=120)
        def one():
            options = ["BODY=8BITMIME"] if not client.ehlo_or_helo_if_needed() and client.has_extn("8bitmime") else []
            return client.sendmail("ann@client.example", [f"eva+{number}@local.example"], data, options)
        # smtplib mends bare line ends, which are to be seen as they are.
        if number in bare:
            code = raw(port, number, data)
        else:
            code = outcome(one)
        if code != 250:
            refused[number] = code
        if place % 50 == 49 or code == 0:
            client.close()
            client = None
    if client:
        client.quit()
    return refused


def raw(port, number, data):
    client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=120)
    client.ehlo()
    client.mail("ann@client.example")
    client.rcpt(f"eva+{number}@local.example")
    client.docmd("DATA")
    client.send(re.sub(rb"(?m)^\.", b"..", data) + b".\r\n")
    code = client.getreply()[0]
    client.close()
    return code


def through(kind, program, folder, messages):
    for identification in kind.identifications:
        server = kind(folder, identification)
        agent = None
        try:
            if not wait_for_port(server.port, 60):
                check(f"{kind.name} starts", False, server.text())
                return
            agent = Agent(program, folder, [server.port], f"  identification: {identification}\n  message_size: 50M")
            what = f"{kind.name}, {identification}"
            with agent.client() as client:
                refused = client.sendmail(
                    "a@client.example", ["nobody@local.example", "eva@local.example"], message(10, -1))
            if identification.startswith("proxy"):
                check(f"{what}: its refusal reaches the client", refused["nobody@local.example"][0] == 550
                      and b"User unknown" in refused["nobody@local.example"][1], refused)
            else:
                with smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example", timeout=60) as direct:
                    direct.ehlo()
                    direct.mail("a@client.example")
                    expected = direct.rcpt("nobody@local.example")
                check(f"{what}: its refusal reaches the client in its words",
                      refused == {"nobody@local.example": expected}, (refused, expected))
            with agent.client() as client:
                check(f"{what}: relaying is refused by it",
                      outcome(lambda: client.sendmail("a@client.example", ["x@far.example"], message(1))) // 100 == 5)
            bare = {number for number, data in enumerate(messages)
                    if re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", data)}
            start = time.time()
            refused = send_all(agent.port, list(enumerate(messages)), bare)
            took = time.time() - start
            check(f"{what}: messages with bare line ends or NUL are refused, and no others",
                  set(refused) == bare and set(refused.values()) <= {550}, {n: refused.get(n) for n in set(refused) ^ bare})
            wanted = len(messages) - len(refused)
            deadline = time.time() + 180
            while time.time() < deadline and len(delivered(server)) < wanted:
                time.sleep(0.5)
            found = delivered(server)
            once = sum(len(texts) == 1 for texts in found.values())
            same = [number for number, texts in found.items() if texts[0].endswith(b"\r\n" + messages[number])]
            odd = sorted(set(found) - set(same))
            added = {field for number in same for field in fields(texts_before(found[number][0], messages[number]))}
            print(f"{what}: {wanted} of {len(messages)} messages sent in {took:.0f} s, {once} delivered once, "
                  f"{len(same)} byte for byte below {', '.join(sorted(added))}", flush=True)
            if odd:
                # What the server changes by itself it changes in mail that comes without assayd, too.
                alone(server, kind, identification, what, [(n, messages[n]) for n in odd], found)
            check(f"{what}: each is delivered once", once == wanted == len(found), (once, wanted, len(found), server.text()))
            check(f"{what}: policy and server add fields and nothing else",
                  added <= {"Return-Path", "X-Original-To", "Delivered-To", "Received", "Envelope-to", "Authentication-Results",
                            "Return-path", "Delivery-date"}, added)
            sources(what, agent, server)
        finally:
            if agent:
                agent.stop()
            server.stop()


def texts_before(text, original):
    return text[:len(text) - len(original)]


def fields(head):
    return {line.split(b":")[0].decode("latin-1") for line in head.split(b"\r\n") if line and line[:1] not in b" \t"}


def alone(server, kind, identification, what, odd, found):
    """Sends to the server without assayd what came out other than it went in, and expects the same of it."""
    if identification.startswith("proxy"):
        with contextlib.suppress(OSError):
            print(f"{what}: {len(odd)} messages are changed by the server itself (compared with xclient): "
                  f"{[number for number, _ in odd][:20]}")
        return
    before = {number: found[number][0] for number, _ in odd}
    client = smtplib.SMTP("127.0.0.1", server.port, local_hostname="client.example", timeout=60)
    for number, data in odd:
        client.ehlo_or_helo_if_needed()
        client.sendmail("ann@client.example", [f"eva+{number}@local.example"], data, ["BODY=8BITMIME"])
    client.close()
    deadline = time.time() + 60
    while time.time() < deadline and any(len(delivered(server)[number]) < 2 for number, _ in odd):
        time.sleep(0.5)
    body = lambda text: re.sub(
        rb"(?m)\A(?:(?:Return-Path|Return-path|X-Original-To|Delivered-To|Received|Envelope-to|Delivery-date|"
        rb"Authentication-Results):[^\n]*\n(?:[ \t][^\n]*\n)*)+", b"", text)
    different = [number for number, _ in odd
                 if body(before[number]) not in [body(text) for text in delivered(server)[number] if text != before[number]]]
    check(f"{what}: the {len(odd)} that arrive changed are changed by the server, without assayd too", not different, different)


def sources(what, agent, server):
    """Other clients: smtp-source, and swaks."""
    box = server.base + "/mail/eva/new/*"
    before = len(glob.glob(box))
    sent = 0
    if shutil.which("smtp-source", path=ROUTE["PATH"]):
        for options in [["-s", "20", "-m", "200"], ["-s", "10", "-m", "200", "-d", "-l", "20000"]]:
            result = subprocess.run(
                ["smtp-source", *options, "-f", "ann@client.example", "-t", "eva@local.example", f"127.0.0.1:{agent.port}"],
                env=ROUTE, capture_output=True, text=True)
            sent += 200 if result.returncode == 0 else 0
            check(f"{what}: smtp-source {' '.join(options)}", result.returncode == 0, result.stderr)
    if shutil.which("swaks"):
        for options in [[], ["--pipeline"], ["--protocol", "SMTP"]]:
            result = subprocess.run(
                ["swaks", "--server", f"127.0.0.1:{agent.port}", "--from", "ann@client.example", "--to", "eva@local.example",
                 "--helo", "client.example", *options], capture_output=True, text=True)
            sent += result.returncode == 0
            check(f"{what}: swaks {' '.join(options)}", result.returncode == 0, result.stdout[-1000:])
    else:
        print("swaks is not installed: not tried")
    deadline = time.time() + 120
    while time.time() < deadline and len(glob.glob(box)) < before + sent:
        time.sleep(0.5)
    check(f"{what}: what they sent is delivered", len(glob.glob(box)) == before + sent,
          (len(glob.glob(box)) - before, sent, server.text()))


SERVERS = {"postfix": Postfix, "exim": Exim}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("servers", nargs="*", choices=[*SERVERS, []])
    arguments = parser.parse_args()
    messages = corpus(arguments.messages)
    for name in arguments.servers or SERVERS:
        if obstacle := SERVERS[name].obstacle():
            print("skipped: " + obstacle)
            continue
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            start = time.time()
            through(SERVERS[name], os.path.abspath(arguments.assayd), folder, messages)
            print(f"{name} took {time.time() - start:.0f} s", flush=True)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main()
