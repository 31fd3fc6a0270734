# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a running program as AT-SPI tells it: controls by role and accessible name, waited for with a deadline."""
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

WAIT_S = 10


class StepFailed(Exception):
    pass


def until(what, look, limit=WAIT_S):
    """What look() answers once it is true. A control that vanishes while it is looked at is looked for again."""
    end = time.monotonic() + limit
    why = ""
    while True:
        try:
            if found := look():
                return found
        except (GLib.GError, OSError, ValueError) as error:
            why = f" ({error})"
        if time.monotonic() > end:
            raise StepFailed(f"{what}: not within {limit} s{why}")
        time.sleep(0.05)


class Window:
    """The window of the process pid as AT-SPI tells it."""

    def __init__(self, pid):
        self._pid = pid

    def root(self):
        desktop = Atspi.get_desktop(0)
        desktop.set_cache_mask(Atspi.Cache.NONE)  # what is cached changes with a main loop only, and none runs here
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application and application.get_process_id() == self._pid and application.get_child_count() > 0:
                return application.get_child_at_index(0)
        return None

    def _showing(self, node):
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child and child.get_state_set().contains(Atspi.StateType.SHOWING):
                yield child
                yield from self._showing(child)

    def showing(self):
        """Every control on show."""
        root = self.root()
        yield from self._showing(root) if root else ()

    def now(self, role, fits, within=None):
        """The first control on show of this role whose name is, or for a function satisfies, `fits`; None without."""
        place = within or self.root()
        is_it = fits if callable(fits) else lambda name: name == fits
        return next((node for node in self._showing(place) if node.get_role_name() == role and is_it(node.get_name())),
                    None) if place else None

    def find(self, role, fits, within=None, said=None):
        name = said or repr(fits)
        return until(f"a {role} named {name} is shown", lambda: self.now(role, fits, within))

    def labelled(self, role, label):
        """A combo box has its value for a name; it is known by its label."""
        def look():
            for relation in (self.now("label", label) or self.root()).get_relation_set():
                if relation.get_relation_type() == Atspi.RelationType.LABEL_FOR:
                    target = relation.get_target(0)
                    if target.get_role_name() == role:
                        return target
            return None
        return until(f"a {role} labelled {label!r} is shown", look)

    def press(self, fits, said=None):
        def look():
            button = self.now("push button", fits)
            return button if button and button.get_state_set().contains(Atspi.StateType.SENSITIVE) else None
        button = until(f"a push button named {said or repr(fits)} can be pressed", look)
        actions = [Atspi.Action.get_action_name(button, i) for i in range(button.get_n_actions())]
        if "Press" not in actions:
            raise StepFailed(f"the button {button.get_name()!r} has no action Press but {actions}")
        button.do_action(actions.index("Press"))

    def choose(self, role, fits, is_chosen, within=None, said=None):
        """Clicks where the control is until is_chosen(): a list that fills itself may move under the pointer."""
        node = self.find(role, fits, within, said)

        def look():
            place = (self.now(role, fits, within) or node).get_extents(Atspi.CoordType.SCREEN)
            subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
                            "click", "1"], check=True, timeout=WAIT_S)
            return until("the click has its effect", is_chosen, limit=2)

        end = time.monotonic() + WAIT_S
        while True:
            try:
                return look()
            except StepFailed:
                if time.monotonic() > end:
                    raise StepFailed(f"clicking the {role} {node.get_name()!r} changes nothing") from None

    def open_page(self, title):
        self.choose("radio button", title, lambda: self.now("filler", title))
