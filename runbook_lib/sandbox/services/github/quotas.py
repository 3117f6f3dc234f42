"""The rate limit, told without being counted."""

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.limits import Limits


def endpoints(limits: Limits) -> tuple[Endpoint, ...]:
    """`/rate_limit`, on the limits that are held."""

    def get_rate_limit(call: Call) -> Answer:
        core = limits.quota(call.account).show()
        resources = {"core": core, "search": core, "graphql": core}
        return Answer({"resources": resources, "rate": core})

    docs = "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user"
    return (Endpoint("GET", "/rate_limit", get_rate_limit, docs, "anyone"),)
