# SPDX-License-Identifier: GPL-3.0-or-later
"""What one connection waits longer than for the provider itself."""
import bodies
from rig import added, middle
from rows import Line
from rows.throughput import CROSS, DIRECT, PASS


def one_connection(rig):
    upstream = rig.mock()
    gateway = rig.gateway(upstream)
    body = rig.file("chat.json", bodies.chat())
    results = rig.in_turns({"direct": lambda: rig.wrk(upstream, DIRECT, body, connections=1),
                            "gateway": lambda: rig.wrk(gateway.port, PASS, body, connections=1)})
    for key, first, then in (("p50", 100, 60), ("p99", 1000, 500)):
        yield Line(f"pass-through, 1 connection: added {key}", added(results, "gateway", "direct", key), "us",
                   ("<=", first), ("<=", then),
                   f"{middle(results, 'gateway', key):,.0f} us, direct {middle(results, 'direct', key):,.0f}", 0)


def agent(rig):
    upstream = rig.mock()
    gateway = rig.gateway(upstream)
    text = bodies.agent()
    body = rig.file("agent.json", text)
    results = rig.in_turns({"direct": lambda: rig.wrk(upstream, DIRECT, body, connections=1),
                            "pass": lambda: rig.wrk(gateway.port, PASS, body, connections=1),
                            "cross": lambda: rig.wrk(gateway.port, CROSS, body, connections=1)})
    for subject, name, first, then in (("pass", "pass-through", 0.5, 0.3), ("cross", "translated", 1.5, 0.8)):
        yield Line(f"{len(text) // 1000} kB, 25 tools, {name}: added p50", added(results, subject, "direct") / 1000, "ms",
                   ("<=", first), ("<=", then),
                   f"{middle(results, subject, 'p50'):,.0f} us, direct {middle(results, 'direct', 'p50'):,.0f}")


def picture(rig):
    upstream = rig.mock()
    gateway = rig.gateway(upstream)
    text = bodies.picture()
    body = rig.file("picture.json", text)
    results = rig.in_turns({"pass": lambda: rig.wrk(gateway.port, PASS, body, connections=1),
                            "cross": lambda: rig.wrk(gateway.port, CROSS, body, connections=1)})
    yield Line(f"{len(text) / 1e6:.0f} MB picture: translation adds", added(results, "cross", "pass") / 1000, "ms",
               ("<=", 20), None, f"p50 {middle(results, 'cross', 'p50') / 1000:.1f} ms, passed through "
               f"{middle(results, 'pass', 'p50') / 1000:.1f}; peak RSS {gateway.peak_rss() / 1e6:.0f} MB")


def first_content(rig):
    upstream = rig.mock("--events", "5")
    gateway = rig.gateway(upstream)
    body = rig.file("stream.json", bodies.chat(stream=True))
    requests = 300 if rig.quick else 3000

    def run(port, path):
        return rig.stream_load(port, path, body, requests=requests)["first"]

    results = rig.in_turns({"direct": lambda: run(upstream, DIRECT), "gateway": lambda: run(gateway.port, PASS)})
    yield Line("stream, first content: added p50", added(results, "gateway", "direct"), "us", ("<=", 150), ("<=", 80),
               f"{middle(results, 'gateway', 'p50'):,.0f} us, direct {middle(results, 'direct', 'p50'):,.0f}", 0)


ROWS = [("one-connection", one_connection), ("agent", agent), ("picture", picture), ("first-content", first_content)]
