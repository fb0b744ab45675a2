"""Future hedge: short a future on the holding, or on an index in the ratio that explained it."""

from microhedge import Hedge, Session, Sessions, main


class FutureShort(Hedge):
    """Renew the contract before it ends; on another symbol, refit the ratio each month."""

    on: str = "holding"  # underlying of the future: the holding, or a symbol such as SPX
    cover: float = 1.0  # fraction of the holding that is hedged
    roll: int = 5  # sessions before expiry on which the contract is replaced
    window: Sessions = 504  # of the regression on another symbol; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day

    def on_session(self, now: Session) -> None:
        hedged = self.cover * now.value
        if self.on == "holding":
            now.future(self.holding, value=-hedged, roll=self.roll)
            return
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            fit = now.expect(now.regress(self.holding, on=self.on, sessions=self.window))
            band = self.band
        now.future(self.on, value=-fit.betas[self.on] * hedged, roll=self.roll, band=band)


if __name__ == "__main__":
    main(FutureShort)
