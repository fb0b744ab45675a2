"""Monetising put: a floor whose gain is taken in a fall, and which is then set anew below."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class MonetisingPut(Hedge):
    """Own puts; replace a tranche before it expires, or once it is worth *gain* times its cost."""

    gain: float = 3.0  # worth of a put over what was paid for it, when it is sold
    moneyness: float = 0.90  # strike as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    tenor: int = 182  # calendar days to expiry, when bought
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.due(
            "put",
            tenor=self.tenor,
            roll=self.roll,
            tranches=self.tranches,
            gain=self.gain,
        ):
            put = now.put(self.strike, days=rung.days)
            now.roll(rung, put, cover=self.cover)


if __name__ == "__main__":
    main(MonetisingPut)
