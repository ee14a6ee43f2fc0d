"""Analysis in, :class:`ci_cli.report.Report` out: what each report shows, in which words.

Pure: no SQL, no printing, no clock. A new report is a module with a ``build`` function here and a
line in the table below; its mathematics belongs in ``analysis``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from ci_cli.report import Report

_BUILT_BY = {
    "adoption": "adoption.build",
    "action-list": "actions.build_list",
    "action-show": "actions.build_card",
    "baseline": "baseline.build",
    "call-first": "call_first.build",
    "check": "check.build",
    "competitors": "competitors.build",
    "customer-card": "customer_card.build",
    "impact": "impact.build",
    "customer-phases": "customer_phases.build",
    "exec": "executive.build",
    "feedback": "feedback_report.build",
    "frequency": "rhythm_by_industry.build",
    "goal-list": "goals.build_list",
    "goal-metrics": "goals.build_metrics",
    "goal-stakeholders": "goals.build_stakeholders",
    "goal-status": "goals.build_status",
    "growth-of": "whitespace.growth_of",
    "growth-room": "whitespace.growth_room",
    "customer-similar": "customer_similar.build",
    "health-backtest": "health_backtest.build",
    "health-compare": "health_compare.build",
    "health-explain": "health_explain.build",
    "health-plays": "health_plays.build",
    "health-profile": "health_profiles.parts",
    "health-profiles": "health_profiles.build",
    "health-run": "health_run.build",
    "health-show": "health_show.build",
    "pareto": "pareto.build",
    "procat": "procat.build",
    "procat-alarms": "procat_alarms.build",
    "procat-backtest": "procat_backtest.build",
    "procat-check": "procat_check.build",
    "procat-drill": "procat_drill.build",
    "procat-explain": "procat_explain.build",
    "programme": "programme.build",
    "rfm-abc": "rfm_abc.build",
    "rfm-backtest": "rfm_backtest.build",
    "rfm-compare": "rfm_compare.build",
    "rfm-forecast": "rfm_forecast.build",
    "rfm-run": "rfm_run.build",
    "rfm-segments": "rfm_segments.build",
    "rfm-show": "rfm_show.build",
    "second-sale": "second_sale.build",
    "whitespace": "whitespace.white_space",
}


class _Reports(Mapping[str, Callable[..., Report]]):
    """Every report's build function, imported when it is asked for.

    A command imports the package of its one report: all the others would cost a tenth of a second.
    """

    def __getitem__(self, key: str) -> Callable[..., Report]:
        module, _dot, function = _BUILT_BY[key].partition(".")
        build: Callable[..., Report] = getattr(import_module(f"{__name__}.{module}"), function)
        return build

    def __iter__(self) -> Iterator[str]:
        return iter(_BUILT_BY)

    def __len__(self) -> int:
        return len(_BUILT_BY)


REPORTS: Mapping[str, Callable[..., Report]] = _Reports()
