// js-auth's own keeper of tokens: guests, customers who come and go, and a back office.

import { clients, scope, shop, step, tell } from './shop.mjs'

const auth = await import(clients[0])
const { domain, sales_channel: channel, integration, customer } = shop
const kept = new Map()
const storage = {
  getItem: async (key) => kept.get(key) ?? null,
  setItem: async (key, value) => void kept.set(key, value),
  removeItem: async (key) => void kept.delete(key),
}
const storefront = auth.makeSalesChannel({ domain, clientId: channel.client_id, scope }, { storage })
const seen = {}

await step('a guest asks for a token once', async () => {
  const first = await storefront.getAuthorization()
  const second = await storefront.getAuthorization()
  seen.guest = { ownerType: first.ownerType, asked: first.accessToken === second.accessToken ? 'once' : 'twice' }
})

await step('a customer signs in, comes back and signs out', async () => {
  const { accessToken, refreshToken } = await auth.authenticate('password', {
    domain,
    clientId: channel.client_id,
    scope,
    username: customer.email,
    password: customer.password,
  })
  await storefront.setCustomer({ accessToken, refreshToken, scope })
  const { ownerType, ownerId } = await storefront.getAuthorization()
  seen.customer = { ownerType, ownerId }
  seen.signedOut = await storefront.logoutCustomer()
  const headers = { Accept: 'application/vnd.api+json', Authorization: `Bearer ${accessToken}` }
  seen.afterwards = (await fetch(`${shop.api}/organization`, { headers })).status
  seen.then = (await storefront.getAuthorization()).ownerType
})

await step('a back office gets its token and gives it back', async () => {
  const { client_id: clientId, client_secret: clientSecret } = integration
  const backOffice = auth.makeIntegration({ domain, clientId, clientSecret }, { storage })
  const { ownerType, scope: given } = await backOffice.getAuthorization()
  seen.backOffice = { ownerType, scope: given, revoked: await backOffice.revokeAuthorization() }
})

tell(seen)
