"""Monetising put: a floor whose gain is taken in a fall, and which is then set anew below."""

from microhedge import Hedge, Session, main


class MonetisingPut(Hedge):
    """Own puts; replace a tranche before it expires, or once it is worth *gain* times its cost."""

    gain: float = 3.0  # worth of a put over what was paid for it, when it is sold
    moneyness: float = 0.90  # strike as a fraction of the price
    tenor: int = 182  # calendar days to expiry, when bought
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.rungs("put", self.tranches):
            leg = rung.leg
            gained = leg is not None and now.worth(leg) >= self.gain * now.paid(leg)
            if gained or rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                put = now.put(days=self.roll + life, moneyness=self.moneyness)
                now.roll(rung, put, cover=self.cover)


if __name__ == "__main__":
    main(MonetisingPut)
