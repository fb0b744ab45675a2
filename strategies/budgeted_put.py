"""Budgeted put: as much of a floor as a yearly budget pays for; the cover is the result."""

from microhedge import Hedge, Session, main


class BudgetedPut(Hedge):
    """Own as many puts as the budget of their time buys; where that is none, try next month."""

    budget: float = 0.02  # of the holding's value a year, the most that premiums may come to
    moneyness: float = 0.90  # strike as a fraction of the price
    tenor: int = 182  # calendar days to expiry, when bought
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 1  # each has a part of the budget and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured at most

    def on_session(self, now: Session) -> None:
        rungs = now.rungs("put", self.tranches)
        for rung in rungs:
            asked = rung.leg is not None or now.number == 0 or now.new_month
            if rung.days_left <= self.roll and asked:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                put = now.put(days=self.roll + life, moneyness=self.moneyness)
                now.roll(rung, put, cover=self.cover, budget=self.budget * life / 365)
        if all(rung.leg for rung in rungs):
            now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(BudgetedPut)
