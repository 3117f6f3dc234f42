"""The site's figures, made from the world: the same for the same moment, whoever asks.

They follow the day by the clocks of the team, and go up and down by chance. A push of the server to
production shows as a short blip; the world's setting `incident` lets something follow upon the
newest one.
"""

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.world.world import World

INCIDENTS = ("none", "errors", "latency", "traffic", "gap")
"""What follows upon the newest push to production; the first is the default."""
SERVER = "server"
"""The project whose figures these are."""
ZONE = ZoneInfo("America/Los_Angeles")
AFTER = timedelta(minutes=5)
"""How long the blip of a push lasts, and how long after it an incident begins."""
GAP = (timedelta(minutes=10), timedelta(minutes=25))


@frozen
class Site:
    """What the figures depend on: the server's pushes, newest first, and what went wrong."""

    now: datetime
    pushes: Sequence[datetime]
    incident: str

    def blip(self, moment: datetime) -> bool:
        """Whether a push is under way."""
        return any(timedelta() <= moment - push < AFTER for push in self.pushes)

    def struck(self, moment: datetime, incident: str) -> bool:
        """Whether an incident of that kind is on."""
        begun = bool(self.pushes) and moment - self.pushes[0] >= AFTER
        return begun and self.incident == incident

    def silent(self, moment: datetime) -> bool:
        """Whether nothing was measured."""
        into_gap = bool(self.pushes) and GAP[0] <= moment - self.pushes[0] < GAP[1]
        return moment > self.now or (into_gap and self.incident == "gap")


def read_site(world: World) -> Site:
    """The site as the world has it now."""
    pushes = [
        datetime.fromisoformat(str(each["at"]))
        for each in dockerflow.list_deployments(world)
        if (each["environment"], each["project"]) == ("production", SERVER)
    ]
    return Site(world.now(), pushes, world.setting("incident") or INCIDENTS[0])


def measure(site: Site, name: str, moment: datetime) -> float | None:
    """One figure at one moment; None where nothing was measured, or it is none of the site's."""
    if site.silent(moment) or name not in FIGURES:
        return None
    return FIGURES[name](site, moment)


def requests(site: Site, moment: datetime) -> float:
    """Requests a second."""
    factor = 0.5 if site.struck(moment, "traffic") else 0.9 if site.blip(moment) else 1.0
    return 420 * course(moment) * factor * near_one("requests", moment, 0.03)


def errors(site: Site, moment: datetime) -> float:
    """5xx a second, as a rate over five minutes has it."""
    factor = 4.0 if site.struck(moment, "errors") else 2.5 if site.blip(moment) else 1.0
    mean = 120 * course(moment)
    return factor * (mean + chance("errors", moment).gauss(0, math.sqrt(mean))) / 300


def latency(site: Site, moment: datetime) -> float:
    """The 95th percentile of answers, in seconds."""
    factor = 1.7 if site.struck(moment, "latency") else 1.15 if site.blip(moment) else 1.0
    return (0.25 + 0.05 * course(moment)) * factor * near_one("latency", moment, 0.06)


def waiting(_site: Site, moment: datetime) -> float:
    """Tasks in the queue."""
    return max(0.0, round(chance("waiting", moment).gauss(25 * course(moment), 5)))


def cache(_site: Site, moment: datetime) -> float:
    """The part of all look-ups that the cache answers."""
    return min(1.0, 0.93 * near_one("cache", moment, 0.005))


def up(_site: Site, _moment: datetime) -> float:
    """Whether all workers are there."""
    return 1.0


FIGURES = {
    "http_requests_total": requests,
    "errors": errors,
    "http_request_duration_seconds": latency,
    "celery_queue_length": waiting,
    "cache_hit_ratio": cache,
    "up": up,
}


def course(moment: datetime) -> float:
    """The day's course by the team's clocks: 1 on average, most in the afternoon."""
    local = moment.astimezone(ZONE)
    return 1 + 0.4 * math.sin((local.hour + local.minute / 60 - 8) / 24 * 2 * math.pi)


def chance(name: str, moment: datetime) -> random.Random:
    """The chance that plays in one figure at one moment, the same each time."""
    return random.Random(f"{name} {moment.timestamp():.0f}")


def near_one(name: str, moment: datetime, spread: float) -> float:
    """A factor near 1, of which the week has a part of its own."""
    week = moment.astimezone(ZONE).strftime("%G-%V")
    level = random.Random(f"{name} {week}").gauss(0, spread / 2)
    return 1 + level + chance(name, moment).gauss(0, spread)


def points(
    site: Site, name: str, first: float, last: float, step: float
) -> list[tuple[float, float]]:
    """A figure at whole multiples of the step, in seconds since the epoch."""
    at = partial(datetime.fromtimestamp, tz=UTC)
    moments = [i * step for i in range(math.ceil(first / step), math.floor(last / step) + 1)]
    values = [(moment, measure(site, name, at(moment))) for moment in moments]
    return [(moment, value) for moment, value in values if value is not None]
