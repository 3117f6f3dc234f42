"""What a gate or a step by hand may be called: what a command line can name."""

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.questions import BY_HAND, GATE, refuse_unnamed
from runbook_lib.steps.question import Question, approve_command


@pytest.mark.parametrize("kind", [GATE, BY_HAND])
@pytest.mark.parametrize(
    "name", ["", "--digest", "-rf", "a b", "a\nb", "a\x1b[2J", " a", "a;touch b"]
)
def test_a_name_that_no_command_can_name_is_refused(kind: str, name: str) -> None:
    with pytest.raises(UsageError, match="that is called by one word"):
        refuse_unnamed(kind, name)


@pytest.mark.parametrize("name", ["upload", "take-over", "größe_2", "a/b", "v1.9+x"])
def test_any_other_word_may_be_its_name(name: str) -> None:
    refuse_unnamed(GATE, name)


def test_what_a_shell_would_carry_out_is_quoted_in_the_command() -> None:
    question = Question("grind/mill/1.0", "a$(x);y", "Grind", "rye", "0" * 64)
    assert "approve grind/mill/1.0 'a$(x);y' --digest" in approve_command(question)
