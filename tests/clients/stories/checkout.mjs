// A guest and then a customer check out as the hosted checkout does, call by call, with the SDK: first with a new card,
// then with an address and a card that were kept.

import {
  client, clients, customerToken, guestToken, integrationToken, newCustomer, shop, step, submitCard, tell,
} from './shop.mjs'

const CommerceLayer = await client(clients[0])
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const seen = {}

const TSHIRT = 'TSHIRTMS000000FFFFFFLXXX'
const EBOOK = shop.skus[0]
const HOME = {
  first_name: 'Ada', last_name: 'Lovelace', line_1: 'Via Garibaldi 12', city: 'Genova', zip_code: '16124',
  state_code: 'GE', country_code: 'IT', phone: '+39 010 123456', business: false,
}

const FETCH = {
  include: [
    'shipping_address', 'billing_address', 'shipments', 'shipments.shipping_method',
    'shipments.available_shipping_methods', 'payment_method', 'payment_source', 'customer', 'customer.customer_addresses',
    'customer.customer_addresses.address', 'line_items',
  ],
  fields: {
    orders: [
      'id', 'number', 'coupon_code', 'currency_code', 'shipping_amount_float', 'total_tax_amount_float', 'guest',
      'shipping_country_code_lock', 'customer_email', 'status', 'return_url', 'cart_url', 'tax_included',
      'requires_billing_info', 'total_amount_with_taxes_float', 'language_code', 'subscription_created_at',
      'shipping_address', 'billing_address', 'shipments', 'payment_method', 'payment_source', 'customer', 'line_items',
      'payment_status',
    ],
    shipments: ['shipping_method', 'available_shipping_methods'],
    customers: ['customer_addresses'],
    customer_addresses: ['address'],
    line_items: ['frequency'],
  },
}
const EVERYTHING = [
  'billing_address', 'shipping_address', 'line_items.line_item_options.sku_option', 'line_items.item',
  'available_payment_methods', 'payment_source', 'payment_method', 'shipments.available_shipping_methods',
  'shipments.stock_line_items.line_item', 'shipments.shipping_method', 'shipments.stock_transfers.line_item',
  'shipments.stock_location', 'shipments.parcels.parcel_line_items',
]
const OF_A_CUSTOMER = [
  'available_customer_payment_sources.payment_source', 'available_customer_payment_sources.payment_method',
]

/** The checkout of one order; `look` and `fetch` are what the pages read after each step. */
function checkout(cl, id, registered) {
  const include = registered ? [...EVERYTHING, ...OF_A_CUSTOMER] : EVERYTHING
  const look = () => cl.orders.retrieve(id, { include })
  const fetch = () => cl.orders.retrieve(id, FETCH)
  const update = (values) => cl.orders.update({ id, ...values }, { include })
  return {
    look,
    fetch,
    update,

    async open() {
      const { config } = await cl.organization.retrieve({
        fields: [
          'id', 'logo_url', 'name', 'primary_color', 'favicon_url', 'gtm_id', 'gtm_id_test', 'support_email',
          'support_phone', 'config',
        ],
      })
      const order = await cl.orders.retrieve(id, {
        include: ['line_items', 'line_items.item', 'customer'],
        fields: {
          orders: [
            'id', 'autorefresh', 'status', 'number', 'guest', 'token', 'language_code', 'terms_url', 'privacy_url',
            'line_items', 'expires_at', 'expiration_info', 'customer', 'payment_status',
          ],
          line_items: ['item_type', 'item'],
        },
      })
      await fetch()
      await look()
      return { config, ships: order.line_items.map((line) => !line.item.do_not_ship) }
    },

    async sayWhere(values) {
      const address = await cl.addresses.create(values)
      await update({
        billing_address: cl.addresses.relationship(address.id),
        _shipping_address_same_as_billing: true,
      })
      return await fetch()
    },

    async sayHow() {
      await cl.delivery_lead_times.list({ include: ['shipping_method', 'stock_location'], pageSize: 25 })
      const { shipments } = await look()
      for (const shipment of shipments) {
        const [cheapest] = shipment.available_shipping_methods.sort((a, b) => a.price_amount_cents - b.price_amount_cents)
        await cl.shipments.update({ id: shipment.id, shipping_method: cl.shipping_methods.relationship(cheapest.id) })
      }
      const { shipments: planned } = await look()
      return planned.map((shipment) => ({
        method: shipment.shipping_method?.name,
        pieces: shipment.stock_line_items.map((line) => [line.sku_code, line.quantity]),
        from: shipment.stock_location?.type,
      }))
    },

    async payByCard() {
      const { available_payment_methods: offered } = await look()
      const { id: method } = offered.find((one) => one.payment_source_type === 'stripe_payments')
      await update({ payment_method: cl.payment_methods.relationship(method) })
      const source = await cl.stripe_payments.create({
        return_url: 'https://shop.example.com/checkout',
        order: cl.orders.relationship(id),
      })
      await submitCard(source)
    },

    async place() {
      const { payment_source: source } = await cl.orders.retrieve(id, {
        include: ['payment_source'],
        fields: { orders: ['status', 'payment_status', 'payment_source'] },
      })
      const options = { ...source.options, return_url: 'https://shop.example.com/thanks' }
      await cl.stripe_payments.update({ id: source.id, options })
      const placed = await update({ _place: true })
      return { status: placed.status, source: placed.payment_source.type }
    },

    async thank() {
      const { status, payment_status, total_amount_with_taxes_float, shipping_amount_float } = await fetch()
      return { status, payment_status, total: total_amount_with_taxes_float, shipping: shipping_amount_float }
    },
  }
}

async function cart(cl, quantities, values = {}) {
  const { id } = await cl.orders.create(values)
  for (const [sku_code, quantity] of Object.entries(quantities)) {
    await cl.line_items.create({ order: cl.orders.relationship(id), sku_code, quantity, _update_quantity: true })
  }
  return id
}

await step('a guest buys a parcel and a download', async () => {
  const cl = CommerceLayer({ accessToken: (await guestToken()).accessToken })
  const id = await cart(cl, { [TSHIRT]: 2, [EBOOK]: 1 }, { language_code: 'en' })
  const page = checkout(cl, id, false)
  const { ships } = await page.open()
  await page.update({ customer_email: 'guest@example.com' })
  const { shipping_address: address, shipments } = await page.sayWhere(HOME)
  const planned = await page.sayHow()
  await page.payByCard()
  const placed = await page.place()
  seen.guest = {
    ships: ships.sort(),
    name: address.name,
    shipments: shipments.length,
    planned,
    placed,
    thanked: await page.thank(),
  }
})

const ada = await newCustomer(backOffice)
const cl = CommerceLayer({ accessToken: (await customerToken(ada)).accessToken })

const kept = await step('a customer buys a parcel and has address and card kept', async () => {
  const id = await cart(cl, { [TSHIRT]: 1 })
  const page = checkout(cl, id, true)
  await page.open()
  await cl.customers.retrieve(ada.id)
  const before = await cl.customer_addresses.list({ include: ['address'], pageSize: 10 })
  await page.sayWhere(HOME)
  await page.sayHow()
  await page.payByCard()
  await cl.orders.update({ id, _save_shipping_address_to_customer_address_book: true })
  const placed = await page.place()
  await cl.orders.update({ id, _save_payment_source_to_customer_wallet: true })
  const book = await cl.customer_addresses.list({ include: ['address'], pageSize: 10 })
  const wallet = await cl.customer_payment_sources.list({ include: ['payment_source'] })
  seen.customer = {
    before: before.length,
    placed,
    thanked: await page.thank(),
    book: book.map((entry) => entry.address.line_1),
    wallet: wallet.map((entry) => entry.payment_source.payment_instrument.card_last_digits),
  }
  return { address: book[0], entry: wallet[0] }
})

await step('the customer buys again with what was kept', async () => {
  const id = await cart(cl, { [TSHIRT]: 1 })
  const page = checkout(cl, id, true)
  await page.open()
  const { address, entry } = kept
  await cl.addresses.update({ id: address.address.id, reference: address.id })
  const cloned = await page.update({
    _billing_address_clone_id: address.address.id,
    _shipping_address_clone_id: address.address.id,
  })
  await page.sayHow()
  const { payment_source: source } = await page.update({ _customer_payment_source_id: entry.id })
  const placed = await page.place()
  seen.again = {
    references: [cloned.billing_address, cloned.shipping_address].map((one) => one.reference === address.id),
    clones: cloned.billing_address.id !== address.address.id,
    card: source.payment_instrument.card_last_digits,
    placed,
    thanked: await page.thank(),
  }
})

tell(seen)
