"""Pair hedge: short one peer in the ratio that explained the holding."""

from microhedge import Hedge, Session, Sessions, main


class PairShort(Hedge):
    """Refit each month; trade only when the short is far from its target."""

    peer: str  # a company whose share moves with the holding
    window: Sessions = 504  # of the regression; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            fit = now.expect(now.regress(self.holding, on=self.peer, sessions=self.window))
            band = self.band
        now.short(self.peer, value=fit.betas[self.peer] * now.value, band=band)


if __name__ == "__main__":
    main(PairShort)
