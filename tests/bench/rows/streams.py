# SPDX-License-Identifier: GPL-3.0-or-later
"""Many streams at once, as editors and agents hold them open."""
import bodies
from rows import Line
from rows.throughput import DIRECT, PASS

STREAMS = 1000
RATE = 50  # events a second in each


def many(rig):
    seconds = 5 if rig.quick else 30
    upstream = rig.mock("--events", str(RATE * seconds), "--rate", str(RATE))
    gateway = rig.gateway(upstream)
    body = rig.file("stream.json", bodies.chat(stream=True))
    load = {"connections": STREAMS, "requests": 1, "ramp": 1000}
    direct = rig.stream_load(upstream, DIRECT, body, **load)
    before = gateway.cpu_seconds()
    through = rig.stream_load(gateway.port, PASS, body, **load)
    cores = (gateway.cpu_seconds() - before) / through["seconds"]
    expected = STREAMS * RATE * seconds
    name = f"{STREAMS} streams, {RATE}/s, {seconds} s:"
    yield Line(f"{name} events lost", expected - through["events"], "", ("<=", 0), ("<=", 0),
               f"of {expected:,}; {through['broken']} streams broken", 0)
    yield Line(f"{name} added p99 an event", (through["late"]["p99"] - direct["late"]["p99"]) / 1000, "ms",
               ("<=", 10), ("<=", 3), f"{through['late']['p99'] / 1000:.1f} ms, direct {direct['late']['p99'] / 1000:.1f}; "
               f"p50 {through['late']['p50'] / 1000:.2f}, direct {direct['late']['p50'] / 1000:.2f}", 1)
    yield Line(f"{name} CPU", cores, "cores", ("<=", 1.0), ("<=", 0.6))
    yield Line(f"{name} peak RSS", gateway.peak_rss() / 1e6, "MB", ("<=", 150), ("<=", 100), "", 0)


def few(rig):
    """A machine that is short of CPU makes the gateway take many events at once, which is cheap. This is the cost of an
    event that comes alone; the targets are those of the row above, spread over its events."""
    upstream = rig.mock("--events", str(RATE * 3), "--rate", str(RATE))
    gateway = rig.gateway(upstream)
    body = rig.file("stream.json", bodies.chat(stream=True))
    before = gateway.cpu_seconds()
    through = rig.stream_load(gateway.port, PASS, body, connections=100, requests=1, ramp=500)
    yield Line("100 streams, 50/s: CPU an event", (gateway.cpu_seconds() - before) / through["events"] * 1e6, "us",
               ("<=", 20), ("<=", 12), f"late p50 {through['late']['p50'] / 1000:.2f} ms, p99 {through['late']['p99'] / 1000:.1f}")


ROWS = [("streams", many), ("few-streams", few)]
