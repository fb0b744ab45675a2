"""Basket hedge: short several peers in the ratios that together explained the holding."""

from typing import Annotated

from microhedge import Choice, Hedge, Session, Sessions, main

CHOICE = Choice("ridge", "ols", "ewma", "one-to-one")


class BasketShort(Hedge):
    """Refit each month; trade only when a short is far from its target."""

    peers: str  # companies whose shares move with the holding, joined by +
    window: Sessions = 504  # of the fit; also the warm-up
    estimator: Annotated[str, CHOICE] = "ridge"  # of the ratios
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            peers = tuple(self.peers.split("+"))
            how = self.estimator
            fit = now.regress(self.holding, on=peers, sessions=self.window, estimator=how)
            now.expect(fit)
            band = self.band
        for symbol, beta in fit.betas.items():
            now.short(symbol, value=beta * now.value, band=band)


if __name__ == "__main__":
    main(BasketShort)
