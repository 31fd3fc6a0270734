# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that are sent: small chats, large ones, and one as a coding agent sends it."""
import json

WORDS = "the quick brown fox jumps over a lazy dog while seven wizards pack their liquor jugs and \"quoted\" tabs\tgo by "


def text(size):
    return (WORDS * (size // len(WORDS) + 1))[:size]


def chat(size=300, stream=False):
    """A chat whose JSON has about `size` bytes."""
    body = {"model": "mock", "stream": stream, "messages": [{"role": "system", "content": "Be brief."},
                                                            {"role": "user", "content": ""}]}
    body["messages"][1]["content"] = text(max(1, size - len(json.dumps(body))))
    return json.dumps(body, separators=(",", ":"))


MARK = "#0000000000#"


def marked_chat(size=300):
    """A chat that load.lua makes another one each time."""
    body = json.loads(chat(size - len(MARK)))
    body["messages"][1]["content"] += MARK
    return json.dumps(body, separators=(",", ":"))


def picture(size=5_000_000):
    """A question about a picture of `size` bytes in base64. Not of one letter: compression in traces must have its work."""
    letters = "".join(chr(65 + (i * 7919 >> 3) % 26) for i in range(100_003))
    data = (letters * (size // len(letters) + 1))[:size - size % 4]
    return json.dumps({"model": "mock", "max_tokens": 100, "messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + data}}]}]}, separators=(",", ":"))


def tool(number):
    fields = {f"argument_{i}": {"type": "string", "description": text(90), "enum": ["one", "two", "three"]} for i in range(6)}
    return {"type": "function", "function": {
        "name": f"tool_{number}", "description": text(700),
        "parameters": {"type": "object", "properties": fields, "required": ["argument_0"], "additionalProperties": False}}}


def agent(size=125_000):
    """25 tools, and turns of calls and results until there are `size` bytes."""
    body = {"model": "mock", "max_tokens": 4096, "tools": [tool(i) for i in range(25)],
            "messages": [{"role": "system", "content": text(12_000)}, {"role": "user", "content": text(400)}]}
    turn = 0
    while len(json.dumps(body)) < size:
        turn += 1
        call = {"id": f"call_{turn}", "type": "function",
                "function": {"name": f"tool_{turn % 25}", "arguments": json.dumps({"argument_0": text(120)})}}
        body["messages"].append({"role": "assistant", "content": text(150), "tool_calls": [call]})
        body["messages"].append({"role": "tool", "tool_call_id": f"call_{turn}", "content": text(2500)})
    return json.dumps(body, separators=(",", ":"))
