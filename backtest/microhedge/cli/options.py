"""Which options the commands that run a hedge have in common, and what they ask for."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.outcome import HELP, State
from microhedge.cli.words import complete
from microhedge.errors import ParameterError, UsageError

if TYPE_CHECKING:
    from microhedge.portfolio import Portfolio
    from microhedge.reporting.pictures import Kind
    from microhedge.reporting.render import Paper


class Sections(click.Command):
    """A command whose help groups its options under headings."""

    def __init__(
        self, name: str | None, *, sections: Mapping[str, Sequence[click.Option]], **rest: Any
    ) -> None:
        self.sections = sections
        options = [option for section in sections.values() for option in section]
        params = [*rest.pop("arguments", ()), *options]
        for param in params:
            complete(param)
            if isinstance(param.type, type(click.FLOAT)):
                param.type = Number()
        super().__init__(name, params=params, context_settings=HELP, **rest)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list for each heading."""
        for title, options in self.sections.items():
            rows = [row for option in options if (row := option.get_help_record(ctx))]
            if title == "Output" and (helped := self.get_help_option(ctx)):
                rows.append(helped.get_help_record(ctx) or ("--help", ""))
            with formatter.section(title):
                formatter.write_dl(rows)


class Number(type(click.FLOAT)):  # type: ignore[misc]  # click names its class nowhere
    """A number; one that is written for people is answered with how to write it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or refuse 40 % and 1,000 with what is meant."""
        try:
            return float(value)
        except ValueError:
            plain = str(value).replace(",", "").replace("_", "").strip().removesuffix("%").strip()
            part = 0.01 if "%" in str(value) else 1.0
            try:
                hint = f" (did you mean {float(plain) * part:g}?)"
            except ValueError:
                hint = ""
            self.fail(f"{value!r} is not a number{hint}", param, ctx)


def portfolio_options() -> list[click.Option]:
    """How much is held, and of what it is a part."""
    return [
        click.Option(["--shares"], type=float, metavar="NUMBER", help="Shares held.  [1000]"),
        click.Option(["--value"], type=float, metavar="MONEY", help="Or money held at the start."),
        click.Option(
            ["--weight"],
            type=float,
            metavar="FRACTION",
            help="The holding's part of the portfolio; the rest is in the index.  [1.0]",
        ),
        portfolio_file_option(),
        click.Option(
            ["--cash"], type=float, default=0.0, metavar="MONEY", help="Cash on top.  [0]"
        ),
    ]


def portfolio_file_option() -> click.Option:
    """What else is held."""
    return click.Option(
        ["--portfolio"],
        type=Path,
        metavar="CSV",
        help="The whole account: symbol and weight, shares or value, the holding among them.",
    )


def run_options() -> list[click.Option]:
    """When, at which prices and under which assumptions."""
    return [
        click.Option(["--start"], metavar="DATE", help="First decision.  [the first possible]"),
        click.Option(["--end"], metavar="DATE", help="Last session.  [the last with every price]"),
        click.Option(
            ["--fill"],
            type=click.Choice(["next_close", "next_open", "close"]),
            default="next_close",
            help="When an evening's orders are filled.  [next_close]",
        ),
        click.Option(
            ["--vol"],
            metavar="MODEL",
            help="Implied volatility: constant:0.25, realised, proxy, vix or vix-ratio.  "
            "[by what the data cover]",
        ),
        click.Option(
            ["--rate"],
            type=float,
            metavar="FRACTION",
            help="One short rate for all sessions.  [3-month bills]",
        ),
        click.Option(
            ["--cost", "costs"],
            multiple=True,
            metavar="NAME=VALUE",
            help="A field of the schedule of costs, as in borrow=0.02 or 2%; can be repeated.",
        ),
        click.Option(
            ["--index-dividend"],
            type=float,
            default=0.0195,
            metavar="FRACTION",
            help="Yield a year that a price index owes.  [0.0195]",
        ),
        click.Option(
            ["--returns"],
            type=click.Choice(["sleeve", "account"]),
            default="sleeve",
            help="Judge the holding with its hedge, or the account.  [sleeve]",
        ),
        click.Option(
            ["--stop-loss"],
            type=float,
            default=0.15,
            metavar="FRACTION",
            help="How far below the entry the stop-loss beside the hedges sells.  [0.15]",
        ),
        click.Option(
            ["--trailing-stop"], is_flag=True, help="... below the highest close since the entry."
        ),
        *ending_options(),
        click.Option(["--seed"], type=int, default=0, metavar="N", help="Of all resampling.  [0]"),
        click.Option(
            ["--bands/--no-bands"],
            default=None,
            help="Rerun over roll dates and volatilities.  [with a report or save]",
        ),
        click.Option(
            ["--details"],
            is_flag=True,
            help="Look into each hedge: effectiveness, hedge ratio, tails, crises.",
        ),
        click.Option(["--no-sleep"], is_flag=True, help="Wake the hedge on every session."),
        click.Option(["--audit"], is_flag=True, help="Prove the ledger again at the end."),
    ]


def ending_options() -> list[click.Option]:
    """What becomes of options in the money."""
    return [
        click.Option(
            ["--deliver"], is_flag=True, help="Options in the money move the shares, not money."
        ),
        click.Option(
            ["--rebuy"], is_flag=True, help="... and shares that went are bought at the next fill."
        ),
        click.Option(
            ["--early-exercise"],
            is_flag=True,
            help="Puts worth no more than their exercise are exercised at once.",
        ),
    ]


def ending_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options say of how options end, as keyword arguments."""
    deliver = "rebuy" if given["rebuy"] else given["deliver"]
    return {"deliver": deliver, "early_exercise": given["early_exercise"]}


def output_options() -> list[click.Option]:
    """Where the result goes."""
    return [
        click.Option(["--report"], type=Path, metavar="PDF", help="Write the report."),
        *drawing_options(),
        click.Option(
            ["--save"], type=Path, metavar="MHR", help="Save everything: `report` reads it back."
        ),
        json_option(),
        debug_option(),
    ]


def drawing_options() -> list[click.Option]:
    """How a report is drawn, and where its charts go besides."""
    return [
        click.Option(["--charts"], type=Path, metavar="FOLDER", help="Write each chart as a file."),
        click.Option(
            ["--charts-as"],
            type=click.Choice(["svg", "png"]),
            help="Of the charts: SVG, or PNG of 200 dots to the inch.  [svg]",
        ),
        click.Option(
            ["--paper"],
            type=click.Choice(["a4", "letter"]),
            default="a4",
            help="Of the report.  [a4]",
        ),
        language_option(),
    ]


def language_option() -> click.Option:
    """In which language a document is written."""
    return click.Option(
        ["--language"],
        type=Path,
        metavar="FILE",
        help="Say it in another language: `language` writes a file to fill in.  [English]",
    )


def paper_of(word: str) -> Paper:
    """Return the paper that --paper names."""
    return "us-letter" if word == "letter" else "a4"


def json_option() -> click.Option:
    """Print for a machine."""
    return click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document.")


def debug_option() -> click.Option:
    """Show where an error came from."""

    def remember(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        ctx.ensure_object(State).debug |= wanted

    return click.Option(
        ["--debug"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=remember,
        help="Show the traceback of an error.",
    )


def date_of(name: str, text: str) -> date:
    """Return the date that an option spells."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParameterError(f"{name} must be a date as in 2015-01-02, was {text!r}") from None


def date_if(name: str, text: str | None) -> date | None:
    """Return the date that an option spells, or None if it was not given."""
    return None if text is None else date_of(name, text)


@dataclass(frozen=True, slots=True)
class Output:
    """What to do with a result."""

    report: Path | None
    charts: Path | None
    charts_as: Kind
    paper: Paper
    language: Path | None
    save: Path | None
    as_json: bool


def output_of(given: Mapping[str, Any]) -> Output:
    """Return where the result goes; ParameterError if a file cannot be written there."""
    for name in ("report", "save"):
        path = given[name]
        if path is not None:
            check = writable_pdf if name == "report" else writable
            check(f"--{name} {path}", path)
    return Output(
        report=given["report"],
        charts=given["charts"],
        charts_as=charts_of(given),
        paper=paper_of(given["paper"]),
        language=given["language"],
        save=given["save"],
        as_json=given["as_json"],
    )


def charts_of(given: Mapping[str, Any]) -> Kind:
    """Return how charts are drawn; ParameterError if they cannot be, or where none are."""
    folder, kind = given["charts"], given["charts_as"]
    if folder is not None:
        open_folder(f"--charts {folder}", folder)
    elif kind is not None:
        raise ParameterError(f"--charts-as {kind} is of the charts: add --charts FOLDER")
    found: Kind = "svg" if kind is None else kind
    return found


def writable_pdf(asked: str, path: Path) -> None:
    """Refuse before the run a PDF that could not be written, or is named as another kind."""
    if path.suffix.lower() not in {"", ".pdf"} and not path.is_dir():
        raise ParameterError(
            f"{asked}: what is written is a PDF (did you mean {str(path.with_suffix('.pdf'))!r}?)"
        )
    writable(asked, path)


def writable(asked: str, path: Path) -> None:
    """Refuse before the run what would be found out after it."""
    if path.is_dir():
        raise ParameterError(f"{asked} is a folder: name a file in it")
    # the file is written beside its place and moved there: that would remove a device
    if path.exists() and not path.is_file():
        raise ParameterError(
            f"{asked} is a device or pipe, which a file cannot replace: name a file"
        )
    open_folder(asked, path.parent)


def open_folder(asked: str, folder: Path) -> None:
    """Refuse a folder in which nothing can be written, whether it exists yet or not."""
    place = folder.absolute()
    above = next(one for one in (place, *place.parents) if one.exists())
    if not above.is_dir():
        raise ParameterError(f"{asked}: {above} is a file, no folder: choose another folder")
    if not os.access(above, os.W_OK | os.X_OK):
        raise ParameterError(f"{asked}: nothing may be written in {above}: choose another folder")


def portfolio_of(given: Mapping[str, Any], holding: str) -> Portfolio:
    """Return the portfolio that the options describe; 1,000 shares when no size was given."""
    from microhedge.portfolio import Portfolio

    shares, value, weight = given["shares"], given["value"], given["weight"]
    if given["portfolio"] is not None:
        from microhedge.sources.holdings import portfolio, unit_of

        if weight is not None:
            raise UsageError("--portfolio gives the holding its weight: leave --weight out")
        if shares is None and value is None and unit_of(given["portfolio"]) == "weight":
            shares = 1000.0
        return portfolio(
            given["portfolio"], holding, shares=shares, value=value, cash=given["cash"]
        )
    if shares is None and value is None:
        shares = 1000.0
    weight = 1.0 if weight is None else weight
    return Portfolio(shares=shares, value=value, weight=weight, cash=given["cash"])


def settings_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments of `run` and `compare` that the options ask for."""
    from microhedge.cli.charges import costs_of

    plain = ("fill", "vol", "rate", "index_dividend", "returns", "seed", "audit", "stop_loss")
    return (
        {name: given[name] for name in plain}
        | ending_of(given)
        | {
            "start": date_if("start", given["start"]),
            "end": date_if("end", given["end"]),
            "costs": costs_of(given["costs"]),
            "sleep": not given["no_sleep"],
            "trailing_stop": given["trailing_stop"],
        }
    )
