"""Faults on demand."""

import time

from .served import Served


def put_fault(github: Served, **said: object) -> None:
    address = f"{github.url}/sandbox/faults"
    answer = github.ask("POST", address, {"path_pattern": ".*/pulls", **said})
    assert answer.status_code == 201, answer.text


WORDS = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}


def test_a_dropped_answer_hides_an_act_that_was_carried_out(github: Served) -> None:
    put_fault(github, method="POST", kind="drop-after")
    assert github.post(":/pulls", WORDS).status_code == 502
    assert [one["number"] for one in github.get(":/pulls").json()] == [1]
    assert github.post(":/pulls", WORDS).status_code == 422


def test_a_dropped_request_does_nothing(github: Served) -> None:
    put_fault(github, method="POST", kind="drop-before", times=2)
    assert [github.post(":/pulls", WORDS).status_code for _ in range(3)] == [502, 502, 201]
    assert len(github.get(":/pulls").json()) == 1


def test_a_secondary_limit_is_told_in_githubs_words(github: Served) -> None:
    put_fault(github, kind="status", status=403, headers={"Retry-After": "7"})
    refused = github.get(":/pulls")
    assert (refused.status_code, refused.headers["Retry-After"]) == (403, "7")
    assert "secondary rate limit" in refused.json()["message"]
    assert github.get(":/pulls").status_code == 200


def test_a_fault_strikes_its_method_and_path_alone_until_it_is_cleared(github: Served) -> None:
    put_fault(github, method="POST", kind="status", status=500, body={"message": "ouch"}, times=9)
    assert github.get(":/pulls").ok
    assert github.post(":/git/refs", {"ref": "x"}).status_code == 422
    assert github.post(":/pulls", WORDS).json() == {"message": "ouch"}
    address = f"{github.url}/sandbox/faults"
    assert [one["times"] for one in github.get(address).json()] == [8]
    assert github.ask("DELETE", address).status_code == 204
    assert github.post(":/pulls", WORDS).status_code == 201


def test_a_delay_keeps_a_request_waiting(github: Served) -> None:
    put_fault(github, kind="delay", seconds=0.3)
    began = time.monotonic()
    assert github.get(":/pulls").ok
    assert time.monotonic() - began >= 0.3


def test_a_fault_must_be_one_and_be_an_admins(github: Served) -> None:
    address = f"{github.url}/sandbox/faults"
    for said in ({"kind": "odd", "path_pattern": "x"}, {"path_pattern": "("}, {"other": 1}):
        assert github.ask("POST", address, said).status_code == 422
    said = {"path_pattern": ".*"}
    assert github.ask("POST", address, said, who="ci").status_code == 403
    assert github.ask("POST", address, said, who="").status_code == 401
