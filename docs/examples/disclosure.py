#!/usr/bin/env python3
"""Two counties and a client of both: what she declares, and what one then gets of the other's.

    python3 disclosure.py --sandbox DIR [--base-url URL]

DIR is a sandbox whose server is running. The first two controllers of it are the counties: the
client's documents lie with the first, which records her will; the second reads what she lets out.
Each step is printed; what is not as it must be ends the program with an error.
"""

import time
from datetime import date

from client import (
    CASE, CLIENTSHIP, arguments, assessment, case, client, clientship, coded, connect, envelope,
    identifier, metadata, read_sandbox,
)
from register_access import fictional_person

INFORMING = {
    "group": "informing", "structure": "1.2.246.10.99990000.97.1.2026.11.22", "type_code": "1",
    "title": "Informointiasiakirja",
}
PERMIT = {
    "group": "permit", "structure": "1.2.246.537.6.1505.8.2023.6.1", "type_code": "8",
    "title": "Luovutuslupa-asiakirja",
}
DENIAL = {
    "group": "denial", "structure": "1.2.246.537.6.1505.9.2023.6.5", "type_code": "9",
    "title": "Kieltoasiakirja",
}
DISCLOSURE = {"basis": "disclosure"}
BROAD = {"basis": "broad", "ground": "X-AUTHORITY"}  # a ground of the code set 1299
TODAY = date.today().isoformat()


class County:
    """The system of a controller, and a social worker who works with it."""

    def __init__(self, folder, sandbox: dict, us: dict, of: dict):
        self.us, self.client = us, of
        self.person = next(p for p in us["people"] if p["role"] == "social_worker" and "card" in p)
        self.officer = next(p for p in us["people"] if p["role"] == "privacy_officer")
        self.repository, self.system = connect(folder, sandbox, us, self.person)
        self.oversight, _ = connect(folder, sandbox, us, self.officer)
        self.number = int(time.time() * 1000)

    def new_oid(self, kind: int = 11) -> str:
        self.number += 1
        return identifier(self.us, kind, self.number)

    def document(self, data: dict, before: dict | None = None, without=(), **own) -> dict:
        """A signed document; the version after `before`, where that is given."""
        oid = self.new_oid()
        original, version = oid, 1
        if before:
            original, version = before["original_oid"], before["version"] + 1
        own = {"clients": [self.client]} | own
        described = metadata(oid, original, version, self.us, self.person, **own)
        described = {name: value for name, value in described.items() if name not in without}
        return envelope(described, data, self.system)

    def store(self, document: dict) -> dict:
        return self.repository.post("/v1/documents", document).expect(201).json()

    def serve(self) -> None:
        """Opens a case, and marks the unit that works for the client: that is its context."""
        self.case = self.new_oid(14)
        self.store(self.document(case(self.case, self.us, self.client), **CASE))
        unit = next(u for u in self.us["units"] if u["oid"] == self.person["units"][0])
        data = clientship(self.new_oid(14), self.us, unit, self.client)
        self.store(self.document(data, **CLIENTSHIP))

    def write(self, conclusions: str) -> dict:
        data = assessment(conclusions, self.person, self.client)
        return self.store(self.document(data, case=self.case))

    def will(self, kind: dict, content: dict, before: dict | None = None) -> dict:
        """A declaration of the client, recorded by this county's worker."""
        author = {"sukunimi": self.person["family_name"], "etunimet": self.person["given_names"]}
        by = {"ammattihenkilon_laatima_asiakirja": {"laatija": author}}
        [(root, content)] = content.items()
        data = {root: {"asiakas": client(self.client)} | content | by}
        return self.document(data, before, without=["service_task"], **kind)

    def information(self, kind: dict, root: str) -> str:
        """The fixed text that the client is shown, where the structure asks for a certain one."""
        answer = self.repository.get(f"/v1/structures/{kind['structure']}/schema")
        schema = answer.expect(200).json()
        text = schema["properties"][root]["properties"]["infoteksti"]
        return text.get("enum", ["Tietoja luovutuksesta on annettu."])[0]

    def permit(self, given: bool, before: dict | None = None) -> dict:
        root = "luovutuslupa_asiakirja"
        said = {"luovutuslupa": given, "luovutusluvan_antamisen_ajankohta": TODAY}
        text = self.information(PERMIT, root)
        content = {"infoteksti": text, "voimassa_oleva_luovutuslupa": said}
        return self.will(PERMIT, {root: content}, before)

    def denial(self, oids: list[str], before: dict | None = None) -> dict:
        """It says all that is denied from now on: with nothing, all is withdrawn."""
        root, content = "kieltoasiakirja", {}
        if oids:
            kind = coded("1506", "1000", "Palvelutarpeen arvio")
            named = [{"oid_tunnus": {"value": oid}, "nimi": kind} for oid in oids]
            denied = {
                "asiakirja_jonka_luovutus_kielletaan": named,
                "kiellon_asettamisen_ajankohta": TODAY,
            }
            entries = {"asiakirjaa_koskeva_luovutuskielto": [denied]}
            content["asiakirjoja_koskevat_luovutuskiellot"] = entries
        content["infoteksti"] = self.information(DENIAL, root)
        return self.will(DENIAL, {root: content}, before)

    def found(self, context: dict) -> set[str]:
        """What a search shows. That it shows nothing does not tell that there is nothing."""
        sought = {"context": context, "client": {"id": self.client["id"]}}
        documents = self.repository.find("/v1/documents", "documents", **sought)
        return {document["original_oid"] for document in documents}

    def fetch(self, oid: str, context: dict):
        query = "&".join(f"{name}={value}" for name, value in context.items())
        return self.repository.get(f"/v1/documents/{oid}?{query}")


def main() -> None:
    options = arguments("Plays what a client declares and what is then disclosed.").parse_args()
    sandbox = read_sandbox(options.sandbox, options.base_url)
    [first, second, *_] = [o for o in sandbox["organisations"] if "controller" in o]
    of = fictional_person()
    home, away = (County(options.sandbox, sandbox, us, of) for us in (first, second))
    home.serve()
    away.serve()
    open_to_all, private = home.write("Kotihoidon tarve."), home.write("Perheen tilanne.")
    both = {open_to_all["original_oid"], private["original_oid"]}
    assert away.found(DISCLOSURE) == set()
    print("two documents at home; the other county finds nothing")

    early = home.repository.post("/v1/documents", home.permit(True))
    early.expect_problem(403, "not-informed")
    given = {"infotekstin_versio": "1", "infotekstin_kieli": "fi", "informoinnin_ajankohta": TODAY}
    home.store(home.will(INFORMING, {"informointiasiakirja": {"informointi": given}}))
    permit = home.store(home.permit(True))
    denial = home.store(home.denial([private["oid"]]))
    asked = {"context": {"purpose": "will"}, "client": {"id": of["id"]}}
    stands = home.repository.post("/v1/wills/search", asked).expect(200).json()
    assert (stands["informed"], stands["permit"]["given"], stands["complete"]) == (True, True, True)
    assert [entry["denied_document"] for entry in stands["denials"]] == [private["oid"]]
    print("informed, permitted, one document denied")

    assert away.found(DISCLOSURE) == {open_to_all["original_oid"]}
    read = away.fetch(open_to_all["original_oid"], DISCLOSURE).expect(200).json()
    away.fetch(private["original_oid"], DISCLOSURE).expect_problem(404, "document-not-found")
    print("the other county reads the one, and the other is not there for it")

    receipt = read["receipt"]
    kind = {name: receipt[name] for name in ("group", "structure")} | {"type_code": "19009"}
    title = "Merkintä asiakasta koskevien tietojen saamisesta"
    away.store(away.document(receipt["data"], case=away.case, title=title, **kind))
    print("what it received is noted in its own file")

    denial = home.store(home.denial([], before=denial))
    assert away.found(DISCLOSURE) == both
    home.store(home.permit(False, before=permit))
    assert away.found(DISCLOSURE) == set()
    away.fetch(open_to_all["original_oid"], DISCLOSURE).expect_problem(404, "document-not-found")
    print("the denial is withdrawn, then the permit: nothing is found any more")

    away.fetch(private["original_oid"], {"basis": "broad"}).expect_problem(403, "ground-required")
    assert away.found(BROAD) == both
    print("by a broad right, on its ground, the other county finds both")

    supervision = {"context": {"purpose": "supervision"}, "filter": {"user": away.person["id"]}}
    log = home.oversight.find("/v1/logs/disclosure", "entries", **supervision)
    told = [(e["basis"], e["action"], e["ground"]) for e in log if both & set(e["documents"])]
    told.reverse()
    seen = [("disclosure", "search", None), ("disclosure", "read", None)]
    assert told == [*seen, seen[0], ("broad", "search", "X-AUTHORITY")], told
    print("the privacy officer at home sees each of it")


if __name__ == "__main__":
    main()
