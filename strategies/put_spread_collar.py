"""Put-spread collar: a floor that ends at a lower strike, paid for with gains above a ceiling."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class PutSpreadCollar(Hedge):
    """Own puts, write puts below and calls above; replace each set as *roll* says."""

    moneyness: float = 0.95  # strike of the bought put as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    lower: float = 0.80  # strike of the written put, where the cover ends
    call: float = 1.05  # strike of the call; with zero_cost the lowest that it may be
    zero_cost: bool = True  # strike the call as high as its bid still pays for the spread
    tenor: int = 182  # calendar days to expiry, when opened
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.due("put", tenor=self.tenor, roll=self.roll, tranches=self.tranches):
            put = now.put(self.strike, days=rung.days)
            lower = now.put(days=rung.days, moneyness=self.lower)
            call = now.call(days=rung.days, moneyness=self.call, zero_cost=self.zero_cost)
            now.roll(rung, put, cover=self.cover, write={"written-put": lower, "call": call})


if __name__ == "__main__":
    main(PutSpreadCollar)
