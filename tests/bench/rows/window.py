# SPDX-License-Identifier: GPL-3.0-or-later
"""The window: with traffic passing, and idle. On a display of its own (Xvfb) where there is one, else offscreen."""
import json
import os
import shutil
import signal
import subprocess
import time

import bodies
from rig import gateway_configuration
from rows import Line
from rows.throughput import PASS

RATE = 5000
CONNECTIONS = 100
FRAME_MS = 16


class Display:
    """An X display while the block runs; what programs on it need in their environment."""

    def __init__(self, size="1920x1080"):
        self.size = size
        self.server = None

    def __enter__(self):
        if not shutil.which("Xvfb"):
            return {"QT_QPA_PLATFORM": "offscreen"}
        reading, writing = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{self.size}x24", "-nolisten", "tcp"],
                                       pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        return {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}

    def __exit__(self, *_):
        if self.server:
            self.server.terminate()
            self.server.wait()


def folder_of(rig, name):
    """A home, a configuration and a data folder for one program with a window."""
    rig.count += 1
    folder = os.path.join(rig.folder, f"{name}-{rig.count}")
    os.makedirs(os.path.join(folder, "run"), mode=0o700)
    return folder


def start(rig, program, environment, configuration, options=()):
    folder = folder_of(rig, "window")
    path = os.path.join(folder, "config.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(configuration)
    command = [program, "--config", path, "--data-dir", os.path.join(folder, "data"), *options]
    return rig.start(command, environment={**environment, "BENCH_KEY": "bench", "HOME": folder,
                                           "XDG_RUNTIME_DIR": os.path.join(folder, "run"),
                                           "XDG_CONFIG_HOME": os.path.join(folder, "config"),
                                           "DBUS_SESSION_BUS_ADDRESS": ""})


def busy(rig):
    """One page after the other on show while 5000 requests a second pass."""
    seconds = 3 if rig.quick else 15
    upstream = rig.mock()
    body = rig.file("chat.json", bodies.chat())
    configuration = gateway_configuration(upstream, 0).replace("{max-connections", "{port: 0, workers: 2, max-connections")
    with Display() as environment:
        for page in ("traces", "overview"):
            window = start(rig, rig.tool("bench_window"), environment, configuration, ["--page", page])

            def load(length):
                return rig.stream_load(window.port, PASS, body, connections=CONNECTIONS, requests=0, seconds=length,
                                       every=CONNECTIONS * 1000 // RATE, ramp=20)
            load(2)  # the list fills, memory is had
            window.process.send_signal(signal.SIGUSR1)
            done = load(seconds)
            rss = window.rss()
            rig.stop(window)
            seen = json.loads(window.said().strip().splitlines()[-1])
            wall, cpu = seen["wall"], seen["cpu"]
            yield Line(f"window on {page}, {RATE} req/s: frame p99", cpu["p99"], "ms", ("<=", FRAME_MS), ("<=", 10),
                       f"of processor time; p50 {cpu['p50']:.1f}, longest {cpu['max']:.1f}; by the clock p99 "
                       f"{wall['p99']:.1f} ms; {done['made'] / done['seconds']:,.0f} req/s, {rss / 1e6:.0f} MB", 1)
            yield Line("  its GUI thread's CPU", 100 * seen["share"], "%", ("<=", 25), ("<=", 15), f"over {seconds} s", 1)


def idle(rig):
    """The window on show with a hundred requests behind it, and nothing going on."""
    seconds = 5 if rig.quick else 30
    body = rig.file("chat.json", bodies.chat())
    configuration = gateway_configuration(rig.mock(), 0).replace("{max-connections", "{port: 0, max-connections")
    configuration = "discover: {local: false}\n" + configuration
    with Display() as environment:
        window = start(rig, os.path.join(rig.build, "app", "pointsman"), environment, configuration)
        rig.stream_load(window.port, PASS, body, requests=100)
        time.sleep(3 if rig.quick else 10)
        cpu, written = window.cpu_seconds(), window.bytes_written()
        time.sleep(seconds)
        cpu, written = window.cpu_seconds() - cpu, window.bytes_written() - written
        yield Line("idle, with window: RSS", window.rss() / 1e6, "MB", ("<=", 120), ("<=", 90), "", 1)
        yield Line("idle, with window: CPU", 100 * cpu / seconds, "%", None, None, f"over {seconds} s")
        yield Line("idle, with window: written to disk", written * 60 / seconds, "bytes/min", ("<=", 0), ("<=", 0),
                   f"over {seconds} s", 0)


ROWS = [("window", busy), ("idle-window", idle)]
