"""Rate limits: counted for each account, told in every answer, and held.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import threading
import time
from collections import Counter

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.refusal import Refusal
from runbook_lib.sandbox.world.world import Account, World

HOUR = 3600
ANONYMOUS = 60
PER_HOUR = 5000
SETTING = "github_rate_limit"


@frozen
class Quota:
    """What an account has used of its hour; `reset` is in seconds since 1970."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """How many requests are left."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """How every answer tells it."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
            "X-RateLimit-Used": str(min(self.used, self.limit)),
            "X-RateLimit-Resource": "core",
        }


class Limits:
    """The requests of this hour, by account.

    The world's setting `github_rate_limit` names another limit than 5,000 for an account's hour.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = threading.Lock()
        self.used: Counter[tuple[int, int]] = Counter()

    def quota(self, account: Account | None) -> Quota:
        """What an account has used, after one more request."""
        hour = int(time.time()) // HOUR
        key = (hour, account.id if account else 0)
        with self.lock:
            self.used[key] += 1
            used = self.used[key]
        return Quota(self.limit(account), used, (hour + 1) * HOUR)

    def limit(self, account: Account | None) -> int:
        """How many requests an account has an hour."""
        if account is None:
            return ANONYMOUS
        return int(self.world.setting(SETTING) or PER_HOUR)

    def count(self, account: Account | None) -> dict[str, str]:
        """Count a request, and return the headers that tell it."""
        quota = self.quota(account)
        if quota.used > quota.limit:
            whose = f"user ID {account.id}" if account else "127.0.0.1"
            message = f"API rate limit exceeded for {whose}."
            raise Refusal(403, message, headers=quota.headers())
        return quota.headers()

    def give_back(self, account: Account) -> dict[str, str]:
        """Take a request out of the count, and return the headers that tell it."""
        hour = int(time.time()) // HOUR
        key = (hour, account.id)
        with self.lock:
            self.used[key] = used = max(0, self.used[key] - 1)
        return Quota(self.limit(account), used, (hour + 1) * HOUR).headers()
