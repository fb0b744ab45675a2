"""Collar: a floor under one holding, paid for with its gains above a ceiling."""

from microhedge import Hedge, Session, main


class Collar(Hedge):
    """Own puts, write as many calls; replace each pair *roll* days before it expires."""

    moneyness: float = 0.90  # strike of the put as a fraction of the price
    call: float = 1.05  # strike of the call; with zero_cost the lowest that it may be
    zero_cost: bool = True  # strike the call as high as its bid still pays the put's ask
    tenor: int = 182  # calendar days to expiry, when opened
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        calls = now.rungs("call", self.tranches)
        for rung, above in zip(now.rungs("put", self.tranches), calls, strict=True):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                days = self.roll + life
                put = now.put(days=days, moneyness=self.moneyness)
                call = now.call(days=days, moneyness=self.call, zero_cost=self.zero_cost)
                now.roll(rung, put, cover=self.cover, write={above: call})
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(Collar)
