"""Budgeted put: as much of a floor as a yearly budget pays for; the cover is the result."""

from microhedge import Hedge, Session, main


class BudgetedPut(Hedge):
    """Own as many puts as the budget of their time buys; replace each tranche before it expires."""

    budget: float = 0.02  # of the holding's value a year, the most that premiums may come to
    moneyness: float = 0.90  # strike as a fraction of the price
    tenor: int = 182  # calendar days to expiry, when bought
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured at most

    def on_session(self, now: Session) -> None:
        for rung in now.rungs("put", self.tranches):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                put = now.put(days=self.roll + life, moneyness=self.moneyness)
                now.roll(rung, put, cover=self.cover, budget=self.budget * life / 365)
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(BudgetedPut)
