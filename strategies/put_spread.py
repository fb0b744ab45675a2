"""Put spread: a floor under one holding that ends at a lower strike, and costs less for it."""

from microhedge import Hedge, Session, main


class PutSpread(Hedge):
    """Own puts, write as many further down; replace each pair *roll* days before it expires."""

    moneyness: float = 0.95  # strike of the bought put as a fraction of the price
    lower: float = 0.80  # strike of the written put, where the cover ends
    tenor: int = 182  # calendar days to expiry, when opened
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        written = now.rungs("written-put", self.tranches)
        for rung, below in zip(now.rungs("put", self.tranches), written, strict=True):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                put, lower = (
                    now.put(days=self.roll + life, moneyness=strike)
                    for strike in (self.moneyness, self.lower)
                )
                now.roll(rung, put, cover=self.cover, write={below: lower})
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(PutSpread)
