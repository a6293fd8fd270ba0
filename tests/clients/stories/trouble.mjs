// What the SDK makes of the server's errors, and of tokens that have run out.

import { client, clients, guestToken, integrationToken, order, refused, shop, step, tell } from './shop.mjs'

const CommerceLayer = await client(clients[0])
const { accessToken } = await guestToken()
const cl = CommerceLayer({ accessToken })
const backOffice = CommerceLayer({ accessToken: (await integrationToken()).accessToken })
const seen = {}
const told = (error) => ({ name: error.name, type: error.type, status: error.status, errors: error.errors })

await step('what is refused is refused with a reason and a place', async () => {
  const { id } = await cl.orders.create({})
  const full = await order(cl, 'wire_transfers')
  const [{ id: category }] = await backOffice.shipping_categories.list()
  const shipping_category = backOffice.shipping_categories.relationship(category)
  const nobodys = { order: cl.orders.relationship(id), sku_code: 'NOSUCHSKU', quantity: 1 }
  seen.refused = {
    unknownId: told(await refused(cl.orders.retrieve('AAAAAAAAAA'))),
    unknownSku: told(await refused(cl.line_items.create(nobodys))),
    emptyOrder: told(await refused(cl.orders._place(id))),
    prohibited: told(await refused(cl.orders._approve(id))),
    unknownAttribute: told(await refused(cl.orders.update({ id, colour: 'blue' }))),
    unknownInclude: told(await refused(cl.orders.retrieve(id, { include: ['colours'] }))),
    unknownFilter: told(await refused(backOffice.orders.list({ filters: { colour_eq: 'blue' } }))),
    pageSize: told(await refused(backOffice.orders.list({ pageSize: 26 }))),
    guestKeeps: told(await refused(cl.orders._save_payment_source_to_customer_wallet(full.id))),
    blankCode: told(await refused(backOffice.skus.create({ code: '', name: 'Nothing', shipping_category }))),
    takenCode: told(await refused(backOffice.skus.create({ code: shop.skus[0], name: 'Twice', shipping_category }))),
    listing: told(await refused(cl.orders.list())),
  }
})

await step('a token that ran out is replaced and the call repeated', async () => {
  const [head, body, signature] = accessToken.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const past = Buffer.from(JSON.stringify({ ...claims, exp: claims.iat - 1 })).toString('base64url')
  const ranOut = [head, past, signature].join('.')
  seen.ranOut = told(await refused(CommerceLayer({ accessToken: ranOut }).organization.retrieve()))
  const asked = []
  const refreshToken = async (old) => {
    asked.push(old === ranOut)
    return (await guestToken()).accessToken
  }
  const renewing = CommerceLayer({ accessToken: ranOut, refreshToken })
  seen.renewed = { slug: (await renewing.organization.retrieve()).slug, asked, kept: renewing.currentAccessToken !== ranOut }
})

await step('a guest pays later by bank transfer', async () => {
  const filled = await order(cl, 'wire_transfers')
  const { id } = await cl.orders.update({ id: filled.id, customer_email: 'guest@example.com' })
  await cl.wire_transfers.create({ order: cl.orders.relationship(id) })
  const chosen = await cl.orders.retrieve(id, { include: ['payment_source', 'available_customer_payment_sources'] })
  const none = await cl.orders.update({ id, payment_method: cl.payment_methods.relationship(null) }, {
    include: ['payment_method', 'payment_source'],
  })
  seen.guest = {
    source: chosen.payment_source.type,
    wallet: chosen.available_customer_payment_sources,
    guest: chosen.guest,
    noMethod: none.payment_method,
    noSource: none.payment_source,
  }
})

tell(seen)
