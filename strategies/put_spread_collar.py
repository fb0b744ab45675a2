"""Put-spread collar: a floor that ends at a lower strike, paid for with gains above a ceiling."""

from microhedge import Hedge, Session, main


class PutSpreadCollar(Hedge):
    """Own puts, write puts below and calls above; replace each set *roll* days before expiry."""

    moneyness: float = 0.95  # strike of the bought put as a fraction of the price
    lower: float = 0.80  # strike of the written put, where the cover ends
    call: float = 1.05  # strike of the call; with zero_cost the lowest that it may be
    zero_cost: bool = True  # strike the call as high as its bid still pays for the spread
    tenor: int = 182  # calendar days to expiry, when opened
    roll: int = 30  # calendar days to expiry, when replaced
    tranches: int = 3  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares insured

    def on_session(self, now: Session) -> None:
        ladders = (now.rungs(name, self.tranches) for name in ("put", "written-put", "call"))
        for rung, below, above in zip(*ladders, strict=True):
            if rung.days_left <= self.roll:
                life = self.tenor - self.roll
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // self.tranches
                days = self.roll + life
                put = now.put(days=days, moneyness=self.moneyness)
                lower = now.put(days=days, moneyness=self.lower)
                call = now.call(days=days, moneyness=self.call, zero_cost=self.zero_cost)
                now.roll(rung, put, cover=self.cover, write={below: lower, above: call})
        now.sleep_until(days_left=self.roll)


if __name__ == "__main__":
    main(PutSpreadCollar)
