"""Treasury: buy long government bonds in the ratio in which they rose when the holding fell."""

from typing import Annotated

from microhedge import Hedge, Range, Session, Sessions, main


class TreasuryLong(Hedge):
    """Refit each month; where the two rose and fell together nothing is bought."""

    bond: str = "UST20"  # UST10, UST20 or UST30: at par, renewed every evening
    most: Annotated[float, Range(gt=0)] = 1.0  # bonds at most, as a multiple of the holding
    window: Sessions = 504  # of the ratio; also the warm-up
    band: float = 0.10  # distance from target left alone at a refit
    drift: float = 0.20  # ... and on any other day

    def on_session(self, now: Session) -> None:
        fit, band = now.premise, self.drift
        if fit is None or now.new_month:
            fit = now.expect(now.bond_ratio(self.bond, sessions=self.window, treasury=True))
            band = self.band
        now.bond(self.bond, value=min(-fit.betas[self.bond], self.most) * now.value, band=band)


if __name__ == "__main__":
    main(TreasuryLong)
