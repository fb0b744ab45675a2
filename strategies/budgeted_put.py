"""Budgeted put: as much of a floor as a yearly budget pays for; the cover is the result."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class BudgetedPut(Hedge):
    """Own as many puts as the budget of their time buys; where that is none, try next month."""

    budget: float = 0.02  # of the holding's value a year, the most that premiums may come to
    moneyness: float = 0.90  # strike as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    tenor: int = 182  # calendar days to expiry, when bought
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 1  # each has a part of the budget and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured at most

    def on_session(self, now: Session) -> None:
        for rung in now.due(
            "put",
            tenor=self.tenor,
            roll=self.roll,
            tranches=self.tranches,
            budget=self.budget,
        ):
            put = now.put(self.strike, days=rung.days)
            now.roll(rung, put, cover=self.cover)


if __name__ == "__main__":
    main(BudgetedPut)
