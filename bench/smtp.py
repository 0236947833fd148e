"""Programs that pass SMTP on, each between smtp-source and smtp-sink on the loopback interface."""
import os
import pwd
import shutil
import socket
import subprocess
import time

from processes import cpu_of
from rspamd import Rspamd, free_port

ROUTE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
# What EHLO says takes as long everywhere.
SENDER, RECIPIENT = "s@test.local", "r@test.local"


def find(name):
    return shutil.which(name, path=ROUTE["PATH"])


def wait_for(port, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
                if link.recv(4).startswith(b"220"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"nothing serves on port {port}")


def family(pid):
    """A process and all below it."""
    found = [pid]
    for child in open(f"/proc/{pid}/task/{pid}/children").read().split():
        try:
            found += family(int(child))
        except OSError:
            continue
    return found


def cpu_of_family(pid):
    """Seconds of processor time of a process and of all below it, those that have ended among them."""
    total = 0.0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/stat") as file:
                values = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, values[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


class Sink:
    """smtp-sink, which takes all and keeps nothing."""

    def __init__(self):
        self.port = free_port()
        # As root it wants to be somebody else.
        user = ["-u", "nobody"] if os.getuid() == 0 else []
        self.process = subprocess.Popen(
            [find("smtp-sink"), *user, "-m", "2000", f"127.0.0.1:{self.port}", "2000"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def cpu(self):
        return cpu_of(self.process.pid)

    def stop(self):
        self.process.kill()
        self.process.wait()


class Direct:
    """Nobody between."""

    name = "direct"

    def __init__(self, sink, folder):
        self.port = sink.port

    def cpu(self):
        return 0.0

    def stop(self):
        pass


class HAProxy:
    """HAProxy passing TCP on, with one thread."""

    name = "HAProxy"

    def __init__(self, sink, folder):
        self.port = free_port()
        path = os.path.join(folder, "haproxy.cfg")
        with open(path, "w") as file:
            file.write(
                "global\n  maxconn 4000\n  nbthread 1\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n"
                f"  timeout server 60s\nlisten smtp\n  bind 127.0.0.1:{self.port}\n  server sink 127.0.0.1:{sink.port}\n")
        self.process = subprocess.Popen(
            [find("haproxy"), "-db", "-q", "-f", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def cpu(self):
        return cpu_of_family(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Assayd:
    """assayd under a policy; its log goes to a file."""

    name = "assayd"

    def __init__(self, sink, folder, program, policy, dns):
        self.port = free_port()
        path = os.path.join(folder, "assayd.yaml")
        with open(path, "w") as file:
            file.write(
                f"version: 1\nagent:\n  listen: [127.0.0.1:{self.port}]\n  next_hop: [127.0.0.1:{sink.port}]\n"
                f"  max_connections: 5000\n  max_connections_per_address: 5000\n{policy}")
        with open(os.path.join(folder, "assayd.log"), "w") as log:
            self.process = subprocess.Popen(
                [program, "--policy", path, "--dns", dns], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=log)
        wait_for(self.port)

    def cpu(self):
        return cpu_of(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Postfix:
    """A Postfix of its own, with a queue of its own; `options` are those of its smtpd, `parameters` of main.cf."""

    def __init__(self, sink, folder, options=(), parameters=""):
        self.base = os.path.join(folder, "postfix")
        shutil.rmtree(self.base, ignore_errors=True)
        for name in ("etc", "spool", "data"):
            os.makedirs(os.path.join(self.base, name))
        for path, _, _ in os.walk(folder):
            os.chmod(path, 0o755)
        shutil.chown(self.base + "/data", "postfix")
        for file in ("postfix-files", "postfix-script", "post-install", "dynamicmaps.cf"):
            for place in ("/etc/postfix", "/usr/share/postfix", "/usr/lib/postfix"):
                if os.path.exists(f"{place}/{file}"):
                    shutil.copy(f"{place}/{file}", self.base + "/etc")
                    break
        self.port = free_port()
        given = "".join(f"  -o {option}\n" for option in options)
        with open(self.base + "/etc/master.cf", "w") as file:
            file.write(
                f"127.0.0.1:{self.port} inet n - n - 300 smtpd\n{given}" + "".join(
                    f"{name} unix {private} - n {wake} {limit} {program}\n" for name, private, wake, limit, program in (
                        ("cleanup", "n", "-", 0, "cleanup"), ("qmgr", "n", 300, 1, "qmgr"),
                        ("rewrite", "-", "-", "-", "trivial-rewrite"), ("bounce", "-", "-", 0, "bounce"),
                        ("defer", "-", "-", 0, "bounce"), ("trace", "-", "-", 0, "bounce"),
                        ("proxymap", "-", "-", "-", "proxymap"), ("smtp", "-", "-", "-", "smtp"),
                        ("error", "-", "-", "-", "error"), ("retry", "-", "-", "-", "error"),
                        ("anvil", "-", "-", 1, "anvil"), ("scache", "-", "-", 1, "scache")))
                + "pickup unix n - n 60 1 pickup\npostlog unix-dgram n - n - 1 postlogd\n")
        with open(self.base + "/etc/main.cf", "w") as file:
            file.write(
                f"compatibility_level = 3.6\nqueue_directory = {self.base}/spool\ndata_directory = {self.base}/data\n"
                f"myhostname = mail.test.local\nmydestination =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n"
                f"relay_domains = test.local\nrelay_recipient_maps =\ntransport_maps = inline:{{ test.local=smtp:[127.0.0.1]:{sink.port} }}\n"
                f"default_process_limit = 300\nsmtpd_client_connection_rate_limit = 0\nsmtpd_client_connection_count_limit = 0\n"
                f"disable_dns_lookups = yes\nsmtpd_peername_lookup = no\nmaillog_file = {self.base}/log\nmaillog_file_prefixes = {self.base}\n"
                f"alias_maps =\n{parameters}\n")
        self.command("start")
        wait_for(self.port)
        self.pid = int(open(self.base + "/spool/pid/master.pid").read())

    def command(self, what):
        subprocess.run(
            [find("postfix"), "-c", self.base + "/etc", what], env=ROUTE, capture_output=True, stdin=subprocess.DEVNULL)

    def is_empty(self):
        for queue in ("incoming", "active", "deferred", "maildrop"):
            for _, _, names in os.walk(f"{self.base}/spool/{queue}"):
                if names:
                    return False
        return True

    def cpu(self):
        return cpu_of_family(self.pid)

    def stop(self):
        self.command("stop")
        shutil.rmtree(self.base, ignore_errors=True)


class ProxyFilter(Postfix):
    """Postfix as a proxy: what comes in goes through smtpd_proxy_filter and never sees its queue."""

    name = "Postfix smtpd_proxy_filter"

    def __init__(self, sink, folder):
        super().__init__(sink, folder, [f"smtpd_proxy_filter=127.0.0.1:{sink.port}"])


class Milter(Postfix):
    """Postfix with rspamd as its milter: what comes in is queued and delivered."""

    name = "Postfix + rspamd milter"

    def __init__(self, sink, folder):
        self.rspamd = Rspamd(folder, has_milter=True)
        try:
            super().__init__(
                sink, folder, parameters=f"smtpd_milters = inet:127.0.0.1:{self.rspamd.milter_port}\n"
                "milter_protocol = 6\nmilter_default_action = tempfail\n")
        except BaseException:
            self.rspamd.stop()
            raise

    def cpu(self):
        return super().cpu() + cpu_of_family(self.rspamd.process.pid)

    def stop(self):
        super().stop()
        self.rspamd.stop()


def load(port, sessions, messages, size, reuses):
    """Sends `messages` of `size` octets in `sessions` at once; seconds on the wall and of smtp-source's processor."""
    begin = time.monotonic()
    command = [find("smtp-source"), "-s", str(sessions), "-m", str(messages), "-l", str(size), "-t", RECIPIENT, "-f", SENDER]
    process = subprocess.Popen(
        command + (["-d"] if reuses else []) + [f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"smtp-source: {errors.decode(errors='replace').strip()}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime
