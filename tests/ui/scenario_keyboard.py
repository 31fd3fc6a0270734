# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of the scenario that leave the mouse alone: everything is done with keys, and AT-SPI tells where the focus is."""
import json
import subprocess

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

from scenario_window import WAIT_S, StepFailed, until  # noqa: E402

MOST_TABS = 60
KEY = "gsk-scenario-77aa10"


class Keyboard:
    def __init__(self, scenario):
        self.scenario = scenario

    @property
    def window(self):
        return self.scenario.window

    @staticmethod
    def press(*keys):
        subprocess.run(["xdotool", "key", *keys], check=True, timeout=WAIT_S)

    @staticmethod
    def type(text):
        subprocess.run(["xdotool", "type", "--delay", "5", text], check=True, timeout=WAIT_S)

    def focused(self):
        """Names of what has the focus: the control, and in a list or table its entry. (A table's entry says so even when
        the focus is elsewhere.)"""
        return [node.get_name() for node in self.window.showing()
                if node.get_state_set().contains(Atspi.StateType.FOCUSED) and node.get_role_name() != "frame"]

    def tab_to(self, name, key="Tab"):
        """Tab until the control of this name has the focus."""
        passed = []
        for _ in range(MOST_TABS):
            self.press(key)
            passed.append(until("the focus is told", self.focused, limit=2))
            if name in passed[-1]:
                return
        raise StepFailed(f"{key} comes to {passed} but never to {name!r}")

    def page(self, number, title):
        self.press(f"ctrl+{number}")
        self.window.find("filler", title)

    def opens_a_trace(self):
        self.page(2, "Traces")
        until("the list of requests has the focus", lambda: "Requests" in self.focused())
        self.press("j", "Return")
        self.window.find("page tab", "Headers")

    def replays_it(self):
        before = self._traces()
        self.press("r")
        until("one more request has passed", lambda: self._traces() == before + 1)

    def _traces(self):
        return len(json.loads(self.scenario.admin("traces"))["traces"])

    def filters_and_clears(self):
        self.press("Escape", "slash")
        self.type("zzz")
        self.window.find("label", "Nothing matches")
        self.tab_to("Clear the filters")
        self.press("space")
        self.window.find("table", "Requests")

    def switches_the_router(self):
        self.press("ctrl+k")
        self.window.find("text", "Search")
        self.type("use router quick")
        self.press("Return")
        until("quick alone is active", lambda: self.scenario.active_routers() == ["quick"])

    def edits_a_router(self):
        self.page(3, "Routers")
        self.tab_to("Weight of target 1")
        self.press("ctrl+a")
        self.type("0.75")
        self.press("Return")
        self.window.find("push button", "Apply 1 change")
        self.press("ctrl+s")
        until("the weight is in force", lambda: "weight: 0.75" in self.scenario.admin("config"))

    def sets_a_key(self):
        self.page(4, "Providers")
        self.tab_to("Find a provider", "shift+Tab")
        self.type("groq")
        self.press("Down")
        until("Groq has the focus in the list", lambda: any(name.startswith("Groq, ") for name in self.focused()))
        self.tab_to("New key")
        self.type(KEY)
        self.press("Return")
        self.window.find("label", "Key stored in the keychain")

        def state():
            keys = json.loads(self.scenario.admin("keys"))["keys"]
            return next(key["state"] for key in keys if key["provider"] == "groq") == "present"
        until("admin/keys says that groq has a key", state)

    def steps(self):
        return [("keys alone open a trace", self.opens_a_trace), ("keys alone replay it", self.replays_it),
                ("keys alone filter and clear", self.filters_and_clears),
                ("keys alone switch the router", self.switches_the_router),
                ("keys alone edit a router", self.edits_a_router), ("keys alone set a key", self.sets_a_key)]
