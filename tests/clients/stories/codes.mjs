// Codes that a shopper types: a coupon that takes something off, and a gift card that pays.

import { client, clients, guestToken, integrationToken, refused, shop, step, tell } from './shop.mjs'

const CommerceLayer = await client(clients[0])
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const cl = CommerceLayer({ accessToken: (await guestToken()).accessToken })
const seen = {}
const [ebook] = shop.skus

const CODE = `TENOFF${crypto.randomUUID().slice(0, 8)}`.toUpperCase()

await step('the back office makes a promotion with a coupon', async () => {
  const promotion = await backOffice.percentage_discount_promotions.create({
    name: 'A tenth off',
    percentage: 10,
    currency_code: 'EUR',
    starts_at: '2020-01-01T00:00:00.000Z',
    expires_at: '2100-01-01T00:00:00.000Z',
    total_usage_limit: 10,
    market: backOffice.markets.relationship(shop.market.id),
  })
  const rule = await backOffice.coupon_codes_promotion_rules.create({
    promotion: backOffice.percentage_discount_promotions.relationship(promotion.id),
  })
  const coupon = await backOffice.coupons.create({
    code: CODE,
    usage_limit: 5,
    promotion_rule: backOffice.coupon_codes_promotion_rules.relationship(rule.id),
  })
  seen.coupon = { code: coupon.code === CODE, left: coupon.usage_limit }
})

const balance = async (id) => (await backOffice.gift_cards.retrieve(id)).balance_cents

const card = await step('the back office sells a gift card and activates it', async () => {
  const made = await backOffice.gift_cards.create({ currency_code: 'EUR', balance_cents: 2000 })
  const bought = await backOffice.gift_cards._purchase(made.id)
  const active = await backOffice.gift_cards._activate(made.id)
  seen.card = { statuses: [made.status, bought.status, active.status], code: active.code.length >= 8 }
  return active
})

const id = await step('a guest fills an order', async () => {
  const order = await cl.orders.create({ customer_email: 'guest@example.com' })
  await cl.line_items.create({ order: cl.orders.relationship(order.id), sku_code: ebook, quantity: 1 })
  return order.id
})

const told = ({ coupon_code, gift_card_code, discount_amount_cents, gift_card_amount_cents, total_amount_with_taxes_cents }) => ({
  coupon: coupon_code === CODE,
  card: Boolean(gift_card_code),
  discount: discount_amount_cents,
  byCard: gift_card_amount_cents,
  total: total_amount_with_taxes_cents,
})

await step('a coupon takes off what it says, for as long as it is there', async () => {
  const wrong = await refused(cl.orders.update({ id, coupon_code: 'NOSUCHCODE' }))
  seen.wrong = [wrong.status, wrong.errors[0].source.pointer]
  seen.withCoupon = told(await cl.orders.update({ id, coupon_code: CODE }))
  seen.withoutCoupon = told(await cl.orders.update({ id, coupon_code: '' }))
  seen.again = told(await cl.orders.update({ id, coupon_code: CODE }))
})

await step('a gift card pays its part', async () => {
  const wrong = await refused(cl.orders.update({ id, gift_card_code: 'NOSUCHCARD' }))
  seen.wrongCard = [wrong.status, wrong.errors[0].source.pointer]
  seen.withCard = told(await cl.orders.update({ id, gift_card_code: card.code }))
  seen.balanceBefore = await balance(card.id)
})

await step('the rest is paid by bank transfer and the order is placed', async () => {
  const method = cl.payment_methods.relationship(shop.payment_methods.wire_transfers)
  await cl.orders.update({ id, payment_method: method })
  await cl.wire_transfers.create({ order: cl.orders.relationship(id) })
  const placed = await cl.orders._place(id, { include: ['line_items'] })
  seen.placed = {
    status: placed.status,
    ...told(placed),
    lines: placed.line_items.map((line) => [line.item_type, line.total_amount_cents]).sort(),
  }
  seen.balance = await balance(card.id)
})

await step('a gift card that covers all of it makes the order free', async () => {
  const made = await backOffice.gift_cards.create({ currency_code: 'EUR', balance_cents: 5000 })
  await backOffice.gift_cards._purchase(made.id)
  const { code } = await backOffice.gift_cards._activate(made.id)
  const order = await cl.orders.create({ customer_email: 'guest@example.com' })
  await cl.line_items.create({ order: cl.orders.relationship(order.id), sku_code: ebook, quantity: 1 })
  await cl.orders.update({ id: order.id, gift_card_code: code })
  const placed = await cl.orders._place(order.id)
  seen.free = { status: placed.status, paymentStatus: placed.payment_status, balance: await balance(made.id) }
})

tell(seen)
