"""Whose a payment method is at the sandbox's Stripe, and when it can be used again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest
import stripe
from tests.sandbox.shop import Shop, open_shop

from billfold.sandbox import create_app

VISA = {"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}


async def customer(shop: Shop) -> str:
    return (await shop.stripe.customers.create_async({"email": "ada@example.com"})).id


async def pay(shop: Shop, method: str, customer: str | None = None, **more: object) -> stripe.PaymentIntent:
    params = {
        "amount": 1500,
        "currency": "eur",
        "capture_method": "manual",
        "allowed_payment_method_types": ["card"],
        "payment_method": method,
        "confirm": True,
        **({"customer": customer} if customer else {}),
        **more,
    }
    return await shop.stripe.payment_intents.create_async(params)  # type: ignore[arg-type]  # built from parts


async def keep(shop: Shop, owner: str, method: str = "pm_card_visa") -> str:
    """A method attached by paying with it."""
    intent = await pay(shop, method, owner, setup_future_usage="off_session")
    assert intent.status == "requires_capture"
    return str(intent.payment_method)


@pytest.mark.parametrize(
    "usage",
    [
        {"setup_future_usage": "off_session"},
        {"setup_future_usage": "on_session"},
        {"payment_method_options": {"card": {"setup_future_usage": "off_session"}}},
    ],
    ids=["on the intent", "on-session", "for cards only"],
)
async def test_announcing_future_use_attaches_the_method_when_it_has_paid(shop: Shop, usage: dict[str, object]) -> None:
    owner = await customer(shop)
    intent = await pay(shop, "pm_card_visa", owner, **usage)
    method = await shop.stripe.payment_methods.retrieve_async(str(intent.payment_method))
    assert method.customer == owner
    listed = await shop.stripe.customers.payment_methods.list_async(owner, {"type": "card"})
    assert [one.id for one in listed.data] == [method.id]


async def test_a_type_may_be_spared_from_future_use(shop: Shop) -> None:
    owner = await customer(shop)
    spared = {"card": {"setup_future_usage": "none"}}
    intent = await pay(shop, "pm_card_visa", owner, setup_future_usage="off_session", payment_method_options=spared)
    assert (await shop.stripe.payment_methods.retrieve_async(str(intent.payment_method))).customer is None


async def test_options_for_types_that_are_not_on_offer_do_no_harm(shop: Shop) -> None:
    kinds = ("card", "sepa_debit", "link", "paypal", "revolut_pay")
    announced = {kind: {"setup_future_usage": "off_session"} for kind in kinds}
    owner = await customer(shop)
    intent = await pay(shop, "pm_card_visa", owner, payment_method_options=announced)
    assert (await shop.stripe.payment_methods.retrieve_async(str(intent.payment_method))).customer == owner


async def test_a_browser_may_announce_future_use(shop: Shop) -> None:
    owner = await customer(shop)
    intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur", "customer": owner})
    status, seen = await shop.pay_in_browser(intent, "4242424242424242", setup_future_usage="off_session")
    assert status == 200
    assert (await shop.stripe.payment_methods.retrieve_async(seen["payment_method"])).customer == owner


@pytest.mark.parametrize("with_customer", [False, True])
async def test_a_method_that_paid_unannounced_can_neither_be_attached_nor_used_again(
    shop: Shop, with_customer: bool
) -> None:
    owner = await customer(shop)
    intent = await pay(shop, "pm_card_visa", owner if with_customer else None)
    method = str(intent.payment_method)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        await shop.stripe.payment_methods.attach_async(method, {"customer": owner})
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        await pay(shop, method, owner)


async def test_future_use_announced_without_a_customer_leaves_the_method_attachable(shop: Shop) -> None:
    owner = await customer(shop)
    intent = await pay(shop, "pm_card_visa", setup_future_usage="off_session")
    method = await shop.stripe.payment_methods.attach_async(str(intent.payment_method), {"customer": owner})
    assert method.customer == owner


async def test_an_attached_method_pays_again_and_again(shop: Shop) -> None:
    owner = await customer(shop)
    method = await keep(shop, owner)
    for _ in range(2):
        intent = await pay(shop, method, owner, off_session=True)
        assert intent.status == "requires_capture"
    assert (await shop.stripe.payment_methods.retrieve_async(method)).customer == owner


async def test_a_detached_method_is_gone_for_good(shop: Shop) -> None:
    owner = await customer(shop)
    method = await keep(shop, owner)
    assert (await shop.stripe.payment_methods.detach_async(method)).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="not attached to a customer"):
        await shop.stripe.payment_methods.detach_async(method)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        await shop.stripe.payment_methods.attach_async(method, {"customer": owner})
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        await pay(shop, method, owner, off_session=True)
    assert (await shop.stripe.customers.payment_methods.list_async(owner)).data == []


async def test_nobody_pays_with_what_is_anothers(shop: Shop) -> None:
    owner, other = await customer(shop), await customer(shop)
    method = await keep(shop, owner)
    with pytest.raises(stripe.InvalidRequestError, match="does not belong to the Customer"):
        await pay(shop, method, other, off_session=True)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to the Customer"):
        await pay(shop, method)
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        await shop.stripe.payment_methods.attach_async(method, {"customer": other})
    assert (await shop.stripe.payment_methods.attach_async(method, {"customer": owner})).customer == owner


async def test_deleting_a_customer_detaches_everything(shop: Shop) -> None:
    owner = await customer(shop)
    method = await keep(shop, owner)
    assert (await shop.stripe.customers.delete_async(owner)).deleted
    assert (await shop.stripe.payment_methods.retrieve_async(method)).customer is None
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        await shop.stripe.customers.retrieve_async(owner)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


async def test_a_card_has_one_fingerprint_however_often_it_is_entered(shop: Shop) -> None:
    twice = [await shop.stripe.payment_methods.create_async(VISA) for _ in range(2)]  # type: ignore[arg-type]  # a constant
    well_known = await shop.stripe.payment_methods.retrieve_async("pm_card_visa")
    other = await shop.stripe.payment_methods.retrieve_async("pm_card_mastercard")
    prints = [one.card.fingerprint for one in (*twice, well_known, other) if one.card]
    assert prints[0] == prints[1] == prints[2] != prints[3]
    assert twice[0].id != twice[1].id


async def test_each_use_of_a_well_known_name_makes_a_method_of_its_own(shop: Shop) -> None:
    owner = await customer(shop)
    assert await keep(shop, owner) != await keep(shop, owner)
    by_token = await shop.stripe.payment_methods.create_async({"type": "card", "card": {"token": "tok_mastercard"}})
    assert by_token.card is not None
    assert (by_token.card.brand, by_token.card.last4) == ("mastercard", "4444")


async def test_the_number_of_a_card_is_never_told_again(shop: Shop) -> None:
    status, made = await shop.browser(
        "POST",
        "/v1/payment_methods",
        {
            "type": "card",
            "card[number]": "4242 4242 4242 4242",
            "card[exp_month]": "12",
            "card[exp_year]": "40",
            "card[cvc]": "987",
        },
    )
    assert (status, made["card"]["last4"], made["card"]["exp_year"]) == (200, "4242", 2040)
    _, events = await shop.raw("GET", "/v1/events?limit=100")
    assert "42424242" not in str([made, events])
    assert "987" not in str(made["card"])


async def test_the_number_of_a_card_does_not_outlive_its_request(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app()
    caplog.set_level("DEBUG")
    number, cvc = "5555555555554444", "4711"
    async with open_shop(app) as shop:
        card = f"[number]={number}&{{0}}[exp_month]=12&{{0}}[exp_year]=2040&{{0}}[cvc]={cvc}"
        status, _ = await shop.raw(
            "POST", "/v1/payment_methods", "type=card&card" + card.format("card"), Idempotency_Key="card-1"
        )
        assert status == 200
        intent = await shop.stripe.payment_intents.create_async({"amount": 1500, "currency": "eur"})
        assert (await shop.pay_in_browser(intent, number))[0] == 200
        kept = set(strings_within(app.state.world))
    assert {"mastercard", number[-4:]} <= kept
    assert [text for text in kept if number in text or text == cvc] == []
    assert number not in caplog.text


def strings_within(root: object) -> Iterator[str]:
    """Every text that can be reached from an object, but through modules, classes and functions."""
    seen: set[int] = set()
    queue = [root]
    while queue:
        one = queue.pop()
        if id(one) in seen or isinstance(one, ModuleType | type | FunctionType):
            continue
        seen.add(id(one))
        if isinstance(one, str | bytes):
            yield one if isinstance(one, str) else one.decode(errors="replace")
        else:
            queue += gc.get_referents(one)


async def test_a_card_its_issuer_declines_cannot_be_attached(shop: Shop) -> None:
    owner = await customer(shop)
    with pytest.raises(stripe.CardError):
        await shop.stripe.payment_methods.attach_async("pm_card_visa_chargeDeclined", {"customer": owner})
    kept = await shop.stripe.payment_methods.attach_async("pm_card_chargeCustomerFail", {"customer": owner})
    with pytest.raises(stripe.CardError) as refusal:
        await pay(shop, kept.id, owner, off_session=True)
    assert refusal.value.code == "card_declined"


async def test_a_method_keeps_what_its_owner_says_of_it(shop: Shop) -> None:
    owner = await customer(shop)
    with pytest.raises(stripe.InvalidRequestError, match="save this PaymentMethod to a customer"):
        await shop.stripe.payment_methods.update_async("pm_card_visa", {"metadata": {"a": "b"}})
    method = await keep(shop, owner)
    changed = await shop.stripe.payment_methods.update_async(
        method, {"billing_details": {"name": "Ada"}, "metadata": {"a": "b"}, "card": {"exp_year": 2041}}
    )
    assert changed.card is not None
    assert (changed.billing_details.name, changed.card.exp_year) == ("Ada", 2041)
    assert changed.metadata is not None
    assert changed.metadata["a"] == "b"


async def test_customers_can_be_changed_and_found(shop: Shop) -> None:
    owner = await customer(shop)
    changed = await shop.stripe.customers.update_async(
        owner, {"name": "Ada", "metadata": {"id": "x"}, "address": {"city": "Rome", "country": "IT"}}
    )
    assert changed.address is not None
    assert changed.metadata is not None
    assert (changed.name, changed.metadata["id"], changed.address.city) == ("Ada", "x", "Rome")
    found = await shop.stripe.customers.list_async({"email": "ada@example.com"})
    assert [one.id for one in found.data] == [owner]


async def test_a_sepa_debit_can_be_kept(shop: Shop) -> None:
    owner = await customer(shop)
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "eur", "customer": owner, "setup_future_usage": "off_session"}
    )
    method = await shop.stripe.payment_methods.create_async(
        {
            "type": "sepa_debit",
            "sepa_debit": {"iban": "DE89370400440532013000"},
            "billing_details": {"name": "Ada", "email": "ada@example.com"},
        }
    )
    intent = await shop.stripe.payment_intents.confirm_async(
        intent.id, {"payment_method": method.id, "return_url": "https://shop.example/done"}
    )
    assert intent.status == "succeeded"
    kept = await shop.stripe.payment_methods.retrieve_async(method.id)
    assert (kept.customer, kept.sepa_debit and kept.sepa_debit.last4) == (owner, "3000")


async def test_an_ideal_payment_cannot_be_kept_but_leaves_an_account_that_can(shop: Shop) -> None:
    owner = await customer(shop)
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "eur", "customer": owner, "setup_future_usage": "off_session"}
    )
    ideal = await shop.stripe.payment_methods.create_async({"type": "ideal"})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be saved"):
        await shop.stripe.payment_methods.attach_async(ideal.id, {"customer": owner})
    intent = await shop.stripe.payment_intents.confirm_async(
        intent.id, {"payment_method": ideal.id, "return_url": "https://shop.example/done"}
    )
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert await shop.answer_challenge(str(intent.next_action.redirect_to_url.url), "complete") == "succeeded"

    kept = (await shop.stripe.customers.payment_methods.list_async(owner)).data
    assert [one.type for one in kept] == ["sepa_debit"]
    assert (
        await pay(
            shop,
            kept[0].id,
            owner,
            off_session=True,
            capture_method="automatic",
            allowed_payment_method_types=["sepa_debit"],
        )
    ).status == "succeeded"


async def test_money_that_is_held_needs_a_card(shop: Shop) -> None:
    intent = await shop.stripe.payment_intents.create_async(
        {"amount": 1500, "currency": "eur", "capture_method": "manual"}
    )
    assert intent.payment_method_types == ["card"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        ideal = await shop.stripe.payment_methods.create_async({"type": "ideal"})
        await shop.stripe.payment_intents.confirm_async(
            intent.id, {"payment_method": ideal.id, "return_url": "https://shop.example/done"}
        )
    assert refusal.value.code == "payment_intent_incompatible_payment_method"


async def test_a_setup_intent_keeps_a_card_without_a_payment(shop: Shop) -> None:
    owner = await customer(shop)
    setup = await shop.stripe.setup_intents.create_async({"customer": owner, "usage": "off_session"})
    assert setup.client_secret is not None
    status, seen = await shop.browser(
        "POST",
        f"/v1/setup_intents/{setup.id}/confirm",
        {"client_secret": setup.client_secret, "payment_method": "pm_card_visa"},
    )
    assert (status, seen["status"]) == (200, "succeeded")
    assert (await pay(shop, seen["payment_method"], owner, off_session=True)).status == "requires_capture"
