"""The table of what was measured, with what was wanted beside it."""

from tests.bench.targets import Results, Target

WIDTHS = "{:19} {:17} {:>7} {:>7} {:>7}  {:27} {}"


def lines(results: Results, targets: tuple[Target, ...]) -> list[str]:
    """A line for each run, its target in it, and one for each target that has no run of its own."""
    of_place = {(target.name, target.tool): target for target in targets}
    rows = [("capture", "tool", "wall s", "CPU s", "MB", "measured", "wanted")]
    shown = ""
    for (name, tool), run in results.runs.items():
        figures = f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.peak_private / 1e6:.0f}"
        target = of_place.pop((name, tool), None)
        judged = judgement(target, results) if target else (_beside_tshark(results, name, tool), "")
        rows.append(("" if name == shown else name, tool, *figures, *judged))
        shown = name
    rows += [(name, what, "", "", "", *judgement(target, results)) for (name, what), target in of_place.items()]
    return [WIDTHS.format(*row).rstrip() for row in rows]


def judgement(target: Target, results: Results) -> tuple[str, str]:
    """What was measured, and what was wanted."""
    wanted = f"{'at least' if target.is_least else 'at most'} {target.limit:g}"
    verdict = "met" if target.reached(results) else "missed"
    return f"{target.figure(results):.3g} {target.unit}", f"{wanted}: {verdict}"


def _beside_tshark(results: Results, name: str, tool: str) -> str:
    """How fast a tool is where it has no target."""
    tshark = results.runs.get((name, "tshark"))
    if tshark is None or tool.startswith("tshark"):
        return ""
    return f"{tshark.wall / results.runs[name, tool].wall:.3g} x as fast as tshark"
