"""What somebody else does between two steps of a run, and what must still stand in the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.proof.moved.hands import LINE, Hands

PULL = "^pull of "
"""A pull request that is another one than was reviewed need not be merged."""
CLOSED = ("RESOLVED", "VERIFIED", "CLOSED")
Made = dict[str, str]
"""What was found, and what was made of it, by names."""


@dataclass(frozen=True)
class Move:
    """One thing that somebody else does: where there is something to do it to, and then."""

    name: str
    find: Callable[[Hands], Made | None]
    make: Callable[[Hands, Made], Made]
    lost: Callable[[Hands, Made], Iterator[str]]
    """What of it does not stand in the end, in words."""

    excused: str = "$^"
    """Which of the run's own things need not be there any more, as a pattern."""


def found(value: object) -> Made | None:
    """What was found as something that can be kept."""
    return {"there": str(value)} if value else None


def put(hands: Hands, repository: str, branch: str, parent: str, *, force: str = "") -> Made:
    """Push a new commit on top of another to a branch."""
    commit = hands.commit(repository, parent)
    hands.push(repository, f"{force}{commit}:refs/heads/{branch}")
    return {"commit": commit}


def source(hands: Hands) -> Made | None:
    """The newest commit of the source branch."""
    return found(hands.refs.get(f"refs/heads/{hands.where.source}"))


def push_to_source(hands: Hands, made: Made) -> Made:
    """Push a commit on top of the source branch."""
    return put(hands, hands.where.repository, hands.where.source, made["there"])


def lost_from_source(hands: Hands, made: Made) -> Iterator[str]:
    """His commit is not in the source branch any more."""
    ref = f"refs/heads/{hands.where.source}"
    if not hands.has(hands.where.repository, ref, made["commit"]):
        yield f"his commit {made['commit']:.9} is not in {hands.where.source}"


def private_source(hands: Hands) -> Made | None:
    """The newest commit of the private mirror's own source branch."""
    ref = f"refs/heads/{hands.where.source}"
    return found(hands.where.private and hands.branch_refs.get(ref))


def push_to_private(hands: Hands, made: Made) -> Made:
    """Push a commit to the private mirror's source branch alone."""
    return put(hands, hands.where.private, hands.where.source, made["there"])


def lost_from_private(hands: Hands, made: Made) -> Iterator[str]:
    """His commit is not in the private mirror any more, or it became public."""
    ref = f"refs/heads/{hands.where.source}"
    if not hands.has(hands.where.private, ref, made["commit"]):
        yield f"his commit {made['commit']:.9} is not in {hands.where.private}"
    if hands.has(hands.where.repository, ref, made["commit"]):
        yield f"his commit {made['commit']:.9} is public, which nobody has reviewed"


def branch(hands: Hands) -> Made | None:
    """The run's branch, where it is on the remote."""
    return found(hands.branch_refs.get(f"refs/heads/{hands.where.branch}"))


def push_to_branch(hands: Hands, made: Made) -> Made:
    """Push a commit on top of the run's branch."""
    return put(hands, hands.branch_place, hands.where.branch, made["there"])


def any_place(hands: Hands) -> Made | None:
    """Where the run's branch is, or would be."""
    if not hands.where.branch:
        return None
    return {**(branch(hands) or {}), "from": hands.branch_refs[f"refs/heads/{hands.where.source}"]}


def move_branch(hands: Hands, made: Made) -> Made:
    """Put the run's branch at something else, whatever was there."""
    return put(hands, hands.branch_place, hands.where.branch, made["from"], force="+")


def lost_from_branch(hands: Hands, made: Made) -> Iterator[str]:
    """His commit is neither in the branch where he put it nor in what that was merged into."""
    places = (hands.where.branch, hands.where.source)
    kept = (hands.has(hands.branch_place, f"refs/heads/{one}", made["commit"]) for one in places)
    if not any(kept):
        yield f"his commit {made['commit']:.9} is not in {hands.where.branch}"


def delete_branch(hands: Hands, made: Made) -> Made:
    """Delete the run's branch."""
    hands.push(hands.branch_place, f":refs/heads/{hands.where.branch}")
    return made


def moved_again(hands: Hands, made: Made) -> Iterator[str]:
    """The branch that he deleted is there again, and something else."""
    there = hands.branch_refs.get(f"refs/heads/{hands.where.branch}", made["there"])
    if there != made["there"]:
        yield f"{hands.where.branch} is at {there:.9}, it was at {made['there']:.9}"


def tag(hands: Hands) -> Made | None:
    """The run's tag, where it is on the remote."""
    return found(hands.tag_commit)


def delete_tag(hands: Hands, made: Made) -> Made:
    """Delete the run's tag."""
    hands.push(hands.where.repository, f":refs/tags/{hands.where.tag}")
    return made


def any_tag(hands: Hands) -> Made | None:
    """Where the run's tag is, or would be."""
    return source(hands)


def move_tag(hands: Hands, made: Made) -> Made:
    """Make the run's tag somewhere else, whatever was there."""
    commit = hands.commit(hands.where.repository, made["there"])
    hands.push(hands.where.repository, f"+{commit}:refs/tags/{hands.where.tag}")
    return {"there": commit}


def tag_elsewhere(hands: Hands, made: Made) -> Iterator[str]:
    """The run has put the tag at another place than where it was, or than where he put it."""
    there = hands.tag_commit or made["there"]
    told = f"% tag {hands.where.tag} at % in {hands.where.repository}"
    if there != made["there"] and hands.doers(told)[-1:] == ["operator"]:
        yield f"tag {hands.where.tag} is {there:.9}, it was {made['there']:.9}"


def tag_not_his(hands: Hands, made: Made) -> Iterator[str]:
    """The tag that he made is gone, or somewhere else."""
    if not hands.tag_commit:
        yield f"his tag {hands.where.tag} is gone"
    yield from tag_elsewhere(hands, made)


def draft(hands: Hands) -> Made | None:
    """The draft release of the tag."""
    return found(next((one["id"] for one in hands.releases() if one["draft"]), None))


def publish(hands: Hands, made: Made) -> Made:
    """Publish the draft."""
    hands.github("PATCH", f"releases/{made['there']}", {"draft": False})
    return made


def not_published(hands: Hands, made: Made) -> Iterator[str]:
    """What he published is gone, or a draft again."""
    there = [one for one in hands.releases() if str(one["id"]) == made["there"]]
    if not there or there[0]["draft"]:
        yield f"the release that he published is {'a draft again' if there else 'gone'}"


def tag_alone(hands: Hands) -> Made | None:
    """The tag, where it is there and has no release."""
    return None if hands.releases() else tag(hands)


def release(hands: Hands, _: Made) -> Made:
    """Publish a release of the tag, by hand."""
    said = {"tag_name": hands.where.tag, "name": "By hand", "body": LINE}
    return {"there": str(hands.github("POST", "releases", said)["id"])}


def any_release(hands: Hands) -> Made | None:
    """The release of the tag, a draft or not."""
    return found(next((one["id"] for one in hands.releases()), None))


def edit_release(hands: Hands, made: Made) -> Made:
    """Write a line into the release's text."""
    body = next(one["body"] for one in hands.releases())
    said = {"body": f"{LINE}\n\n{body}"}
    hands.github("PATCH", f"releases/{made['there']}", said)
    return made


def text_lost(hands: Hands, made: Made) -> Iterator[str]:
    """His line is not in the release any more."""
    there = [one for one in hands.releases() if str(one["id"]) == made["there"]]
    if not there or LINE not in there[0]["body"]:
        yield "his text is not in the release any more"


def delete_draft(hands: Hands, made: Made) -> Made:
    """Delete the draft."""
    hands.github("DELETE", f"releases/{made['there']}")
    return made


def nothing_lost(_: Hands, __: Made) -> Iterator[str]:
    """What he took away can be made again: nothing of his is lost by it."""
    yield from ()


def open_pull(hands: Hands) -> Made | None:
    """The run's pull request, while it is open, and its branch not in its base yet.

    One whose branch is there is shown as merged a moment later, whatever is done to it meanwhile.
    """
    head, base = hands.branch_refs.get(f"refs/heads/{hands.where.branch}"), hands.where.source
    if head and hands.has(hands.branch_place, f"refs/heads/{base}", head):
        return None
    return found(next((one["number"] for one in hands.pulls() if one["state"] == "open"), None))


def close_pull(hands: Hands, made: Made) -> Made:
    """Close the pull request."""
    hands.github("PATCH", f"pulls/{made['there']}", {"state": "closed"})
    return made


def opened_again(hands: Hands, made: Made) -> Iterator[str]:
    """The pull request is open again, or another one of that branch is."""
    there = [one for one in hands.pulls() if one["state"] == "open" or one["merged_at"]]
    if there:
        yield f"he closed #{made['there']}, and #{there[-1]['number']} is {there[-1]['state']}"


def edit_pull(hands: Hands, made: Made) -> Made:
    """Write a line into the pull request's text."""
    body = hands.github("GET", f"pulls/{made['there']}")["body"]
    hands.github("PATCH", f"pulls/{made['there']}", {"body": f"{LINE}\n\n{body}"})
    return made


def pull_text_lost(hands: Hands, made: Made) -> Iterator[str]:
    """His line is not in the pull request any more."""
    texts = [one["body"] or "" for one in hands.pulls() if str(one["number"]) == made["there"]]
    if not any(LINE in text for text in texts):
        yield "his text is not in the pull request any more"


def merge_pull(hands: Hands, made: Made) -> Made:
    """Merge the pull request."""
    hands.github("PUT", f"pulls/{made['there']}/merge", {"merge_method": "merge"})
    return made


def not_merged(hands: Hands, made: Made) -> Iterator[str]:
    """The pull request that he merged is not merged."""
    there = [one for one in hands.pulls() if str(one["number"]) == made["there"]]
    if not (there and there[0]["merged_at"]):
        yield f"#{made['there']} is not merged"


def bug(hands: Hands) -> Made | None:
    """The newest bug that is open."""
    there = [one for one in hands.bugs() if one["status"] not in CLOSED]
    return found(hands.where.bugs and there and there[-1]["id"])


def resolve(hands: Hands, made: Made) -> Made:
    """Resolve the bug, with a word on it."""
    return say_on_bug(hands, made, f"{LINE} It is done.", status="RESOLVED", resolution="FIXED")


def not_resolved(hands: Hands, made: Made) -> Iterator[str]:
    """The bug is open again, or his word is gone."""
    yield from word_lost(hands, made)
    [status] = [one["status"] for one in hands.bugs() if str(one["id"]) == made["there"]]
    if status != "RESOLVED":
        yield f"bug {made['there']} is {status} again"


def comment(hands: Hands, made: Made) -> Made:
    """Say a word on the bug."""
    return say_on_bug(hands, made, LINE)


def say_on_bug(hands: Hands, made: Made, word: str, **change: str) -> Made:
    """Say a word on the bug, and change it: with another one on the same bug it stays apart."""
    said = {"comment": {"body": word}, **change}
    hands.ask("PUT", f"/bugzilla/rest/bug/{made['there']}", said)
    return {**made, "word": word}


def word_lost(hands: Hands, made: Made) -> Iterator[str]:
    """His word is not on the bug."""
    if hands.comments(int(made["there"])).count(made["word"]) != 1:
        yield f"his word is not on bug {made['there']}"


def no_notes(hands: Hands) -> Made | None:
    """That the push has no notes yet."""
    begun = not hands.where.notes or hands.notes() is not None
    return None if begun else found(hands.where.notes)


def make_notes(hands: Hands, made: Made) -> Made:
    """Begin the notes."""
    hands.write_notes("# By hand\n")
    return made


def notes_lost(hands: Hands, _: Made) -> Iterator[str]:
    """The notes that he has begun are not as he began them."""
    if not (hands.notes() or "").startswith("# By hand\n"):
        yield "the notes that he has begun are others"


def notes(hands: Hands) -> Made | None:
    """The push's notes."""
    return {"text": text} if (text := hands.notes()) is not None else None


def edit_notes(hands: Hands, made: Made) -> Made:
    """Write a line at the end of the notes."""
    hands.write_notes(f"{made['text']}\n{LINE}\n")
    return made


def line_lost(hands: Hands, _: Made) -> Iterator[str]:
    """His line is not in the notes any more, or there twice."""
    if (times := (hands.notes() or "").count(LINE)) != 1:
        yield f"his line is in the notes {times} times"


def channel(hands: Hands) -> Made | None:
    """The channel, where the team has one."""
    return found(hands.where.topic)


def set_topic(hands: Hands, made: Made) -> Made:
    """Set the channel's topic."""
    path, place = "/slack/api/conversations.", hands.ask("POST", "/slack/api/conversations.list")
    fields = {"channel": place["channels"][0]["id"], "topic": LINE}
    hands.ask("POST", f"{path}setTopic", fields)
    return made


MOVES = {
    one.name: one
    for one in (
        Move("a commit on the source branch", source, push_to_source, lost_from_source),
        Move("a commit on the private main", private_source, push_to_private, lost_from_private),
        Move("a commit on the run's branch", branch, push_to_branch, lost_from_branch, PULL),
        Move("the branch at something else", any_place, move_branch, lost_from_branch, PULL),
        Move("the branch deleted", branch, delete_branch, moved_again, f"refs/heads/|{PULL}"),
        Move("the tag deleted", tag, delete_tag, tag_elsewhere, excused="refs/tags/"),
        Move("the tag at something else", any_tag, move_tag, tag_not_his),
        Move("the draft published", draft, publish, not_published),
        Move("a release made by hand", tag_alone, release, not_published),
        Move("the release edited", any_release, edit_release, text_lost),
        Move("the draft deleted", draft, delete_draft, nothing_lost, excused="^release "),
        Move("the pull request closed", open_pull, close_pull, opened_again, PULL),
        Move("the pull request edited", open_pull, edit_pull, pull_text_lost),
        Move("the pull request merged", open_pull, merge_pull, not_merged),
        Move("the bug resolved", bug, resolve, not_resolved),
        Move("the bug commented on", bug, comment, word_lost),
        Move("the notes begun", no_notes, make_notes, notes_lost, excused="^releases/"),
        Move("the notes edited", notes, edit_notes, line_lost),
        Move("the topic set", channel, set_topic, nothing_lost, excused="^topic "),
    )
}
