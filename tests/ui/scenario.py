# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the scenario; `scenario` sets up the display, the bus and the keyring, and runs this.

Controls are found by role and accessible name, and pressed through AT-SPI where Qt offers the press. Qt offers none for
items of a list and only "Toggle", which chooses nothing, for the rail's buttons: these are clicked where AT-SPI says
they are. Everything is waited for with a deadline.
"""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

from scenario_keyboard import Keyboard  # noqa: E402
from scenario_upstream import Upstream  # noqa: E402
from scenario_window import WAIT_S, StepFailed, Window, until  # noqa: E402

START_S = 30
FOLDER = pathlib.Path(os.environ["SCENARIO_FOLDER"])
KEY = "sk-scenario-5f1c0a77d2e94b38"

CONFIG = """\
# The configuration of the scenario.
server:
  port: {port} # a free one
discover: {{local: false}}
providers:
  openai: {{base-url: 'http://127.0.0.1:{upstream}/v1'}} # stands in for the real one
routers:
  quick: # two shares
    load-balance:
      chat:
        strategy: model-weighted
        models:
          - {{model: demo/demo-fast, weight: 0.5}} # the first share
          - {{model: demo/demo, weight: 0.5}}
  steady:
    load-balance:
      chat:
        strategy: latency
        providers: [demo] # alone
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check(is_so, text):
    if not is_so:
        raise StepFailed(text)


class Scenario:
    def __init__(self):
        self.upstream = Upstream()
        self.port = free_port()
        self.log = FOLDER / "program.log"
        self.config = FOLDER / "config.yaml"
        self.config.write_text(CONFIG.format(port=self.port, upstream=self.upstream.server_port))
        self.program = None
        self.window = None
        self.answered = ""

    def ask(self, path, body=None):
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data,
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return answer.read().decode()

    def admin(self, path):
        return self.ask("/api/v1/admin/" + path)

    def keyring_is_unlocked(self):
        """The daemon says nothing when it could not unlock the keyring; only the property tells."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        arguments = GLib.Variant("(ss)", ("org.freedesktop.Secret.Collection", "Locked"))
        until("the login keyring is unlocked", lambda: not bus.call_sync(
            "org.freedesktop.secrets", "/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties",
            "Get", arguments, None, Gio.DBusCallFlags.NONE, WAIT_S * 1000, None).unpack()[0])

    def window_appears(self):
        with self.log.open("wb") as log:
            self.program = subprocess.Popen([os.environ["POINTSMAN"], "--config", str(self.config), "--data-dir",
                                             str(FOLDER / "data")], stdout=log, stderr=subprocess.STDOUT)
        self.window = Window(self.program.pid)

        def look():
            check(self.program.poll() is None, f"the program ended with {self.program.poll()}")
            root = self.window.root()
            return root and root.get_role_name() == "frame" and root.get_name() == "Pointsman"
        until("a window named Pointsman is on the accessibility bus", look, START_S)

    def serving_is_shown(self):
        self.window.find("label", "Serving")
        self.window.find("label", f"127.0.0.1:{self.port}")

    def demo_streams(self):
        body = {"model": "demo/demo-fast", "stream": True, "messages": [{"role": "user", "content": "scenario"}]}
        answer = subprocess.run(
            ["curl", "-sSN", "--max-time", str(WAIT_S), "-H", "content-type: application/json", "-d", json.dumps(body),
             f"http://127.0.0.1:{self.port}/router/quick/v1/chat/completions"],
            capture_output=True, text=True, check=False)
        check(answer.returncode == 0, f"curl ended with {answer.returncode}: {answer.stderr}")
        check(answer.stdout.count("data: {") > 3 and answer.stdout.rstrip().endswith("data: [DONE]"),
              f"not a whole stream: {answer.stdout[:400]!r}")
        # The router throws its weighted dice; the first event says how they fell.
        self.answered = json.loads(answer.stdout.split("\n", 1)[0].removeprefix("data: "))["model"]
        check(self.answered in ("demo-fast", "demo"), f"answered by {self.answered!r}, which is no target")

    def request_is_on_traces(self):
        self.window.open_page("Traces")
        table = self.window.find("table", "Requests")
        for cell in ("quick", "answered", "curl", f"demo/{self.answered}"):
            self.window.find("table cell", cell, table)

    def routers_are_listed(self):
        self.window.open_page("Routers")
        routers = self.window.find("list", "Routers")
        self.window.find("list item", lambda name: name.startswith("quick, 2 targets"), routers, "quick, 2 targets...")
        self.window.find("list item", lambda name: name.startswith("steady, 1 target"), routers, "steady, 1 target...")

    def active_routers(self):
        return [router["name"] for router in json.loads(self.admin("routers"))["routers"] if router["active"]]

    def other_router_becomes_active(self):
        check("steady" not in self.active_routers(), "steady is active before it was chosen")
        self._open_router("steady")
        self.window.press("Make active")
        until("admin/routers says that steady alone is active", lambda: self.active_routers() == ["steady"])
        until("the box Active router says steady",
              lambda: self.window.labelled("combo box", "Active router").get_name() == "steady")

    def _open_router(self, name):
        base = f"http://127.0.0.1:{self.port}/router/{name}"
        self.window.choose("list item", lambda text: text.startswith(name + ","),
                           lambda: self.window.now("label", base), self.window.find("list", "Routers"), name)

    def weight_is_applied(self):
        before = self.admin("config")
        line = "{model: demo/demo-fast, weight: %s} # the first share"
        check(line % "0.5" in before, f"the configuration in force has no such line:\n{before}")
        self._open_router("quick")
        weight = self.window.find("spin button", "Weight of target 1")
        check(Atspi.Value.get_current_value(weight) == 0.5, "the weight of target 1 is not shown as 0.5")
        Atspi.Value.set_current_value(weight, 1.5)
        check(self.admin("config") == before, "the change is in force before it was applied")
        self.window.press("Apply 1 change")
        expected = before.replace(line % "0.5", line % "1.5")
        until("admin/config has the weight, and nothing else is changed", lambda: self.admin("config") == expected)
        check(self.config.read_text() == expected, "the file is not what is in force")
        self.window.find("label", "The draft is in force")

    def key_is_stored(self):
        check(self._key_of_openai()["state"] == "missing", "openai has a key before one was set")
        self.window.open_page("Providers")
        self.window.choose("list item", lambda name: name.startswith("OpenAI,"),
                           lambda: self.window.now("label", "OpenAI"), self.window.find("list", "Providers"), "OpenAI")
        field = self.window.find("password text", "New key")
        check(Atspi.EditableText.set_text_contents(field, KEY), "the field New key takes no text")
        check(KEY not in Atspi.Text.get_text(field, 0, -1), "the field New key can be read back")
        self.window.press("Store the key")
        self.window.find("label", "Key stored in the keychain")
        until("admin/keys says that openai is present from the keychain", lambda: self._key_of_openai() == {
            "provider": "openai", "state": "present", "source": "keychain", "problem": ""})

    def _key_of_openai(self):
        return next(key for key in json.loads(self.admin("keys"))["keys"] if key["provider"] == "openai")

    def key_is_used(self):
        answer = self.ask("/ai/v1/chat/completions",
                          {"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "hello"}]})
        check("Hello from upstream" in answer, f"not the upstream's answer: {answer[:400]!r}")
        check(self.upstream.authorization == f"Bearer {KEY}", "the upstream was not sent the key")
        self.window.open_page("Traces")
        self.window.find("table cell", "openai/gpt-4o", self.window.find("table", "Requests"))

    def key_is_nowhere_in_the_open(self):
        for name in ("cmdline", "environ"):
            check(KEY.encode() not in pathlib.Path(f"/proc/{self.program.pid}/{name}").read_bytes(),
                  f"the key is in /proc/PID/{name}")
        traces = json.loads(self.admin("traces"))["traces"]
        check(len(traces) == 2, f"there are {len(traces)} traces, not 2")
        for trace in traces:
            check(KEY not in self.admin(f"traces/{trace['id']}"), f"the key is in trace {trace['id']}")
        self._search_files()

    def _search_files(self):
        searched = [path for path in FOLDER.rglob("*") if path.is_file()]
        for name in ("program.log", "traces.db", "config.yaml"):
            check(name in [path.name for path in searched], f"there is no file {name} to search")
        for path in searched:
            check(KEY.encode() not in path.read_bytes(), f"the key is in the file {path.relative_to(FOLDER)}")

    def ends_on_sigterm(self):
        self.program.send_signal(signal.SIGTERM)
        try:
            code = self.program.wait(START_S)
        except subprocess.TimeoutExpired:
            raise StepFailed(f"still running {START_S} s after SIGTERM") from None
        check(code == 0, f"exit code {code} after SIGTERM")
        self._search_files()


def report(scenario, step, error):
    handle, picture = tempfile.mkstemp(prefix="pointsman-scenario-", suffix=".png")
    os.close(handle)
    shot = subprocess.run(["import", "-window", "root", picture], capture_output=True, timeout=START_S, check=False)
    print(f"FAILED: {step}: {error}", file=sys.stderr)
    print(f"screenshot: {picture if shot.returncode == 0 else 'none; import failed'}", file=sys.stderr)
    if scenario.log.exists():
        print("the program said:\n" + scenario.log.read_text(errors="replace")[-2000:], file=sys.stderr)


def main():
    scenario = Scenario()
    steps = [scenario.keyring_is_unlocked, scenario.window_appears, scenario.serving_is_shown, scenario.demo_streams,
             scenario.request_is_on_traces, scenario.routers_are_listed, scenario.other_router_becomes_active,
             scenario.weight_is_applied, scenario.key_is_stored, scenario.key_is_used,
             scenario.key_is_nowhere_in_the_open]
    named = [(step.__name__.replace("_", " "), step) for step in steps]
    named += Keyboard(scenario).steps() + [("ends on SIGTERM", scenario.ends_on_sigterm)]
    for name, step in named:
        began = time.monotonic()
        try:
            step()
        except Exception as error:  # whatever it is, it is told with a picture
            report(scenario, name, error)
            if scenario.program and scenario.program.poll() is None:
                scenario.program.kill()
                scenario.program.wait()
            return 1
        print(f"passed: {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
