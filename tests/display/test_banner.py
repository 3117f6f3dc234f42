"""The sandbox, a profile and a plan can't be taken for each other."""

from runbook_lib.display.banner import HATCHED, Banner


def test_the_sandbox_says_so_in_words_and_has_a_look_that_no_profile_has() -> None:
    banner = Banner("sandbox", "nothing outside this machine", sandbox=True)
    assert str(banner) == "SANDBOX: nothing outside this machine"
    assert HATCHED in banner.html()
    assert HATCHED not in Banner("sandbox", "x", colour="#d9e8d4").html()


def test_a_profile_has_its_colour_and_says_its_target() -> None:
    banner = Banner("tides", "moz/<tides> on github.com", colour="#ffee00")
    assert str(banner) == "profile tides: moz/<tides> on github.com"
    assert "background-color:#ffee00;color:#000000" in banner.html()
    assert "moz/&lt;tides&gt;" in banner.html()


def test_a_plan_says_plan() -> None:
    banner = Banner("tides", "moz/tides on github.com", plan=True)
    assert str(banner).endswith("· PLAN: nothing is changed")
    assert "PLAN: nothing is changed" in banner.html()
