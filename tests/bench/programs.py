# SPDX-License-Identifier: GPL-3.0-or-later
"""One program under measurement: its start, its port, what it costs, its end."""
import os
import re
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """Starts `command` and waits until it listens: on the port that it prints, or on `port` if given."""

    def __init__(self, command, log, limit, port=None, environment=None):
        self.command = command
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env={**os.environ, **(environment or {})})
        self.port = port
        end = time.monotonic() + limit
        while not self.is_listening():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"{os.path.basename(command[0])} did not start: {self.said()[-400:]}")
            time.sleep(0.002)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_listening(self):
        if self.port is None:
            match = re.search(r"listening on (?:\S*:)?(\d+)\s", self.said())
            if not match:
                return False
            self.port = int(match[1])
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    # ---- what it costs, from /proc

    def proc(self, name):
        with open(f"/proc/{self.process.pid}/{name}", encoding="utf-8") as file:
            return file.read()

    def cpu_seconds(self):
        fields = self.proc("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss(self):
        """Resident bytes."""
        return int(re.search(r"VmRSS:\s+(\d+) kB", self.proc("status"))[1]) * 1024

    def peak_rss(self):
        """The most resident bytes since it started."""
        return int(re.search(r"VmHWM:\s+(\d+) kB", self.proc("status"))[1]) * 1024

    def bytes_written(self):
        """Bytes that it caused to be written to disk."""
        return int(re.search(r"^write_bytes: (\d+)", self.proc("io"), re.M)[1])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_configuration(folder, upstream):
    """Writes nginx's configuration; gives its path and the port. Bodies stay in memory, nothing is logged."""
    port = free_port()
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = f"""{'user root;' if os.geteuid() == 0 else ''}
worker_processes 2;
daemon off;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
{temporary}    access_log off;
    keepalive_requests 100000000;
    client_max_body_size 0;
    client_body_buffer_size 8m;
    upstream provider {{
        server 127.0.0.1:{upstream};
        keepalive 1024;
        keepalive_requests 100000000;
    }}
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        location / {{
            proxy_pass http://provider;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
            proxy_request_buffering on;
        }}
    }}
}}
"""
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path, port
