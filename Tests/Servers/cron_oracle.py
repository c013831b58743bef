#!/usr/bin/env python3
"""Says when cron expressions are due, as croniter and Python's own time zones have it.

The first line written is "ready". Then each line read is a question in JSON, answered by a line:
{"expression", "zone", "from", "count"} by {"times"}, seconds since 1970; {"zone", "moments"} by
{"offsets"}, seconds ahead of UTC. It ends with its input.
"""

import datetime
import json
import sys
import zoneinfo

import croniter

EPOCH = datetime.datetime(1970, 1, 1)
UTC = datetime.timezone.utc


def moment(reading, zone):
    """The first moment at which clocks show a reading, or the end of the gap that it falls into."""
    aware = reading.replace(tzinfo=zone, fold=0)
    seconds = int(aware.timestamp())
    back = datetime.datetime.fromtimestamp(seconds, zone).replace(tzinfo=None)
    if back == reading:
        return seconds
    # Nobody ever saw it: look for the change of the clocks around it.
    low, high = seconds - 86400, seconds + 86400
    before = datetime.datetime.fromtimestamp(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.datetime.fromtimestamp(middle, zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def due(expression, zone, start, count):
    zone = zoneinfo.ZoneInfo(zone)
    reading = datetime.datetime.fromtimestamp(start, zone).replace(tzinfo=None)
    # From two days before, as clocks may have been set meanwhile.
    fields = len(expression.split())
    steps = croniter.croniter(
        expression, reading - datetime.timedelta(days=2), second_at_beginning=fields == 6)
    times = []
    while len(times) < count:
        seconds = moment(steps.get_next(datetime.datetime), zone)
        if seconds > start and (not times or times[-1] != seconds):
            times.append(seconds)
    return times


print("ready", flush=True)
for line in sys.stdin:
    question = json.loads(line)
    if "expression" in question:
        answer = {"times": due(
            question["expression"], question["zone"], question["from"], question["count"])}
    else:
        zone = zoneinfo.ZoneInfo(question["zone"])
        answer = {"offsets": [
            int(datetime.datetime.fromtimestamp(second, zone).utcoffset().total_seconds())
            for second in question["moments"]]}
    print(json.dumps(answer), flush=True)
