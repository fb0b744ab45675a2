"""What did a hedge cost, cause by cause?  Its result in money, taken apart by the ledger."""

from __future__ import annotations

import numpy as np

from microhedge.result import Result
from microhedge.scorecard import is_future

CAUSES = (
    "premiums",
    "payoffs",
    "written",
    "written_back",
    "shorts",
    "futures",
    "bonds",
    "dividends",
    "coupons",
    "interest",
    "borrow",
    "spreads",
    "fees",
    "rest",
)
"""Every cause, in the order of a report."""


def by_cause(result: Result) -> dict[str, float]:
    """Return money gained (positive) and paid by cause; the sum is `scorecard.hedge_profit`.

    Prices are at the mid.  `premiums` were paid for bought options, and `payoffs` came back when
    these were sold or settled, or are their mark while they are open; `written` was received for
    written ones and `written_back` paid when they were bought back or settled, or is their mark.
    `shorts`, `futures` and `bonds` are changes of price, `dividends` and `coupons` what the legs
    owed or received, `interest` what the proceeds of shorts earned less what money for bonds
    cost, `borrow` the fees of lenders.  `spreads` are half-spreads and market impact, `fees`
    commissions and exchange fees.  `rest` is what adjusted options received in cash.
    """
    money = dict.fromkeys(CAUSES, 0.0)
    curves, ledger = result.curves, result.tables["ledger"]
    fills, rolls = result.tables["fills"], result.tables["rolls"]
    futures = {str(role) for role in fills["role"][is_future(fills)]}
    bonds = result.config.get("bonds", {})
    money["interest"] = float(curves["short_interest"].sum())
    for name in sorted(curves):
        if not name.startswith("profit/hedge/"):
            continue
        account = name.removeprefix("profit/")
        role = account.removeprefix("hedge/")
        mine = ledger["account"] == account
        left = float(curves[name].sum())
        money["borrow"] -= float(curves[f"borrow/{account}"].sum())
        money["spreads"] -= float(ledger["spread"][mine].sum())
        money["fees"] -= float((ledger["commission"] + ledger["fee"])[mine].sum())
        for cause, key in (("dividend", "dividends"), ("coupon", "coupons")):
            moved = float(ledger["cash"][mine & (ledger["cause"] == cause)].sum())
            money[key] += moved
            left -= moved
        held = rolls["role"] == role
        for sign, opening, ending in (
            (1.0, "premiums", "payoffs"),
            (-1.0, "written", "written_back"),
        ):
            legs = held & (np.sign(rolls["contracts"]) == sign)
            paid, back = float(rolls["premium"][legs].sum()), float(rolls["received"][legs].sum())
            if (rolls["closed"][legs] < 0).any():
                back += float(curves[f"value/{account}"][-1])
            money[opening] -= paid
            money[ending] += back
            left += paid - back
        if held.any():
            money["rest"] += left
        elif role in futures:
            money["futures"] += left
        elif role in bonds:
            money["bonds"] += left
        else:
            money["shorts"] += left
    return money
