"""`python -m benchmarks [NAME …] [--json FILE] [--quick]`: measures, prints each figure beside its aim."""

import asyncio
import json
import logging
import os
import platform
import signal
from collections.abc import Coroutine
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.figures import Figure, Measurement, Run, Verdict
from starter.leaving import leave

NAMES = (
    "core_speed",
    "calendars",
    "simulation",
    "comparison",
    "host_cost",
    "lateness_steady",
    "lateness_burst",
    "throughput",
    "sustained",
    "recovery",
    "api_share",
    "api_load",
    "million_rows",
    "streams",
)
RESULTS = Path(__file__).parent / "results" / "latest.json"
COLOURS = {Verdict.MET: "green", Verdict.MISSED: "bold red", Verdict.REPORTED: "cyan"}

console = Console()


def bench(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]…", help=" ".join(NAMES))] = None,
    file: Annotated[Path, typer.Option("--json", help="Where the results go as JSON.")] = RESULTS,
    quick: Annotated[bool, typer.Option(help="Fewer lives and shorter; not for publishing.")] = False,
) -> None:
    """Measure the figures that the product is held to; all of them, or those named."""
    wanted = tuple(names or NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise typer.BadParameter(f"no figure {', '.join(unknown)}; there are {', '.join(NAMES)}")
    logging.disable(logging.INFO)
    code = asyncio.run(_until_told(_measure(wanted, file, quick)))
    leave(code)


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """Ctrl-C and SIGTERM cancel the work, which then ends what it started."""
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        console.print("Ended before all was measured.")
        return 130


async def _measure(names: tuple[str, ...], file: Path, quick: bool) -> int:
    """0 when every aim is met, 1 when one is missed or could not be measured."""
    figures: list[Figure] = []
    failed: list[str] = []
    for name in names:
        measurement: Measurement = import_module(f"benchmarks.{name}").measure
        with console.status(name) as status:
            run = Run(quick=quick, say=lambda text, name=name: status.update(f"{name}: {text}"))  # type: ignore[misc]
            try:
                figures.append(await measurement(run))
            except Exception:
                # One that cannot be measured must not take the others along.
                console.print_exception()
                failed.append(name)
                continue
        console.print(f"{figures[-1].name}: {figures[-1].measured} ({figures[-1].verdict})", highlight=False)
        _write(file, figures, failed, quick)
    _show(figures, quick)
    missed = [figure.name for figure in figures if figure.verdict is Verdict.MISSED]
    if failed:
        console.print(f"[bold red]Not measured: {', '.join(failed)}")
    return 1 if missed or failed else 0


def _show(figures: list[Figure], quick: bool) -> None:
    table = Table("figure", "how", "measured", "aim", "met?", show_lines=True)
    if quick:
        table.title = "A rehearsal, not to be published"
    for one in figures:
        table.add_row(one.name, one.how, one.measured, one.aim, f"[{COLOURS[one.verdict]}]{one.verdict}")
    console.print(table)
    for one in figures:
        if one.breakdown:
            head, *lines = one.breakdown
            explained = Table(*head)
            for line in lines:
                explained.add_row(*line)
            console.print(explained)


def _write(file: Path, figures: list[Figure], failed: list[str], quick: bool) -> None:
    document = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()},
        "quick": quick,
        "figures": [asdict(figure) for figure in figures],
        "failed": failed,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(bench)
