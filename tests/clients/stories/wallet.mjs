// The main job with the SDK and Stripe: pay, keep the card, pay again without a form; then the back office's part.

import {
  client, clients, customerToken, guestToken, integrationToken, newCustomer, order, refused, shop, step, submitCard, tell,
} from './shop.mjs'

const CommerceLayer = await client(clients[0])
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const ada = await newCustomer(backOffice)
const cl = CommerceLayer({ accessToken: (await customerToken(ada)).accessToken })
const seen = { customer: ada.id }
const wallet = 'available_customer_payment_sources'

const first = await step('the customer fills an order', async () => {
  const created = await cl.orders.create({ metadata: { campaign: 'spring' }, language_code: 'de' })
  const item = { order: cl.orders.relationship(created.id), sku_code: shop.skus[0], quantity: 2 }
  const line = await cl.line_items.create(item, { include: ['item'] })
  const { id } = await cl.line_items.create({ ...item, sku_code: shop.skus[1], quantity: 1 })
  await cl.line_items.update({ id, quantity: 3 })
  const filled = await cl.orders.retrieve(created.id, { include: ['line_items', 'customer', 'payment_source'] })
  await cl.line_items.delete(id)
  const noted = await cl.orders.update({ id: created.id, metadata: { campaign: 'spring', gift: { to: 'Grace' } } })
  seen.filled = {
    draft: created.status,
    notIncluded: created.customer === undefined,
    line: { sku: line.sku_code, cents: line.unit_amount_cents, item: line.item.code },
    status: filled.status,
    customer: filled.customer.id,
    quantities: filled.line_items.map((each) => each.quantity).sort(),
    noSource: filled.payment_source,
    total: filled.total_amount_cents,
    formatted: filled.formatted_total_amount,
    metadata: [filled.metadata, noted.metadata],
    totalAfterwards: (await cl.orders.retrieve(created)).total_amount_cents,
  }
  return created.id
})

const source = await step('the customer chooses to pay by card', async () => {
  const { available_payment_methods: offered } = await cl.orders.retrieve(first, {
    include: ['available_payment_methods'],
  })
  const byCard = offered.find((method) => method.payment_source_type === 'stripe_payments')
  const chosen = await cl.orders.update(
    { id: first, payment_method: cl.payment_methods.relationship(byCard.id) },
    { include: ['payment_method'] },
  )
  const made = await cl.stripe_payments.create({ order: cl.orders.relationship(first) })
  seen.chosen = {
    offered: offered.map((method) => method.payment_source_type).sort(),
    method: chosen.payment_method.id === byCard.id,
    clientSecret: made.client_secret.startsWith('pi_'),
    publishableKey: made.publishable_key,
  }
  return made
})

await step('the customer pays and the order is placed', async () => {
  seen.intent = (await submitCard(source)).status
  const placed = await cl.orders._place(first, { include: ['payment_source', 'payment_method'] })
  seen.placed = {
    status: placed.status,
    paymentStatus: placed.payment_status,
    number: typeof placed.number,
    source: placed.payment_source.id === source.id && placed.payment_source.type,
    instrument: placed.payment_source.payment_instrument,
  }
  seen.placedAgain = (await cl.orders._place(first)).status
})

const entry = await step('the customer keeps the card', async () => {
  const saved = await cl.orders._save_payment_source_to_customer_wallet(first, { include: [wallet] })
  const again = await cl.orders._save_payment_source_to_customer_wallet(first, { include: [wallet] })
  const [kept] = saved[wallet]
  seen.kept = {
    entries: again[wallet].map((each) => each.id === kept.id),
    type: kept.type,
    name: kept.name,
    customerToken: kept.customer_token.startsWith('cus_'),
    sourceToken: kept.payment_source_token.startsWith('pm_'),
  }
  return kept
})

await step('the customer looks into the wallet', async () => {
  const { customer_payment_sources: entries, customers, orders } = cl
  const listed = await entries.list({
    include: ['payment_source', 'payment_method', 'customer'],
    sort: ['-updated_at'],
    pageNumber: 1,
    pageSize: 10,
  })
  const found = await entries.list({ filters: { payment_source_token_eq: entry.payment_source_token } })
  const sparse = await entries.retrieve(entry.id, { fields: ['name', 'payment_source'], include: ['payment_source'] })
  seen.wallet = {
    meta: listed.meta,
    ids: listed.map((each) => each.id === entry.id),
    related: [listed[0].payment_source.type, listed[0].payment_method.type, listed[0].customer.id],
    card: listed[0].payment_source.payment_instrument,
    byToken: found.map((each) => each.id === entry.id),
    byAnotherToken: (await entries.list({ filters: { payment_source_token_eq: 'pm_nobodys' } })).length,
    sparse: Object.keys(sparse).sort(),
    count: await entries.count(),
    countOfVisa: await entries.count({ filters: { name_end: '4242' } }),
    ofCustomer: (await customers.customer_payment_sources(ada.id)).map((each) => each.id === entry.id),
    available: (await orders[wallet](first)).map((each) => each.id === entry.id),
    customer: (await entries.customer(entry.id)).id,
    method: (await entries.payment_method(entry.id)).payment_source_type,
  }
  const named = await entries.update({ id: entry.id, reference: 'the blue one', metadata: { nickname: 'Blue' } })
  seen.renamed = { reference: named.reference, metadata: named.metadata, name: named.name }
})

const second = await step('the customer pays again without a form', async () => {
  const { id } = await order(cl, 'wire_transfers')
  const reused = await cl.orders._customer_payment_source_id(id, entry.id, {
    include: ['payment_source', 'payment_method', wallet],
  })
  const { payment_source: paysWith, payment_method: method } = reused
  const placed = await cl.orders._place(id)
  seen.reused = {
    anotherSource: paysWith.id !== source.id && paysWith.type,
    method: method.payment_source_type,
    offered: reused[wallet].map((each) => each.id === entry.id),
    instrument: paysWith.payment_instrument,
    status: placed.status,
    paymentStatus: placed.payment_status,
  }
  return id
})

await step('the customer looks back', async () => {
  const fields = { orders: ['number', 'payment_source', 'status'], stripe_payments: ['payment_instrument'] }
  const sparse = await cl.orders.retrieve(second, { fields, include: ['payment_source'] })
  const page = await cl.customers.orders(ada.id, {
    filters: { status_not_in: 'draft,pending' },
    sort: { number: 'desc' },
    fields: ['number'],
    pageSize: 1,
  })
  seen.history = {
    sparse: Object.keys(sparse).sort(),
    sparseSource: Object.keys(sparse.payment_source).sort(),
    newest: page[0].id === second,
    records: page.recordCount,
    pages: page.pageCount,
    hasNextPage: page.hasNextPage(),
    campaign: (await cl.orders.list({ filters: { metadata_jcont: { campaign: 'spring' } } })).map((o) => o.id === first),
    placed: await cl.orders.count({ filters: { status_in: ['placed', 'approved'] } }),
    orderOfSource: (await cl.stripe_payments.order(source.id)).id === first,
    method: (await cl.orders.payment_method(second)).payment_source_type,
    organization: (await cl.organization.retrieve({ fields: ['slug'] })).slug,
    application: (await cl.application.retrieve()).kind,
  }
})

await step('the back office captures and gives money back', async () => {
  const [authorized] = await backOffice.authorizations.list({
    filters: { order_id_eq: second },
    include: ['order'],
  })
  const captured = await backOffice.orders._capture(second, { include: ['captures', 'authorizations'] })
  const [capture] = captured.captures
  const partly = await backOffice.captures._refund_amount_cents(capture.id, 900, { include: ['refunds'] })
  const between = await backOffice.orders.retrieve(second)
  const refunded = await backOffice.orders._refund(second, { include: ['refunds', 'transactions'] })
  seen.money = {
    authorized: [authorized.amount_cents, authorized.succeeded, authorized.order.id === second],
    captured: [captured.payment_status, capture.amount_cents, capture.succeeded],
    partly: [between.payment_status, partly.refunds.map((each) => each.amount_cents)],
    refunded: [refunded.payment_status, refunded.refunds.map((each) => each.amount_cents).sort((a, b) => a - b)],
    transactions: refunded.transactions.map((each) => each.type).sort(),
    ofOrder: (await backOffice.orders.captures(second)).map((each) => each.id === capture.id),
  }
  const [open] = await backOffice.orders.authorizations(first)
  await backOffice.authorizations._void(open.id)
  const voided = await backOffice.orders.retrieve(first, { include: ['voids'] })
  seen.voided = [voided.payment_status, voided.voids.map((each) => each.succeeded)]
})

await step('nobody else finds the entry', async () => {
  const grace = await newCustomer(backOffice)
  const others = CommerceLayer({ accessToken: (await customerToken(grace)).accessToken })
  const { id } = await order(others, 'stripe_payments')
  const guest = CommerceLayer({ accessToken: (await guestToken()).accessToken })
  const told = ({ status, errors }) => [status, errors[0].code]
  const reuse = async (entryId) => (await refused(others.orders._customer_payment_source_id(id, entryId))).errors
  seen.others = {
    retrieve: told(await refused(others.customer_payment_sources.retrieve(entry.id))),
    remove: told(await refused(others.customer_payment_sources.delete(entry.id))),
    reuse: await reuse(entry.id),
    unknown: await reuse('AAAAAAAAAA'),
    listed: (await others.customer_payment_sources.list()).length,
    guest: told(await refused(guest.customer_payment_sources.list())),
  }
})

await step('the customer forgets the card', async () => {
  const deleted = await cl.customer_payment_sources.delete(entry.id)
  seen.forgotten = {
    answer: deleted === undefined,
    again: (await refused(cl.customer_payment_sources.retrieve(entry.id))).status,
    left: await cl.customer_payment_sources.count(),
    offered: (await cl.orders.retrieve(second, { include: [wallet] }))[wallet],
  }
})

tell(seen)
