"""Covered call: sell the holding's gains above a strike for a premium; no floor comes with it."""

from typing import ClassVar

from microhedge import Hedge, RollPolicy, Session, hold_to_expiry, main


class CoveredCall(Hedge):
    """Write calls on the shares held; write the next when one expires or is assigned."""

    moneyness: float = 1.05  # strike as a fraction of the price
    delta: float = 0.0  # ... or delta of the call, as 0.30; 0: by moneyness
    tenor: int = 30  # calendar days to expiry, when written
    roll: RollPolicy = hold_to_expiry()  # when replaced: days to expiry, or a policy
    tranches: int = 1  # each covers a part and rolls on its own date
    cover: float = 1.0  # fraction of the shares written on
    buys: ClassVar[bool] = False  # it writes alone

    def on_session(self, now: Session) -> None:
        for rung in now.due("call", tenor=self.tenor, roll=self.roll, tranches=self.tranches):
            call = now.call(self.strike, days=rung.days)
            now.write(rung, call, cover=self.cover)


if __name__ == "__main__":
    main(CoveredCall)
