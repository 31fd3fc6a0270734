#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the layering rule: reads every #include "..." of the sources against the table below.

Usage: layers.py SOURCE_DIR. Prints each offence as file:line and exits 1 if there is one.
"""
import pathlib
import re
import sys

# folder of gateway-core -> folders it may include besides itself. A trailing name allows one header only.
CORE = {
    "base": [],
    "chat": ["base"],
    "config": ["base", "redis/redis_url.h"],
    "dialects": ["base", "chat"],
    "providers": ["base", "chat", "config", "dialects", "http/http.h", "http/upstream.h", "http/upstream_script.h"],
    "routing": ["base", "chat", "config", "dialects"],
    "redis": ["base"],
    "policy": ["base", "chat", "config", "dialects", "redis", "trace/sqlite_db.h", "trace/zstd_frames.h"],
    "http": ["base"],
    "trace": ["base", "chat"],
    "metrics": ["base"],
    "secrets": ["base"],
    "pipeline": ["base", "redis", "chat", "config", "dialects", "providers", "routing", "policy", "trace", "metrics", "secrets",
                 "http/http.h", "http/server.h", "http/upstream.h", "http/upstream_script.h", "http/websocket_frames.h"],
    "admin": ["base", "chat", "config", "dialects", "providers", "routing", "policy", "trace", "metrics", "pipeline",
              "http/http.h", "http/server.h"],
    "runtime": ["base", "redis", "chat", "config", "dialects", "providers", "routing", "policy", "trace", "metrics", "secrets",
                "pipeline", "admin", "http"],
    "": ["base", "redis", "chat", "config", "dialects", "providers", "routing", "policy", "trace", "metrics", "secrets", "pipeline",
         "admin", "runtime", "http"],
}
UI = ["gateway.h", "base", "config", "chat/usage.h", "trace/trace.h", "trace/trace_query.h", "trace/trace_store.h",
      "trace/spend_query.h", "policy/budgets.h", "policy/client_key.h"]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def allowed(target, rules):
    return any(target == rule or target.startswith(rule + "/") for rule in rules)


def check(path, rules, own, root, offences):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match.group(1)
        if not (root / "gateway-core" / target).exists():
            continue  # of the ui, app or moc's; seen below by its own rule
        if own is not None and (target.startswith(own + "/") if own else "/" not in target):
            continue
        if not allowed(target, rules):
            offences.append(f"{path.relative_to(root)}:{number}: may not include {target}")


def siblings(folder, root, offences, common):
    """No dialect includes another, no strategy another."""
    names = {p.stem for p in folder.glob("*.h")} - common
    for path in list(folder.glob("*.cpp")) + list(folder.glob("*.h")):
        mine = {n for n in names if path.stem == n or path.stem.startswith(n + "_")}
        if path.stem in common or not mine:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            stem = pathlib.Path(match.group(1)).stem
            if match.group(1).startswith(folder.name + "/") and stem in names:
                if not any(stem == m or stem.startswith(m + "_") or m.startswith(stem + "_") for m in mine):
                    offences.append(f"{path.relative_to(root)}:{number}: {path.stem} may not include {stem}")


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    core = root / "gateway-core"
    offences = []
    seen = 0
    for path in sorted(core.rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        seen += 1
        parts = path.relative_to(core).parts
        folder = parts[0] if len(parts) > 1 else ""
        if folder not in CORE:
            offences.append(f"{path.relative_to(root)}: folder {folder} has no rule in tests/layers.py")
            continue
        check(path, CORE[folder], folder, root, offences)
    for path in sorted((root / "ui").rglob("*")):
        if path.suffix in (".h", ".cpp"):
            seen += 1
            check(path, UI, None, root, offences)
    siblings(core / "dialects", root, offences, {"dialect", "dialects", "embeddings"})
    for offence in offences:
        print(offence)
    print(f"{seen} files, {len(offences)} offences")
    return 1 if offences or seen == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
