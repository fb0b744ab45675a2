"""Corporate bond: short a bond of the holding's firm, as theory says, or buy it as textbooks do."""

from typing import Annotated

from microhedge import Choice, Hedge, Range, Session, Sessions, main


class CorporateBond(Hedge):
    """Refit each month; trade only when the position is far from its target."""

    bond: str  # a bond of your own by --bond-terms, or MOODYS-BAA or MOODYS-AAA in its place
    side: Annotated[str, Choice("short", "long")] = "short"  # long adds to the risk
    ratio: Annotated[str, Choice("regression", "merton")] = "regression"  # how it is found
    leverage: Annotated[float, Range(gt=0, lt=1)] = 0.35  # debt as a part of assets, for merton
    most: Annotated[float, Range(gt=0)] = 1.0  # bonds at most, as a multiple of the holding
    window: Sessions = 504  # of the ratio; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            how, owed = self.ratio, self.leverage
            fit = now.bond_ratio(
                self.bond, sessions=self.window, ratio=how, leverage=owed, treasury=False
            )
            now.expect(fit)
            band = self.band
        size = min(fit.betas[self.bond], self.most) * now.value
        now.bond(self.bond, value=size if self.side == "long" else -size, band=band)


if __name__ == "__main__":
    main(CorporateBond)
