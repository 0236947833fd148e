"""The mail that is measured on, in bench/work."""
import base64
import json
import os
import re
import subprocess

FIXTURES = ("archive/inbound.mbox", "archive/older.mbox.zst", "archive/march.mbox.gz")
SPLIT_SIZE = 150 << 20


class Workload:
    def __init__(self, root, bench, sample_size):
        self.bench = bench
        self.folder = os.path.join(root, "bench", "work")
        os.makedirs(self.folder, exist_ok=True)
        shared = os.environ.get("ASSAY_SHARED", os.path.join(root, "..", "shared"))
        self.archives = sorted(
            os.path.join(folder, name)
            for folder, _, names in os.walk(os.path.join(shared, "corpora"))
            for name in names if name.endswith(".mbox.zst"))
        self.description = f"corpora of {os.path.normpath(shared)}" if self.archives else "fixtures, repeated"
        if not self.archives:
            self.archives = [os.path.join(root, "fixtures", name) for name in FIXTURES]
        self.mailbox = self.path("corpus.mbox")
        self.sample = self.path("sample.mbox")
        self.long_sample = self.path("sample-repeated.mbox")
        self.snapshot = self.path("dns.snapshot.ndjson")
        self.private_key, self.public_key = self.keys()
        self.make_mailbox()
        self.sampled = self.make_sample(sample_size)

    def path(self, name):
        return os.path.join(self.folder, name)

    def make_mailbox(self):
        """All archives, decompressed, one after another, as often as makes a size worth measuring."""
        with open(self.mailbox, "wb") as file:
            while file.tell() < SPLIT_SIZE:
                subprocess.run([self.bench, "cat", *self.archives], stdout=file, check=True)
                file.seek(0, os.SEEK_END)

    def make_sample(self, size):
        """Messages at even distances, and the invented DNS that lets SPF and DKIM do all of their work on them."""
        total = sum(1 for _ in self.messages())
        step = max(1, total // size)
        taken = 0
        names = Names()
        with open(self.sample, "wb") as file:
            for number, lines in enumerate(self.messages()):
                if number % step or taken == size:
                    continue
                taken += 1
                file.writelines(lines)
                names.note(lines)
        with open(self.snapshot, "w") as file:
            file.writelines(names.snapshot(self.public_key))
        with open(self.sample, "rb") as source, open(self.long_sample, "wb") as file:
            content = source.read()
            for _ in range(max(1, 12_000 // taken)):
                file.write(content)
        return taken

    def messages(self, mailbox=None):
        """The messages of a mailbox, the one all is measured on unless another is named, as lists of lines, the
        envelope line among them. Streams: what this process holds at its largest would show in the peaks of those it
        starts."""
        lines = []
        blank = True
        with open(mailbox or self.mailbox, "rb") as file:
            for line in file:
                if blank and line.startswith(b"From ") and lines:
                    yield lines
                    lines = []
                lines.append(line)
                blank = line == b"\n"
        yield lines

    def keys(self, kind="rsa"):
        """A throw-away key, RSA of 2048 bits or Ed25519, private and public, as base64 of what DKIM publishes."""
        options = ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else ["ED25519"]
        private = subprocess.run(
            ["openssl", "genpkey", "-algorithm", *options, "-outform", "DER"], capture_output=True, check=True).stdout
        public = subprocess.run(
            ["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input=private, capture_output=True,
            check=True).stdout
        # RFC 8463 section 4.2: an Ed25519 key is published without the structure around its 32 bytes.
        public = public if kind == "rsa" else public[-32:]
        return base64.b64encode(private).decode(), base64.b64encode(public).decode()

    def make_signed(self, kind, count, is_made_up):
        """A mailbox of signed messages, made up or those of the corpora that are nearest to a user's mail, at even
        distances; its path and the public key."""
        path = self.path(f"signed-{kind}.mbox")
        private, public = self.keys(kind)
        arguments = [] if is_made_up else [self.path("mail.mbox")]
        if arguments:
            near = [name for name in self.archives if "spamassassin" in name or "lists_vger" in name]
            whole = self.path("near.mbox")
            with open(whole, "wb") as file:
                subprocess.run([self.bench, "cat", *(near or self.archives)], stdout=file, check=True)
            # Some cannot be signed, for which there are a few more.
            total = sum(1 for _ in self.messages(whole))
            step = max(1, total * 10 // (count * 12))
            with open(arguments[0], "wb") as file:
                for number, lines in enumerate(self.messages(whole)):
                    if number % step == 0:
                        file.writelines(lines)
            os.remove(whole)
        with open(path, "wb") as file:
            subprocess.run([self.bench, "sign", private, str(count), *arguments], stdout=file, check=True)
        return path, public


class Names:
    """Domains that senders claim and keys that signatures name."""

    DOMAIN = rb"((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})"

    def __init__(self):
        self.senders, self.keys = set(), set()

    def note(self, lines):
        head = b""
        for line in lines[1:]:
            if line in (b"\n", b"\r\n") or len(head) > 1 << 18:
                break
            head += line
        head = re.sub(rb"\r?\n[ \t]+", b" ", head).lower()
        for pattern in (rb"^return-path:.*@" + self.DOMAIN, rb"^received-spf:.*envelope-from=\S*@" + self.DOMAIN):
            self.senders.update(match.decode() for match in re.findall(pattern, head, re.MULTILINE))
        envelope = re.match(rb"from \S*@" + self.DOMAIN + rb"[ >]", lines[0].lower())
        if envelope:
            self.senders.add(envelope[1].decode())
        for value in re.findall(rb"^dkim-signature:(.*)", head, re.MULTILINE):
            domain = re.search(rb"[; ]d=\s*" + self.DOMAIN, b";" + value)
            selector = re.search(rb"[; ]s=\s*([a-z0-9._-]{1,60}[a-z0-9])\s*(?:;|$)", b";" + value)
            if domain and selector and b".." not in selector[1]:
                self.keys.add(f"{selector[1].decode()}._domainkey.{domain[1].decode()}")

    def snapshot(self, public_key):
        included = "_spf.bench.example"
        answers = {name: f"v=spf1 ip4:192.0.2.0/24 include:{included} -all" for name in self.senders}
        answers[included] = "v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 ?all"
        answers.update({name: f"v=DKIM1; k=rsa; p={public_key}" for name in self.keys})
        for name, text in sorted(answers.items()):
            if len(name) > 250 or any(len(label) > 63 for label in name.split(".")):
                continue
            strings = " ".join(f'"{text[start:start + 200]}"' for start in range(0, len(text), 200))
            yield json.dumps({"name": name + ".", "type": "TXT", "rcode": "NOERROR", "rdata": [strings]}) + "\n"
