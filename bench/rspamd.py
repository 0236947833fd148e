"""A local rspamd with every module off that would ask the network, started and stopped here."""
import glob
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from processes import cpu_of

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests"))
from agent import free_port

NETWORK_MODULES = (
    "antivirus arc asn bimi clickhouse dcc dkim dkim_signing dmarc elastic external_services fuzzy_check greylist hfilter "
    "history_redis metadata_exporter metric_exporter milter_headers mx_check neural p0f phishing ratelimit rbl redis "
    "replies reputation rspamd_update spamtrap spf surbl url_redirector whitelist").split()


def is_installed():
    return shutil.which("rspamd") is not None


class NameServer(threading.Thread):
    """Answers every question with NXDOMAIN, so that what still asks is answered at once."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        while True:
            query, client = self.socket.recvfrom(4096)
            # RFC 1035 §4.1.1: response, recursion available, RCODE 3; the question alone is repeated.
            end = 12
            while end < len(query) and query[end]:
                end += query[end] + 1
            header = query[:2] + b"\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00"
            self.socket.sendto(header + query[12:end + 5], client)


class Rspamd:
    def __init__(self, folder, has_milter=False):
        self.folder = os.path.join(folder, "rspamd")
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("override.d", "local.d", "run", "db", "log"):
            os.makedirs(os.path.join(self.folder, name))
        names = NameServer()
        names.start()
        self.port = free_port()
        self.milter_port = free_port()
        # What comes by the milter protocol is checked in the process that takes it.
        milter = (f'bind_socket = "127.0.0.1:{self.milter_port}";\nmilter = yes;\ncount = 1;\n'
                  'upstream "local" { default = yes; self_scan = yes; }\n')
        files = {
            "options.inc": f'dns {{ nameserver = ["127.0.0.1:{names.port}"]; }}\n',
            "worker-normal.inc": f'bind_socket = "127.0.0.1:{self.port}";\ncount = 1;\n',
            "worker-controller.inc": f'bind_socket = "127.0.0.1:{free_port()}";\n',
            "worker-proxy.inc": milter if has_milter else "enabled = false;\n",
            "worker-fuzzy.inc": "enabled = false;\n",
            "logging.inc": f'type = "file";\nfilename = "{self.folder}/log/log";\nlevel = "warning";\n',
        }
        files.update({f"{module}.conf": "enabled = false;\n" for module in NETWORK_MODULES})
        for name, text in files.items():
            with open(os.path.join(self.folder, "override.d", name), "w") as file:
                file.write(text)
        for path, _, _ in os.walk(self.folder):
            os.chmod(path, 0o777)
        command = ["rspamd", "--no-fork", "--config=/etc/rspamd/rspamd.conf"]
        command += ["--insecure"] if os.getuid() == 0 else []
        command += [f"--var={name}={self.folder}{place}" for name, place in (
            ("LOCAL_CONFDIR", ""), ("RUNDIR", "/run"), ("DBDIR", "/db"), ("LOGDIR", "/log"))]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def children(self):
        found = []
        for path in glob.glob("/proc/[0-9]*/stat"):
            try:
                with open(path) as file:
                    values = file.read()
                if int(values.rsplit(")", 1)[1].split()[1]) == self.process.pid:
                    found.append(int(path.split("/")[2]))
            except OSError:
                continue
        return found

    def worker(self):
        for pid in self.children():
            with open(f"/proc/{pid}/cmdline") as file:
                if "normal" in file.read():
                    return pid
        raise RuntimeError("rspamd has no normal worker")

    def wait(self):
        """Until it answers and has compiled its patterns: its processes rest for three seconds."""
        deadline = time.monotonic() + 180
        rested = 0
        last = -1.0
        while rested < 3:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"rspamd did not start; see {self.folder}/log")
            time.sleep(1)
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    pass
                spent = sum(cpu_of(pid) for pid in self.children())
            except OSError:
                continue
            rested = rested + 1 if spent - last < 0.1 else 0
            last = spent

    def check(self, messages):
        """Checks each message; the processor seconds of the worker."""
        return self.scores(messages)[1]

    def scores(self, messages):
        """What each message scores, and the processor seconds of the worker."""
        worker = self.worker()
        start = cpu_of(worker)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        answers = []
        for message in messages:
            connection.request("POST", "/checkv2", message)
            answer = connection.getresponse()
            answers.append(answer.read())
            if answer.status != 200:
                raise RuntimeError(f"rspamd answers {answer.status}")
        seconds = cpu_of(worker) - start
        return [json.loads(answer)["score"] for answer in answers], seconds

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
