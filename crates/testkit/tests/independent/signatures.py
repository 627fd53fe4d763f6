"""Signatures made and checked by jwcrypto.

Standard input: {"task": "sign", "seed", "count", "signers": [{"algorithm", "key", "x5c", "iat"}]} or
{"task": "verify", "signatures": [{"algorithm", "certificate", "jws", "payload"}]}, keys and certificates
in PEM, payloads in base64. Standard output: for "sign" a list of {"signer", "payload", "detached",
"compact"}; for "verify" a list of true and false.
"""

import base64
import json
import random
import sys

from jwcrypto import jwk, jws


def sign(wanted: dict) -> list[dict]:
    r = random.Random(wanted["seed"])
    made = []
    for place, signer in enumerate(wanted["signers"]):
        key = jwk.JWK.from_pem(signer["key"].encode())
        header = {"alg": signer["algorithm"], "x5c": signer["x5c"], "iat": signer["iat"]}
        for _ in range(wanted["count"]):
            payload = r.randbytes(r.choice([1, 2, 3, 31, 32, 33, 1000, 20_000]))
            token = jws.JWS(payload)
            token.add_signature(key, protected=json.dumps(header))
            compact = token.serialize(compact=True)
            token.detach_payload()
            detached = token.serialize(compact=True)
            made.append({
                "signer": place,
                "payload": base64.b64encode(payload).decode(),
                "detached": detached,
                "compact": compact,
            })
    return made


def holds(signature: dict) -> bool:
    key = jwk.JWK.from_pem(signature["certificate"].encode())
    token = jws.JWS()
    token.allowed_algs = [signature["algorithm"]]
    payload = base64.b64decode(signature["payload"])
    detached = ".." in signature["jws"]
    try:
        token.deserialize(signature["jws"])
        token.verify(key, detached_payload=payload if detached else None)
    except (jws.InvalidJWSSignature, jws.InvalidJWSObject):
        return False
    return token.is_valid and (detached or token.payload == payload)


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    if wanted["task"] == "sign":
        done = sign(wanted)
    else:
        done = [holds(signature) for signature in wanted["signatures"]]
    json.dump(done, sys.stdout)
