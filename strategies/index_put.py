"""Index put: a floor under the market's part of one holding, bought on the index."""

from typing import Annotated

from microhedge import Choice, Hedge, RollPolicy, Session, Sessions, days_before, main

CHOICE = Choice("ols", "ewma", "blume", "vasicek", "one-to-one")


class IndexPut(Hedge):
    """Own index puts over beta times the holding; replace each tranche as *roll* says."""

    index: str = "SPX"  # what stands for the market; its options are European, settled in cash
    moneyness: float = 0.90  # strike as a fraction of the index
    delta: float = 0.0  # ... or delta of the put, as -0.25; 0: by moneyness
    tenor: int = 182  # calendar days to expiry, when bought
    roll: RollPolicy = days_before(30)  # when replaced: days to expiry, or a policy
    tranches: int = 1  # each insures a part and rolls on its own date
    cover: float = 1.0  # fraction of the holding insured
    window: Sessions = 504  # of the regression; also the warm-up
    estimator: Annotated[str, CHOICE] = "ols"  # of the ratio

    def on_session(self, now: Session) -> None:
        due = now.due("put", tenor=self.tenor, roll=self.roll, tranches=self.tranches)
        if due:  # what is too small for a contract may come to fit: it is asked once a month
            now.sleep_until(number=now.number + 1)
        due = [rung for rung in due if not rung.is_new or now.new_month or now.premise is None]
        if not due:
            return
        how = self.estimator
        fit = now.regress(self.holding, on=self.index, sessions=self.window, estimator=how)
        beta = now.expect(fit).betas[self.index]
        for rung in due:
            put = now.put(self.strike, days=rung.days, on=self.index)
            now.roll(rung, put, cover=self.cover * beta)


if __name__ == "__main__":
    main(IndexPut)
