# SPDX-License-Identifier: GPL-3.0-or-later
"""How the cost of passing a request through grows."""
import bodies
from rig import middle, ratio
from rows import Line
from rows.throughput import DIRECT, PASS


def connections(rig):
    upstream = rig.mock()
    nginx = rig.nginx(upstream)
    gateway = rig.gateway(upstream)
    body = rig.file("chat.json", bodies.chat())
    for count in (1, 8, 64, 512):
        results = rig.in_turns({"nginx": lambda: rig.wrk(nginx, DIRECT, body, connections=count),
                                "gateway": lambda: rig.wrk(gateway.port, PASS, body, connections=count)})
        yield Line(f"pass-through, {count} connections: over nginx", ratio(results, "gateway", "nginx"), "", None, None,
                   f"{middle(results, 'gateway'):,.0f} req/s, nginx {middle(results, 'nginx'):,.0f}, "
                   f"p99 {middle(results, 'gateway', 'p99') / 1000:.1f} ms")


def routers(rig):
    upstream = rig.mock()
    body = rig.file("chat.json", bodies.chat())
    one = rig.gateway(upstream, routers=1)
    for count in (10, 100, 1000):
        many = rig.gateway(upstream, routers=count)
        results = rig.in_turns({
            "one": lambda: rig.wrk(one.port, "/router/r0/v1/chat/completions", body),
            "many": lambda: rig.wrk(many.port, f"/router/r{count - 1}/v1/chat/completions", body)})
        yield Line(f"the last of {count} routers: over the only one", ratio(results, "many", "one"), "", None, None,
                   f"{middle(results, 'many'):,.0f} req/s, one {middle(results, 'one'):,.0f}; RSS {many.rss() / 1e6:.0f} MB")
        rig.stop(many)


def body_sizes(rig):
    upstream = rig.mock()
    nginx = rig.nginx(upstream)
    gateway = rig.gateway(upstream)
    for size, name, count in ((300, "0.3 kB", 64), (10_000, "10 kB", 64), (125_000, "125 kB", 16), (5_000_000, "5 MB", 4)):
        body = rig.file(f"{size}.json", bodies.chat(size))
        results = rig.in_turns({"nginx": lambda: rig.wrk(nginx, DIRECT, body, connections=count),
                                "gateway": lambda: rig.wrk(gateway.port, PASS, body, connections=count)})
        yield Line(f"pass-through, body {name}, {count} conns: over nginx", ratio(results, "gateway", "nginx"), "", None, None,
                   f"{middle(results, 'gateway'):,.0f} req/s = {middle(results, 'gateway') * size / 1e6:,.0f} MB/s, "
                   f"nginx {middle(results, 'nginx'):,.0f}")


ROWS = [("connections", connections), ("routers", routers), ("bodies", body_sizes)]
