// What the hosted checkout's own acceptance suite asks of a store before and beside its pages: records of every kind it
// works with, made and looked up with the SDK.

import { client, clients, integrationToken, newCustomer, scope, shop, step, tell } from './shop.mjs'
import * as auth from 'js-auth-8'

const CommerceLayer = await client(clients[0])
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const seen = {}

const [ebook, album] = shop.skus
const MUG = 'MUGXX000FFFFFF000000XXXX'

const ada = await step('a customer is looked for by e-mail address before one is made', async () => {
  const none = await backOffice.customers.list({ filters: { email_eq: 'nobody@example.com' } })
  const made = await newCustomer(backOffice)
  const found = await backOffice.customers.list({ filters: { email_eq: made.email } })
  seen.customers = { none: none.length, found: found.map((one) => one.id === made.id), password: found[0].has_password }
  return made
})

const cl = await step('a token is got for the customer without the password', async () => {
  const payload = { 'https://commercelayer.io/claims': { owner: { type: 'Customer', id: ada.id } } }
  const answer = await auth.authenticate('urn:ietf:params:oauth:grant-type:jwt-bearer', {
    domain: shop.domain,
    clientId: shop.sales_channel.client_id,
    clientSecret: shop.sales_channel.client_secret,
    assertion: await auth.createAssertion({ payload }),
    scope,
  })
  seen.token = { owner: answer.ownerId === ada.id, scope: answer.scope === scope }
  return CommerceLayer({ accessToken: answer.accessToken })
})

await step('the customer has addresses in a book', async () => {
  const address = await cl.addresses.create({
    first_name: 'Ada', last_name: 'Lovelace', line_1: 'Via Garibaldi 12', city: 'Genova', zip_code: '16124',
    state_code: 'GE', country_code: 'IT', phone: '+39 010 123456', billing_info: 'LVLDAA85T50G702B',
  })
  const relations = { customer: cl.customers.relationship(ada.id), address: cl.addresses.relationship(address.id) }
  const byCustomer = await cl.customer_addresses.create(relations, { include: ['customer', 'address'] })
  const listed = await cl.customer_addresses.list({ include: ['address'], pageSize: 10 })
  await cl.customer_addresses.delete(byCustomer.id)
  seen.book = {
    customer: byCustomer.customer.id === ada.id,
    email: byCustomer.customer_email === ada.email,
    listed: listed.map((entry) => entry.address.line_1),
    left: await cl.customer_addresses.count(),
  }
})

await step('stock is looked up by code and refilled', async () => {
  const [sku] = await backOffice.skus.list({ include: ['stock_items'], filters: { code_in: MUG } })
  const [item] = sku.stock_items
  const refilled = await backOffice.stock_items.update({ id: item.id, quantity: item.quantity + 10 })
  await backOffice.stock_items.update({ id: item.id, quantity: item.quantity })
  seen.stock = { more: refilled.quantity - item.quantity, code: item.sku_code }
})

const bundle = await step('articles are sold together and with options', async () => {
  const code = `SET${crypto.randomUUID()}`.toUpperCase()
  const market = backOffice.markets.relationship(shop.market.id)
  const list = await backOffice.sku_lists.create({ name: code })
  for (const sku_code of [ebook, album]) {
    await backOffice.sku_list_items.create({ sku_list: backOffice.sku_lists.relationship(list.id), sku_code, quantity: 1 })
  }
  const made = await backOffice.bundles.create({
    code,
    name: 'A set',
    currency_code: 'EUR',
    price_amount_cents: 3500,
    compare_at_amount_cents: 4150,
    market,
    sku_list: backOffice.sku_lists.relationship(list.id),
  })
  await backOffice.sku_options.create({ name: 'Dedication', currency_code: 'EUR', price_amount_cents: 500, market })
  const options = await cl.sku_options.list({ filters: { name_eq: 'Dedication' } })
  seen.bundle = { price: made.price_amount_cents, options: options.length > 0 }
  return made
})

await step('an order has articles, a bundle and a gift card in it', async () => {
  const { id } = await cl.orders.create({ customer_email: ada.email, language_code: 'it' })
  const order = cl.orders.relationship(id)
  await cl.line_items.create({ order, sku_code: ebook, quantity: 2 })
  await cl.line_items.create({ order, bundle_code: bundle.code, quantity: 1 })
  const card = await cl.gift_cards.create({ currency_code: 'EUR', balance_cents: 10000, recipient_email: ada.email })
  await cl.line_items.create({ order, item: cl.gift_cards.relationship(card.id), quantity: 1 })
  const filled = await cl.orders.retrieve(id, { include: ['line_items', 'line_items.item', 'customer'] })
  seen.order = {
    language: filled.language_code,
    customer: filled.customer.id === ada.id,
    lines: filled.line_items.map((line) => [line.item_type, line.item.type, line.quantity]).sort(),
    total: filled.total_amount_with_taxes_cents,
  }
})

tell(seen)
