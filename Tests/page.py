"""Opens a page in headless Chromium and uses it: `page.py BROWSER PAGE [FOLDER]`.

Speaks the browser's own protocol over a web socket of a few lines. With a folder, pictures of the page go there: phone and
wide screen, light and dark. Prints how long the page took to be ready and to answer, one JSON object.
"""

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request


class Socket:
    """A web socket to a browser on this machine (RFC 6455)."""

    def __init__(self, address):
        host, path = address.removeprefix("ws://").split("/", 1)
        name, port = host.split(":")
        self.stream = socket.create_connection((name, int(port)), timeout=120)
        key = base64.b64encode(os.urandom(16)).decode()
        self.stream.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.stream.recv(4096)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n")[0], head
        self.number = 0

    def take(self, count):
        while len(self.buffer) < count:
            more = self.stream.recv(1 << 20)
            assert more, "the browser went away"
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send(self, text):
        payload, mask = text.encode(), os.urandom(4)
        size = len(payload)
        head = b"\x81" + (
            bytes([0x80 | size]) if size < 126
            else b"\xfe" + struct.pack(">H", size) if size < 65536
            else b"\xff" + struct.pack(">Q", size)
        )
        repeated = mask * (size // 4 + 1)
        self.stream.sendall(head + mask + bytes(a ^ b for a, b in zip(payload, repeated)))

    def receive(self):
        text = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.take(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.take(8))
            text += self.take(size)
            if first & 0x80:
                return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        self.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = self.receive()
            if answer.get("method") == "Network.requestWillBeSent":
                requests.append(answer["params"]["request"]["url"])
            if answer.get("method") == "Runtime.exceptionThrown":
                raise SystemExit(f"the page's script failed: {answer['params']}")
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def run(self, script):
        """What a script on the page comes to."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")


requests = []


def main():
    browser, page = sys.argv[1], os.path.abspath(sys.argv[2])
    folder = sys.argv[3] if len(sys.argv) > 3 else None
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            [
                browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                "--disable-dev-shm-usage", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            use(profile, page, folder)
        finally:
            process.terminate()
            process.wait(60)
            time.sleep(0.5)


def use(profile, page, folder):
    told = os.path.join(profile, "DevToolsActivePort")
    end = time.monotonic() + 120
    while not os.path.exists(told) or not open(told).read().strip():
        assert time.monotonic() < end, "the browser did not start"
        time.sleep(0.1)
    port = open(told).read().split("\n")[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=60) as answer:
        target = next(t for t in json.load(answer) if t["type"] == "page")
    browser = Socket(target["webSocketDebuggerUrl"])
    for domain in ["Page", "Runtime", "Network"]:
        browser.call(f"{domain}.enable")
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=1400, height=900, deviceScaleFactor=1, mobile=False)
    started = time.monotonic()
    browser.call("Page.navigate", url=f"file://{page}")
    while browser.run("document.readyState") != "complete":
        assert time.monotonic() - started < 120
    # The script ran when the list says what it shows; a frame later it can be used.
    browser.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
    ready = time.monotonic() - started
    result = browser.run(
        """(async () => {
          const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
          const table = document.querySelector('#symbols .table'), body = table.querySelector('tbody');
          const out = {symbols: body.rows.length, before: body.rows[0].cells[0].textContent};
          let start = performance.now();
          const head = table.querySelectorAll('th')[4];
          head.querySelector('button').click();
          await frame();
          out.sort_ms = performance.now() - start;
          out.sorted = head.getAttribute('aria-sort');
          const numbers = [...body.rows].map(row => Number(row.cells[4].dataset.k));
          out.in_order = numbers.every((n, i) => i === 0 || numbers[i - 1] >= n);
          const search = table.querySelector('input');
          search.value = 'dkim';
          start = performance.now();
          search.dispatchEvent(new Event('input'));
          await frame();
          out.search_ms = performance.now() - start;
          out.found = [...body.rows].filter(row => !row.hidden).map(row => row.cells[0].textContent);
          search.value = '';
          search.dispatchEvent(new Event('input'));
          const fate = document.getElementById('fate');
          if (fate && fate.options.length > 1) {
            fate.value = fate.options[1].value;
            start = performance.now();
            fate.dispatchEvent(new Event('input'));
            await frame();
            out.filter_ms = performance.now() - start;
            out.fate = fate.value;
            out.filtered = [...document.getElementById('list').children].filter(item => !item.hidden)
              .every(item => item.dataset.f === fate.value);
            out.count = document.getElementById('count').textContent;
            fate.value = '';
            fate.dispatchEvent(new Event('input'));
          }
          const first = document.querySelector('#list details');
          if (first) {
            first.querySelector('summary').click();
            await frame();
            out.story = first.open && first.querySelector('pre').textContent.includes('Message');
          }
          head.querySelector('button').click();
          out.bytes = document.documentElement.outerHTML.length;
          out.overflow = document.documentElement.scrollWidth - window.innerWidth;
          out.scripts = document.scripts.length;
          return out;
        })()""")
    result["ready_ms"] = ready * 1000
    result["requests"] = [url for url in requests if not url.startswith(f"file://{page}")]
    for width in [400, 1400]:
        for theme in ["light", "dark"]:
            browser.call(
                "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                mobile=width < 600)
            browser.call(
                "Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": theme}])
            browser.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
            result[f"overflow_{width}"] = browser.run(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth")
            # A table that scrolls sideways hides columns from those who do not try.
            result[f"sideways_{width}"] = browser.run(
                "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth)"
                ".map(box => box.querySelector('caption').textContent)")
            result[f"background_{theme}"] = browser.run("getComputedStyle(document.body).backgroundColor")
            if folder:
                picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={
                    "x": 0, "y": 0, "width": width, "height": min(6000, browser.run("document.body.scrollHeight")),
                    "scale": 1})
                with open(os.path.join(folder, f"{width}-{theme}.png"), "wb") as file:
                    file.write(base64.b64decode(picture["data"]))
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    result["printed_inputs"] = browser.run(
        "[...document.querySelectorAll('input[type=search], select')].filter(i => i.offsetParent).length")
    # Paper has no room beside a table that is wider than its place, and no way to scroll.
    browser.call("Emulation.setDeviceMetricsOverride", width=700, height=1000, deviceScaleFactor=1, mobile=False)
    result["printed_wide"] = browser.run(
        "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1)"
        ".map(box => box.querySelector('caption').textContent)")
    print(json.dumps(result))


main()
