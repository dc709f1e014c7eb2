"""The table of three replicas: measures each regime in rounds, and shows what was found."""

import os

from . import figures, plot, regimes
from .processes import Failure

HEADS = ["regime", "system", "reservations/s", "p50 ms", "p99 ms", "server cores", "client cores", "Holdfast is"]


def measure_all(systems, options, problems, say):
    """`{case: {system: [Figures or None, one a round]}}`; what went wrong is added to `problems`."""
    chosen = options.regimes
    results = {f"{regime.name} {choice}": {} for regime in chosen for choice in ("hot", "uniform")}
    for regime in chosen:
        for number in range(options.rounds):
            for system in systems:
                if system.takes(regime):
                    measure(system, regime, number, options, results, problems, say)
    return {case: found for case, found in results.items() if found}


def measure(system, regime, number, options, results, problems, say):
    """One round of one system: hot and uniform on the same servers, first the one and then the other."""
    skus = [regimes.HOT_SKUS, regimes.UNIFORM_SKUS]
    loads = [
        regimes.Load(regime, count, options.warmup, options.seconds)
        for count in (skus if number % 2 == 0 else skus[::-1])
    ]
    measured = {load.name: None for load in loads}
    try:
        try:
            system.start(regime)
            for load in loads:
                measured[load.name] = found = system.measure(load)
                told = f"{found.requests_per_second:10,.0f}/s  p99 {found.p99_ms:.2f} ms  {found.note}"
                say(f"{load.name:20} round {number + 1}  {system.name:12} {told}".rstrip())
        finally:
            system.stop()
    except Failure as failure:
        problems.append(f"{regime.name}, round {number + 1}, {system.name}: {failure}")
        say(problems[-1])
    for case, found in measured.items():
        results[case].setdefault(system.name, []).append(found)


def rows(results):
    for case, systems in results.items():
        for system, runs in systems.items():
            told = [run for run in runs if run is not None]
            if not told:
                yield [case, system, *["failed"] * 5, ""]
                continue
            times = regimes.ratio(results, case, "holdfast", system) if system != "holdfast" else None
            yield [
                case,
                system,
                f"{regimes.middle(told, 'requests_per_second'):,.0f}",
                f"{regimes.middle(told, 'p50_ms'):.3f}",
                f"{regimes.middle(told, 'p99_ms'):.3f}",
                cores(told, "server_cores"),
                cores(told, "client_cores"),
                f"{times:.2f}x" if times is not None else "",
            ]


def cores(runs, figure):
    known = [getattr(run, figure) for run in runs if getattr(run, figure) is not None]
    return f"{figures.median(known):.2f}" if known else "-"


def report(results, systems, verdicts):
    print(figures.table(HEADS, list(rows(results))))
    print("\nReservations a second (one scale for each regime)\n" + plot.text(results))
    print("\nWhat each guarantees and ran with")
    for system in systems:
        print(f"  {system.name} {system.version()}: {system.guarantee()}")
    if "TIGERBEETLE" not in os.environ:
        print("  tigerbeetle: not run, TIGERBEETLE names no binary")
    notes = {
        (case, name, run.note) for case, found in results.items() for name, many in found.items() for run in many if run
    }
    for case, name, note in sorted(notes):
        if note:
            print(f"  {name}, {case}: {note}")
    show_bars([(one.what, one.figure, one.bar, one.met) for one in verdicts])


def show_bars(judged):
    if judged:
        lines = [(what, figure, bar, "met" if met else "MISSED") for what, figure, bar, met in judged]
        print("\n" + figures.table(["bar", "figure", "asked", ""], lines))
