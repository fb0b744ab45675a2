"""Covered call: sell the holding's gains above a strike for a premium; no floor comes with it."""

from microhedge import Hedge, Session, main


class CoveredCall(Hedge):
    """Write calls on the shares held; write the next when one expires or is assigned."""

    moneyness: float = 1.05  # strike as a fraction of the price
    tenor: int = 30  # calendar days to expiry, when written
    roll: int = 0  # calendar days to expiry, when replaced
    tranches: int = 1  # each covers a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares written on

    def on_session(self, now: Session) -> None:
        for rung in now.rungs("call", self.tranches):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                call = now.call(days=self.roll + life, moneyness=self.moneyness)
                now.write(rung, call, cover=self.cover)
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(CoveredCall)
