"""The merchant's accounts at PSPs: gateway records → adapters that can be called."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

import aiohttp

from billfold.db.vault import Vault
from billfold.gateways.protocol import Gateway, Psp
from billfold.jsonapi.members import Secret
from billfold.jsonapi.record import Record

KEPT_OPEN = 1024


class Accounts:
    """Opens gateways and keeps them open, since an adapter holds connections to its PSP.

    urls  PSP name → base URL, for a sandbox; the live address where a name is missing
    """

    def __init__(
        self, psps: Iterable[Psp], vault: Vault, http: aiohttp.ClientSession, urls: Mapping[str, str] | None = None
    ) -> None:
        self.psps = tuple(psps)
        self._by_type = {called: p for p in self.psps for called in (p.gateway.called, p.source.called)}
        self._vault, self._http, self._urls = vault, http, dict(urls or {})
        self._open: OrderedDict[tuple[str, int], Gateway] = OrderedDict()

    def psp(self, record: Record) -> Psp:
        """The PSP of a gateway or a payment source."""
        return self._by_type[record.type]

    def psp_of_sources(self, called: str) -> Psp | None:
        """The PSP whose payment sources are of that type, or None when no gateway here has such."""
        return self._by_type.get(called)

    async def gateway(self, record: Record) -> Gateway:
        """The adapter for a gateway record, with that record's present settings."""
        key = (record.id, record["lock_version"])
        if key not in self._open:
            psp = self.psp(record)
            self._open[key] = psp.open(self._unsealed(record), self._http, self._urls.get(psp.name))
            while len(self._open) > KEPT_OPEN:
                _, oldest = self._open.popitem(last=False)
                await oldest.close()
        self._open.move_to_end(key)
        return self._open[key]

    async def drop(self, record: Record) -> None:
        """Forget the adapter made from settings that change without the record's version changing."""
        gateway = self._open.pop((record.id, record["lock_version"]), None)
        if gateway is not None:
            await gateway.close()

    async def close(self) -> None:
        for gateway in self._open.values():
            await gateway.close()
        self._open.clear()

    def seal(self, record: Record) -> dict[str, str]:
        """The record's credentials that stand open in memory, encrypted: what may be stored."""
        return {n: SEALED + self._vault.seal(v) for n, v in self._secrets(record) if not v.startswith(SEALED)}

    def secret(self, record: Record, name: str) -> str:
        """One of the record's credentials as it is, to be used and nothing else."""
        found: str = self._unsealed(record)[name]
        return found

    def _unsealed(self, record: Record) -> dict[str, Any]:
        opened = {n: self._vault.open(v[len(SEALED) :]) for n, v in self._secrets(record) if v.startswith(SEALED)}
        return {**record.values, **opened}

    def _secrets(self, record: Record) -> list[tuple[str, str]]:
        names = (a.name for a in record.resource.attributes() if isinstance(a, Secret))
        return [(n, v) for n in names if isinstance(v := record[n], str)]


SEALED = "sealed:"
