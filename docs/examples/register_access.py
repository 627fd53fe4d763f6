#!/usr/bin/env python3
"""Both systems of a register access right: the organiser's, and the producer's that works for it.

    python3 register_access.py --sandbox DIR [--base-url URL] [--varanto PROGRAM] [--own SIDE]

DIR is a sandbox whose server is running. Each side learns of the other through the repository alone,
so either can be replaced: with `--own producer` the program plays the organiser, and waits while your
system does what the producer does. Given the program `varanto`, it moves the sandbox's clock, and
plays the end of the right too. It prints each step; what is not as it must be ends it with an error.
"""

import random
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

from client import (
    CASE, CLIENTSHIP, TASK, arguments, assessment, case, client, clientship, connect, envelope,
    identifier, metadata, read_sandbox, works_for_client,
)

ENTRY = {  # a record entry: a meeting or a contact
    "group": "record_entry", "structure": "1.2.246.537.6.1506.19005.2022.1.10", "type_code": "19005",
    "title": "Merkintä tapaamisesta tai yhteydenotosta",
}


def fictional_person() -> dict:
    """A new client for each run; individual numbers from 900 on belong to nobody."""
    born = date(1930, 1, 1) + timedelta(days=random.randrange(10_000))
    number = f"{born:%d%m%y}{random.randrange(900, 1000)}"
    code = f"{number[:6]}-{number[6:]}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(number) % 31]}"
    return {"id": code, "family_name": "Testinen", "given_names": "Aino"}


class Side:
    """The system of one organisation, and the professional who works with it."""

    def __init__(self, sandbox: tuple[Path, dict], us: dict, role: str, on_paper: dict):
        self.sandbox, self.us = sandbox, us
        self.person = next(p for p in us["people"] if p["role"] == role and "card" in p)
        self.organiser, self.unit = on_paper["organiser"], on_paper["producers_unit"]
        self.client, self.case = on_paper["client"], on_paper["case"]
        self.number = int(time.time() * 1000)

    def log_in(self) -> None:
        """Before each step: a token lives for a quarter of an hour, the other may take longer."""
        self.repository, self.system = connect(*self.sandbox, self.us, self.person)

    def new_oid(self, kind: int = 11) -> str:
        self.number += 1
        return identifier(self.us, kind, self.number)

    def document(self, data: dict, original_oid: str | None = None, version: int = 1, **own) -> dict:
        """A signed document that this side has written, for the organiser's register."""
        oid = self.new_oid()
        own = {"provider": self.us["operating_unit"], "clients": [self.client]} | own
        described = metadata(oid, original_oid or oid, version, self.organiser, self.person, **own)
        return envelope(described, data, self.system)

    def store(self, document: dict) -> str:
        return self.repository.post("/v1/documents", document).expect(201).json()["oid"]

    def look(self) -> dict:
        """The right as it now stands, with what was stored under it."""
        return self.repository.get(f"/v1/register-access/{self.right['oid']}").expect(200).json()

    def sought(self) -> dict:
        return {"client": {"id": self.client["id"]}}

    def explain(self, **act) -> dict:
        """How an act of ours would be decided, and why; nothing is done."""
        return self.repository.post("/v1/decisions/explain", act).expect(200).json()


class Organiser(Side):
    """Keeps the register, opens the case, and marks who works for the client."""

    def begin(self) -> None:
        """opens a case of the service task X-ELDERLY, and writes a document in it"""
        unit = next(unit for unit in self.us["units"] if unit["oid"] == self.person["units"][0])
        self.clientship = clientship(self.new_oid(14), self.us, unit, self.client)
        self.versions = [self.store(self.document(self.clientship, **CLIENTSHIP))]
        self.store(self.document(case(self.case, self.us, self.client), **CASE))
        need = assessment("Palveluasuminen.", self.person, self.client)
        self.store(self.document(need, case=self.case))

    def store_new_version(self) -> None:
        """A version of the clientship document says, as a whole, what holds from now on."""
        following = (self.versions[0], len(self.versions) + 1)
        self.versions.append(self.store(self.document(self.clientship, *following, **CLIENTSHIP)))

    def mark_unit(self) -> None:
        """marks the producer's first unit"""
        self.entry = works_for_client(self.unit)
        [task] = self.clientship["asiakkuusasiakirja"]["sosiaalihuollon_palvelutehtava"]
        task["palveluntuottaja"] = [self.entry]
        self.store_new_version()
        sought = {"view": "controller"} | self.sought()
        [self.right] = self.repository.find("/v1/register-access", "rights", **sought)
        assert (self.right["case"], self.right["state"]) == (self.case, "open")

    def read_what_was_written(self) -> None:
        """reads what the producer has written"""
        entries = self.repository.find("/v1/record-entries", "entries", **self.sought())
        assert self.unit["oid"] in [entry["metadata"]["unit"] for entry in entries]
        assert self.look()["stored"]["documents"] >= 1

    def end_service(self) -> None:
        """ends the service with yesterday"""
        # The facts of a decision tell the day: the sandbox's clock may be another than ours.
        facts = self.explain(action="search", **self.sought())["facts"]
        yesterday = date.fromisoformat(facts["today"]) - timedelta(days=1)
        self.entry["asiakkuuden_paattymispvm"] = str(yesterday)
        self.store_new_version()
        self.right = self.look()
        assert (self.right["state"], self.right["last_day"]) == ("closing", str(yesterday))

    def see_destruction(self) -> None:
        """sees that they are destroyed"""
        right = self.look()
        assert (right["state"], right["local_copies"]) == ("closed", "destroyed")


class Producer(Side):
    """Works in the organiser's register. Until its inbox tells, it knows the client from paper."""

    def sought(self) -> dict:
        return super().sought() | {"context": {"basis": "register_access", "case": self.case}}

    def entry(self, text: str) -> dict:
        """The members of the content are told at /v1/structures/{oid}/schema."""
        author = {"sukunimi": self.person["family_name"], "etunimet": self.person["given_names"]}
        data = {"merkinta_tapaamisesta_tai_yhteydenotosta": {
            "asiakas": [client(self.client)],
            "asiakaskertomusmerkinta": {"palvelutehtava": TASK, "tapahtuma": {"kuvaus": text}},
            "laatija": author,
        }}
        return self.document(data, case=self.case, **ENTRY)

    def find_nothing(self) -> None:
        """finds nothing, is refused storing, and asks why"""
        self.known = [r["oid"] for r in self.repository.find("/v1/register-access", "rights")]
        early = self.entry("Liian aikaisin.")
        answer = self.repository.post("/v1/documents", early)
        answer.expect_problem(403, "register-access-missing")
        named = {m: early["metadata"][m] for m in ("controller", "group", "service_task", "case")}
        why = self.explain(action="store", metadata=named | {"clients": [{"id": self.client["id"]}]})
        assert (why["permitted"], why["refusal"]) == (False, "register-access-missing")
        assert why["rules"][-1]["id"] == "W2"  # they are told up to the one that refuses

    def find_right(self) -> None:
        """finds client and case in its inbox"""
        rights = self.repository.find("/v1/register-access", "rights", states=["open"])
        [self.right] = [right for right in rights if right["oid"] not in self.known]
        assert self.right["controller"] == self.organiser["controller"]["oid"]
        self.case = self.right["case"]
        self.client = {name: self.right["client"][name] for name in self.client}

    def read(self) -> None:
        """searches and fetches what is in the case"""
        found = self.repository.find("/v1/documents", "documents", **self.sought())
        self.theirs = [one["oid"] for one in found if one["group"] == "client_document"][0]
        path = f"/v1/documents/{self.theirs}"
        fetched = self.repository.get(f"{path}?basis=register_access&case={self.case}").expect(200)
        assert fetched.json()["metadata"]["oid"] == self.theirs
        self.repository.get(path).expect_problem(404, "document-not-found")  # not its own register

    def write(self) -> None:
        """stores a record entry in the organiser's register, and reads the continuous record"""
        self.written = [self.store(self.entry("Muutti tänään palvelutaloon."))]
        entries = self.repository.find("/v1/record-entries", "entries", **self.sought())
        assert [entry["metadata"]["oid"] for entry in entries] == self.written
        page = ("/v1/record-entries/search", self.sought(), "application/xhtml+xml")
        assert "Muutti tänään" in self.repository.post(*page).expect(200).body.decode()

    def ask_why(self) -> None:
        """asks why: it may read the organiser's document, and not annul it"""
        act = {"context": self.sought()["context"], "oid": self.theirs}
        may = self.explain(action="read", **act)
        assert may["permitted"] and "R2" in [rule["id"] for rule in may["rules"] if rule["held"]]
        assert self.explain(action="annul", **act)["refusal"] == "not-the-author"

    def finish(self) -> None:
        """finds the right closing, and writes its last entry"""
        self.right = self.look()
        assert (self.right["state"], self.right["local_copies"]) == ("closing", "kept")
        self.written.append(self.store(self.entry("Tavarat noudettu.")))

    def find_it_closed(self) -> None:
        """finds the right closed, is refused reading and storing"""
        right = self.look()
        assert (right["state"], right["local_copies"]) == ("closed", "to_destroy")
        path = f"/v1/documents/{self.theirs}?basis=register_access&case={self.case}"
        self.repository.get(path).expect_problem(403, "register-access-ended")
        late = self.repository.post("/v1/documents", self.entry("Liian myöhään."))
        late.expect_problem(403, "register-access-ended")

    def reconcile(self) -> None:
        """finds out what was never sent, and confirms that its copies are destroyed"""
        path, unsent = f"/v1/register-access/{self.right['oid']}", self.new_oid()
        local = {"oids": [*self.written, unsent]}
        told = self.repository.post(f"{path}/reconciliation", local).expect(200).json()
        assert (sorted(told["stored"]), told["missing"]) == (sorted(self.written), [unsent])
        told = self.repository.post(f"{path}/destruction", {"note": "Poistettu"}).expect(200).json()
        assert told["local_copies"] == "destroyed"


def main() -> None:
    parser = arguments("Plays a register access right from both sides.")
    parser.add_argument("--varanto", help="the program, to move the sandbox's clock with")
    parser.add_argument("--own", choices=["organiser", "producer"], help="the side that you play")
    options = parser.parse_args()
    sandbox = (options.sandbox, read_sandbox(options.sandbox, options.base_url))
    county, company = sandbox[1]["organisations"][:2]
    on_paper = {
        "organiser": county, "producers_unit": company["units"][0], "client": fictional_person(),
        "case": identifier(county, 14, int(time.time() * 1000)),
    }
    organiser = Organiser(sandbox, county, "social_worker", on_paper)
    producer = Producer(sandbox, company, "practical_nurse", on_paper)

    def play(*steps) -> None:
        for step in steps:
            side = type(step.__self__).__name__.lower()
            if side == options.own:
                input(f"{side}: {step.__doc__} - do it with your own system, then press Enter\n")
            else:
                step.__self__.log_in()
                step()
                print(f"{side}: {step.__doc__}", flush=True)

    play(
        organiser.begin, producer.find_nothing, organiser.mark_unit, producer.find_right,
        producer.read, producer.write, producer.ask_why, organiser.read_what_was_written,
        organiser.end_service, producer.finish,
    )
    closes_on = (organiser if options.own == "producer" else producer).right["closes_on"]
    print(f"the right closes at the end of {closes_on}", flush=True)
    if options.varanto:
        after = date.fromisoformat(closes_on) + timedelta(days=1)
        clock = [options.varanto, "sandbox", "clock", "set", f"{after}T09:00:00Z", "--config"]
        subprocess.check_output([*clock, options.sandbox / "varanto.toml"])
        play(producer.find_it_closed, producer.reconcile, organiser.see_destruction)


if __name__ == "__main__":
    main()
