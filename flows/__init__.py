"""The front door and the conductor: the only room that knows the clock, the environment and the inbox."""

import os

# Before Prefect is imported, which reads them then: it sends nothing anywhere, and does not say that it would.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
