#!/usr/bin/env python3
"""Checks entries of a log without the repository that they come from (Python 3.8 or later, nothing else needed).

    verify_log.py EXPORT.json [--key VKEY] [--earlier CHECKPOINT --consistency PROOF.json]

EXPORT.json is an export of form 1, as docs/log.md describes it. It is checked that the log's key has signed the
checkpoint and that every entry, exactly as it stands in the file, is a leaf of the checkpoint's tree. With
--earlier, a checkpoint that was kept from before, and --consistency, the answer of /v1/logs/consistency from its
size to that of the export, also that nothing of the earlier tree was changed since.

Get the key (/v1/logs/key) by a way of your own and give it with --key: a forger can put another into the file.
"""
import argparse, base64, hashlib, json, sys

# Ed25519 (RFC 8032, section 5.1): points as (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, P - 2, P) % P, pow(2, (P - 1) // 4, P)

def point(data):
    """Decodes a point (section 5.1.3)."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    check(y < P and x * x % P == square and not (x == 0 and data[31] >> 7), "a point is not on the curve")
    x = P - x if x % 2 != data[31] >> 7 else x
    return x, y, 1, x * y % P

def add(one, other):
    """Adds two points (section 5.1.4)."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(number, of):
    total = (0, 1, 1, 0)
    while number:
        total, of, number = add(total, of) if number & 1 else total, add(of, of), number >> 1
    return total

def signed(public, text, signature):
    """Does the signature hold (section 5.1.7)?"""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + text).digest()
    right = add(point(signature[:32]), times(int.from_bytes(digest, "little") % ORDER, point(public)))
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    left = times(int.from_bytes(signature[32:], "little"), base)
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))

# The log.
class Refused(Exception):
    pass

def check(holds, why):
    if not holds:
        raise Refused(why)

def base64_bytes(text):
    return base64.b64decode(text, validate=True)

def open_checkpoint(note, vkey):
    """The size and root of a checkpoint that the key has signed (C2SP signed-note, tlog-checkpoint)."""
    name, key_id, key = vkey.split("+", 2)
    key = base64_bytes(key)
    check(len(key) == 33 and key[0] == 1, "the key is not one of Ed25519")
    check(hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id, "the key does not fit its id")
    text, signatures = note.split("\n\n")
    text += "\n"
    holds = False
    for line in signatures.splitlines():
        dash, signer, data = line.split(" ")
        data = base64_bytes(data)
        if dash == "\u2014" and signer == name and data[:4].hex() == key_id:
            check(signed(key[1:], text.encode(), data[4:]), "the signature of the checkpoint does not hold")
            holds = True
    check(holds, "the key has not signed the checkpoint")
    origin, size, root = text.split("\n")[:3]
    check(origin == name, "the checkpoint is of another log")
    return int(size), base64_bytes(root)

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def climb(place, last, hashes):
    """Goes up the tree (RFC 9162, section 2.1.3.2); yields whether each hash stands on the left, and the hash."""
    for other in hashes:
        check(last > 0, "the proof is too long")
        left = place % 2 == 1 or place == last
        yield left, other
        while left and place % 2 == 0 and place:
            place, last = place // 2, last // 2
        place, last = place // 2, last // 2
    check(last == 0, "the proof is too short")

def check_entry(proven, size, root):
    """Is the entry a leaf of the tree?"""
    check(type(proven["leaf"]) is int and 0 <= proven["leaf"] < size, "the proof has no place")
    if proven["entry"] is None:  # What it says is not told: only that it is there.
        commitment = bytes.fromhex(proven["commitment"])
        check(len(commitment) == 32 and "salt" not in proven, "it is not a commitment alone")
    else:
        form = json.dumps(proven["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        salt = bytes.fromhex(proven["salt"])
        check(len(salt) == 16 and "commitment" not in proven, "it is not a salt alone")
        commitment = hashlib.sha256(salt + form).digest()
    own = hashlib.sha256(b"\0" + commitment).digest()
    for left, other in climb(proven["leaf"], size - 1, map(base64_bytes, proven["proof"])):
        own = node(other, own) if left else node(own, other)
    check(own == root, "the entry, its salt or its proof was changed")

def check_growth(size, root, later_size, later_root, hashes):
    """Does the later tree begin with the earlier (RFC 9162, section 2.1.4.2)?"""
    if size in (0, later_size):
        empty = size == 0 and root == hashlib.sha256(b"").digest()
        return check(not hashes and (empty or size and root == later_root), "the trees are not the same")
    check(size < later_size, "the tree has become smaller")
    place, last, hashes = size - 1, later_size - 1, list(map(base64_bytes, hashes))
    while place % 2:
        place, last = place // 2, last // 2
    hashes = hashes if size & (size - 1) else [root] + hashes
    check(hashes, "the proof is too short")
    before = after = hashes[0]
    for left, other in climb(place, last, hashes[1:]):
        before, after = (node(other, before), node(other, after)) if left else (before, node(after, other))
    check(before == root and after == later_root, "the earlier tree is not the beginning of the later")

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export")
    parser.add_argument("--key", help="the key of the log, in place of the one in the file")
    parser.add_argument("--earlier", metavar="CHECKPOINT", help="a file with a checkpoint from before")
    parser.add_argument("--consistency", metavar="PROOF", help="the proof that the log has only grown since")
    asked = parser.parse_args()
    at = "the export"
    try:
        read = lambda name: open(name, encoding="utf-8").read()
        export = json.loads(read(asked.export))
        check(export["form"] == 1, "it is not of form 1")
        key = asked.key or export["key"]
        check(key == export["key"], "it was signed with another key")
        size, root = open_checkpoint(export["checkpoint"], key)
        for number, proven in enumerate(export["entries"]):
            at = "entry %d of the export" % number
            check_entry(proven, size, root)
        if asked.earlier:
            at = "the earlier checkpoint"
            earlier_size, earlier_root = open_checkpoint(read(asked.earlier), key)
            hashes = json.loads(read(asked.consistency))["hashes"] if asked.consistency else []
            check_growth(earlier_size, earlier_root, size, root, hashes)
    except (Refused, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        sys.exit("NOT PROVEN: %s: %s" % (at, error if str(error) else type(error).__name__))
    told = sum(proven["entry"] is not None for proven in export["entries"])
    print("proven: %d entries as they stand in the file are in the log of %s, of %d" % (told, key.split("+")[0], size))
    if told < len(export["entries"]):
        print("proven: %d more are in it, of which it is not told what they say" % (len(export["entries"]) - told))
    print("checkpoint: %s" % export["checkpoint"].split("\n")[3])
    if not asked.key:
        print("the key was taken from the export itself: compare it with %s" % key)

if __name__ == "__main__":
    main()
