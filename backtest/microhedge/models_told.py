"""What must be known of the models behind a run's prices, a code and a sentence each?"""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.analysis.wording import percent
from microhedge.runs import Run
from microhedge.setting import Setup
from microhedge.told import Told, figure, joined, told

Fact = tuple[str, Told]


def models_told(runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Say which prices are a model's, how far it has been from quotes, and what it is blind to."""
    return [*_models(setup), *_earnings(setup), *_futures(runs, setup)]


def _models(setup: Setup) -> list[Fact]:
    found = []
    for symbol, model in setup.prices.models.items():
        priced = told(
            "Every option premium on {symbol} is a model price ({model})",
            symbol=symbol,
            model=model.name,
        )
        if symbol in setup.prices.quoted:
            priced = told(
                "Option premiums on {symbol} without a quote are model prices ({model})",
                symbol=symbol,
                model=model.name,
            )
        text = told("{priced}.", priced=priced)
        if model.error:
            text = told("{priced}, {error}.", priced=priced, error=model.error)
        found.append(("model-prices", text))
        if model.fitted:
            text = told(
                "The volatility model of {symbol}: {fitted}; results of those years are in sample.",
                symbol=symbol,
                fitted=model.fitted,
            )
            found.append(("fitted", text))
    return found


def _earnings(setup: Setup) -> list[Fact]:
    """Say what is known of earnings dates, or that a proxy is blind to gaps."""
    found = []
    tape = setup.tape
    for symbol, model in setup.prices.models.items():
        known = tape.earnings.get(symbol)
        if known is not None:
            inside = sum(int(tape.day[tape.begin]) < day <= int(tape.day[-1]) for day in known.days)
            text = told(
                "The earnings dates of {symbol} are a schedule of the user's, {inside} of them "
                "inside the run; options over each are priced before it with a move of {move}, as "
                "if it had been announced by then.",
                symbol=symbol,
                inside=inside,
                move=figure(f"{100 * known.move:g}%"),
            )
            found.append(("earnings", text))
        # a model with a warm-up is made of past prices
        elif model.warmup and tape.basis[symbol] != "price_index":
            blind = told(
                "The volatility of {symbol} is made from past prices: it is too low before a gap "
                "and too high after it.",
                symbol=symbol,
            )
            remedy = told(
                "The report and the JSON (gaps) tell the result without the three largest; dates "
                "of earnings that were announced can be given."
            )
            found.append(("gaps", joined(" ", (blind, remedy))))
    return found


def _futures(runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Say what the prices of futures are made of: nobody quoted them."""
    tape = setup.tape
    found = []
    for symbol in dict.fromkeys(symbol for run in runs for symbol in run.futures):
        paid = told("the dividends that were expected on each evening")
        if tape.basis[symbol] == "price_index":
            paid = told(
                "the {rate} a year that {symbol} is taken to yield",
                rate=percent(tape.index_dividend, 2),
                symbol=symbol,
            )
        model = told(
            "Every price of a future on {symbol} is a model price, the spot with its carry.",
            symbol=symbol,
        )
        carry = told(
            "It takes the 3-month rate and {paid}; a basis, a spread of the financing rate and a "
            "special demand to be short are not in it.",
            paid=paid,
        )
        found.append(("model-futures", joined(" ", (model, carry))))
    return found
