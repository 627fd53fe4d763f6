"""Random I-JSON texts, each with its canonical form as PyPI's rfc8785 makes it.

Standard input: {"seed", "count"}. Standard output: [{"text", "canonical"}], both in base64. A text is
written in one of many ways – spaces, escapes, order of members, forms of numbers – because a form is
canonical only if it does not depend on them.
"""

import base64
import json
import random
import struct
import sys

import rfc8785

WHOLE = 2**53 - 1
NAMES = ["", "a", "aa", "A", "ä", "€", "\u20ac\u0308", "\r", "\u0080", "\ue000", "\uffff", "\U00010000", "\U0001f600", "1", "10", "2"]


def character(r: random.Random) -> str:
    ranges = [(0, 0x1F), (0x20, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    return chr(r.randint(*r.choice(ranges)))


def text(r: random.Random) -> str:
    if r.random() < 0.2:
        return r.choice(['"', "\\", "/", "\b\f\n\r\t", "</script>", "\u2028\u2029", "\x00", "\x7f"])
    return "".join(character(r) for _ in range(r.randint(0, 12)))


def number(r: random.Random) -> int | float:
    kind = r.randrange(6)
    if kind == 0:
        return r.choice([0, -0.0, 1, -1, WHOLE, -WHOLE, 5e-324, 2.2250738585072014e-308, 1e-7, 1e-6, 0.1, 1 / 3])
    if kind == 1:
        return r.randint(-WHOLE, WHOLE)
    if kind == 2:
        return r.randint(-1000, 1000) / 10 ** r.randint(0, 9)
    while True:  # any double by its bits, as long as its magnitude is that of I-JSON
        double = struct.unpack("<d", r.randbytes(8))[0]
        if kind == 3:
            double = r.uniform(-1, 1) * 10.0 ** r.randint(-320, 15)
        if abs(double) <= WHOLE:
            return double


def value(r: random.Random, depth: int):
    kind = r.randrange(8 if depth < 5 else 6)
    if kind == 0:
        return r.choice([None, True, False])
    if kind < 3:
        return number(r)
    if kind < 6:
        return text(r)
    if kind == 6:
        return [value(r, depth + 1) for _ in range(r.randint(0, 6))]
    names = [r.choice(NAMES) if r.random() < 0.4 else text(r) for _ in range(r.randint(0, 8))]
    return {name: value(r, depth + 1) for name in names}


def space(r: random.Random) -> str:
    return r.choice(["", "", "", " ", "\n\t", "\r\n"])


def written_string(r: random.Random, string: str) -> str:
    short = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\", "/": "\\/"}
    written = ['"']
    for c in string:
        way = r.random()
        if c in short and way < 0.6:
            written.append(short[c])
        elif c in '"\\' or c < " " or way > 0.8:
            units = c.encode("utf-16-be")
            escape = r.choice(["\\u%04x", "\\u%04X"])
            written += [escape % unit for unit, in struct.iter_unpack(">H", units)]
        else:
            written.append(c)
    return "".join(written) + '"'


def written_number(r: random.Random, number: int | float) -> str:
    forms = [repr(number)]
    if isinstance(number, float):
        forms += ["%.16e" % number, "%.16E" % number]  # 17 digits: enough for any double
    elif abs(number) < 10**9:
        forms += ["%d.0" % number, "%de0" % number, f"{number}00E-2" if number else "0E-2"]
    return r.choice(forms)


def written(r: random.Random, value) -> str:
    if isinstance(value, str):
        return written_string(r, value)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, (int, float)):
        return written_number(r, value)
    if isinstance(value, list):
        return "[" + ",".join(space(r) + written(r, v) + space(r) for v in value) + "]"
    members = list(value.items())
    r.shuffle(members)
    texts = (f"{space(r)}{written_string(r, n)}{space(r)}:{space(r)}{written(r, v)}" for n, v in members)
    return "{" + ",".join(texts) + "}"


def case(r: random.Random) -> dict:
    made = value(r, 0)
    text = space(r) + written(r, made) + space(r)
    canonical = rfc8785.dumps(made)
    return {name: base64.b64encode(data).decode() for name, data in (("text", text.encode()), ("canonical", canonical))}


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    r = random.Random(wanted["seed"])
    json.dump([case(r) for _ in range(wanted["count"])], sys.stdout)
