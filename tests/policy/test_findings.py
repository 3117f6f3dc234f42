"""What was found is judged once: the worst of it stays, new numbers are no new finding."""

from runbook_lib.policy.monitoring.findings import Finding, add_findings

BAD = Finding("ops, Errors", "alarm", "ops, Errors: alarm: 41 against a median of 3")


def test_new_numbers_of_the_same_finding_are_no_new_finding() -> None:
    now = Finding(BAD.where, "alarm", "ops, Errors: alarm: 44 against a median of 3")
    assert add_findings([BAD], [now]) == (BAD,)


def test_the_worst_verdict_stays_when_a_later_look_is_milder() -> None:
    milder = Finding(BAD.where, "look at this", "ops, Errors: look at this: 9 against 3")
    assert add_findings([BAD], [milder]) == (BAD,)
    assert add_findings([BAD], []) == (BAD,)
    assert add_findings([milder], [BAD]) == (BAD,)


def test_what_is_found_elsewhere_is_new() -> None:
    other = Finding("ops, Latency", "look at this", "ops, Latency: look at this: 2 s against 1 s")
    assert add_findings([BAD], [other]) == (BAD, other)


def test_what_could_not_be_told_gives_way_to_what_can_be() -> None:
    nothing = Finding("ops, Errors", "look at this", "only 2 points since the push", told=False)
    later = Finding("ops, Errors", "look at this", "only 2 points, still", told=False)
    assert add_findings([nothing], []) == ()
    assert add_findings([nothing], [BAD]) == (BAD,)
    assert add_findings([nothing], [later]) == (nothing,)
    assert add_findings([BAD], [later]) == (BAD,)
