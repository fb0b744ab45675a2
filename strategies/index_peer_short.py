"""Two-factor hedge: short the index and one peer in the ratio that explained the holding."""

from typing import Annotated

from microhedge import Choice, Hedge, Session, Sessions, main

CHOICE = Choice("ols", "ewma", "ridge", "one-to-one")


class IndexPeerShort(Hedge):
    """Refit each month; trade only when a short is far from its target."""

    peer: str  # a company whose share moves with the holding
    index: str = "SPX"  # what stands for the market
    window: Sessions = 504  # of the regression; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day
    estimator: Annotated[str, CHOICE] = "ols"  # of the ratio

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            factors = (self.index, self.peer)
            how = self.estimator
            fit = now.regress(self.holding, on=factors, sessions=self.window, estimator=how)
            now.expect(fit)
            band = self.band
        for symbol, beta in fit.betas.items():
            now.short(symbol, value=beta * now.value, band=band)


if __name__ == "__main__":
    main(IndexPeerShort)
