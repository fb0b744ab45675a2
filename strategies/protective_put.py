"""Rolling protective put: a floor under one holding, renewed before it lapses."""

from microhedge import Hedge, Session, main


class ProtectivePut(Hedge):
    """Own puts on the holding; replace each tranche *roll* days before it expires."""

    moneyness: float = 0.90  # strike as a fraction of the price
    tenor: int = 182  # calendar days to expiry, when bought
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.rungs("put", self.tranches):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                put = now.put(days=self.roll + life, moneyness=self.moneyness)
                now.roll(rung, put, cover=self.cover)
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(ProtectivePut)  # the same options as `microhedge run protective-put`
