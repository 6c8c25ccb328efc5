# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium without a window, driven by the DevTools protocol over two pipes.

Chromium reads commands from descriptor 3 and writes answers and events to descriptor 4, each a JSON
text that ends with a zero byte. No driver program, port or library is needed. Scripts of pages are
off unless a test switches them on; the driver's own expressions run nevertheless.
"""
import base64
import contextlib
import json
import os
import pathlib
import select
import shutil
import subprocess
import time

SECONDS = 30  # the longest wait for an answer or a condition
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "Escape": (27, ""),
        "ArrowDown": (40, ""), "ArrowUp": (38, "")}
# No requests of the browser itself, and no host but loopback.
FLAGS = ("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
         "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
         "--font-render-hinting=none", "--force-color-profile=srgb", "--lang=en-GB",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


class BrowserError(Exception):
    """The browser rejected a command or did not answer."""


class Browser:
    """A Chromium with a profile of its own below `folder`."""

    def __init__(self, folder):
        program = shutil.which("chromium")
        if program is None:
            raise BrowserError("chromium is not installed: run packaging/deps.sh check")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        flags = list(FLAGS) + ["--user-data-dir=%s" % (self.folder / "profile")]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium's sandbox does not work for root
        self.log = self.folder / "chromium.log"
        # The shell moves the two pipes to the descriptors that Chromium uses.
        self.child = subprocess.Popen(
            ["sh", "-c", 'log=$1; shift; exec "$@" 3<&0 4>&1 </dev/null >"$log" 2>&1', "sh",
             str(self.log), program, *flags], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "HOME": str(self.folder)}, start_new_session=True)
        self.buffer, self.number = b"", 0
        self.pages = {}  # session -> Page

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        try:
            self.send("Browser.close")
            self.child.wait(timeout=20)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self.child.kill()
            self.child.wait()

    def receive(self, seconds):
        """The next message, or None after `seconds` without one."""
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.child.stdout], [], [], left)[0]:
                return None
            more = os.read(self.child.stdout.fileno(), 1 << 20)
            if not more:
                raise BrowserError("Chromium has ended:\n" + self.log.read_text(errors="replace"))
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def take(self, message):
        """Hands an event to its page."""
        page = self.pages.get(message.get("sessionId"))
        if page is not None and "method" in message:
            page.take(message["method"], message.get("params", {}))

    def send(self, method, session=None, **params):
        """Sends a command and returns its result."""
        self.number += 1
        number, message = self.number, {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.child.stdin.write(json.dumps(message).encode() + b"\0")
        self.child.stdin.flush()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            answer = self.receive(end - time.monotonic())
            if answer is not None and answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError("%s: %s" % (method, answer["error"]["message"]))
                return answer["result"]
            if answer is not None:
                self.take(answer)
        raise BrowserError("no answer to " + method)

    def page(self):
        """A new page with cookies and cache of its own."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank",
                           browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, context)


class Page:
    """One tab. Waits never depend on a time: they poll a condition for at most SECONDS."""

    def __init__(self, browser, session, context):
        self.browser, self.session, self.context = browser, session, context
        self.requests, self.sent, self.responses, self.failures = [], [], [], []
        browser.pages[session] = self
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(domain + ".enable")
        self.scripts(False)
        self.size(1280, 900)

    def send(self, method, **params):
        return self.browser.send(method, self.session, **params)

    def take(self, method, params):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
            self.sent.append(params["request"]["headers"])
        elif method == "Network.responseReceived":
            self.responses.append(params["response"])
        elif method == "Log.entryAdded" and params["entry"]["source"] == "security":
            self.failures.append(params["entry"]["text"])

    def close(self):
        self.browser.pages.pop(self.session, None)
        self.browser.send("Target.disposeBrowserContext", browserContextId=self.context)

    # --- settings ---------------------------------------------------------------------------

    def scripts(self, on):
        self.send("Emulation.setScriptExecutionDisabled", value=not on)

    def size(self, width, height=900):
        self.width = width
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def dark(self, on):
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if on else "light"},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])

    # --- looking ----------------------------------------------------------------------------

    def evaluate(self, expression):
        """The value of a JavaScript expression, for the driver only; a promise's value, too."""
        found = self.send("Runtime.evaluate", expression=expression, returnByValue=True,
                          awaitPromise=True)
        if "exceptionDetails" in found:
            raise BrowserError(json.dumps(found["exceptionDetails"])[:2000])
        return found["result"].get("value")

    def url(self):
        return self.evaluate("location.href")

    def title(self):
        return self.evaluate("document.title")

    def text(self):
        return self.evaluate("document.body ? document.body.innerText : ''")

    def count(self, selector):
        return self.evaluate("document.querySelectorAll(%s).length" % json.dumps(selector))

    def focused(self):
        """What has the focus: its id, or else its text, in a few words."""
        return self.evaluate(
            "(e => !e || e === document.body ? '' : e.id || e.innerText.trim() || e.className)"
            "(document.activeElement)")

    def referrers(self):
        return {headers["Referer"] for headers in self.sent if headers.get("Referer")}

    def status(self):
        """The status of the last document."""
        documents = [r for r in self.responses if r["mimeType"] == "text/html"]
        return documents[-1]["status"] if documents else None

    def shot(self, path):
        """Saves the whole page as a picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        height = max(400, self.evaluate("document.documentElement.scrollHeight"))
        self.size(self.width, height)
        taken = self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(taken["data"]))
        self.size(self.width)

    # --- acting -----------------------------------------------------------------------------

    def wait(self, holds, what):
        """Waits until `holds()` is true. Between two documents an expression may fail."""
        end, last = time.monotonic() + SECONDS, None
        while time.monotonic() < end:
            try:
                if holds():
                    return
            except BrowserError as error:
                last = error
            event = self.browser.receive(0.05)
            if event is not None:
                self.browser.take(event)
        raise BrowserError("waited in vain for %s at %s (%s):\n%s" % (
            what, self.url(), last, self.text()[:1000]))

    @contextlib.contextmanager
    def next_document(self, what):
        """Waits, after the block, until another document is complete."""
        self.evaluate("window.isOld = true")
        yield
        self.wait(lambda: self.evaluate("!window.isOld && document.readyState === 'complete'"), what)

    def open(self, url):
        with self.next_document("the page " + url):
            answer = self.send("Page.navigate", url=url)
            if answer.get("errorText"):
                raise BrowserError("%s: %s" % (url, answer["errorText"]))

    def wait_text(self, text):
        self.wait(lambda: text in self.text(), "the text “%s”" % text)

    def key(self, name, shift=False):
        code, text = KEYS[name]
        common = {"key": name, "code": "Space" if name == " " else name,
                  "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        more = {"text": text} if text else {}
        self.send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **common,
                  **more)
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text):
        """Types into the field that has the focus."""
        self.send("Input.insertText", text=text)

    def tab_to(self, selector, most=40):
        """Presses Tab until the element has the focus."""
        for _ in range(most):
            if self.evaluate("!!document.activeElement && document.activeElement.matches(%s)"
                             % json.dumps(selector)):
                return
            self.key("Tab")
        raise BrowserError("the keyboard does not reach %s at %s" % (selector, self.url()))

    def fill(self, selector, text):
        """Replaces the content of a field, by keyboard."""
        self.tab_to(selector)
        self.evaluate("document.activeElement.select()")
        self.type(text)

    def click(self, selector):
        """Clicks the middle of an element with the mouse, and waits for the next document."""
        where = self.evaluate(
            "(e => { e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })(document.querySelector(%s))"
            % json.dumps(selector))
        with self.next_document("the answer to a click on " + selector):
            for kind in ("mousePressed", "mouseReleased"):
                self.send("Input.dispatchMouseEvent", type=kind, x=where[0], y=where[1],
                          button="left", clickCount=1)

    def press(self, selector):
        """Goes to a button or link by Tab, presses Enter and waits for the next document."""
        self.tab_to(selector)
        with self.next_document("the answer to Enter on " + selector):
            self.key("Enter")
