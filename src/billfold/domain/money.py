"""An exact amount with its currency, and how it is shown to people."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# What can be sold in: the currencies and funds of ISO 4217, list one, and what it gave up lately, for price lists of
# before. Metals are left out, and so are the codes for tests and for no currency.
_CURRENCIES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_CURRENCIES.split())

# Digits after the decimal point where they are not 2. Source: ISO 4217, list one.
EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "UYW": 4,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip

# Symbol, decimal mark, thousands separator. Source: the amounts recorded in the contract ("€0,00", "$0.00").
NOTATION = {
    "EUR": ("€", ",", "."),
    "USD": ("$", ".", ","),
    "GBP": ("£", ".", ","),
    "JPY": ("¥", ".", ","),
    "CHF": ("CHF", ".", ","),
    "CAD": ("$", ".", ","),
    "AUD": ("$", ".", ","),
}


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies met in one sum or comparison."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency.

    minor     count of the smallest unit: cents for EUR, yen for JPY, fils for KWD
    currency  ISO 4217 alphabetic code, upper case

    >>> Money(1050, "EUR") + Money(250, "EUR")
    Money(minor=1300, currency='EUR')
    >>> str(Money(1050, "JPY"))
    '1050 JPY'
    """

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other).minor

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def decimal(self, exponent: int | None = None) -> Decimal:
        """The amount in major units, for a wire that wants "10.50".

        exponent  digits after the point; those of ISO 4217 unless the PSP differs
        """
        return Decimal(self.minor).scaleb(-(exponent_of(self.currency) if exponent is None else exponent))

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added or compared.")
        return other


def is_currency(code: str) -> bool:
    """Whether it is a currency of ISO 4217, in capital letters."""
    return code in CURRENCIES


def exponent_of(currency: str) -> int:
    return EXPONENTS.get(currency, 2)


@lru_cache(maxsize=16384)
def formatted(minor: int | None, currency: str) -> str | None:
    """As the contract writes amounts for people; None when there is no amount.

    >>> formatted(-123456, "EUR"), formatted(5, "USD"), formatted(700, "JPY")
    ('-€1.234,56', '$0.05', '¥700')
    """
    if minor is None:
        return None
    symbol, mark, separator = NOTATION.get(currency, (currency + " ", ".", ","))
    exponent = exponent_of(currency)
    whole, rest = divmod(abs(minor), 10**exponent)
    grouped = f"{whole:,}".replace(",", separator)
    return f"{'-' if minor < 0 else ''}{symbol}{grouped}" + (f"{mark}{rest:0{exponent}d}" if exponent else "")


@lru_cache(maxsize=16384)
def as_float(minor: int | None, currency: str) -> float | None:
    """The contract's `*_float` attributes, for display only: nothing is ever calculated from one."""
    return None if minor is None else float(Decimal(minor).scaleb(-exponent_of(currency)))
