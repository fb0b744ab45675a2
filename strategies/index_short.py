"""Index hedge: short the index in the ratio that explained the holding."""

from typing import Annotated

from microhedge import Choice, Hedge, Session, Sessions, main

CHOICE = Choice("ols", "ewma", "blume", "vasicek", "one-to-one")


class IndexShort(Hedge):
    """Refit each month; trade only when the short is far from its target."""

    index: str = "SPX"  # what stands for the market
    window: Sessions = 504  # of the regression; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day
    estimator: Annotated[str, CHOICE] = "ols"  # of the ratio

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            how = self.estimator
            fit = now.regress(self.holding, on=self.index, sessions=self.window, estimator=how)
            now.expect(fit)
            band = self.band
        now.short(self.index, value=fit.betas[self.index] * now.value, band=band)


if __name__ == "__main__":
    main(IndexShort)
