"""Signatures of webhooks (Standard Webhooks 1.0.0), made by the standard library alone.

Standard input: {"secret", "id", "timestamp", "body"}, all text, the body in base64. Standard output: the
value of the header `webhook-signature`.
"""

import base64
import hashlib
import hmac
import json
import sys

asked = json.load(sys.stdin)
secret = base64.b64decode(asked["secret"].removeprefix("whsec_"), validate=True)
signed = f"{asked['id']}.{asked['timestamp']}.".encode() + base64.b64decode(asked["body"])
digest = hmac.new(secret, signed, hashlib.sha256).digest()
print(json.dumps("v1," + base64.b64encode(digest).decode()))
