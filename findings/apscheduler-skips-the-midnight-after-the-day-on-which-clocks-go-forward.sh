#!/usr/bin/env bash
# APScheduler 3.11.3 (Python), the newest: a job of every midnight, or of 0:30, does not run on the day after clocks went forward.
# Expected: its documentation warns of one thing alone: a job within the hour that does not exist is left out. Midnight exists on every
#           day in Berlin and New York; cronsim 2.8 has them all.
# Seen:     after Sunday 29 March at 0:00 comes Tuesday 31 March in Berlin, and so it is in New York on 9 March, whether by hour=0 or
#           from_crontab("0 0 * * *"): the search takes 24 hours from a day that has 23, lands at 1:00 on Monday, and goes on to the
#           next midnight. From 1:00 on nothing is lost. What closes Sunday's sales does not run; no error, no misfire is logged.
# Needs: python3 (3.9 or newer) with pip.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install -q --disable-pip-version-check apscheduler==3.11.3 cronsim==2.8 tzdata
cat >ask.py <<'PYTHON'
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from apscheduler.triggers.cron import CronTrigger
from cronsim import CronSim


def days(trigger, now):
    fired, previous = [], None
    for _ in range(4):
        previous = trigger.get_next_fire_time(previous, now)
        now = previous + timedelta(milliseconds=5)
        fired.append(previous.day)
    return fired


seen = []
for zone, day, schedule in (
    ("Europe/Berlin", datetime(2026, 3, 27, 12), "0 0 * * *"),
    ("Europe/Berlin", datetime(2026, 3, 27, 12), "30 0 * * *"),
    ("Europe/Berlin", datetime(2026, 3, 27, 12), "0 1 * * *"),
    ("America/New_York", datetime(2026, 3, 6, 12), "0 0 * * *"),
):
    start = day.replace(tzinfo=ZoneInfo(zone))
    fired = days(CronTrigger.from_crontab(schedule, timezone=start.tzinfo), start)
    minute, hour = schedule.split()[:2]
    by_fields = days(CronTrigger(hour=hour, minute=minute, timezone=start.tzinfo), start)
    others = CronSim(schedule, start)
    wanted = [next(others).day for _ in range(4)]
    print(zone, schedule, "APScheduler", fired, "by fields", by_fields, "cronsim", wanted)
    seen.append((fired == by_fields, fired, wanted))
expected = [
    (True, [28, 29, 31, 1], [28, 29, 30, 31]),
    (True, [28, 29, 31, 1], [28, 29, 30, 31]),
    (True, [28, 29, 30, 31], [28, 29, 30, 31]),
    (True, [7, 8, 10, 11], [7, 8, 9, 10]),
]
sys.exit(0 if seen == expected else 1)
PYTHON
python/bin/python ask.py
