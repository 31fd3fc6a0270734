# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests a second at 64 connections."""
import bodies
from rig import kept, middle, ratio
from rows import Line

PASS = "/router/pass/v1/chat/completions"
CROSS = "/router/cross/v1/chat/completions"
DIRECT = "/v1/chat/completions"


def pass_through(rig):
    upstream = rig.mock()
    nginx = rig.nginx(upstream)
    gateway = rig.gateway(upstream)
    body = rig.file("chat.json", bodies.chat())
    results = rig.in_turns({"nginx": lambda: rig.wrk(nginx, DIRECT, body),
                            "gateway": lambda: rig.wrk(gateway.port, PASS, body)})
    yield Line("pass-through, 64 connections: over nginx", ratio(results, "gateway", "nginx"), "", (">=", 0.30), (">=", 0.5),
               f"{middle(results, 'gateway'):,.0f} req/s, nginx {middle(results, 'nginx'):,.0f}; "
               f"{kept(gateway, results, 'gateway')}")


def translated(rig):
    gateway = rig.gateway(rig.mock())
    body = rig.file("chat.json", bodies.chat())
    results = rig.in_turns({"pass": lambda: rig.wrk(gateway.port, PASS, body),
                            "cross": lambda: rig.wrk(gateway.port, CROSS, body)})
    yield Line("OpenAI -> Anthropic: over pass-through", ratio(results, "cross", "pass"), "", (">=", 0.6), (">=", 0.8),
               f"{middle(results, 'cross'):,.0f} req/s, pass-through {middle(results, 'pass'):,.0f}")


def local_answer(rig):
    gateway = rig.gateway(rig.mock())
    own = rig.bare()
    plain = rig.bare("qt")
    results = rig.in_turns({"gateway": lambda: rig.wrk(gateway.port, "/health"), "own": lambda: rig.wrk(own, "/"),
                            "plain": lambda: rig.wrk(plain, "/")})
    yield Line("bare listener: over plain QAbstractHttpServer", ratio(results, "own", "plain"), "", None, None,
               f"one thread each; {middle(results, 'own'):,.0f} req/s, plain {middle(results, 'plain'):,.0f}")
    yield Line("GET /health: over bare listener", ratio(results, "gateway", "own"), "", None, None,
               f"two threads over one; {middle(results, 'gateway'):,.0f} req/s")


ROWS = [("pass-through", pass_through), ("translated", translated), ("local", local_answer)]
