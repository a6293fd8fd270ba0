"""What really happened to money in the sandbox, whatever the shop believes: an append-only list of moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Kind = Literal["authorization", "capture", "void", "refund"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class ImpossibleMovement(Exception):
    """A look-alike tried to move money that is not there: a bug of the sandbox, never of its caller."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement. `reference` is the PSP's id of the payment (`pi_…`, a Klarna order id); `amount` is in
    minor units; `at` is seconds since the epoch on the sandbox's clock.
    """

    psp: str
    kind: Kind
    reference: str
    amount: int
    currency: str
    at: float


class Ledger:
    """The movements in the order they happened, and what they add up to for each payment."""

    def __init__(self) -> None:
        self._movements: list[Movement] = []
        self._totals: dict[tuple[str, str], dict[Kind, int]] = {}

    def __iter__(self) -> Iterator[Movement]:
        return iter(self._movements)

    def __len__(self) -> int:
        return len(self._movements)

    def record(self, psp: str, kind: Kind, reference: str, amount: int, currency: str, at: float) -> None:
        """Append one movement; refuse what no issuer would do: capturing or voiding more than is authorized,
        refunding more than was captured.
        """
        if amount < 0:
            raise ImpossibleMovement(f"{psp} {kind} of {amount} on {reference}: amounts are never negative.")
        after = dict(self.totals(psp, reference))
        after[kind] += amount
        if after["capture"] + after["void"] > after["authorization"]:
            raise ImpossibleMovement(
                f"{psp} {kind} of {amount} on {reference}: {after['capture']} captured and "
                f"{after['void']} voided would exceed the {after['authorization']} authorized."
            )
        if after["refund"] > after["capture"]:
            raise ImpossibleMovement(
                f"{psp} refund of {amount} on {reference}: {after['refund']} refunded would exceed "
                f"the {after['capture']} captured."
            )
        self._totals[psp, reference] = after
        self._movements.append(Movement(psp, kind, reference, amount, currency.lower(), at))

    def totals(self, psp: str, reference: str) -> dict[Kind, int]:
        """Minor units per kind for one payment; all zero for a payment never heard of."""
        return self._totals.get((psp, reference)) or dict.fromkeys(KINDS, 0)

    def report(self, reference: str | None = None) -> dict[str, Any]:
        """All of it as JSON values: the entries, the totals per payment, and the totals per PSP, currency and
        kind.
        """
        entries = [m for m in self._movements if reference is None or m.reference == reference]
        references: dict[str, dict[str, Any]] = {}
        psps: dict[str, dict[str, dict[Kind, int]]] = {}
        for entry in entries:
            totals = self.totals(entry.psp, entry.reference)
            references[entry.reference] = {
                "psp": entry.psp,
                "currency": entry.currency,
                **{str(kind): amount for kind, amount in totals.items()},
                "held": totals["authorization"] - totals["capture"] - totals["void"],
            }
            sums = psps.setdefault(entry.psp, {}).setdefault(entry.currency, dict.fromkeys(KINDS, 0))
            sums[entry.kind] += entry.amount
        return {"entries": [asdict(entry) for entry in entries], "references": references, "psps": psps}
