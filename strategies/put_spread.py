"""Put spread: a floor under one holding that ends at a lower strike, and costs less for it."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class PutSpread(Hedge):
    """Own puts, write as many further down; replace each pair as *roll* says."""

    moneyness: float = 0.95  # strike of the bought put as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    lower: float = 0.80  # strike of the written put, where the cover ends
    tenor: int = 182  # calendar days to expiry, when opened
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.due("put", tenor=self.tenor, roll=self.roll, tranches=self.tranches):
            put = now.put(self.strike, days=rung.days)
            lower = now.put(days=rung.days, moneyness=self.lower)
            now.roll(rung, put, cover=self.cover, write={"written-put": lower})


if __name__ == "__main__":
    main(PutSpread)
