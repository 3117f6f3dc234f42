"""People are found by any of their names, and never one of two."""

import pytest

from runbook_lib.errors import Refused
from runbook_lib.policy.chat_people import Person, one_person

ADA = Person("U1", ("Ada", "Ada Lovelace", "ada.l"), "<@U1>")
BYRON = Person("U2", ("Ada Byron", "ada"), "<@U2>")


@pytest.mark.parametrize("name", ["ada lovelace", "@ada.l", " Ada  Lovelace ", "U1", "u1"])
def test_a_name_is_one_in_whatever_case(name: str) -> None:
    assert one_person([ADA, BYRON], name, where="Slack") is ADA
    assert str(ADA) == "Ada (U1)"


def test_of_two_neither_is_taken() -> None:
    with pytest.raises(Refused, match=r"several: U1 \(Ada / Ada Lovelace / ada.l\), U2 \(Ada By"):
        one_person([ADA, BYRON], "ada", where="Slack")


@pytest.mark.parametrize("name", ["", "@", "Love", "Adá"])
def test_nobody_is_taken_for_a_name_that_nobody_has(name: str) -> None:
    with pytest.raises(Refused, match=r"in Slack, found nobody"):
        one_person([ADA, BYRON], name, where="Slack")
