# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured and what it is measured against: starts and ends the programs, in a folder that vanishes."""
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request

from programs import Program, nginx_configuration

START_LIMIT_S = 20
SETTLE_LIMIT_S = 20


class Rig:
    def __init__(self, build, quick, long, steady=None):
        self.build = os.path.abspath(build)
        self.quick = quick
        self.long = long
        self.steady_seconds = steady or (600 if long else 5 if quick else 30)
        self.turns = 3 if quick else 5
        self.seconds = 1 if quick else 4
        self.folder = None
        self.programs = []
        self.count = 0

    def __enter__(self):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        self.folder = tempfile.mkdtemp(prefix="pointsman-bench-")
        return self

    def __exit__(self, *_):
        self.stop_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- programs

    def tool(self, name):
        return os.path.join(self.build, "tests", "bench", name)

    def start(self, command, **more):
        self.count += 1
        program = Program(command, os.path.join(self.folder, f"{self.count}.log"), START_LIMIT_S, **more)
        self.programs.append(program)
        return program

    def stop(self, program):
        self.programs.remove(program)
        program.stop()

    def stop_all(self):
        while self.programs:
            self.programs.pop().stop()

    def mock(self, *options):
        """The provider; gives its port."""
        return self.start([self.tool("mock_upstream"), *options]).port

    def bare(self, *options):
        return self.start([self.tool("bare_listener"), *options]).port

    def nginx(self, upstream):
        """proxy_pass with keep-alive before `upstream`, two workers as the gateway has; gives its port."""
        self.count += 1
        folder = os.path.join(self.folder, f"nginx-{self.count}")
        os.makedirs(folder)
        path, port = nginx_configuration(folder, upstream)
        self.start(["nginx", "-e", "stderr", "-p", folder, "-c", path], port=port)
        return port

    def gateway(self, upstream, routers=0, options=()):
        """`pointsman serve` with two workers before `upstream`, and as many routers more as told."""
        self.count += 1
        folder = os.path.join(self.folder, f"gateway-{self.count}")
        os.makedirs(folder)
        path = os.path.join(folder, "config.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(gateway_configuration(upstream, routers))
        command = [os.path.join(self.build, "app", "pointsman"), "serve", "--port", "0", "--workers", "2", "--config", path,
                   "--data-dir", os.path.join(folder, "data"), "--no-keychain", "--no-discovery", *options]
        return self.start(command, environment={"BENCH_KEY": "bench"})

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    # ---- measuring

    def settle(self):
        """Waits until no program works any more: traces are stored behind the answer, and belong to who caused them."""
        def busy():
            return sum(program.cpu_seconds() for program in self.programs)

        end = time.monotonic() + SETTLE_LIMIT_S
        before = busy()
        while time.monotonic() < end:
            time.sleep(0.25)
            now = busy()
            if now - before <= 0.01:
                return
            before = now

    def in_turns(self, subjects):
        """Calls each of `subjects` (name -> function) once a turn; gives name -> results, turn by turn."""
        results = {name: [] for name in subjects}
        for _ in range(self.turns):
            for name, measure in subjects.items():
                self.settle()
                results[name].append(measure())
        self.settle()
        return results

    def wrk(self, port, path, body=None, connections=64, seconds=None, distinct=False):
        """One run of wrk; gives requests a second and latency in microseconds. Raises when an answer is not 200. With
        `distinct` the body has a mark (bodies.MARK) that is another number in each request."""
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.lua")
        command = ["wrk", "-t", "1" if connections < 8 else "2", "-c", str(connections),
                   "-d", f"{seconds or self.seconds}s", "--timeout", "20s", "-s", script, f"http://127.0.0.1:{port}{path}",
                   "--", body or "", "distinct" if distinct else ""]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        line = said.stdout.strip().splitlines()[-1] if said.stdout.strip() else ""
        if not line.startswith("{"):
            raise RuntimeError(f"wrk said {said.stdout[-300:]}{said.stderr[-300:]}")
        result = json.loads(line)
        if result["failed"] or not result["requests"]:
            raise RuntimeError(f"{path}: {result['failed']} of {result['requests']} requests failed")
        return result

    def stream_load(self, port, path, body, **options):
        command = [self.tool("stream_load"), "--port", str(port), "--path", path, "--body", body]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=1000, check=False)
        if said.returncode != 0:
            raise RuntimeError(f"stream_load: {said.stderr[-300:]}")
        return json.loads(said.stdout)


def median(values):
    return statistics.median(values)


def ratio(results, over, under, key="rate"):
    """Median over the turns of one subject's figure by another's."""
    return median([a[key] / b[key] for a, b in zip(results[over], results[under])])


def added(results, subject, reference, key="p50"):
    """Median over the turns of what one subject's figure is above another's."""
    return median([a[key] - b[key] for a, b in zip(results[subject], results[reference])])


def middle(results, subject, key="rate"):
    return median([result[key] for result in results[subject]])


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def kept(gateway, results, subject):
    """How many of the requests that wrk made have a trace, in words."""
    made = sum(result["requests"] for result in results[subject])
    store = ask(gateway.port, "/api/v1/admin/stats")["store"]
    return f"traces {store['records'] / made:.1%}, {store['dropped_bodies']:,} without bodies"


def wait_for(condition, seconds, pause=0.2):
    """Polls until `condition` gives something true; gives its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(pause)


# Each policy as somebody would use it, and none that refuses.
POLICIES = """
  guarded:
    route: mock
    cache: {directive: 'max-age=3600'}
    rate-limit:
      limits:
        - {requests: 900000, per: second, by: user}
        - {tokens: 900000000, per: minute, by: team}
        - {usd: 900000, per: day, by: router}
      concurrency: {requests: 1000, by: router}
    budgets:
      - {usd: 900000, per: month}
      - {usd: 900000, per: day, by: user}
    guardrails:
      - {check: pii, action: redact}
      - {check: secrets, action: redact}
      - {check: patterns, name: code names, patterns: ['(?i)project\\s+falcon'], action: redact}
      - {check: max-size, limit: 8000000}
      - injection
"""


def gateway_configuration(upstream, routers):
    names = [("pass", "mock"), ("cross", "mock-anthropic")] + [(f"r{i}", "mock") for i in range(routers)]
    lines = [
        "server: {max-connections: 8192}",
        "providers:",
        f"  mock: {{format: openai, base-url: 'http://127.0.0.1:{upstream}/v1', api-key: env:BENCH_KEY, models: [mock], "
        "price: {input: 0.1, output: 0.4}}",
        f"  mock-anthropic: {{format: anthropic, base-url: 'http://127.0.0.1:{upstream}/v1', api-key: env:BENCH_KEY, "
        "models: [mock]}",
        "routers:",
    ]
    for name, provider in names:
        lines.append(f"  {name}: {{load-balance: {{chat: {{strategy: priority, providers: [{{provider: {provider}}}]}}}}}}")
    lines.append("  cached: {route: mock, cache: {directive: 'max-age=3600'}}")
    lines.append("  plain: {route: mock}")
    lines += POLICIES.splitlines()
    return "\n".join(lines) + "\n"
