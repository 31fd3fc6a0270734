# SPDX-License-Identifier: GPL-3.0-or-later
"""What policies cost: all of them on a router against a router without any."""
import json
import subprocess

import bodies
from rig import middle, ratio
from rows import Line

PLAIN = "/router/plain/v1/chat/completions"
GUARDED = "/router/guarded/v1/chat/completions"


def together(rig):
    gateway = rig.gateway(rig.mock())
    for size, name, first, after in ((300, "0.3 kB", 0.75, 0.85), (10_000, "10 kB", None, None)):
        # Distinct: else the cache would answer, and nothing of what follows it would be measured.
        body = rig.file(f"marked-{size}.json", bodies.marked_chat(size))
        results = rig.in_turns({"all": lambda: rig.wrk(gateway.port, GUARDED, body, distinct=True),
                                "none": lambda: rig.wrk(gateway.port, PLAIN, body, distinct=True)})
        yield Line(f"all policies on, {name}: over none", ratio(results, "all", "none"), "",
                   first and (">=", first), after and (">=", after),
                   f"{middle(results, 'all'):,.0f} req/s, none {middle(results, 'none'):,.0f}; no answer from the cache")


def lines_of(rig, tool):
    said = subprocess.run([rig.tool(tool)], capture_output=True, text=True, timeout=300, check=True)
    return [json.loads(line) for line in said.stdout.splitlines()]


def guardrails(rig):
    for row in lines_of(rig, "bench_guardrails"):
        worst = max(row["prose"], row["code"], row["finds"])
        yield Line(f"guardrail {row['rule']}, worst of three texts", worst, "us/kB", ("<=", 20), None,
                   f"prose {row['prose']:.2f}, code {row['code']:.2f}, full of finds {row['finds']:.2f}; one core")


def limiter(rig):
    for row in lines_of(rig, "bench_limits"):
        threads = "a thread" if row["threads"] == 1 else f"{row['threads']} threads"
        yield Line(f"two limits of a request, {row['callers']:,} callers, {threads}", row["ns"] / 1000, "us", None, None,
                   "taken together and one settled; of a core")


ROWS = [("policies", together), ("guardrails", guardrails), ("limiter", limiter)]
