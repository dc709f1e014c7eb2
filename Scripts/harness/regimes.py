"""What is compared on replicas: the loads, and the bars that Holdfast is held against in each."""

import dataclasses

from . import figures

HOT_SKUS, UNIFORM_SKUS = 1, 10_000
# Hot may not be slower than this share of uniform.
HOT_SHARE = 0.95
NOT_MEASURED = "not measured"


@dataclasses.dataclass(frozen=True)
class Bar:
    """A limit on one figure: of Holdfast alone, or of Holdfast by a peer (`peer` names it)."""

    figure: str
    limit: float
    peer: str = ""

    @property
    def is_least(self):
        return self.figure == "requests_per_second"

    def text(self):
        sign = ">=" if self.is_least else "<="
        if self.peer:
            return f"{sign} {self.limit:g}x {self.peer}"
        return f"{sign} {self.limit:,.0f}/s" if self.is_least else f"{self.figure.split('_')[0]} {sign} {self.limit:g} ms"

    def told(self, value):
        if self.peer:
            return f"{value:.2f}x"
        return f"{value:,.0f}/s" if self.is_least else f"{value:.3f} ms"

    def met(self, value):
        return value >= self.limit if self.is_least else value <= self.limit


def rate(limit, peer=""):
    return Bar("requests_per_second", limit, peer)


def p99(limit):
    return Bar("p99_ms", limit)


def p50(limit):
    return Bar("p50_ms", limit)


@dataclasses.dataclass(frozen=True)
class Regime:
    """A load: so many connections, each with so many calls in flight, of so many reservations each."""

    name: str
    title: str
    connections: int
    in_flight: int
    bars: tuple
    batch: int = 1
    nodes: int = 3
    sold_out: bool = False


@dataclasses.dataclass(frozen=True)
class Load:
    """A regime on so many SKUs, for so long."""

    regime: Regime
    skus: int
    warmup: int
    seconds: int

    @property
    def choice(self):
        return "hot" if self.skus == HOT_SKUS else "uniform"

    @property
    def name(self):
        return f"{self.regime.name} {self.choice}"


REGIMES = [
    Regime("256x1", "256 connections, 1 call each", 256, 1, (rate(2, "redis"), p99(10))),
    Regime("16x16", "16 connections, 16 calls each", 16, 16, (rate(2.4, "redis"), p99(8))),
    Regime("100-a-call", "16 connections, 100 reservations a call", 16, 1, (rate(220_000), p99(15)), batch=100),
    Regime("1000-a-call", "4 connections, 1,000 reservations a call", 4, 1, (rate(300_000), p99(30)), batch=1000),
    Regime("alone", "one caller, one call", 1, 1, (p50(0.40), p99(1))),
    Regime("one-256x1", "one node, 256 connections", 256, 1, (rate(80_000),), nodes=1),
    Regime("one-16x16", "one node, 16 connections, 16 calls each", 16, 16, (rate(200_000),), nodes=1),
    Regime("sold-256x1", "sold out, 256 connections", 256, 1, (rate(80_000),), sold_out=True),
    Regime("sold-16x16", "sold out, 16 connections, 16 calls each", 16, 16, (rate(300_000),), sold_out=True),
]


@dataclasses.dataclass
class Verdict:
    what: str
    figure: str
    bar: str
    met: bool


def ratio(results, case, system, other, figure="requests_per_second"):
    """The median over the rounds of system / other, or None where one of them did not run in the same round."""
    mine, theirs = (results.get(case, {}).get(name, []) for name in (system, other))
    pairs = [(one, two) for one, two in zip(mine, theirs) if one is not None and two is not None]
    return figures.median([getattr(one, figure) / getattr(two, figure) for one, two in pairs]) if pairs else None


def middle(runs, figure):
    """A figure's median over the rounds that have one."""
    return figures.median([getattr(run, figure) for run in runs if run is not None])


def verdicts(results, regimes, system="holdfast"):
    """How Holdfast did against each bar. One of which this run cannot tell, because Holdfast or the peer failed or was left
    out, is not met."""
    found = []
    for regime in regimes:
        for choice in ("hot", "uniform"):
            case = f"{regime.name} {choice}"
            runs = [run for run in results.get(case, {}).get(system, []) if run is not None]
            found += [judge(results, case, system, runs, bar) for bar in regime.bars]
        found.append(hot_by_uniform(results, regime, system))
    return found


def judge(results, case, system, runs, bar):
    value = None
    if runs:
        value = ratio(results, case, system, bar.peer) if bar.peer else middle(runs, bar.figure)
    if value is None:
        return Verdict(case, NOT_MEASURED, bar.text(), False)
    return Verdict(case, bar.told(value), bar.text(), bar.met(value))


def hot_by_uniform(results, regime, system):
    hot, uniform = (results.get(f"{regime.name} {choice}", {}).get(system, []) for choice in ("hot", "uniform"))
    pairs = [(one, two) for one, two in zip(hot, uniform) if one is not None and two is not None]
    what, bar = f"{regime.name}: hot / uniform", f">= {HOT_SHARE}x"
    if not pairs:
        return Verdict(what, NOT_MEASURED, bar, False)
    value = figures.median([one.requests_per_second / two.requests_per_second for one, two in pairs])
    return Verdict(what, f"{value:.2f}x", bar, value >= HOT_SHARE)


def explanation():
    """A line a regime: what it is, and its bars."""
    lines = (f"  {one.name:12} {one.title}: {', '.join(bar.text() for bar in one.bars)}" for one in REGIMES)
    return "\n".join(lines)
