"""Collar: a floor under one holding, paid for with its gains above a ceiling."""

from microhedge import Hedge, RollPolicy, Session, days_before, main


class Collar(Hedge):
    """Own puts, write as many calls; replace each pair as *roll* says."""

    moneyness: float = 0.90  # strike of the put as a fraction of the price
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    call: float = 1.05  # strike of the call; with zero_cost the lowest that it may be
    zero_cost: bool = True  # strike the call as high as its bid still pays the put's ask
    tenor: int = 182  # calendar days to expiry, when opened
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        for rung in now.due("put", tenor=self.tenor, roll=self.roll, tranches=self.tranches):
            put = now.put(self.strike, days=rung.days)
            call = now.call(days=rung.days, moneyness=self.call, zero_cost=self.zero_cost)
            now.roll(rung, put, cover=self.cover, write={"call": call})


if __name__ == "__main__":
    main(Collar)
