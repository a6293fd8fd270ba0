"""Every knob of the server with its type, unit, default and a sentence; read once, when the process starts."""

from __future__ import annotations

import dataclasses
import os
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

PREFIX = "BILLFOLD_"


class BadSetting(ValueError):
    """A setting is missing or makes no sense. The message is for whoever operates the server."""


class Secret(str):
    """A text that must not turn up in a log: its `repr` does not show it. (`str()` does; drivers need it.)"""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests one address may send within how many seconds; written "30/60"."""

    requests: int
    seconds: int

    @classmethod
    def read(cls, text: str) -> Self:
        found = re.fullmatch(r"([1-9]\d{0,8})/([1-9]\d{0,5})", text.strip())
        if not found:
            raise ValueError("must be written requests/seconds, as in 30/60")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.requests}/{self.seconds}"


@dataclass(frozen=True, slots=True)
class Knob:
    """What the reference page says of a setting."""

    doc: str
    unit: str = ""


TOKEN_RATE = Rate(30, 60)

# What the hosted service allows each address, by mode (https://docs.commercelayer.io/core/rate-limits).
USUAL_RATES = {
    "live": {
        "read_rate": Rate(1000, 60),
        "read_burst_rate": Rate(250, 10),
        "write_rate": Rate(200, 60),
        "write_burst_rate": Rate(50, 10),
    },
    "test": {
        "read_rate": Rate(500, 60),
        "read_burst_rate": Rate(125, 10),
        "write_rate": Rate(100, 60),
        "write_burst_rate": Rate(25, 10),
    },
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A setting `body_limit` is read from the environment variable `BILLFOLD_BODY_LIMIT`."""

    database_url: Annotated[
        Secret,
        Knob(
            "Where PostgreSQL (15 or newer) is; `?statement_cache_size=0` makes it fit for PgBouncer in transaction "
            "mode.",
            "URL",
        ),
    ]
    secret_key: Annotated[
        Secret,
        Knob(
            "What everything secret in the database is encrypted with; with another one the stored keys and PSP "
            "credentials cannot be opened. Where it is not set, `billfold serve` and `billfold worker` keep one in "
            "`~/.local/share/billfold/secret.key`, which does for a single machine.",
            "at least 16 characters",
        ),
    ]
    domain: Annotated[
        str,
        Knob(
            "The organization `acme` is served on the host `acme.{domain}`, and tokens are issued on `auth.{domain}`.",
            "host name",
        ),
    ] = "billfold.localhost"
    public_scheme: Annotated[
        Literal["https", "http"], Knob("How clients reach the server, as URLs and tokens show it.")
    ] = "https"
    public_port: Annotated[
        int | None,
        Knob("The port clients reach the server on, as URLs and tokens show it; unset, it is the scheme's own."),
    ] = None
    mode: Annotated[
        Literal["test", "live"],
        Knob("What documents and tokens say of themselves: whether this store moves real money."),
    ] = "test"
    region: Annotated[str, Knob("The region that tokens name, for clients which look at it.")] = "eu-west-1"
    access_token_lifetime: Annotated[int, Knob("How long an access token is good for.", "seconds")] = 14_400
    refresh_token_lifetime: Annotated[
        int, Knob("How long a customer stays signed in without coming back.", "seconds")
    ] = 1_209_600
    token_rate: Annotated[
        Rate,
        Knob("How often one address may ask for a token; every worker counts for itself.", "requests/seconds"),
    ] = TOKEN_RATE
    rate_limits: Annotated[
        Literal["off", "usual"],
        Knob(
            "Whether the API limits what one address may ask for: `usual` gives each of the four rates below that is "
            "unset what the hosted service has, `off` only limits by those that are set."
        ),
    ] = "off"
    read_rate: Annotated[
        Rate | None,
        Knob("How often one address may read what rarely changes (SKUs, prices, markets).", "requests/seconds"),
    ] = None
    read_burst_rate: Annotated[Rate | None, Knob("The same for each of these types by itself.", "requests/seconds")] = (
        None
    )
    write_rate: Annotated[
        Rate | None, Knob("How often one address may write, or read anything else.", "requests/seconds")
    ] = None
    write_burst_rate: Annotated[Rate | None, Knob("The same for each type by itself.", "requests/seconds")] = None
    body_limit: Annotated[int, Knob("The largest body a request may have; larger ones get 413.", "bytes")] = 1_048_576
    unsaved_instrument_hours: Annotated[
        int, Knob("How long an instrument that was prepared for saving stays at the PSP when nobody saves it.", "hours")
    ] = 24
    draft_days: Annotated[
        int, Knob("How long a draft order without a customer is kept after its last change.", "days")
    ] = 60
    anonymization_hours: Annotated[
        int,
        Knob("How long a request to erase a customer's personal data can be withdrawn before it is done.", "hours"),
    ] = 24
    stripe_url: Annotated[str | None, Knob("Where Stripe's API is; unset, it is the real one.", "URL")] = None
    klarna_url: Annotated[
        str | None, Knob("Where Klarna's API is; unset, it is the real one of the gateway's region.", "URL")
    ] = None
    notify_url: Annotated[
        str | None,
        Knob(
            "Where PSPs send their reports, if they cannot reach `core.{domain}`: a tunnel to your own machine, for "
            "example. The path `/webhook_callbacks` is added to it.",
            "URL",
        ),
    ] = None
    external_timeout: Annotated[
        int,
        Knob(
            "How long a service of the merchant's own (order validation, prices, shipping costs) may take to answer.",
            "seconds",
        ),
    ] = 5
    pool_size: Annotated[int, Knob("Connections to PostgreSQL that a worker opens at most.", "connections")] = 20
    workers: Annotated[int, Knob("Processes that `billfold serve` answers requests with.", "processes")] = 1
    trusted_proxies: Annotated[
        str,
        Knob(
            "Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses or networks, separated "
            "by commas."
        ),
    ] = "127.0.0.1"
    log_format: Annotated[Literal["console", "json"], Knob("How log lines are written.")] = "console"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int) and value < 1:
                raise BadSetting(f"{variable(field.name)} must be at least 1, not {value}.")
        if not self.database_url:
            raise BadSetting(f"{variable('database_url')} must say where PostgreSQL is.")
        if len(self.secret_key) < 16:
            raise BadSetting(f"{variable('secret_key')} must have at least 16 characters.")
        must_be_host_name(self.domain, variable("domain"))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """What the environment says, but for the overrides that are not None.

        An empty variable counts as unset. Raises BadSetting, naming the variable.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            name = variable(field.name)
            kind, knob = described(field.name)
            if (given := overrides.pop(field.name, None)) is not None:
                values[field.name] = _read(kind, given, name) if isinstance(given, str) else given
            elif text := environ.get(name, ""):
                values[field.name] = _read(kind, text, name)
            elif field.default is dataclasses.MISSING:
                raise BadSetting(f"{name} is not set. {knob.doc}")
        if overrides:
            raise BadSetting(f"There is no setting {', '.join(overrides)}.")
        return cls(**values)

    def rate(self, name: str) -> Rate | None:
        """One of the four rates of the API, such as "read_rate"; None for no limit."""
        chosen: Rate | None = getattr(self, name)
        return USUAL_RATES[self.mode][name] if chosen is None and self.rate_limits == "usual" else chosen

    @property
    def public_domain(self) -> str:
        """The domain with the port that clients must use, if it is not the scheme's own."""
        default = {"https": 443, "http": 80}[self.public_scheme]
        return self.domain if self.public_port in (None, default) else f"{self.domain}:{self.public_port}"

    @property
    def issuer(self) -> str:
        """What tokens name as `iss`; clients derive every other URL from it."""
        return f"{self.public_scheme}://auth.{self.public_domain}"

    @property
    def callback_url(self) -> str:
        """Where PSPs send their reports; the gateway's type and key follow."""
        base = self.notify_url or f"{self.public_scheme}://core.{self.public_domain}"
        return f"{base.rstrip('/')}/webhook_callbacks"

    def api_url(self, slug: str) -> str:
        """The base of an organization's URLs, up to `/api`."""
        return f"{self.public_scheme}://{slug}.{self.public_domain}/api"


def must_be_host_name(domain: str, option: str) -> None:
    """Raises BadSetting, which names the option."""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain):
        raise BadSetting(f"{option} must be a host name in lower case, without a port, not “{domain}”.")


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def described(name: str) -> tuple[Any, Knob]:
    """(type, description) of a setting."""
    kind, knob = typing.get_args(typing.get_type_hints(Settings, include_extras=True)[name])
    return kind, knob


def page() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Billfold reads its settings from the environment, once, when it starts. Options of the command line win.",
        "",
        "| variable | unit | default | what it is |",
        "|---|---|---|---|",
    ]
    for field in dataclasses.fields(Settings):
        kind, knob = described(field.name)
        unit = " or ".join(f"`{c}`" for c in typing.get_args(kind)) if typing.get_origin(kind) is Literal else knob.unit
        default = "must be set"
        if field.default is not dataclasses.MISSING:
            default = "unset" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{variable(field.name)}` | {unit} | {default} | {knob.doc} |")
    lines += [
        "",
        "## Rate limits",
        "",
        "Asking for tokens is always limited. The API is not, unless "
        f"`{variable('rate_limits')}` is `usual` or a rate is set; every worker",
        "counts for itself, by sliding windows. An answer that is limited says with `X-Ratelimit-Limit`,",
        "`X-Ratelimit-Interval` (seconds) and `X-Ratelimit-Remaining` what is left of the nearest limit; beyond it",
        f"comes 429. Behind a proxy, clients are known by `X-Forwarded-For` of `{variable('trusted_proxies')}`.",
        "",
        "| rate | usual in test mode | usual in live mode |",
        "|---|---|---|",
        *(f"| `{variable(n)}` | `{USUAL_RATES['test'][n]}` | `{r}` |" for n, r in USUAL_RATES["live"].items()),
    ]
    return "\n".join(lines) + "\n"


def _read(hint: Any, text: str, name: str) -> Any:
    if type(None) in typing.get_args(hint):
        hint = typing.get_args(hint)[0]
    try:
        if typing.get_origin(hint) is Literal:
            if text not in typing.get_args(hint):
                raise ValueError(f"must be one of {', '.join(typing.get_args(hint))}")
            return text
        if hint is int:
            if not re.fullmatch(r"\d{1,15}", text):
                raise ValueError("must be a whole number")
            return int(text)
        return Rate.read(text) if hint is Rate else hint(text)
    except ValueError as wrong:
        raise BadSetting(f"{name} {wrong}, not “{text}”.") from None
