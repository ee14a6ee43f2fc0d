"""Analysis in, :class:`ci_cli.report.Report` out: what each report shows, in which words.

Pure: no SQL, no printing, no clock. A new report is a module with a ``build`` function here and a
line in ``REPORTS``; its mathematics belongs in ``analysis``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ci_cli.report import Report
from ci_cli.reports import (
    actions,
    adoption,
    call_first,
    check,
    customer_card,
    customer_phases,
    customer_similar,
    health_backtest,
    health_compare,
    health_explain,
    health_plays,
    health_profiles,
    health_run,
    health_show,
    impact,
    procat,
    procat_alarms,
    procat_backtest,
    procat_check,
    procat_drill,
    procat_explain,
    rfm_abc,
    rfm_backtest,
    rfm_compare,
    rfm_forecast,
    rfm_run,
    rfm_segments,
    rfm_show,
    rhythm_by_industry,
    second_sale,
    whitespace,
)

REPORTS: Mapping[str, Callable[..., Report]] = {
    "adoption": adoption.build,
    "action-list": actions.build_list,
    "action-show": actions.build_card,
    "call-first": call_first.build,
    "check": check.build,
    "customer-card": customer_card.build,
    "impact": impact.build,
    "customer-phases": customer_phases.build,
    "frequency": rhythm_by_industry.build,
    "growth-of": whitespace.growth_of,
    "growth-room": whitespace.growth_room,
    "customer-similar": customer_similar.build,
    "health-backtest": health_backtest.build,
    "health-compare": health_compare.build,
    "health-explain": health_explain.build,
    "health-plays": health_plays.build,
    "health-profile": health_profiles.parts,
    "health-profiles": health_profiles.build,
    "health-run": health_run.build,
    "health-show": health_show.build,
    "procat": procat.build,
    "procat-alarms": procat_alarms.build,
    "procat-backtest": procat_backtest.build,
    "procat-check": procat_check.build,
    "procat-drill": procat_drill.build,
    "procat-explain": procat_explain.build,
    "rfm-abc": rfm_abc.build,
    "rfm-backtest": rfm_backtest.build,
    "rfm-compare": rfm_compare.build,
    "rfm-forecast": rfm_forecast.build,
    "rfm-run": rfm_run.build,
    "rfm-segments": rfm_segments.build,
    "rfm-show": rfm_show.build,
    "second-sale": second_sale.build,
    "whitespace": whitespace.white_space,
}
