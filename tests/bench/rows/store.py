# SPDX-License-Identifier: GPL-3.0-or-later
"""The trace store by itself, by bench_traces; it grows by the row."""
import os
import re
import subprocess

from rows import Line

SHOWN = (("list, newest page", "list page", 50, 20), ("search, word of rank 500", "text search", 200, 50),
         ("open one", "open one", 20, 10))


def sizes(rig):
    if rig.quick:
        return [10_000]
    return [10_000, 100_000, 1_000_000] if rig.long else [10_000, 100_000]


def stored(rig):
    for count in sizes(rig):
        path = os.path.join(rig.folder, f"traces-{count}.db")
        said = subprocess.run([rig.tool("bench_traces"), str(count), "4096", path], capture_output=True, text=True,
                              timeout=3000, check=True).stdout
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(path + suffix):
                os.remove(path + suffix)
        name = f"{count:,} traces stored"
        written = re.search(r"^written +(\S+) rows/s", said, re.M)
        bytes_a_row = re.search(r"^on disk +(\S+) bytes", said, re.M)
        yield Line(f"{name}: written", float(written[1]), "rows/s", None, None, f"{bytes_a_row[1]} bytes a row of 4 kB", 0)
        for start, shown, first, then in SHOWN:
            found = re.search(rf"^{start} +(\S+) ms  (.*)$", said, re.M)
            # The targets are for a million; smaller stores show how it grows.
            yield Line(f"{name}: {shown}", float(found[1]), "ms", ("<=", first), ("<=", then), found[2])


ROWS = [("store", stored)]
