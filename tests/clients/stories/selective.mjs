// The other way to use SDK 7: only the resources that are imported, with one client for all of them.

import { CommerceLayer, customers, line_items, orders, skus } from 'sdk-7'
import { customerToken, shop, step, tell } from './shop.mjs'

const { accessToken } = await customerToken(shop.second_customer)
const seen = {}

await step('the imported resources share one client', async () => {
  const cl = CommerceLayer({ accessToken })
  const reader = cl.addRawResponseReader({ headers: true })
  const articles = await skus.list({ filters: { code_in: shop.skus }, include: ['prices'], sort: ['code'] })
  seen.articles = {
    codes: articles.map((sku) => sku.code),
    prices: articles.map((sku) => sku.prices.length),
    links: Object.keys(reader.rawResponse.links).sort(),
    type: new Map(Object.entries(reader.headers)).get('content-type'),
  }
  const { id } = await orders.create({ market: { type: 'markets', id: shop.market.id } })
  await line_items.create({ order: orders.relationship(id), sku_code: shop.skus[0], quantity: 1 })
  const filled = await orders.retrieve(id, { include: ['line_items', 'market', 'customer'] })
  const me = await customers.retrieve(shop.second_customer.id)
  seen.order = {
    items: filled.line_items.map((item) => item.quantity),
    market: filled.market.code,
    customer: filled.customer.id === me.id && me.email,
  }
})

tell(seen)
