# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the rows and prints the table. Called by tests/bench/run, which builds what is measured.

Every row compares things that ran in this call, in turns; its figure is the median of the turns. A missed target is
printed, not a failure: the machine is whatever it is.
"""
import argparse
import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from rig import Rig  # noqa: E402
from rows import cache, growth, latency, policies, process, store, streams, throughput, window  # noqa: E402

MODULES = (throughput, latency, cache, policies, streams, process, window, growth, store)
ROWS = [row for module in MODULES for row in module.ROWS]
WIDTHS = (50, 16, 13, 12)


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("--build", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--row", action="append", metavar="NAME", help="only this row; may be repeated")
    parser.add_argument("--quick", action="store_true", help="three turns of one second: shows that it works, little more")
    parser.add_argument("--long", action="store_true", help="ten minutes of steady load, and a million stored traces")
    parser.add_argument("--steady", type=int, metavar="SECONDS", help="how long the row of steady load takes")
    parser.add_argument("--list", action="store_true", help="the names of the rows")
    options = parser.parse_args()
    names = [name for name, _ in ROWS]
    unknown = [name for name in options.row or [] if name not in names]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; there are: {', '.join(names)}")
    return options


def load_average():
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def verdict(figure, target):
    """Whether `figure` reaches `target`, a pair ('>=' or '<=', number)."""
    sense, limit = target
    return figure >= limit if sense == ">=" else figure <= limit


def show(line):
    """One line of the table."""
    figure = "-" if line.figure is None else f"{line.figure:,.{line.digits}f} {line.unit}".strip()
    cells = [line.name, figure]
    for target in (line.first, line.then):
        if target is None or line.figure is None:
            cells.append("")
        else:
            cells.append(f"{target[0]} {target[1]:g} {'yes' if verdict(line.figure, target) else 'NO'}")
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS)) + f"  {line.detail}".rstrip(), flush=True)


def main():
    options = arguments()
    if options.list:
        print("\n".join(name for name, _ in ROWS))
        return 0
    began = time.monotonic()
    print(f"{os.cpu_count()} cores, load average {load_average()} before; traces with full bodies, on disk", flush=True)
    heads = ("row", "figure", "first target", "then", "measured")
    print("  ".join(head.ljust(width) for head, width in zip(heads, WIDTHS + (0,))))
    failed = 0
    with Rig(options.build, quick=options.quick, long=options.long, steady=options.steady) as rig:
        for name, measure in ROWS:
            if options.row and name not in options.row:
                continue
            try:
                for line in measure(rig):
                    show(line)
            except Exception as error:  # one broken row must not take the others with it
                failed += 1
                print(f"{name.ljust(WIDTHS[0])}  could not be measured: {error}", flush=True)
            finally:
                rig.stop_all()
    print(f"load average {load_average()} after {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
