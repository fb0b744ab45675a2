"""Does it matter for the portfolio?  What the account around the holding noticed of each hedge."""

from __future__ import annotations

from microhedge.language import say, say_count
from microhedge.reporting import charts_account, findings, findings_account
from microhedge.reporting.casting import charted, spoken, strokes
from microhedge.reporting.charts import Line
from microhedge.reporting.charts_account import Bar
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.inputs_account import Account
from microhedge.reporting.numbers import a_year, count, percent, points
from microhedge.reporting.style import PALETTE, Stroke

MACRO = Stroke(PALETTE["unhedged"], 1.1, (0, (5, 1.5, 1, 1.5)), "P")
"""A hedge of the whole market."""


def pages(subject: Subject) -> tuple[Page, ...]:
    """Return the page of the portfolio; none where the holding is all of it."""
    account = subject.account
    if account is None:
        return ()
    return (
        Page(
            title=say("Does it matter for the portfolio?"),
            nav=say("Portfolio"),
            label="portfolio",
            lead=account.sentence,
            body=(_cuts(subject, account), _variance(subject, account), _table(subject, account)),
        ),
    )


def _macro(subject: Subject) -> list[Run]:
    """Return the hedges of the whole market that were run beside the hedge under review."""
    found = (subject.yardstick(kind, subject.hedges[0]) for kind in ("macro-put", "macro-future"))
    return [run for run in found if run is not None]


def _cuts(subject: Subject, account: Account) -> Block:
    review = subject.hedges[0]
    # of two hedges of the market, the one for the same money is the fairer line
    runs = [run for run in (*charted(subject), *_macro(subject)[:1]) if run.name in account.cuts]
    if review.name not in account.cuts:
        return notice(
            say("Not shown: the cut in tail loss by weight"),
            say("There is no month on this window. Choose a longer one."),
        )
    look = {run.name: MACRO for run in runs} | strokes(subject)
    cuts = [(run, account.cuts[run.name]) for run in runs]
    lines = [
        Line(f"{run.label} {points(float(cut.path[-1]))}", cut.path, look[run.name])
        for run, cut in cuts
    ]
    where = percent(subject.weight, 0)
    reach = account.reach.get(review.name)
    return chart(
        [
            charts_account.cuts(
                account.weights,
                lines,
                subject.weight,
                say("this portfolio, {where}", where=where),
            )
        ],
        name="portfolio-tail",
        finding=findings_account.cut_here(
            review.label,
            subject.weight,
            account.cuts[review.name].here,
            None if reach is None else reach.matters_from,
        ),
        sub=say(
            "Cut in the portfolio's tail loss, the mean of its worst 5% of months, in points, by "
            "the weight of {holding}. The rest is {rest}; weights are held constant.",
            holding=subject.holding,
            rest=_rest(account),
        ),
        alt=say("Line chart of the cut in tail loss by weight. At {where}: ", where=where)
        + "; ".join(f"{spoken(run)} {points(cut.here, 2)}" for run, cut in cuts)
        + ".",
        note=say(
            "The hedge of the market is sized on {holding} alone: by its beta, or for the same "
            "money.",
            holding=subject.holding,
        )
        if any(run in _macro(subject) for run in runs)
        else "",
    )


def _rest(account: Account) -> str:
    if account.largest is None:
        return account.rest
    symbol, weight = account.largest
    if account.even:
        return say_count(
            "{n} other share, {weight} of the portfolio",
            "{n} other shares, each {weight} of the portfolio at the start",
            account.count,
            weight=percent(weight),
        )
    return say(
        "{n} other shares, the largest {symbol} with {weight} of the portfolio at the start",
        n=count(account.count),
        symbol=symbol,
        weight=percent(weight),
    )


def _variance(subject: Subject, account: Account) -> Block:
    review, alone = subject.hedges[0], account.parts[subject.unhedged.name]
    rows = [(subject.unhedged.label, spoken(subject.unhedged), alone)]
    rows += [
        (run.label, spoken(run), account.parts[run.name])
        for run in charted(subject)
        if run.name in account.parts
    ]
    short = say("Short of the index in its beta")
    sold = say("Sell all into the rest")
    rows += [
        (short, findings.lower(short), account.index_short),
        (sold, findings.lower(sold), account.sold),
    ]
    bars = [
        Bar(
            label,
            one.holding,
            one.rest,
            (percent(one.holding), percent(one.rest), percent(one.removed)),
        )
        for label, _, one in rows
    ]
    net = [
        (spoken(run), account.reach[run.name].net_of_market)
        for run in subject.hedges
        if run.name in account.reach
    ]
    return chart(
        [charts_account.contributions(bars, (subject.holding, say("The rest"), say("Taken away")))],
        name="portfolio-variance",
        finding=findings_account.variance_taken(
            subject.holding,
            subject.weight,
            alone.holding,
            review.label,
            account.parts[review.name].removed,
            account.index_short.removed,
        ),
        sub=say(
            "What {holding}, with its hedge, and the rest bring to the portfolio's variance, in "
            "percent of the variance of keeping all. Daily returns, constant weights; the beta is "
            "that of the whole window.",
            holding=subject.holding,
        ),
        alt=say("Stacked bars of contributions to variance. Taken away: ")
        + "; ".join(f"{name} {percent(one.removed)}" for _, name, one in rows[1:])
        + ".",
        note=findings_account.without_market(net) if net else "",
    )


def _table(subject: Subject, account: Account) -> Block:
    review = subject.hedges[0]
    sales = [subject.yardstick(kind, review) for kind in ("sell-once", "sell-diversify")]
    runs = [
        subject.unhedged,
        *subject.hedges,
        *(run for run in sales if run is not None),
        *_macro(subject),
    ]
    rows, tails = [], []
    for run in runs:
        kept = account.kept[run.name]
        if kept.tail_loss is not None and run is not subject.unhedged:
            tails.append((spoken(run), kept.tail_loss))
        rows.append(
            [
                run.label,
                a_year(kept.annual_return),
                a_year(kept.annual_volatility),
                percent(kept.tail_loss),
                percent(run.stat("portfolio_max_drawdown")),
                percent(run.stat("portfolio_worst_month")),
                percent(run.stat("portfolio_variance_removed")),
            ]
        )
    return table(
        [
            Column(say("Portfolio"), "left", "1fr"),
            Column(say("Annual return")),
            Column(say("Volatility")),
            Column(say("Worst 5% of months")),
            Column(say("Deepest loss")),
            Column(say("Worst month")),
            Column(say("Variance removed")),
        ],
        rows,
        finding=findings_account.smallest_tail(
            tails, account.kept[subject.unhedged.name].tail_loss
        ),
        sub=say(
            "The account in money, unlike the figures above: {weight} in {holding} at the start, "
            "the rest in {rest}, bought and held, so that weights drift.",
            weight=percent(subject.weight),
            holding=subject.holding,
            rest=_rest(account),
        ),
        note=say(
            "What a hedge gains or loses stays in the account as cash. With nothing done, "
            "{holding} ended at {end} of it.",
            holding=subject.holding,
            end=percent(account.end_weight, 0),
        ),
    )
