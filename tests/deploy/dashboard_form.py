#!/usr/bin/env python3
"""What Grafana needs of the dashboard's form, since no test can start it: panels with an id of
their own that do not lie on each other, queries to the data source that is provisioned, and a
folder that the compose file mounts."""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "deploy/grafana"
TYPES = {"row", "stat", "timeseries"}
COLUMNS = 24


def setting(file: str, name: str) -> str:
    return re.search(rf"\b{name}: ([^\s}}]+)", (GRAFANA / file).read_text()).group(1)


def faults_of_panel(panel: dict, source: str):
    named = f"panel {panel.get('id')} '{panel.get('title')}'"
    place = panel["gridPos"]
    if panel["type"] not in TYPES:
        yield f"{named}: its type {panel['type']} is not one of {sorted(TYPES)}"
    if place["x"] < 0 or place["x"] + place["w"] > COLUMNS or min(place["w"], place["h"]) < 1:
        yield f"{named}: it does not lie on the grid: {place}"
    if panel["type"] == "row":
        return
    letters = [target["refId"] for target in panel["targets"]]
    if not letters or len(set(letters)) < len(letters):
        yield f"{named}: its queries need letters of their own: {letters}"
    for target in panel["targets"]:
        if target["datasource"] != {"type": "prometheus", "uid": source}:
            yield f"{named}: its data source is not {source}: {target['datasource']}"


def overlapping(panels: list):
    taken: dict = {}
    for panel in panels:
        place = panel["gridPos"]
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])):
            if taken.setdefault(cell, panel["id"]) != panel["id"]:
                yield f"panels {taken[cell]} and {panel['id']} lie on each other"
                break


def main() -> int:
    dashboard = json.loads((GRAFANA / "mosquitto_shadow.json").read_text())
    panels, source = dashboard["panels"], setting("datasource.yml", "uid")
    compose = (ROOT / "deploy/docker/docker-compose.yml").read_text()
    faults = [fault for panel in panels for fault in faults_of_panel(panel, source)]
    faults += overlapping(panels)
    if len({panel["id"] for panel in panels}) < len(panels):
        faults.append("two panels have the same id")
    if f"{setting('dashboards.yml', 'path')}/mosquitto_shadow.json" not in compose:
        faults.append("the compose file does not mount the dashboard where it is looked for")
    print("\n".join(faults))
    return 1 if faults or not panels else 0


if __name__ == "__main__":
    sys.exit(main())
