"""Rolling protective put: a floor under one holding, renewed before it lapses."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class ProtectivePut(Hedge):
    """Own puts on the holding; replace each tranche as *roll* says, mostly before it expires."""

    moneyness: float = 0.90  # strike as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    tenor: int = 182  # calendar days to expiry, when bought
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.due("put", tenor=self.tenor, roll=self.roll, tranches=self.tranches):
            put = now.put(self.strike, days=rung.days)
            now.roll(rung, put, cover=self.cover)


if __name__ == "__main__":
    main(ProtectivePut)  # the same options as `microhedge run protective-put`
