"""What an order can be told to do, by sending an attribute that starts with an underscore."""

from __future__ import annotations

from billfold.jsonapi.members import (
    Integer,
    Text,
    Trigger,
)
from billfold.resources import shared
from billfold.usecases.orders import editing, invoices, line_items, order_addresses, orders, placing, refreshing
from billfold.usecases.payments import order_money, wallet
from billfold.usecases.services import validation
from billfold.usecases.shipping import fulfillment
from billfold.usecases.subscriptions import subscribing


class OrderVerbs:
    """The order's triggers."""

    _archive = Trigger(doc="Puts the order out of sight and notes when, in `archived_at`.", run=orders.archive)
    _unarchive = Trigger(doc="Brings an archived order back into sight.", run=orders.unarchive)
    _pending = Trigger(
        doc="Moves a draft or an order that failed to place back to pending.", restricted=True, run=placing.pending
    )
    _billing_address_clone_id = Trigger(
        doc="Makes a copy of an address the order's billing address.",
        run=order_addresses.clone_billing,
        takes=Text(doc="The id of the address to copy.", example="BgnguJvXmb"),
    )
    _shipping_address_clone_id = Trigger(
        doc="Makes a copy of an address the order's shipping address.",
        run=order_addresses.clone_shipping,
        takes=Text(doc="The id of the address to copy.", example="BgnguJvXmb"),
    )
    _shipping_address_same_as_billing = Trigger(
        doc="Makes a copy of the billing address the shipping address.", run=order_addresses.ship_where_billed
    )
    _billing_address_same_as_shipping = Trigger(
        doc="Makes a copy of the shipping address the billing address.", run=order_addresses.bill_where_shipped
    )
    _customer_payment_source_id = Trigger(
        doc="Pays with an entry of the customer's wallet: it becomes the source of this order's payment.",
        run=wallet.reuse,
        takes=Text(doc="The id of the wallet entry.", example="QgDXpwsqDx"),
    )
    _refresh = Trigger(
        doc="Works the order out anew at present prices and compares the payment source with what it comes to; prices "
        "that a back office named stay, and so do all while money is held.",
        run=refreshing.refresh,
    )
    _refresh_prices = Trigger(
        doc="Takes the present prices of what is bought, unless a back office named one.",
        restricted=True,
        run=line_items.refresh_prices,
    )
    _place = Trigger(
        doc="Checks that nothing is missing, has the payment authorized and makes the order binding; safe to repeat.",
        run=placing.place,
    )
    _create_subscriptions = Trigger(
        doc="Starts subscriptions for the line items that have a frequency, once the order is placed or with `_place`.",
        run=subscribing.create_subscriptions,
    )
    _cancel = Trigger(doc="Cancels a placed order and voids what was authorized for it.", run=order_money.cancel)
    _approve = Trigger(
        doc="Accepts a placed order whose payment is authorized, paid or not needed.",
        restricted=True,
        run=order_money.approve,
    )
    _approve_and_capture = Trigger(
        doc="Accepts a placed order and takes the money that was authorized.",
        restricted=True,
        run=order_money.approve_and_capture,
    )
    _authorize = Trigger(
        doc="Has the payment authorized without placing the order; safe to repeat.", run=order_money.authorize
    )
    _authorization_amount_cents = Trigger(
        doc="Has the payment authorized for this much; only the whole amount can be.",
        run=order_money.authorize_amount,
        takes=Integer(doc="Minor units of the order's currency.", example=500),
    )
    _capture = Trigger(
        doc="Takes all the money that was authorized and not yet taken.", restricted=True, run=order_money.capture
    )
    _refund = Trigger(doc="Gives back all the money that was taken.", restricted=True, run=order_money.refund)
    _fulfill = Trigger(doc="Marks an approved order as delivered.", restricted=True, run=fulfillment.fulfill)
    _update_taxes = Trigger(doc="Has the market's tax calculator work out the taxes again.", run=orders.update_taxes)
    _nullify_payment_source = Trigger(
        doc="Lets go of the payment source and of what was prepared for it at the payment provider.",
        run=order_money.nullify_payment_source,
    )
    _fix_payment_source = Trigger(
        doc="Makes the source of the last authorization that succeeded the order's payment source.",
        restricted=True,
        run=order_money.fix_payment_source,
    )
    _commit_invoice = Trigger(
        doc="Tells the tax service that the taxes are due; refused, for no tax calculator keeps invoices.",
        run=invoices.commit,
    )
    _refund_invoice = Trigger(
        doc="Tells the tax service that the taxes are due no more; refused, for no tax calculator keeps invoices.",
        run=invoices.refund,
    )
    _save_payment_source_to_customer_wallet = Trigger(
        doc="Keeps the payment source in the customer's wallet, before or after placing; safe to repeat.",
        run=wallet.save,
    )
    _save_shipping_address_to_customer_address_book = Trigger(
        doc="Keeps the shipping address in the customer's address book.", run=order_addresses.save_shipping
    )
    _save_billing_address_to_customer_address_book = Trigger(
        doc="Keeps the billing address in the customer's address book.", run=order_addresses.save_billing
    )
    _validate = Trigger(
        doc="Asks the market's external service whether the order may be placed.", run=validation.validate
    )
    _start_editing = Trigger(
        doc="Opens a placed order for changes that do not raise its total.", restricted=True, run=editing.start
    )
    _stop_editing = Trigger(doc="Ends the changes to a placed order.", restricted=True, run=editing.stop)
    _reset_circuit = shared.reset_circuit()
    _add_tags = shared.add_tags()
    _remove_tags = shared.remove_tags()
