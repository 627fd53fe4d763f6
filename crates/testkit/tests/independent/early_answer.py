"""Sends large bodies with Python's own HTTP client, and tells what was heard.

Standard input: {"base_url", "ca", "certificate", "key", "path", "media_type", "sizes"}. Standard output:
for each size the status, twice: of the large request, and of a request after it on the same client.
"""

import http.client
import json
import ssl
import sys
import urllib.parse

if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    tls = ssl.create_default_context(cafile=wanted["ca"])
    tls.load_cert_chain(wanted["certificate"], wanted["key"])
    connection = http.client.HTTPSConnection(
        urllib.parse.urlsplit(wanted["base_url"]).netloc, context=tls, timeout=60
    )
    heard = []
    for size in wanted["sizes"]:
        connection.request("POST", wanted["path"], b"x" * size, {"Content-Type": wanted["media_type"]})
        answer = connection.getresponse()
        answer.read()
        connection.request("GET", "/healthz")
        after = connection.getresponse()
        after.read()
        heard.append([answer.status, after.status])
    json.dump(heard, sys.stdout)
