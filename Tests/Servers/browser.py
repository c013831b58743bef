"""A real browser, told what to do through a pair of pipes: no driver and no library is needed.

    with Browser(folder) as browser:
        page = browser.open("http://127.0.0.1:9090/")
        page.until("document.documentElement.dataset.ready")
        page.click("#all")
"""
import json
import os
import subprocess
import time


class Browser:
    def __init__(self, folder):
        to_browser, self.out = os.pipe()
        self.back, from_browser = os.pipe()

        def wire():
            # Both may be 3 or 4 themselves: they are moved out of the way first.
            a, b = os.dup(to_browser), os.dup(from_browser)
            if a <= 4 or b <= 4:
                a, b = os.dup(a), os.dup(b)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             f"--user-data-dir={folder}/browser", "--remote-debugging-pipe", "about:blank"],
            close_fds=False, preexec_fn=wire,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.carry = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.out)
        self.process.kill()
        self.process.wait()

    def ask(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.carry:
                piece = os.read(self.back, 1 << 16)
                if not piece:
                    raise EOFError("the browser has ended")
                self.carry += piece
            line, _, self.carry = self.carry.partition(b"\0")
            told = json.loads(line)
            if told.get("id") == self.number:
                if "error" in told:
                    raise RuntimeError(told["error"])
                return told["result"]

    def open(self, url, width=1000, height=800):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)
        page.ask("Page.enable")
        page.ask("Page.navigate", url=url)
        return page


class Page:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def ask(self, method, **params):
        return self.browser.ask(method, self.session, **params)

    def value(self, expression):
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True,
                        awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(told["exceptionDetails"])
        return told["result"].get("value")

    def until(self, expression):
        """Waits until it is so, for two minutes at most."""
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                found = self.value(expression)
            except RuntimeError:  # the page is just being replaced
                continue
            if found:
                return found
        raise TimeoutError(f"{expression}: {self.value('document.body.innerText')}")

    def click(self, selector):
        """With the mouse, where a person would, and again if the page moved away under it."""
        for _ in range(100):
            if self.hit(selector):
                return
        raise TimeoutError(f"{selector} is never where it is looked for")

    def hit(self, selector, meanwhile=lambda: None):
        """Whether a click meets it, if something happens between press and release."""
        selector = json.dumps(selector)
        place = self.until(f"""(() => {{
            const found = document.querySelector({selector});
            if (!found || found.disabled) return null;
            window.hit = false;
            addEventListener('click', event => {{
                window.hit = event.target.closest({selector}) !== null;
            }}, {{capture: true, once: true}});
            found.scrollIntoView({{block: 'center'}});
            const box = found.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for kind, deed in ("mousePressed", meanwhile), ("mouseReleased", lambda: None):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1],
                     button="left", clickCount=1)
            deed()
        return self.value("window.hit")

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if key == "Enter" else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, code=key,
                 windowsVirtualKeyCode=codes[key], **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, code=key,
                 windowsVirtualKeyCode=codes[key])

    def type(self, text):
        self.ask("Input.insertText", text=text)
