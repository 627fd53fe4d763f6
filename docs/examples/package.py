#!/usr/bin/env python3
"""What a recipient outside does with a package: proves who made it and that nothing was changed.

Written from docs/outside-parties.md alone, with two outside packages: jwcrypto for signatures
(RFC 7515) and rfc8785 for canonical JSON (RFC 8785). Everything else is Python's own.

    python3 package.py PACKAGE.zip --certificate SIGNING.pem

SIGNING.pem is the certificate of the repository, got from the controller in a way that can be relied
on; of a sandbox it is `server/signing.pem`. What is in the package is listed; the program ends with an
error at the first thing that does not hold.
"""

import argparse
import base64
import hashlib
import json
import re
import zipfile
from pathlib import Path

import rfc8785
from jwcrypto import jwk, jws


def encoded(content: bytes) -> str:
    """Base64url without padding, as in JOSE."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def prove_signature(manifest: bytes, signature: str, certificate: str) -> None:
    """The signature is detached: the payload between the dots is left out (RFC 7515, appendix F)."""
    header, payload, _ = signature.split(".")
    assert payload == "", "the signature is detached"
    named = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    own = re.search("-----BEGIN CERTIFICATE-----(.+?)-----END", certificate, re.S)[1]
    assert named["x5c"][0] == "".join(own.split()), "it is the certificate of the repository"
    token = jws.JWS()
    token.allowed_algs = ["ES256", "ES384", "PS256", "RS256"]
    token.deserialize(signature)
    token.verify(jwk.JWK.from_pem(certificate.encode()), detached_payload=manifest)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("package", type=Path)
    arguments.add_argument("--certificate", type=Path, required=True)
    given = arguments.parse_args()

    with zipfile.ZipFile(given.package) as package:
        files = {name: package.read(name) for name in package.namelist()}
        assert len(files) == len(package.namelist()), "no name stands twice"
    manifest, signature = files.pop("manifest.json"), files.pop("manifest.jws")
    prove_signature(manifest, signature.decode(), given.certificate.read_text())
    told = json.loads(manifest)
    assert rfc8785.dumps(told) == manifest, "the manifest is in canonical form"
    print(f"from {told['controller']['name']} to {told['recipient']['name']}: {told['reference']}")
    print(f"on the ground {told['legal_ground']}, delivered {told['delivered_at']}")

    for document in told["documents"]:
        print(f"document {document['oid']}, withheld: {', '.join(document['withheld']) or 'nothing'}")
        for named in document["files"]:
            content = files.pop(named["name"])
            assert named["size"] == len(content)
            assert named["sha256"] == encoded(hashlib.sha256(content).digest())
            print(f"  {named['name']}, {len(content)} bytes")
    assert not files, "every file is named"
    print("proven: signed by the repository, complete and unchanged")


if __name__ == "__main__":
    main()
