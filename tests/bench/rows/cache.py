# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are given again, and the search among vectors."""
import json
import subprocess

import bodies
from rig import middle, ratio
from rows import Line

CACHED = "/router/cached/v1/chat/completions"


def hit(rig):
    gateway = rig.gateway(rig.mock())
    bare = rig.bare()
    body = rig.file("chat.json", bodies.chat())
    results = rig.in_turns({"gateway": lambda: rig.wrk(gateway.port, CACHED, body), "bare": lambda: rig.wrk(bare, "/")})
    yield Line("cache hit, 64 connections: over bare listener", ratio(results, "gateway", "bare"), "", (">=", 0.5), (">=", 0.7),
               f"two threads over one; {middle(results, 'gateway'):,.0f} req/s, bare {middle(results, 'bare'):,.0f}")


def vectors(rig):
    said = subprocess.run([rig.tool("bench_vectors")], capture_output=True, text=True, timeout=300, check=True)
    found = json.loads(said.stdout)
    yield Line("nearest of 100k vectors of 768 numbers, p50", found["p50"], "ms", ("<=", 5), ("<=", 3),
               f"p99 {found['p99']:.2f} ms, one thread")


ROWS = [("cache-hit", hit), ("vectors", vectors)]
