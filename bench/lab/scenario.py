"""The named loads. Their names stand in docs/performance.md: a name never changes its meaning."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scenario:
    name: str
    tells: str  # what one learns from it
    devices: int = 50
    window: int = 10
    document_bytes: int = 512
    shape: str = "flat"
    shadows: int = 1  # of each device; more than one: named ones, hit at random
    mix: str = "update:100"
    answers: str = "accepted"
    idle: int = 0
    tls: bool = False
    shadowd: tuple[str, ...] = ()  # flags of the service

    def flags(self) -> list[str]:
        """The load as shadowbench takes it."""
        return [
            f"--devices={self.devices}",
            f"--window={self.window}",
            f"--document_bytes={self.document_bytes}",
            f"--shape={self.shape}",
            f"--shadows_per_device={self.shadows}",
            *(["--shadow_name=s-"] if self.shadows > 1 else []),
            f"--mix={self.mix}",
            f"--answers={self.answers}",
            f"--idle={self.idle}",
        ]


SCENARIOS = [
    Scenario("device-1-1", "how long one request takes on a broker at rest", devices=1, window=1),
    Scenario("fleet-50-1", "50 devices that wait for each answer", window=1),
    Scenario("fleet-50-10", "the main figure: as many updates as go through"),
    Scenario("fleet-50-10-all-answers", "the same with delta and documents subscribed",
             answers="all"),
    Scenario("get-heavy", "nine gets for each update", mix="update:10,get:90"),
    Scenario("doc-0.5k", "cost by document size", document_bytes=500),
    Scenario("doc-2k", "cost by document size", document_bytes=2000),
    Scenario("doc-8k", "cost by document size", document_bytes=8000),
    Scenario("nested-2k", "groups of numbers three levels deep", document_bytes=2000,
             shape="nested"),
    Scenario("nested-8k", "groups of numbers three levels deep", document_bytes=8000,
             shape="nested"),
    Scenario("text-2k", "few long strings", document_bytes=2000, shape="text"),
    Scenario("text-8k", "few long strings", document_bytes=8000, shape="text"),
    Scenario("named-50-10", "fleet-50-10 on 20 named shadows of each device", shadows=20),
    Scenario("history-off", "fleet-50-10 without earlier versions kept",
             shadowd=("--history=off",)),
    Scenario("tls-50", "fleet-50-10 with TLS and client certificates", tls=True),
    Scenario("idle-10000", "100 busy devices among 10,000 that only wait", devices=100, window=1,
             idle=10_000),
]


def scenario_named(name: str) -> Scenario:
    for scenario in SCENARIOS:
        if scenario.name == name:
            return scenario
    names = ", ".join(scenario.name for scenario in SCENARIOS)
    raise SystemExit(f"no scenario is called '{name}'; there are: {names}")
