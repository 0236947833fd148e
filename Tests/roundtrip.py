#!/usr/bin/python3
"""Signs messages with assay and verifies them with dkimpy and libopendkim, and the other way round.

usage: roundtrip.py [--assay PROGRAM] [--count N] MBOX...

Every message is signed with every pair of canonicalizations, with an RSA and an Ed25519 key. Prints what passed, and
each difference; the exit code is 1 with differences and 2 when neither program is here. MBOX may be compressed with
zstd. Messages that assay does not sign, because receivers would not take them, are counted and left out.
"""

import argparse
import base64
import ctypes
import ctypes.util
import json
import mailbox
import os
import subprocess
import sys
import tempfile
import time

PAIRS = [(header, body) for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
DOMAIN = "example.org"
SELECTORS = {"rsa": "r", "ed25519": "e"}

try:
    import dkim
except ImportError:
    dkim = None


class OpenDKIM:
    """libopendkim, as far as it takes to sign and verify."""

    OK, SYNTAX = 0, 5

    def __init__(self, keys):
        # By its name, as the library's own package installs it; find_library needs a compiler.
        self.library = None
        for name in ("libopendkim.so.11", ctypes.util.find_library("opendkim")):
            if name and self.library is None:
                try:
                    self.library = ctypes.CDLL(name)
                except OSError:
                    pass
        if self.library is None:
            return
        pointers = "init sign verify sig_getselector geterror"
        for name in pointers.split():
            getattr(self.library, "dkim_" + name).restype = ctypes.c_void_p
        self.library.dkim_sig_getselector.restype = ctypes.c_char_p
        self.handle = ctypes.c_void_p(self.library.dkim_init(None, None))
        method = ctypes.c_int(1)  # keys from a file
        path = keys.encode()
        self.library.dkim_options(self.handle, 1, 6, ctypes.byref(method), ctypes.c_size_t(ctypes.sizeof(method)))
        self.library.dkim_options(self.handle, 1, 7, ctypes.c_char_p(path), ctypes.c_size_t(len(path)))

    def _feed(self, dkim_handle, message):
        wire = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        status = self.library.dkim_chunk(dkim_handle, ctypes.c_char_p(wire), ctypes.c_size_t(len(wire)))
        if status == self.OK:
            status = self.library.dkim_chunk(dkim_handle, None, ctypes.c_size_t(0))
        if status == self.OK:
            status = self.library.dkim_eom(dkim_handle, None)
        return status

    def verify(self, message):
        """The selectors whose signatures pass; None for a message that the library does not read.

        It takes none without an address in From, signed or not.
        """
        status = ctypes.c_int(0)
        handle = ctypes.c_void_p(self.library.dkim_verify(self.handle, b"r", None, ctypes.byref(status)))
        if not handle:
            return set()
        if self._feed(handle, message) == self.SYNTAX:
            self.library.dkim_free(handle)
            return None
        signatures = ctypes.POINTER(ctypes.c_void_p)()
        count = ctypes.c_int(0)
        passed = set()
        if self.library.dkim_getsiglist(handle, ctypes.byref(signatures), ctypes.byref(count)) == self.OK:
            for place in range(count.value):
                signature = ctypes.c_void_p(signatures[place])
                flags = self.library.dkim_sig_getflags(signature)
                if flags & 0x04 and self.library.dkim_sig_getbh(signature) == 0:
                    passed.add(self.library.dkim_sig_getselector(signature).decode())
        self.library.dkim_free(handle)
        return passed

    def sign(self, message, pair, kind, pem):
        """The signature field, or None."""
        codes = {"simple": 0, "relaxed": 1}
        status = ctypes.c_int(0)
        handle = ctypes.c_void_p(self.library.dkim_sign(
            self.handle, b"s", None, pem, SELECTORS[kind].encode(), DOMAIN.encode(), codes[pair[0]], codes[pair[1]],
            {"rsa": 1, "ed25519": 2}[kind], ctypes.c_ssize_t(-1), ctypes.byref(status)))
        if not handle:
            return None
        field = None
        if self._feed(handle, message) == self.OK:
            buffer = ctypes.create_string_buffer(8192)
            if self.library.dkim_getsighdr(handle, buffer, ctypes.c_size_t(8192), ctypes.c_size_t(16)) == self.OK:
                field = b"DKIM-Signature: " + buffer.value.replace(b"\r\n", b"\n") + b"\n"
        self.library.dkim_free(handle)
        return field


class Round:
    def __init__(self, assay, folder):
        self.assay, self.folder = assay, folder
        self.records, zone = {}, "$TTL 300\n"
        for kind, selector in SELECTORS.items():
            path = self.path(kind + ".pem")
            zone += self.run("keygen", "--domain", DOMAIN, "--selector", selector, "--type", kind, "--output", path)
        with open(self.path("zone"), "w") as file:
            file.write(zone)
        for record in zone.split(")\n")[:-1]:
            name = record.replace("$TTL 300\n", "").split()[0].rstrip(".")
            self.records[name] = "".join(record.split('"')[1::2])
        with open(self.path("keys"), "w") as file:
            file.writelines(f"{name} {text}\n" for name, text in self.records.items())
        self.pem = {kind: open(self.path(kind + ".pem"), "rb").read() for kind in SELECTORS}
        # PKCS #8 of an Ed25519 key ends with the seed.
        lines = self.pem["ed25519"].split(b"\n")[1:-2]
        self.seed = base64.b64encode(base64.b64decode(b"".join(lines))[-32:])
        self.opendkim = OpenDKIM(self.path("keys"))
        self.figures, self.differences, self.invalid, self.unread = {}, [], {}, set()

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *arguments, data=None):
        result = subprocess.run([self.assay, *arguments], input=data, capture_output=True)
        if result.returncode != 0:
            raise RuntimeError(result.stderr.decode(errors="replace").strip())
        return result.stdout.decode() if data is None else result.stdout

    def note(self, way, pair, passed, what):
        good, total = self.figures.get((way, pair), (0, 0))
        self.figures[(way, pair)] = (good + passed, total + 1)
        if not passed:
            self.differences.append(f"{what}: {way} {'/'.join(pair)}")
            with open(self.path("difference.eml"), "wb") as file:
                file.write(self.last)

    def lookup(self, name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        return self.records.get(name.rstrip("."), "").encode() or None

    def outward(self, message, pair, what):
        """assay signs, the others verify."""
        keys = [word for kind, selector in SELECTORS.items()
                for word in ("--selector", selector, "--key", self.path(kind + ".pem"))]
        self.last = signed = self.run("sign", "dkim", "-", "--domain", DOMAIN, *keys,
                                      "--canonicalization", "/".join(pair), data=message)
        assert signed.endswith(message)
        if dkim:
            for place, kind in enumerate(SELECTORS):
                try:
                    passed = dkim.DKIM(signed).verify(idx=place, dnsfunc=self.lookup)
                except Exception as error:
                    passed = False
                    what += f" ({error})"
                self.note(f"assay -> dkimpy {kind}", pair, passed, what)
        if self.opendkim.library:
            passed = self.opendkim.verify(signed)
            if passed is None:
                self.unread.add(what)
                return
            for kind, selector in SELECTORS.items():
                self.note(f"assay -> opendkim {kind}", pair, selector in passed, what)

    def inward(self, message, pair, what):
        """The others sign, assay verifies all of their signatures."""
        fields = []
        if dkim:
            for kind, key, algorithm in (("rsa", self.pem["rsa"], b"rsa-sha256"),
                                         ("ed25519", self.seed, b"ed25519-sha256")):
                field = dkim.sign(
                    message, SELECTORS[kind].encode(), DOMAIN.encode(), key,
                    canonicalize=tuple(word.encode() for word in pair), signature_algorithm=algorithm)
                fields.append((f"dkimpy {kind} -> assay", field.replace(b"\r\n", b"\n")))
        if self.opendkim.library:
            for kind in SELECTORS:
                field = self.opendkim.sign(message, pair, kind, self.pem[kind])
                if field and SELECTORS[kind] in (self.opendkim.verify(field + message) or ()):
                    fields.append((f"opendkim {kind} -> assay", field))
                elif field and what not in self.unread:
                    # libopendkim 2.11 does not verify its own Ed25519 signatures over simple headers.
                    self.leave_out(f"opendkim {kind} -> opendkim", pair)
        self.last = signed = b"".join(field for _, field in fields) + message
        output = self.run("check", "dkim", "-", "--dns", "zone:" + self.path("zone"), "--format", "ndjson", data=signed)
        signatures = json.loads(output)["signatures"][:len(fields)]
        for place, ((way, _), signature) in enumerate(zip(fields, signatures)):
            # Whoever signs a header with two From fields or the like: valid, and not accepted.
            passed = signature["result"] == "pass" or (signature["reason"] or "").startswith("added-field")
            if not passed and way.startswith("opendkim") and not self.is_valid_to_dkimpy(signed, place):
                # libopendkim verifies what it signs of a message that ends with its header; nobody else does.
                self.leave_out(way.replace("assay", "dkimpy"), pair)
                continue
            self.note(way, pair, passed, f"{what} ({signature['reason']})")

    def is_valid_to_dkimpy(self, signed, place):
        """What a third verifier says; true where there is none."""
        return not dkim or dkim.DKIM(signed).verify(idx=place, dnsfunc=self.lookup)

    def leave_out(self, way, pair):
        self.invalid[(way, pair)] = self.invalid.get((way, pair), 0) + 1


def messages(paths, count, folder):
    """Messages from all of the archives in turn."""
    boxes = []
    for path in paths:
        if path.endswith(".zst"):
            plain = os.path.join(folder, f"{len(boxes)}.mbox")
            subprocess.run(["zstd", "-q", "-d", "-f", path, "-o", plain], check=True)
            path = plain
        boxes.append((path, mailbox.mbox(path, create=False)))
    number = 0
    while boxes and count > 0:
        for path, box in list(boxes):
            if number >= len(box):
                boxes.remove((path, box))
            elif count > 0:
                yield f"{os.path.basename(path)}#{number + 1}", box.get_bytes(number)
        number += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--assay", default=".build/debug/assay")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--keep", help="keep the working folder here")
    parser.add_argument("archives", nargs="+")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or temporary
        os.makedirs(folder, exist_ok=True)
        work = Round(os.path.abspath(arguments.assay), folder)
        if not dkim and not work.opendkim.library:
            print("roundtrip: neither dkimpy (python3-dkim) nor libopendkim (opendkim-tools) is here", file=sys.stderr)
            return 2
        done, refused, begun = 0, {}, time.time()
        for what, message in messages(arguments.archives, arguments.count, folder):
            if done == arguments.count:
                break
            message = message.rstrip(b"\n") + b"\n"
            try:
                for pair in PAIRS:
                    work.outward(message, pair, what)
                    work.inward(message, pair, what)
                done += 1
            except RuntimeError as error:
                reason = str(error).split(": ", 1)[-1]
                reason = " ".join(word for word in reason.split() if not word.rstrip(":").isdigit())
                refused[reason] = refused.get(reason, 0) + 1
        for (way, pair), (good, total) in sorted(work.figures.items()):
            print(f"{way:28} {'/'.join(pair):16} {good}/{total}")
        for (way, pair), number in sorted(work.invalid.items()):
            print(f"{way:28} {'/'.join(pair):16} {number} that do not verify, left out")
        for what in sorted(work.unread):
            print(f"{what}: opendkim does not read it, as it has no address in From")
        print(f"messages {done}, not signed {sum(refused.values())}, seconds {time.time() - begun:.0f}")
        for reason, number in sorted(refused.items()):
            print(f"  not signed: {number}: {reason}")
        for difference in work.differences[:40]:
            print("  difference:", difference)
    return 1 if work.differences or done == 0 else 0


sys.exit(main())
