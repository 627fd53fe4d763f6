#!/usr/bin/env python3
"""A client system in one file: it opens a case, signs a document, stores it, finds it and reads it.

Written from the description of the interface alone, with two outside packages: jwcrypto for
signatures (RFC 7515) and rfc8785 for canonical JSON (RFC 8785). Everything else is Python's own.

    python3 client.py --sandbox DIR [--base-url URL]

DIR is a sandbox (`varanto sandbox init DIR`) whose server is running. Each step is printed; the
program ends with an error at the first answer that is not as expected.
"""

import argparse
import base64
import hashlib
import html
import http.client
import json
import re
import secrets
import ssl
import time
import urllib.parse
from datetime import datetime, timezone
from pathlib import Path

import rfc8785
from jwcrypto import jwk, jws

STRUCTURE = "1.2.246.537.6.1506.1000.2023.9.8"  # an assessment of an older person's service needs
CONCLUSIONS = (  # a member of that structure
    "ammattihenkilon_johtopaatokset__asiakkaan_tilanteesta_seka_sosiaalipalvelujen"
    "_ja_erityisen_tuen_tarpeesta"
)
CASE = {  # what the metadata say of a document that opens a case
    "group": "case", "structure": "1.2.246.537.6.1505.2.2022.6.28", "type_code": "2", "title": "Asia",
}
CLIENTSHIP = {
    "group": "clientship", "structure": "1.2.246.537.6.1505.1.2023.6.1", "type_code": "1",
    "title": "Asiakkuus",
}
CLIENT = {"id": "010594Y9032", "family_name": "Testinen", "given_names": "Aino"}  # a fictional person
BEGAN = "2026-08-24"  # the case, and the work for the client


def coded(code_set: str, code: str, display: str) -> dict:
    return {"system": f"urn:oid:1.2.246.537.6.{code_set}", "code": code, "display": display}


TASK = coded("1221", "X-ELDERLY", "Iäkkäiden palvelut")  # the service task of all documents here


def base64url(data: bytes) -> str:
    """Base64url without padding, as JOSE and all digests of the interface have it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(data: bytes) -> str:
    return base64url(hashlib.sha256(data).digest())


class Signer:
    """A private key and the certificate that goes with it: of a system or of a card."""

    def __init__(self, certificate: Path, key: Path):
        # `x5c` is standard base64 of DER, the signer's own certificate first (RFC 7515, 4.1.6).
        pem = certificate.read_text()
        blocks = re.findall("-----BEGIN CERTIFICATE-----(.+?)-----END", pem, re.S)
        self.x5c = ["".join(block.split()) for block in blocks]
        self.key = jwk.JWK.from_pem(key.read_bytes())

    def sign(self, payload: bytes, **header) -> str:
        """A compact signature: `header.payload.signature`. Sandboxes have keys on P-256."""
        token = jws.JWS(payload)
        header = {"alg": "ES256", "x5c": self.x5c, **header}
        token.add_signature(self.key, protected=json.dumps(header))
        return token.serialize(compact=True)

    def sign_detached(self, payload: bytes) -> str:
        """A signature without its payload, `header..signature` (RFC 7515, appendix F)."""
        header, _, signature = self.sign(payload, iat=int(time.time())).split(".")
        return f"{header}..{signature}"


class Answer:
    def __init__(self, response: http.client.HTTPResponse):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def json(self):
        return json.loads(self.body)

    def expect(self, status: int) -> "Answer":
        if self.status != status:
            raise SystemExit(f"expected {status}, got {self.status}: {self.body.decode()}")
        return self

    def expect_problem(self, status: int, slug: str) -> dict:
        """Every refusal is a problem document (RFC 9457); `type` tells the cause."""
        problem = self.expect(status).json()
        if self.headers.get_content_type() != "application/problem+json":
            raise SystemExit("a refusal is no problem document")
        if problem["type"] != f"urn:varanto:problem:{slug}" or problem["status"] != status:
            raise SystemExit(f"expected the problem {slug}, got {problem}")
        return problem


class Repository:
    """The repository as one system of an organisation sees it: over mutual TLS, and nothing else."""

    def __init__(self, base_url: str, ca: Path, certificate: Path, key: Path):
        self.base_url = base_url.rstrip("/")
        tls = ssl.create_default_context(cafile=ca)  # trusts only this authority, checks the name
        tls.minimum_version = ssl.TLSVersion.TLSv1_2
        tls.load_cert_chain(certificate, key)
        self.connection = http.client.HTTPSConnection(
            urllib.parse.urlsplit(self.base_url).netloc, context=tls, timeout=60
        )
        self.token = None

    def call(self, method: str, path: str, body: bytes | None = None, **headers) -> Answer:
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self.connection.request(method, path, body, headers)
        return Answer(self.connection.getresponse())

    def get(self, path: str, accept: str = "application/json") -> Answer:
        return self.call("GET", path, Accept=accept)

    def post(self, path: str, value, accept: str = "application/json") -> Answer:
        headers = {"Content-Type": "application/json", "Accept": accept}
        return self.call("POST", path, json.dumps(value).encode(), **headers)

    def find(self, path: str, what: str, **sought) -> list[dict]:
        """All pages of a search. A page may be short, or empty, and still have a next one."""
        found, page = [], {}
        while page is not None:
            answer = self.post(f"{path}/search", sought | {"page": page}).expect(200).json()
            found += answer[what]
            page = answer["next"] and {"cursor": answer["next"]}
        return found

    def log_in(self, organisation: dict, person: dict, card: Signer) -> None:
        """Trades an assertion, signed with the person's card, for a token (RFC 7523)."""
        now = int(time.time())
        claims = {
            "iss": organisation["operating_unit"],
            "sub": person["id"],
            "aud": f"{self.base_url}/oauth2/token",
            "iat": now,
            "exp": now + 120,  # at most five minutes
            "jti": secrets.token_urlsafe(16),  # taken once
            "name": f"{person['family_name']}, {person['given_names']}",
            "unit": person["units"][0],
            "role": person["role"],
            "authentication": f"{person['card']['kind']}_card",
        }
        form = urllib.parse.urlencode({
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": card.sign(json.dumps(claims).encode()),
        })
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.call("POST", "/oauth2/token", form.encode(), **headers).expect(200).json()
        assert answer["token_type"] == "Bearer" and 0 < answer["expires_in"] <= 15 * 60
        self.token = answer["access_token"]


def read_sandbox(folder: Path, base_url: str | None) -> dict:
    """What there is in a sandbox: organisations, people, and where their keys lie."""
    sandbox = json.loads((folder / "sandbox.json").read_text())
    return sandbox | {"base_url": base_url or sandbox["base_url"]}


def connect(
    folder: Path, sandbox: dict, organisation: dict, person: dict
) -> tuple[Repository, Signer]:
    """The repository, this person logged in; and what signs for the organisation's system."""
    files = [folder / organisation["system"][name] for name in ("certificate", "key")]
    card = Signer(folder / person["card"]["certificate"], folder / person["card"]["key"])
    repository = Repository(sandbox["base_url"], folder / sandbox["ca"], *files)
    repository.log_in(organisation, person, card)
    return repository, Signer(*files)


def identifier(organisation: dict, kind: int, number: int) -> str:
    """Identifiers are the organisation's own to give: its root, 11 for documents and 14 for cases,
    year, number."""
    return f"{organisation['operating_unit'].rsplit('.10.', 1)[0]}.{kind}.2026.{number}"


def client(of: dict = CLIENT) -> dict:
    """How structured content names a client; the metadata have the members of `CLIENT`."""
    return {
        "sukunimi": of["family_name"],
        "etunimet": of["given_names"],
        "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": of["id"]},
    }


def case(oid: str, organisation: dict, of: dict = CLIENT) -> dict:
    """Every document belongs to a case, which is opened by storing a document about it."""
    return {"asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko":
            coded("202", organisation["operating_unit"], organisation["name"]),
        "asiakas": [client(of)],
        "asian_tiedot": {
            "asiatunnus": {"value": oid},
            "nimi": coded("1265", "X-SERVICE-NEED", "Palvelutarpeen arviointi"),
            "tila": coded("1501", "X-OPEN", "Avoin"),
            "avauspaiva": BEGAN,
            "palvelutehtava": TASK,
        },
    }}


def works_for_client(unit: dict) -> dict:
    return {
        "palveluyksikon_nimi": coded("202", unit["oid"], unit["name"]),
        "asiakkuuden_alkamispvm": BEGAN,
    }


def clientship(oid: str, organisation: dict, unit: dict, of: dict = CLIENT) -> dict:
    """It names the units that work for the client: their workers have a context, and may read."""
    return {"asiakkuusasiakirja": {
        "asiakkuuden_yksilointitunnus": {"value": oid},
        "asiakas": client(of) | {"turvakielto": False},
        "sosiaalihuollon_asiakkuus": {"asiakkuuden_alkamispvm": BEGAN},
        "palvelunjarjestajan_toimintayksikko":
            coded("202", organisation["operating_unit"], organisation["name"]),
        "sosiaalihuollon_palvelutehtava": [{
            "palvelutehtava": TASK,
            "palvelunjarjestajan_palveluyksikko": [works_for_client(unit)],
        }],
    }}


def assessment(conclusions: str, person: dict, of: dict = CLIENT) -> dict:
    """The structured content; its members are those of the published structure."""
    return {"iakkaiden_palvelutarpeen_arvio": {
        "asiakas": [client(of)],
        "asian_vireilletuloa_koskevat_tiedot": {"vireilletulopaiva": BEGAN},
        "palvelutarpeen_arviointia_koskevat_tiedot": {
            "palvelutarpeen_arvioinnin_aloittamispaiva": "2026-08-26",
            "asiakkaalla_on_oikeus_erityiseen_tukeen": False,
        },
        "johtopaatokset_ja_jatkotoimet": {
            "asiakkuuden_jatko": {"asiakkuus_jatkuu": True},
            CONCLUSIONS: conclusions,
            "asiakas_tarvitsee_omatyontekijan": True,
        },
        "paivamaara": "2026-09-02",
        "laatija": [{"sukunimi": person["family_name"], "etunimet": person["given_names"]}],
    }}


def display_form(title: str, content: dict) -> str:
    """The same content for people: plain XHTML, without script, style or outside reference."""

    def show(value) -> str:
        if isinstance(value, dict):
            names = (html.escape(name.replace("_", " ")) for name in value)
            rows = (f"<dt>{n}</dt><dd>{show(v)}</dd>" for n, v in zip(names, value.values()))
            return f"<dl>{''.join(rows)}</dl>"
        if isinstance(value, list):
            return "".join(show(v) for v in value)
        if isinstance(value, bool):
            return "kyllä" if value else "ei"
        return html.escape(str(value))

    head = f"<head><title>{html.escape(title)}</title></head>"
    body = f"<body><h1>{html.escape(title)}</h1>{show(content)}</body>"
    return f'<html xmlns="http://www.w3.org/1999/xhtml" lang="fi" xml:lang="fi">{head}{body}</html>'


def metadata(
    oid: str, original_oid: str, version: int, organisation: dict, person: dict, **own
) -> dict:
    """The metadata of an assessment; `own` are those in which a document differs from one."""
    return {
        "oid": oid,  # names this version
        "original_oid": original_oid,  # names the document through all its versions
        "version": version,
        "group": "client_document",
        "type_code": "1000",
        "structure": STRUCTURE,
        "title": "Iäkkäiden palvelutarpeen arvio",
        "language": "fi",
        "generation": "phase2",
        "service_task": TASK["code"],
        "clients": [CLIENT],
        "controller": organisation["controller"]["oid"],
        "register": "client",
        "organiser": organisation["operating_unit"],
        "provider": organisation["operating_unit"],
        "unit": person["units"][0],
        "authors": [{
            "id": person["id"], "family_name": person["family_name"],
            "given_names": person["given_names"], "unit": person["units"][0],
        }],
        "written_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    } | own


def manifest(metadata: dict, content: list[dict]) -> bytes:
    """What signatures cover: the metadata, and digest and size of each form, in canonical JSON."""

    def item(form: dict) -> dict:
        data = rfc8785.dumps(form["data"]) if "data" in form else form["text"].encode()
        return {"media_type": form["media_type"], "sha256": digest(data), "size": len(data)}

    return rfc8785.dumps({"metadata": metadata, "content": [item(form) for form in content]})


def envelope(metadata: dict, data: dict, system: Signer) -> dict:
    content = [
        {"media_type": "application/json", "data": data},
        {"media_type": "application/xhtml+xml", "text": display_form(metadata["title"], data)},
    ]
    signature = {"role": "system", "jws": system.sign_detached(manifest(metadata, content))}
    return {"metadata": metadata, "content": content, "signatures": [signature]}


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--sandbox", type=Path, required=True, help="the sandbox's directory")
    parser.add_argument("--base-url", help="where its server answers, if not as in sandbox.json")
    return parser


def main() -> None:
    options = arguments("Stores a document in a sandbox and reads it back.").parse_args()

    # Who we are: the first organisation that is a controller, and its first social worker.
    sandbox = read_sandbox(options.sandbox, options.base_url)
    organisation = next(o for o in sandbox["organisations"] if "controller" in o)
    person = next(p for p in organisation["people"] if p["role"] == "social_worker" and "card" in p)
    repository, system = connect(options.sandbox, sandbox, organisation, person)
    print(f"logged in: {person['id']} of {organisation['name']}")

    number = int(time.time() * 1000)
    case_oid = identifier(organisation, 14, number)
    oids = [identifier(organisation, 11, number + n) for n in range(5)]
    first, second, third, of_clientship, of_case = oids

    def control(oid: str, kind: dict, data: dict) -> dict:
        return envelope(metadata(oid, oid, 1, organisation, person, **kind), data, system)

    def document_of(oid: str, version: int, data: dict, original_oid: str = first) -> dict:
        described = metadata(oid, original_oid, version, organisation, person, case=case_oid)
        return envelope(described, data, system)

    # A client of whom nothing is known here has no context with us: a special reason lets us look.
    looking = {
        "context": {"special_reason": "X-NEW-CLIENT"},
        "client": {"id": CLIENT["id"]},
        "filter": {"groups": ["clientship"]},
    }
    if not repository.find("/v1/documents", "documents", **looking):
        unit = next(u for u in organisation["units"] if u["oid"] == person["units"][0])
        data = clientship(identifier(organisation, 14, number + 1), organisation, unit)
        document = control(of_clientship, CLIENTSHIP, data)
        repository.post("/v1/documents", document).expect(201)
        print("stored a clientship: the unit works for the client")
    document = control(of_case, CASE, case(case_oid, organisation))
    repository.post("/v1/documents", document).expect(201)
    print(f"opened the case {case_oid}")

    # Store, and store again: the very same document is answered as already stored.
    document = document_of(first, 1, assessment("Kotihoito kahdesti viikossa.", person))
    answer = repository.post("/v1/documents", document).expect(201)
    receipt = answer.json()
    assert answer.headers["Location"] == f"/v1/documents/{first}"
    assert (receipt["oid"], receipt["original_oid"], receipt["version"]) == (first, first, 1)
    assert receipt["digest"] == digest(manifest(document["metadata"], document["content"]))
    print(f"stored {first}, log entry {receipt['log_entry']}")
    repeated = repository.post("/v1/documents", document).expect(200).json()
    assert (repeated["oid"], repeated["digest"]) == (first, receipt["digest"])
    print("stored again: nothing changed")

    # A new version has an identifier of its own and stands on the version before it.
    newer = document_of(second, 2, assessment("Kotihoito päivittäin.", person))
    assert repository.post("/v1/documents", newer).expect(201).json()["original_oid"] == first
    print(f"stored version 2, {second}")

    # Find it: personal identity codes stand in bodies, never in URLs.
    query = {"client": {"id": CLIENT["id"]}, "filter": {"structures": [STRUCTURE]}}
    found = repository.find("/v1/documents", "documents", **query)
    assert any(one["oid"] == second and one["annulled"] is False for one in found)
    print(f"found among {len(found)} documents of the client")

    # Fetch it: metadata, content and signatures are the bytes that were signed.
    # The original identifier stands for the newest version.
    current = repository.get(f"/v1/documents/{first}").expect(200).json()
    assert current["metadata"] == newer["metadata"] and current["signatures"] == newer["signatures"]
    for ours, theirs in zip(newer["content"], current["content"], strict=True):
        data = rfc8785.dumps(theirs["data"]) if "data" in theirs else theirs["text"].encode()
        assert data == (rfc8785.dumps(ours["data"]) if "data" in ours else ours["text"].encode())
        assert (theirs["sha256"], theirs["size"]) == (digest(data), len(data))
    assert current["digest"] == digest(manifest(current["metadata"], current["content"]))
    shown = repository.get(f"/v1/documents/{second}", accept="application/xhtml+xml").expect(200)
    assert shown.headers.get_content_type() == "application/xhtml+xml"
    assert shown.body == newer["content"][1]["text"].encode()
    print("fetched: content, digests and display form are as signed")
    versions = repository.get(f"/v1/documents/{first}/versions").expect(200).json()["versions"]
    assert [(one["oid"], one["version"]) for one in versions] == [(second, 2), (first, 1)]
    older = repository.get(f"/v1/documents/{first}?version=1").expect(200).json()
    assert older["metadata"] == document["metadata"] and older["digest"] == receipt["digest"]
    print("listed both versions, newest first, and fetched the first")

    # What is refused, and how it is told. Nothing of a refused document is stored.
    data = assessment("Ei muutosta.", person)
    forged = document_of(third, 1, data, original_oid=third)
    forged["metadata"]["title"] = "Toinen otsikko"  # changed after it was signed
    repository.post("/v1/documents", forged).expect_problem(422, "signature-invalid")
    data["iakkaiden_palvelutarpeen_arvio"]["lempivari"] = "sininen"  # not in the structure
    wrong = document_of(third, 1, data, original_oid=third)
    problem = repository.post("/v1/documents", wrong).expect_problem(422, "structure-violation")
    places = [error["pointer"] for error in problem["errors"]]
    assert all(place.startswith("/content/0/data/iakkaiden_palvelutarpeen_arvio") for place in places)
    repository.get(f"/v1/documents/{third}").expect_problem(404, "document-not-found")
    print("refused: a wrong signature, an unknown member")

    # Annul it: it leaves searches and stays in the archive.
    reason = {"reason": "Kirjattu väärälle asiakkaalle"}
    repository.post(f"/v1/documents/{first}/annulment", reason).expect(200)
    found = repository.find("/v1/documents", "documents", **query)
    assert not any(one["original_oid"] == first for one in found)
    print("annulled: no longer found")


if __name__ == "__main__":
    main()
