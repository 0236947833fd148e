"""Virus scanners for tests: clamd and an ICAP server, on a signature database written here."""

import hashlib
import os
import shutil
import socket
import socketserver
import subprocess
import threading
import time

from agent import free_port, wait_for_port

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
CLAMSCAN = shutil.which("clamscan")
C_ICAP = shutil.which("c-icap", path="/usr/bin:/usr/sbin")
C_ICAP_MODULES = next((path for path in ["/usr/lib/x86_64-linux-gnu/c_icap", "/usr/lib/aarch64-linux-gnu/c_icap",
                                         "/usr/lib/c_icap"] if os.path.isdir(path)), None)

# The test file that every scanner knows. In two halves, so that none of them takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
# What the signature of our own looks for: both have to be there.
WORM = b"lamp-shade-7f3a and then glow-worm-91bc"
WORM_WORDS = [b"lamp-shade-7f3a", b"glow-worm-91bc"]


def database(folder):
    """A folder of signatures: the test file by its digest and by its text, and one of our own."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "test.hdb"), "w") as file:
        file.write(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Test.Eicar\n")
    with open(os.path.join(folder, "test.ndb"), "w") as file:
        file.write(f"Test.Eicar.Text:0:*:{EICAR.hex()}\n")
    with open(os.path.join(folder, "test.ldb"), "w") as file:
        file.write(f"Test.Worm;Engine:51-255,Target:0;0&1;{WORM_WORDS[0].hex()};{WORM_WORDS[1].hex()}\n")
    return folder


class Clamd:
    """clamd on a port of its own, or with `unix` on a socket."""

    def __init__(self, folder, signatures, port=None, unix=False, settings=""):
        self.port = port or free_port()
        self.folder, self.signatures, self.settings = folder, signatures, settings
        self.socket = os.path.join(folder, f"clamd-{self.port}.sock") if unix else None
        self.address = self.socket or f"127.0.0.1:{self.port}"
        self.log = os.path.join(folder, f"clamd-{self.port}.log")
        self.process = None
        self.start()

    def start(self):
        place = f"LocalSocket {self.socket}\nFixStaleSocket yes" if self.socket else \
            f"TCPSocket {self.port}\nTCPAddr 127.0.0.1"
        path = os.path.join(self.folder, f"clamd-{self.port}.conf")
        with open(path, "w") as file:
            file.write(f"{place}\nDatabaseDirectory {self.signatures}\nForeground yes\nLogFile {self.log}\n"
                       f"LogFileUnlock yes\nLogTime yes\nLogClean yes\nTemporaryDirectory {self.folder}\nMaxThreads 4\n"
                       f"SelfCheck 600\nScanMail yes\n{self.settings}\n")
        self.process = subprocess.Popen([CLAMD, "--config-file", path], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, close_fds=True)
        deadline = time.time() + 60
        while time.time() < deadline:
            try:
                with (socket.socket(socket.AF_UNIX) if self.socket else socket.socket()) as probe:
                    probe.settimeout(5)
                    probe.connect(self.socket or ("127.0.0.1", self.port))
                    probe.sendall(b"zPING\0")
                    if probe.recv(100) == b"PONG\0":
                        return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit("clamd does not serve: " + (open(self.log).read() if os.path.exists(self.log) else path))

    def scans(self):
        """How many streams it has logged."""
        text = open(self.log).read()
        return text.count(": OK\n") + text.count(" FOUND\n")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


class Relay:
    """Passes connections on to a port. Once content is on its way to be scanned, `on_scan` is called, once."""

    def __init__(self, port, on_scan):
        self.target, self.on_scan = port, on_scan
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.done = False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 10)
            except OSError:
                client.close()
                continue
            threading.Thread(target=self.pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, False), daemon=True).start()

    def pump(self, source, target, isForward):
        seen = b""
        try:
            while data := source.recv(65536):
                seen = (seen + data)[-70_000:] if isForward else b""
                if isForward and not self.done and b"zINSTREAM\0" in seen and len(seen.split(b"zINSTREAM\0")[1]) > 100:
                    self.done = True
                    self.on_scan()
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.listener.close()


class ICAP:
    """c-icap with its virus_scan service, which asks a clamd."""

    def __init__(self, folder, clamd, settings=""):
        self.port = free_port()
        self.folder = os.path.join(folder, f"icap-{self.port}")
        os.makedirs(os.path.join(self.folder, "templates"))
        for name in ["c-icap.magic"]:
            shutil.copy(os.path.join("/etc/c-icap", name), self.folder)
        path = os.path.join(self.folder, "c-icap.conf")
        with open(path, "w") as file:
            file.write(f"""PidFile {self.folder}/pid
CommandsSocket {self.folder}/ctl
Timeout 300
MaxKeepAliveRequests 100
KeepAliveTimeout 600
StartServers 1
MaxServers 1
ThreadsPerChild 10
Port 127.0.0.1:{self.port}
TmpDir {self.folder}
MaxMemObject 131072
DebugLevel 1
ModulesDir {C_ICAP_MODULES}
ServicesDir {C_ICAP_MODULES}
TemplateDir {self.folder}/templates
TemplateDefaultLanguage en
LoadMagicFile {self.folder}/c-icap.magic
ServerLog {self.folder}/server.log
AccessLog {self.folder}/access.log
Service antivirus_module virus_scan.so
ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.SendPercentData 5
virus_scan.StartSendPercentDataAfter 2M
virus_scan.PassOnError off
virus_scan.MaxObjectSize 20M
virus_scan.DefaultEngine clamd
Module common clamd_mod.so
clamd_mod.ClamdHost 127.0.0.1
clamd_mod.ClamdPort {clamd.port}
{settings}
""")
        self.process = subprocess.Popen([C_ICAP, "-N", "-f", path], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, close_fds=True, start_new_session=True)
        if not wait_for_port(self.port, 30):
            log = os.path.join(self.folder, "server.log")
            raise SystemExit("c-icap does not serve: " + (open(log).read() if os.path.exists(log) else path))
        self.address = f"icap://127.0.0.1:{self.port}/virus_scan"

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, 15)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, 9)
                self.process.wait()


class Disinfecting(socketserver.ThreadingTCPServer):
    """An ICAP server that takes a word out of what it is sent, and says so (draft-stecher-icap-subid-00 §3.2)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, word):
        self.word = word
        super().__init__(("127.0.0.1", 0), DisinfectingHandler)
        self.address = f"icap://127.0.0.1:{self.server_address[1]}/clean"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self):
        self.shutdown()
        self.server_close()


class DisinfectingHandler(socketserver.StreamRequestHandler):
    def head(self):
        lines = []
        while (line := self.rfile.readline()) not in (b"", b"\r\n"):
            lines.append(line.decode("latin-1").strip())
        return lines

    def chunks(self):
        content = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def handle(self):
        try:
            while lines := self.head():
                self.answer(lines)
        except OSError:
            pass

    def answer(self, lines):
        if lines[0].startswith("OPTIONS"):
            self.wfile.write(b"ICAP/1.0 200 OK\r\nMethods: RESPMOD\r\nAllow: 204\r\nISTag: \"one\"\r\n"
                             b"Encapsulated: null-body=0\r\n\r\n")
            return
        encapsulated = next(line for line in lines if line.lower().startswith("encapsulated:"))
        length = int(encapsulated.rsplit("=", 1)[1])
        http = self.rfile.read(length)
        content = self.chunks()
        if self.server.word not in content:
            self.wfile.write(b"ICAP/1.0 204 Unmodified\r\nISTag: \"one\"\r\n\r\n")
            return
        clean = content.replace(self.server.word, b"")
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(clean)
        pieces = [clean[start:start + 1000] for start in range(0, len(clean), 1000)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        self.wfile.write(b"ICAP/1.0 200 OK\r\nISTag: \"one\"\r\n"
                         b"X-Infection-Found: Type=0; Resolution=1; Threat=Own.Worm;\r\n"
                         b"Encapsulated: res-hdr=0, res-body=%d\r\n\r\n" % len(head) + head + body)
