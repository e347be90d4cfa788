"""How many accounts of a package are to be looked at before it is bought, and what a look at some says of all."""

from math import ceil, comb


def accounts_to_check(accounts: int, bad_share: float, sure: float) -> int:
    """The least number to draw so that, if at least `bad_share` of the accounts are bad, one of them is drawn with probability `sure`.

    Drawn without putting back: the chance to draw none of D bad ones among N is C(N-D, m) / C(N, m) (hypergeometric; acceptance number 0,
    Schilling & Neubauer, Acceptance Sampling in Quality Control, chapter 5).

    >>> accounts_to_check(200, 0.1, 0.95), accounts_to_check(5, 0.1, 0.95)
    (27, 5)

    Raises:
        ValueError: no account, or a share or certainty that is none.
    """
    if accounts < 1 or not 0 < bad_share <= 1 or not 0 < sure < 1:
        message = f"expected an account at least, 0 < share <= 1 and 0 < sure < 1; got {accounts}, {bad_share}, {sure}"
        raise ValueError(message)
    bad = max(1, ceil(bad_share * accounts - 1e-9))
    return next(m for m in range(1, accounts + 1) if _none(accounts, bad, m, 0) <= 1 - sure + 1e-12)


def most_bad(accounts: int, checked: int, found: int, sure: float) -> int:
    """The most bad accounts among all that `found` of `checked` allow: the exact upper limit of one side (Clopper-Pearson's rule for draws without return).

    >>> most_bad(200, 27, 0, 0.95), most_bad(10, 10, 2, 0.95)
    (19, 2)

    Raises:
        ValueError: more were checked than there are, or more found than checked.
    """
    if not 0 <= found <= checked <= accounts or not 0 < sure < 1:
        message = f"{found} of {checked} checked of {accounts} accounts cannot be"
        raise ValueError(message)
    allowed = [bad for bad in range(found, accounts - checked + found + 1) if _none(accounts, bad, checked, found) > 1 - sure]
    return max(allowed, default=found)


def _none(accounts: int, bad: int, drawn: int, most: int) -> float:
    """The chance that at most `most` of the `bad` are among the `drawn`."""
    ways = sum(
        comb(bad, hit) * comb(accounts - bad, drawn - hit)
        for hit in range(min(most, bad, drawn) + 1)
        if drawn - hit <= accounts - bad
    )
    return ways / comb(accounts, drawn)
