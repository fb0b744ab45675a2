"""The strategies of `grid_jobs.py`, which a worker runs with nothing beside the library."""

import os

from microhedge.hedge import Hedge, Session


class PairEvery(Hedge):
    """Short B on every so many bars from the first with a whole window on."""

    lookback: int = 252
    every: int = 21

    def on_session(self, now: Session) -> None:
        late = now.number - self.lookback
        if late >= 0 and late % self.every == 0:
            fit = now.regress(self.holding, on="B", sessions=self.lookback)
            now.short("B", value=fit.betas["B"] * now.value)
        wait = -late if late < 0 else self.every - late % self.every
        now.sleep_until(number=now.number + wait)


class PutRoll(Hedge):
    """Buy the next put when the last has expired, which wakes it."""

    moneyness: float = 0.95
    tenor: int = 63

    def on_session(self, now: Session) -> None:
        if now.leg("put") is None:
            now.roll("put", now.put(days=self.tenor, moneyness=self.moneyness))
        now.sleep_until(number=7560)


class Cheap(Hedge):
    """Short a part of B once a month; misbehave where it is told to."""

    part: float = 0.5
    day: int = 0  # on which it trades
    fault: str = "none"  # what it does on the hundredth evening
    at: float = 0.25  # the part with which it does it
    mark: str = "-"  # a file that says it did

    def on_session(self, now: Session) -> None:
        if now.number % 21 == self.day:
            now.short("B", value=self.part * now.value)
        if now.number == 100 and self.part == self.at:
            self._misbehave()

    def _misbehave(self) -> None:
        if self.fault == "exit":
            os._exit(3)
        if self.fault == "raise":
            raise ZeroDivisionError("on purpose")
        if self.fault == "once" and not os.path.exists(self.mark):
            with open(self.mark, "w"):
                os._exit(3)
