"""The public holidays of Finland as PyPI's holidays knows them.

Standard input: {"first", "last"} (years). Standard output: [{"day", "names"}], names in Finnish.
"""

import json
import sys

import holidays

if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    years = range(wanted["first"], wanted["last"] + 1)
    finland = holidays.Finland(years=years, language="fi", observed=False)
    days = [{"day": day.isoformat(), "names": finland.get_list(day)} for day in sorted(finland)]
    json.dump(days, sys.stdout)
