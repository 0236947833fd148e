#!/usr/bin/env python3
"""TLS of assayd on the loopback interface: clients of Python's and OpenSSL's, servers of its own and a real Postfix.

One line is printed for each check; the exit code is 0 when all held.
"""

import argparse
import contextlib
import glob
import json
import os
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import agent
from agent import Agent, Hop, HopHandler, check, free_port, message, outcome, usual, wait_for_port


class Certificates:
    """An authority and certificates of its, made for this run."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = self.make_authority("authority")
        self.stranger = self.make_authority("stranger")

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def make_authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                     "-keyout", name + ".key", "-out", name + ".pem", "-subj", "/CN=" + name,
                     "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        return self.path(name + ".pem")

    def make(self, name, hosts, authority="authority", end="20370101000000Z", start="20240101000000Z", kind="serverAuth",
             algorithm=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        """A certificate for `hosts`, and its key; both end in the name of the file without .pem and .key."""
        self.openssl("req", "-newkey", *algorithm, "-nodes", "-keyout", name + ".key", "-out", name + ".csr",
                     "-subj", "/O=Test/CN=" + (hosts[0] if hosts else name))
        with open(self.path(name + ".cnf"), "w") as file:
            names = ",".join(("IP:" if host.replace(".", "").isdigit() else "DNS:") + host for host in hosts)
            file.write(f"[ca]\ndefault_ca=it\n[it]\ndatabase={name}.db\nserial={name}.srl\nnew_certs_dir=.\n"
                       "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\norganizationName=optional\n"
                       f"commonName=optional\n[ext]\nextendedKeyUsage={kind}\n"
                       + (f"subjectAltName={names}\n" if names else ""))
        open(self.path(name + ".db"), "w").close()
        with open(self.path(name + ".srl"), "w") as file:
            file.write("%02d\n" % (10 + len(glob.glob(self.path("*.srl")))))
        self.openssl("ca", "-batch", "-config", name + ".cnf", "-extensions", "ext", "-in", name + ".csr", "-out",
                     name + ".pem", "-notext", "-cert", authority + ".pem", "-keyfile", authority + ".key",
                     "-startdate", start, "-enddate", end)
        os.chmod(self.path(name + ".key"), 0o600)
        return self.path(name + ".pem"), self.path(name + ".key")


def tls_section(*pairs, more=""):
    """The section agent.tls with these certificates."""
    entries = "".join(f"      - certificate: {certificate}\n        key: {key}\n" for certificate, key in pairs)
    return f"  tls:\n    certificates:\n{entries}{more}"


# Clients whose handshakes fail on purpose are to be offered STARTTLS again.
NO_RETRY = "stages:\n  tls:\n    retry: 0s\n"


def trusting(certificates, **settings):
    context = ssl.create_default_context(cafile=certificates.authority)
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def client_of(port, host="mx.local.example"):
    client = smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=30)
    client._host = host
    return client


def deliver(client, number=1, **addresses):
    sender = addresses.get("sender", "ann@client.example")
    return outcome(lambda: client.sendmail(sender, [addresses.get("to", "eva@local.example")], message(2000, number)))


class Link:
    """A client that says what it is told, line for line."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.stream = self.socket.makefile("rb")

    def reply(self):
        text = b""
        while line := self.stream.readline():
            text += line
            if line[3:4] != b"-":
                break
        return text

    def say(self, line):
        self.socket.sendall(line + b"\r\n")
        return self.reply()

    def close(self):
        self.stream.close()
        self.socket.close()


def starttls(program, folder):
    certificates = Certificates(folder)
    pair = certificates.make("mx", ["mx.local.example"])
    hop = Hop()
    daemon = Agent(program, folder, [hop.port], tls_section(pair), NO_RETRY)
    with client_of(daemon.port) as client:
        client.ehlo()
        check("STARTTLS is offered", "starttls" in client.esmtp_features, client.esmtp_features)
        client.starttls(context=trusting(certificates))
        check("the handshake is TLS 1.3", client.sock.version() == "TLSv1.3", client.sock.version())
        check("nothing of before counts: MAIL needs a greeting", client.docmd("MAIL FROM:<a@b.example>")[0] == 503)
        client.ehlo()
        check("STARTTLS is not offered again", "starttls" not in client.esmtp_features, client.esmtp_features)
        check("and is 503 when asked for twice", client.docmd("STARTTLS")[0] == 503)
        check("mail goes through", deliver(client) == 250)
    check("and arrives whole", len(hop.messages) == 1 and hop.messages[0].endswith(message(2000, 1)))
    check("the log tells of TLS", daemon.wait_for("tls=TLSv1.3") and "TLS_SECURED" in daemon.text(), daemon.text())
    plain = Link(daemon.port)
    plain.reply()
    check("an argument is 501", plain.say(b"EHLO c.example")[:3] == b"250" and plain.say(b"STARTTLS now")[:3] == b"501")
    plain.say(b"MAIL FROM:<a@b.example>")
    check("STARTTLS within a transaction is 503", plain.say(b"STARTTLS")[:3] == b"503")
    plain.say(b"RSET")
    check("and after it is 220", plain.say(b"STARTTLS")[:3] == b"220")
    plain.close()
    run = subprocess.run(
        ["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{daemon.port}", "-CAfile",
         certificates.authority, "-verify_hostname", "mx.local.example", "-servername", "mx.local.example", "-tls1_2",
         "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256", "-crlf", "-quiet", "-verify_return_error"],
        input=b"EHLO s.example\nMAIL FROM:<o@s.example>\nRCPT TO:<eva@local.example>\nDATA\nSubject: o\n\nx\n.\nQUIT\n",
        capture_output=True, timeout=60)
    check("openssl s_client sends mail under TLS 1.2", run.returncode == 0 and b"221" in run.stdout,
          (run.stdout, run.stderr))
    check("the log tells of 1.2", daemon.wait_for("tls=TLSv1.2"), daemon.text())
    for version in ["-tls1_1", "-tls1"]:
        run = subprocess.run(
            ["openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{daemon.port}", version, "-cipher",
             "DEFAULT@SECLEVEL=0"], input=b"", capture_output=True, timeout=60)
        check(f"{version} is refused", b"alert protocol version" in run.stderr, run.stderr[-300:])
    check("and logged", daemon.wait_for("TLS handshake with 127.0.0.1 failed"), daemon.text())
    daemon.stop()
    # More than one record, both ways, and a ragged end.
    daemon = Agent(program, folder, [hop.port], tls_section(pair) + "\n  spool_memory: 64K\n  spool_folder: " + folder)
    big = message(3_000_000, 7)
    hop.ehlo = ("8BITMIME",)
    with client_of(daemon.port) as client:
        client.starttls(context=trusting(certificates))
        client.sendmail("ann@client.example", ["eva@local.example"], big)
    check("three megabytes arrive byte for byte", hop.messages[-1].endswith(big), len(hop.messages[-1]))
    client = client_of(daemon.port)
    client.starttls(context=trusting(certificates))
    client.ehlo()
    client.sock.close()
    with client_of(daemon.port) as client:
        check("a client that breaks off harms nobody", client.ehlo()[0] == 250)
    check("SIGTERM ends it with 0", daemon.stop() == 0, daemon.text())
    hop.end()


def inject(program, folder):
    """CVE-2011-0411: what was said in clear is not heard under TLS, from either side."""
    certificates = Certificates(folder)
    pair = certificates.make("mx", ["mx.local.example"])
    hop = Hop()
    daemon = Agent(program, folder, [hop.port], tls_section(pair), NO_RETRY)
    link = Link(daemon.port)
    link.reply()
    link.say(b"EHLO c.example")
    link.socket.sendall(b"STARTTLS\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<eva@local.example>\r\n")
    first = link.reply()
    check("commands behind STARTTLS make it 503", first[:3] == b"503" and b"last command" in first, first)
    link.reply(), link.reply()
    check("no handshake begins then", link.say(b"NOOP")[:3] == b"250")
    link.close()
    for late in [b"EHLO evil.example\r\nMAIL FROM:<evil@b.example>\r\n", b"QUIT\r\n", b"\x16\x03", b"\x80\x2e\x01\x00\x02" * 20]:
        link = Link(daemon.port)
        link.reply()
        link.say(b"EHLO c.example")
        check("220", link.say(b"STARTTLS")[:3] == b"220")
        link.socket.sendall(late)
        link.socket.shutdown(socket.SHUT_WR)
        rest = link.stream.read()
        check(f"clear text instead of a handshake is no command: {late[:12]!r}", not rest or rest[:1] == b"\x15", rest)
        link.close()
    # Injected in a segment of its own before the reply is out, then a handshake in good order.
    for _ in range(20):
        link = Link(daemon.port)
        link.reply()
        link.say(b"EHLO c.example")
        link.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.socket.sendall(b"STARTTLS\r\n")
        link.socket.sendall(b"MAIL FROM:<evil@b.example>\r\n")
        told = link.reply()
        if told[:3] == b"220":
            context = trusting(certificates)
            try:
                wrapped = context.wrap_socket(link.socket, server_hostname="mx.local.example")
                wrapped.sendall(b"NOOP\r\n")
                heard = wrapped.recv(1000)
                check("an injected command is not heard", False, heard)
            except (ssl.SSLError, OSError):
                pass
        elif told[:3] != b"503":
            check("an injected command is 503 or the end", False, told)
        link.close()
    check("nothing injected reached the next hop", not any(b"evil" in line for line in hop.lines[1:] if b"MAIL" in line)
          or not any(b"RCPT" in line and b"TLS" in line for line in hop.lines), hop.lines[-5:])
    daemon.stop()
    hop.end()

    pair = certificates.make("hop", ["hop.inside.example"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    for name, reply in [("a whole reply", b"220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n"), ("part of one", b"220 go\r\n250-ev")]:
        hop = SecureHop(context, usual(STARTTLS=reply), ehlo=("STARTTLS", "8BITMIME"))
        daemon = Agent(program, folder, [hop.port], "  next_hop_tls: required")
        with client_of(daemon.port) as client:
            code = client.ehlo()[0]
            features = set(client.esmtp_features)
        check(f"{name} that the next hop says before the handshake is not heard after it",
              code == 421 if b"AUTH" in reply else "auth" not in features and code in (250, 421), (code, features))
        daemon.stop()
        hop.end()


class SecureHop(Hop):
    """A mail server that knows STARTTLS, or, with `implicit`, TLS from the first byte on."""

    def __init__(self, context, script=None, ehlo=("STARTTLS", "8BITMIME"), implicit=False):
        self.context, self.implicit, self.secured = context, implicit, []
        super().__init__(script or usual(STARTTLS=b"220 go\r\n"), ehlo)
        self.RequestHandlerClass = SecureHandler


class SecureHandler(HopHandler):
    def handle(self):
        try:
            if self.server.implicit:
                self.wrap()
            self.converse()
        except OSError:
            pass

    def wrap(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.secured.append(self.request.version())
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def say(self, verb, line=b""):
        if verb == "EHLO" and self.server.secured and isinstance(self.request, ssl.SSLSocket):
            offered = [word for word in self.server.ehlo if word != "STARTTLS"] + ["X-SECURED"]
            self.wfile.write(b"".join(b"250-%s\r\n" % word.encode() for word in ["hop"] + offered[:-1])
                             + b"250 %s\r\n" % offered[-1].encode())
            return True
        if not super().say(verb, line):
            return False
        if verb == "STARTTLS" and self.server.script(verb, line).startswith(b"220"):
            self.wrap()
        return True


def listeners(program, folder):
    certificates = Certificates(folder)
    pair = certificates.make("mx", ["mx.local.example"])
    hop = Hop(usual(AUTH=b"235 2.7.0 yes\r\n"), ehlo=("AUTH PLAIN", "8BITMIME"))
    ports = {mode: free_port() for mode in ["submission", "smtps", "submissions", "strict"]}
    entries = "".join(
        f"    - address: 127.0.0.1:{port}\n" + ("      require_tls: true\n" if mode == "strict" else f"      mode: {mode}\n")
        for mode, port in ports.items())
    daemon = Agent(program, folder, [hop.port], "  listeners:\n" + entries + tls_section(pair))
    for port in ports.values():
        wait_for_port(port)
    with client_of(daemon.port) as client:
        client.ehlo()
        check("25: mail without TLS and AUTH is taken", deliver(client) == 250)
    with client_of(daemon.port) as client:
        client.starttls(context=trusting(certificates))
        client.ehlo()
        for line in ["MAIL FROM:<ann@client.example>", "RCPT TO:<eva@local.example>", "DATA"]:
            client.docmd(line)
        client.send(b"Subject: last words\r\n\r\nbye\r\n.\r\n")
        # The socket's own: no word of TLS's before it.
        socket.socket.shutdown(client.sock, socket.SHUT_WR)
        told = client.getreply()
        check("25: who says no more is told what became of the message", told[0] == 250, told)
    with client_of(ports["submission"]) as client:
        client.ehlo()
        check("587: AUTH is not offered in clear", "auth" not in client.esmtp_features, client.esmtp_features)
        told = client.docmd("AUTH PLAIN AGFubgBz")
        check("and is 530 before STARTTLS", told[0] == 530 and b"STARTTLS" in told[1], told)
        told = client.docmd("MAIL FROM:<ann@client.example>")
        check("and so is mail", told[0] == 530, told)
        client.starttls(context=trusting(certificates))
        client.ehlo()
        told = client.docmd("MAIL FROM:<ann@client.example>")
        check("under TLS mail without AUTH is 530", told[0] == 530 and b"uthentication" in told[1], told)
        check("AUTH is offered there", client.esmtp_features.get("auth", "").split() == ["PLAIN"], client.esmtp_features)
        client.login("ann", "s3cret")
        check("and mail goes through after it", deliver(client, 2) == 250)
    for mode in ["smtps", "submissions"]:
        client = smtplib.SMTP_SSL("localhost", ports[mode], local_hostname="client.example", timeout=30,
                                  context=trusting(certificates, check_hostname=False))
        client.ehlo()
        check(f"{mode}: no STARTTLS within TLS", "starttls" not in client.esmtp_features, client.esmtp_features)
        told = client.docmd("MAIL FROM:<ann@client.example>")
        check(f"{mode}: mail without AUTH is {250 if mode == 'smtps' else 530}", told[0] == (250 if mode == "smtps" else 530),
              told)
        client.rset()
        client.login("ann", "s3cret")
        check(f"{mode}: mail after AUTH is taken", deliver(client, 3) == 250)
        client.quit()
    with client_of(ports["strict"]) as client:
        client.ehlo()
        told = client.docmd("MAIL FROM:<ann@client.example>")
        check("require_tls: 530 Must issue a STARTTLS command first",
              told == (530, b"5.7.0 Must issue a STARTTLS command first"), told)
        client.starttls(context=trusting(certificates))
        check("and 250 after it", deliver(client, 4) == 250)
    link = socket.create_connection(("127.0.0.1", ports["smtps"]), 10)
    link.sendall(b"EHLO plain.example\r\n")
    rest = link.recv(1000)
    check("clear text at 465 is no command", not rest or rest[:1] == b"\x15", rest)
    link.close()
    check("and logged", daemon.wait_for("TLS handshake with 127.0.0.1 failed"), daemon.text())
    check("with a finding", daemon.wait_for("TLS_HANDSHAKE_FAILED"), daemon.text())
    check("the secret is nowhere", "s3cret" not in daemon.text())
    daemon.stop()
    # A certificate is missing: told with its place.
    daemon.write("  listeners:\n" + entries)
    told = subprocess.run([program, "--policy", daemon.policy, "--dns", "none", "--check"], capture_output=True, text=True)
    check("TLS without a certificate is told", told.returncode == 78 and "TLS needs a certificate" in told.stderr, told)
    hop.end()


def names(port, host, context):
    """The common name of the certificate that is shown to who asks for `host`."""
    client = client_of(port, host)
    client.ehlo()
    client.docmd("STARTTLS")
    context.check_hostname = False
    wrapped = context.wrap_socket(client.sock, server_hostname=host)
    subject = dict(item for part in wrapped.getpeercert()["subject"] for item in part)
    wrapped.close()
    return subject["commonName"]


def certificates(program, folder):
    made = Certificates(folder)
    first = made.make("mx", ["mx.local.example"], algorithm=("rsa:2048",))
    second = made.make("two", ["two.example", "www.two.example"])
    wild = made.make("wild", ["*.wild.example"])
    hop = Hop()
    daemon = Agent(program, folder, [hop.port], tls_section(first, second, wild))
    context = trusting(made)
    for host, expected in [("mx.local.example", "mx.local.example"), ("two.example", "two.example"),
                           ("www.two.example", "two.example"), ("WWW.TWO.example", "two.example"),
                           ("a.wild.example", "*.wild.example"), ("a.b.wild.example", "mx.local.example"),
                           ("wild.example", "mx.local.example"), ("other.example", "mx.local.example"),
                           (None, "mx.local.example")]:
        shown = names(daemon.port, host, context)
        check(f"{host} is shown {expected}", shown == expected, shown)
    check("no warning about good certificates", "warning" not in daemon.text().replace("warning: running as root", ""), daemon.text())

    renewed = made.make("renewed", ["renewed.example"])
    held = client_of(daemon.port)
    held.starttls(context=trusting(made, check_hostname=False))
    daemon.write(tls_section(renewed))
    daemon.process.send_signal(signal.SIGHUP)
    check("SIGHUP reads certificates anew", daemon.wait_for("was read anew"), daemon.text())
    check("and shows the new one", names(daemon.port, "mx.local.example", context) == "renewed.example")
    check("a connection from before goes on", held.ehlo()[0] == 250)
    check("one for another name than the banner's is warned about", daemon.wait_for("no certificate of agent.tls is for "
          "mx.local.example"), daemon.text())
    with open(made.path("broken.pem"), "w") as file:
        file.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for pair, reason in [((made.path("broken.pem"), renewed[1]), "holds no certificate"),
                         ((renewed[0], second[1]), f"{second[1]}: the key is not that of the certificate"),
                         ((renewed[0], made.path("none.key")), "none.key"),
                         ((renewed[0], renewed[0]), "holds no private key")]:
        count = daemon.text().count("the one from before holds")
        daemon.write(tls_section(pair))
        daemon.process.send_signal(signal.SIGHUP)
        deadline = time.time() + 10
        while time.time() < deadline and daemon.text().count("the one from before holds") == count:
            time.sleep(0.05)
        check(f"a broken certificate is told: {reason}", reason in daemon.text(), daemon.text()[-600:])
        check("and the one before is shown", names(daemon.port, "x.example", context) == "renewed.example")
    daemon.stop()

    os.chmod(first[1], 0o644)
    expired = made.make("expired", ["mx.local.example"], end="20250101000000Z")
    daemon.write(tls_section(first, expired))
    told = subprocess.run([program, "--policy", daemon.policy, "--dns", "none", "--check"], capture_output=True, text=True)
    check("--check tells of an open key", told.returncode == 0 and "open to everybody" in told.stderr, told)
    check("and of an expired certificate", "has expired at 2025-01-01T00:00:00Z" in told.stderr, told)

    # Ciphers and the oldest version.
    daemon = Agent(program, folder, [hop.port], tls_section(
        first, more="    minimum: \"1.2\"\n    ciphers: [ECDHE-RSA-AES256-GCM-SHA384]\n"), NO_RETRY)
    old = trusting(made, maximum_version=ssl.TLSVersion.TLSv1_2)
    with client_of(daemon.port) as client:
        client.starttls(context=old)
        check("the cipher suite is the one that is taken", client.sock.cipher()[0] == "ECDHE-RSA-AES256-GCM-SHA384")
    old.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    with contextlib.suppress(OSError):
        client = client_of(daemon.port)
        code = outcome(lambda: client.starttls(context=old))
        check("another is refused", code == 0, code)
    check("and the log says why", daemon.wait_for("no shared cipher"), daemon.text())
    daemon.stop()
    daemon = Agent(program, folder, [hop.port], tls_section(first, more="    minimum: \"1.3\"\n"))
    client = client_of(daemon.port)
    check("a minimum of 1.3 refuses 1.2", outcome(lambda: client.starttls(
        context=trusting(made, maximum_version=ssl.TLSVersion.TLSv1_2))) == 0)
    daemon.stop()

    # Certificates of clients.
    known = made.make("known", ["known.example"], kind="clientAuth")
    foreign = made.make("foreign", ["foreign.example"], kind="clientAuth", authority="stranger")
    for mode, results in [("optional", {"known": 250, "foreign": 250, None: 250}),
                          ("required", {"known": 250, "foreign": 0, None: 0})]:
        daemon = Agent(program, folder, [hop.port], tls_section(
            first, more=f"    client_certificates: {mode}\n    client_authorities: {made.authority}\n")
            + "\n  quarantine: " + folder, "actions:\n  TLS_SECURED: quarantine\n" + NO_RETRY)
        for name, expected in results.items():
            context = trusting(made)
            if name:
                context.load_cert_chain(made.path(name + ".pem"), made.path(name + ".key"))

            def attempt():
                with client_of(daemon.port) as client:
                    client.starttls(context=context)
                    client.ehlo()
                    return client.sendmail(f"{name}@client.example", ["eva@local.example"], message(100)) or (250,)

            check(f"client certificates {mode}: {name} is {expected}", outcome(attempt) == expected)
        kept = "".join(open(name).read() for name in glob.glob(folder + "/*.json"))
        check(f"{mode}: evidence names the certificate",
              '"certificate":"CN=known.example,O=Test"' in kept and '"verified":true' in kept, kept[:600])
        if mode == "optional":
            check("and one that nobody vouches for", '"certificate":"CN=foreign.example,O=Test"' in kept
                  and '"verified":false' in kept)
            check("and the host that was asked for", '"sni":"mx.local.example"' in kept)
        else:
            check("and a failed one is logged", daemon.wait_for("failed"), daemon.text())
        for name in glob.glob(folder + "/*.json") + glob.glob(folder + "/*.eml.zst"):
            os.remove(name)
        daemon.stop()
    hop.end()


def require(program, folder):
    """What the stage requires, refuses and keeps from clients."""
    made = Certificates(folder)
    pair = made.make("mx", ["mx.local.example"])
    hop = Hop()

    def daemon_with(stage):
        return Agent(program, folder, [hop.port], tls_section(pair), "stages:\n  tls:\n    exempt: []\n" + stage)

    cases = [
        ("required: true", {}, 530, 250), ("required_clients: [127.0.0.0/8]", {}, 530, 250),
        ("required_clients: [client.example]", {}, 530, 250), ("required_clients: [192.0.2.0/24]", {}, 250, 250),
        ("required_senders: [client.example]", {}, 530, 250), ("required_senders: [.example]", {}, 530, 250),
        ("required_senders: [other.example]", {}, 250, 250),
        ("required_recipients: [local.example]", {}, 550, 250), ("required_recipients: [other.example]", {}, 250, 250),
        ("required_listeners: [\":{port}\"]", {}, 530, 250), ("required_certificates: [127.0.0.1]", {}, 530, 554),
    ]
    for setting, addresses, plain, secured in cases:
        daemon = daemon_with("    required: false\n")
        daemon.stop()
        daemon = Agent(program, folder, [hop.port], tls_section(pair), "")
        daemon.write(tls_section(pair), "stages:\n  tls:\n    exempt: []\n    " + setting.format(port=daemon.port) + "\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("holds for new connections")
        with client_of(daemon.port) as client:
            code = deliver(client, **addresses)
        check(f"{setting}: without TLS {plain}", code == plain, (code, daemon.text()))
        client = client_of(daemon.port)
        client.starttls(context=trusting(made))
        code = deliver(client, **addresses)
        check(f"{setting}: with TLS {secured}", code == secured, (code, daemon.text()))
        client.close()
        daemon.stop()
    daemon = daemon_with("    required: true\n    minimum: \"1.3\"\n")
    client = client_of(daemon.port)
    client.starttls(context=trusting(made, maximum_version=ssl.TLSVersion.TLSv1_2))
    told = client.docmd("EHLO c.example")
    check("TLS that is not enough is 554", told[0] == 554 and b"lack of security" in told[1], told)
    check("and QUIT is still 221", client.docmd("QUIT")[0] == 221)
    daemon.stop()
    daemon = daemon_with("    not_offered: [127.0.0.1]\n")
    with client_of(daemon.port) as client:
        client.ehlo()
        check("who is not to be offered STARTTLS is not", "starttls" not in client.esmtp_features, client.esmtp_features)
        check("and it is 502", client.docmd("STARTTLS")[0] == 502)
        check("and mail goes through", deliver(client) == 250)
    check("the log tells", daemon.wait_for("TLS_NOT_OFFERED"), daemon.text())
    daemon.stop()
    hop.end()


def retry(program, folder):
    """A client whose handshake failed is not offered STARTTLS for a while, unless TLS is required of it."""
    made = Certificates(folder)
    pair = made.make("mx", ["mx.local.example"])
    hop = Hop()

    def fail(port):
        client = client_of(port)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            client.starttls(context=ssl.create_default_context(cafile=made.stranger))
        client.close()

    for stage, offered in [("", False), ("    required_clients: [127.0.0.1]\n", True), ("    retry: 0s\n", True)]:
        daemon = Agent(program, folder, [hop.port], tls_section(pair), "stages:\n  tls:\n    exempt: []\n" + stage)
        fail(daemon.port)
        check("the failure is logged", daemon.wait_for("TLS handshake with 127.0.0.1 failed"), daemon.text())
        check("and found", daemon.wait_for("TLS_HANDSHAKE_FAILED"), daemon.text())
        with client_of(daemon.port) as client:
            client.ehlo()
            check(f"STARTTLS is {'offered' if offered else 'kept back'} after it ({stage.strip() or 'defaults'})",
                  ("starttls" in client.esmtp_features) == offered, client.esmtp_features)
            if not offered:
                check("and mail comes in clear", deliver(client) == 250)
                check("and the log says why", daemon.wait_for("TLS_NOT_OFFERED"), daemon.text())
        daemon.stop()
    # A handshake that never comes.
    daemon = Agent(program, folder, [hop.port], tls_section(pair, more="    handshake_timeout: 1s\n"))
    link = Link(daemon.port)
    link.reply()
    link.say(b"EHLO c.example")
    link.say(b"STARTTLS")
    start = time.time()
    link.stream.read()
    check("a client that never begins is let go", time.time() - start < 10)
    check("and logged", daemon.wait_for("no end of it within 1 s"), daemon.text())
    daemon.stop()
    hop.end()


def nexthop(program, folder):
    made = Certificates(folder)
    good = made.make("hop", ["hop.inside.example", "127.0.0.1"])
    wrong = made.make("wrong", ["wrong.example"])
    expired = made.make("expired", ["hop.inside.example", "127.0.0.1"], end="20250101000000Z")
    foreign = made.make("foreign", ["hop.inside.example", "127.0.0.1"], authority="stranger")

    def context(pair, **settings):
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*pair)
        for name, value in settings.items():
            setattr(made, name, value)
        return made

    def attempt(daemon, number=1, **addresses):
        with contextlib.suppress(OSError):
            with client_of(daemon.port) as client:
                code = client.ehlo()[0]
                return code if code != 250 else deliver(client, number, **addresses)
        return 0

    verified = f"  next_hop_tls: verified\n  next_hop_tls_authorities: {made.authority}\n"
    for setting, pair, code, secured, word in [
            ("  next_hop_tls: none\n", good, 250, False, None), ("  next_hop_tls: opportunistic\n", good, 250, True, None),
            ("  next_hop_tls: opportunistic\n", expired, 250, True, None),
            ("  next_hop_tls: required\n", foreign, 250, True, None), (verified, good, 250, True, None),
            (verified + "  next_hop_tls_name: hop.inside.example\n", good, 250, True, None),
            (verified, wrong, 421, False, "it is for wrong.example, not 127.0.0.1"),
            (verified + "  next_hop_tls_name: hop.inside.example\n", wrong, 421, False, "hostname mismatch"),
            (verified, expired, 421, False, "certificate has expired"),
            (verified, foreign, 421, False, "unable to get local issuer certificate"),
            ("  next_hop_tls: verified\n", good, 421, False, "issuer certificate")]:
        hop = SecureHop(context(pair))
        daemon = Agent(program, folder, [hop.port], setting)
        told = attempt(daemon)
        name = setting.split("\n")[0].strip() + f" with {os.path.basename(pair[0])}"
        check(f"{name}: {code}", told == code, (told, daemon.text()))
        check(f"{name}: {'protected' if secured else 'not protected'}",
              bool(hop.secured and hop.messages) == secured, (hop.secured, daemon.text()))
        if word:
            check(f"{name}: the log says why", daemon.wait_for(word), daemon.text())
        daemon.stop()
        hop.end()
    # No STARTTLS on offer.
    for setting, code in [("opportunistic", 250), ("required", 421)]:
        hop = SecureHop(context(good), usual(), ehlo=("8BITMIME",))
        daemon = Agent(program, folder, [hop.port], f"  next_hop_tls: {setting}\n")
        told = attempt(daemon)
        check(f"{setting} with a server that has no TLS: {code}", told == code, told)
        daemon.stop()
        hop.end()
    # A handshake that fails: on without TLS, and without a new attempt for a while.
    hop = SecureHop(context(good, maximum_version=ssl.TLSVersion.TLSv1_2))
    daemon = Agent(program, folder, [hop.port], "  next_hop_tls: opportunistic\n  next_hop_tls_minimum: \"1.3\"\n")
    check("an opportunistic handshake that fails leaves the mail in clear", attempt(daemon) == 250 and len(hop.messages) == 1
          and hop.secured == [], (hop.secured, daemon.text()))
    check("the log says so", daemon.wait_for("going on without TLS"), daemon.text())
    before = sum(line.startswith(b"STARTTLS") for line in hop.lines)
    attempt(daemon, 2)
    check("and it is not tried again at once", before == 1 == sum(line.startswith(b"STARTTLS") for line in hop.lines)
          and len(hop.messages) == 2)
    daemon.stop()
    daemon = Agent(program, folder, [hop.port], "  next_hop_tls: required\n  next_hop_tls_minimum: \"1.3\"\n")
    check("a required one leaves it with the client", attempt(daemon) == 421 and len(hop.messages) == 2)
    daemon.stop()
    hop.end()
    # TLS from the first byte on, a second server that stands in, and a certificate of our own.
    known = made.make("known", ["known.example"], kind="clientAuth")
    asking = context(good)
    asking.load_verify_locations(made.authority)
    asking.verify_mode = ssl.CERT_REQUIRED
    hop = SecureHop(asking, implicit=True, ehlo=("8BITMIME",))
    daemon = Agent(program, folder, [free_port(), hop.port], verified + "  next_hop_tls_implicit: true\n"
                   f"  next_hop_tls_certificate: {known[0]}\n  next_hop_tls_key: {known[1]}\n")
    check("TLS from the first byte on", attempt(daemon) == 250 and hop.secured == ["TLSv1.3"] and len(hop.messages) == 1,
          (hop.secured, daemon.text()))
    daemon.stop()
    hop.end()
    # What was kept aside goes the same way.
    place = os.path.join(folder, "kept")
    os.mkdir(place)
    hop = SecureHop(asking, implicit=True, ehlo=("8BITMIME",))
    daemon = Agent(program, folder, [hop.port], verified + "  next_hop_tls_implicit: true\n"
                   f"  next_hop_tls_certificate: {known[0]}\n  next_hop_tls_key: {known[1]}\n  quarantine: {place}\n",
                   "actions:\n  SENDER_BLOCKED: quarantine\n"
                   "stages:\n  sender-blocklist:\n    entries:\n      - sender: a@b.example\n")
    kept = attempt(daemon, sender="a@b.example") == 250 and not hop.messages
    assay = os.path.join(os.path.dirname(program), "assay")
    listed = subprocess.run([assay, "quarantine", "list", "--policy", daemon.policy, "--format", "ndjson"],
                            capture_output=True, text=True, timeout=600)
    names = [json.loads(line)["id"] for line in listed.stdout.splitlines()]
    result = subprocess.run([assay, "quarantine", "release", *names, "--policy", daemon.policy], capture_output=True,
                            text=True, timeout=600)
    check("released with the certificate that is shown", kept and result.returncode == 0 and len(hop.messages) == 1
          and hop.secured[-1:] == ["TLSv1.3"], (listed, result, hop.secured))
    daemon.stop()
    hop.end()
    # Recipients whose mail has to be protected.
    hop = Hop()
    daemon = Agent(program, folder, [hop.port], "  next_hop_tls: opportunistic\n  next_hop_tls_domains: [bank.example]\n")
    check("a recipient that needs TLS behind is 450 without", attempt(daemon, to="x@bank.example") == 450)
    check("and others are taken", attempt(daemon) == 250)
    daemon.stop()
    hop.end()
    hop = SecureHop(context(good))
    daemon = Agent(program, folder, [hop.port], "  next_hop_tls: opportunistic\n  next_hop_tls_domains: [bank.example]\n")
    check("and is taken with TLS", attempt(daemon, to="x@bank.example") == 250 and hop.secured, daemon.text())
    daemon.stop()
    hop.end()


class Postfix:
    """A Postfix of this run's own, with `settings` besides."""

    PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def __init__(self, folder, name, settings):
        self.base, self.port = os.path.join(folder, "postfix-" + name), free_port()
        for part in ["etc", "spool", "data", "mail"]:
            os.makedirs(f"{self.base}/{part}")
        os.chmod(folder, 0o755)
        shutil.chown(self.base + "/data", "postfix")
        shutil.chown(self.base + "/mail", "nobody", "nogroup")
        for file in ["postfix-files", "postfix-script", "post-install", "dynamicmaps.cf"]:
            for place in ["/etc/postfix", "/usr/share/postfix", "/usr/lib/postfix"]:
                if os.path.exists(f"{place}/{file}"):
                    shutil.copy(f"{place}/{file}", self.base + "/etc")
                    break
        services = "".join(f"{service} unix - - n - - {service if program is None else program}\n" for service, program in [
            ("bounce", None), ("defer", "bounce"), ("trace", "bounce"), ("verify", None), ("proxymap", None),
            ("error", None), ("retry", "error"), ("rewrite", "trivial-rewrite")])
        with open(self.base + "/etc/master.cf", "w") as file:
            file.write(f"127.0.0.1:{self.port} inet n - n - - smtpd\npickup unix n - n 60 1 pickup\n"
                       f"cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\n{services}"
                       "virtual unix - n n - - virtual\n"
                       "anvil unix - - n - 1 anvil\ntlsmgr unix - - n 1000? 1 tlsmgr\npostlog unix-dgram n - n - 1 postlogd\n")
        nobody = __import__("pwd").getpwnam("nobody")
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
virtual_mailbox_maps = inline:{{ eva@local.example=eva/ }}
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
virtual_minimum_uid = 1
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_recipient_restrictions = reject_unauth_destination
maillog_file = {self.base}/log
maillog_file_prefixes = {self.base}
alias_maps =
{settings}""")
        started = subprocess.run(["postfix", "-c", self.base + "/etc", "start"], capture_output=True, text=True,
                                 env=self.PATH)
        self.is_up = wait_for_port(self.port)
        log = self.base + "/log"
        self.trouble = started.stderr + (open(log).read() if os.path.exists(log) else "")
        self.seen = set()

    def newest(self, seconds=30):
        """The text of the next message delivered."""
        deadline = time.time() + seconds
        while time.time() < deadline:
            for name in set(glob.glob(self.base + "/mail/eva/new/*")) - self.seen:
                self.seen.add(name)
                return open(name, encoding="utf-8", errors="replace").read()
            time.sleep(0.1)
        return "nothing delivered: " + open(self.base + "/log").read()

    def stop(self):
        subprocess.run(["postfix", "-c", self.base + "/etc", "stop"], capture_output=True, env=self.PATH)


def postfix(program, folder):
    """A real Postfix behind, under TLS."""
    if not shutil.which("postfix", path="/usr/sbin:/usr/bin") or os.geteuid() != 0:
        print("skipped: Postfix is not installed, or this is not root, as its master has to be")
        return
    made = Certificates(folder)
    pairs = {"good": made.make("hop", ["mail.local.example"]), "wrong": made.make("wrong", ["wrong.example"]),
             "expired": made.make("expired", ["mail.local.example"], end="20250101000000Z"),
             "untrusted": made.make("foreign", ["mail.local.example"], authority="stranger")}
    mx = made.make("mx", ["mx.local.example"])
    for name, (certificate, key) in pairs.items():
        server = Postfix(folder, name, f"""smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
""")
        try:
            if not server.is_up:
                check("Postfix starts", False, server.trouble)
                return
            for setting in ["opportunistic", "verified"]:
                daemon = Agent(program, folder, [server.port], tls_section(mx) + f"""
  next_hop_tls: {setting}
  next_hop_tls_name: mail.local.example
  next_hop_tls_authorities: {made.authority}
  identification: xclient""")
                expected = 250 if setting == "opportunistic" or name == "good" else 421
                client = client_of(daemon.port)
                # The way to Postfix opens with the greeting.
                code = client.ehlo()[0]
                if code == 250:
                    client.starttls(context=trusting(made))
                    code = deliver(client, len(setting))
                client.close()
                check(f"Postfix with a {name} certificate, {setting}: {expected}", code == expected, (code, daemon.text()))
                if expected == 250:
                    text = server.newest()
                    check(f"{name}, {setting}: Postfix has had it under TLS", "using TLSv1.3 with cipher" in text,
                          text[:900])
                    check(f"{name}, {setting}: and by XCLIENT from the client", "client.example" in text, text[:900])
                else:
                    check(f"{name}, {setting}: the log says why", daemon.wait_for("the server's certificate:"),
                          daemon.text())
                daemon.stop()
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assayd", required=True)
    parts = {"starttls": starttls, "inject": inject, "listeners": listeners, "certificates": certificates,
             "require": require, "retry": retry, "nexthop": nexthop, "postfix": postfix}
    parser.add_argument("parts", nargs="*", choices=[*parts, []])
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.assayd)
    for name in arguments.parts or parts:
        with tempfile.TemporaryDirectory(prefix="assayd-") as folder:
            parts[name](program, folder)
    sys.exit(1 if agent.FAILED else 0)


if __name__ == "__main__":
    main()
