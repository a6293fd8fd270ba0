// The same job with Klarna: agree in its window, keep the agreement, pay again without the window.

import {
  agreeAtKlarna, client, clients, customerToken, integrationToken, newCustomer, order, refused, step, tell,
} from './shop.mjs'

const CommerceLayer = await client(clients[0])
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const ada = await newCustomer(backOffice)
const cl = CommerceLayer({ accessToken: (await customerToken(ada)).accessToken })
const seen = {}
const wallet = 'available_customer_payment_sources'

const first = await step('the customer orders with Klarna', async () => {
  const { id } = await order(cl, 'klarna_payments')
  const source = await cl.klarna_payments.create({ order: cl.orders.relationship(id) })
  const early = await refused(cl.orders._save_payment_source_to_customer_wallet(id))
  const agreed = await cl.klarna_payments.update({ id: source.id, auth_token: await agreeAtKlarna(source) })
  const placed = await cl.orders._place(id)
  seen.first = {
    offered: source.payment_methods.length > 0,
    early: [early.status, early.first().meta.error],
    authToken: agreed.auth_token !== null,
    status: placed.status,
    paymentStatus: placed.payment_status,
  }
  return id
})

const entry = await step('the customer keeps the agreement', async () => {
  const saved = await cl.orders._save_payment_source_to_customer_wallet(first, { include: [wallet] })
  seen.kept = { entries: saved[wallet].length, named: saved[wallet][0].name.length > 0 }
  return saved[wallet][0]
})

const second = await step('the customer orders again without the window', async () => {
  const { id } = await order(cl, 'stripe_payments')
  const reused = await cl.orders._customer_payment_source_id(id, entry.id, {
    include: ['payment_source', 'payment_method'],
  })
  const placed = await cl.orders._place(id)
  seen.second = {
    source: reused.payment_source.type,
    method: reused.payment_method.payment_source_type,
    status: placed.status,
    paymentStatus: placed.payment_status,
  }
  return id
})

await step('the back office captures both and gives one back', async () => {
  const approved = await backOffice.orders._approve_and_capture(first)
  const [authorization] = await backOffice.orders.authorizations(second)
  const partly = await backOffice.authorizations._capture_amount_cents(authorization.id, 1000, { include: ['captures'] })
  const rest = await backOffice.authorizations._capture(authorization.id, { include: ['captures', 'order'] })
  const refunded = await backOffice.orders._refund(first)
  seen.money = {
    first: [approved.status, approved.payment_status],
    partly: partly.captures.map((each) => each.amount_cents),
    rest: rest.captures.map((each) => each.amount_cents).sort((a, b) => a - b),
    second: rest.order.payment_status,
    refunded: refunded.payment_status,
  }
})

tell(seen)
