# SPDX-License-Identifier: GPL-3.0-or-later
"""The process itself: steady load and what is kept of it, idling, starting."""
import http.client
import threading
import time

import bodies
from rig import ask, median, wait_for
from rows import Line
from rows.throughput import PASS

RATE = 2000


class Memory(threading.Thread):
    """Resident bytes once a second until told to stop."""

    def __init__(self, program):
        super().__init__(daemon=True)
        self.program = program
        self.samples = []
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(1):
            self.samples.append(self.program.rss())


def steady(rig):
    """2000 req/s for ten minutes with --long, for as long as --steady says, else for 30 s."""
    seconds = rig.steady_seconds
    warm = max(1, min(60, seconds // 4))
    gateway = rig.gateway(rig.mock())
    body = rig.file("chat.json", bodies.chat())
    memory = Memory(gateway)
    memory.start()
    load = rig.stream_load(gateway.port, PASS, body, connections=100, requests=0, seconds=seconds, every=100 * 1000 // RATE,
                           ramp=50)
    memory.done.set()
    memory.join()

    def stored():
        return ask(gateway.port, "/api/v1/admin/stats")["store"]

    wait_for(lambda: stored()["records"] >= load["answered"], 20)
    store = stored()
    name = f"{seconds} s at {RATE} req/s{'' if seconds >= 600 else ' (--long: 10 min)'}:"
    yield Line(f"{name} traces", store["records"] / load["made"], "", (">=", 1.0), (">=", 1.0),
               f"{store['records']:,} of {load['made']:,} served at {load['made'] / load['seconds']:,.0f} req/s; "
               f"bodies dropped {store['dropped_bodies']:,}, p99 {load['whole']['p99'] / 1000:.1f} ms", 4)
    start = memory.samples[min(warm, len(memory.samples)) - 1]
    yield Line("  its RSS growth", 100 * (memory.samples[-1] / start - 1), "%", ("<=", 10), ("<=", 1),
               f"from {start / 1e6:.0f} MB after {warm} s to {memory.samples[-1] / 1e6:.0f} MB", 1)


def idle(rig):
    gateway = rig.gateway(rig.mock())
    body = rig.file("chat.json", bodies.chat())
    started = gateway.rss()
    rig.stream_load(gateway.port, PASS, body, requests=20)
    time.sleep(3 if rig.quick else 10)  # what was asked is stored
    seconds = 5 if rig.quick else 60
    cpu, written = gateway.cpu_seconds(), gateway.bytes_written()
    time.sleep(seconds)
    cpu, written = gateway.cpu_seconds() - cpu, gateway.bytes_written() - written
    yield Line("idle, headless: RSS", gateway.rss() / 1e6, "MB", ("<=", 35), ("<=", 30),
               f"{started / 1e6:.1f} MB before the first request", 1)
    yield Line("idle, headless: CPU", 100 * cpu / seconds, "%", ("<=", 0.1), ("<=", 0), f"over {seconds} s")
    yield Line("idle, headless: written to disk", written * 60 / seconds, "bytes/min", ("<=", 0), ("<=", 0),
               f"over {seconds} s", 0)


def first_answer(rig):
    upstream = rig.mock()
    text = bodies.chat()

    def run():
        began = time.monotonic()
        gateway = rig.gateway(upstream)
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
        connection.request("POST", PASS, text, {"content-type": "application/json"})
        status = connection.getresponse().status
        took = time.monotonic() - began
        rig.stop(gateway)
        if status != 200:
            raise RuntimeError(f"the first answer was {status}")
        return took * 1000

    took = [run() for _ in range(max(5, rig.turns))]
    yield Line("start to first answer, headless", median(took), "ms", ("<=", 200), ("<=", 100),
               f"{min(took):.0f} to {max(took):.0f} ms", 0)


ROWS = [("steady", steady), ("idle", idle), ("start", first_answer)]
