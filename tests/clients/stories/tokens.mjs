// Every way to a token and out of it again, with js-auth.

import { clients, refused, scope, shop, step, tell } from './shop.mjs'

const auth = await import(clients[0])
const { domain, sales_channel: channel, integration, customer } = shop
const asChannel = { domain, clientId: channel.client_id, scope }
const asIntegration = { domain, clientId: integration.client_id, clientSecret: integration.client_secret }
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const seen = {}

const api = async (token) => {
  const headers = { Accept: 'application/vnd.api+json', Authorization: `Bearer ${token}` }
  const answer = await fetch(`${auth.getCoreApiBaseEndpoint(token)}/api/organization`, { headers })
  return { status: answer.status, code: (await answer.json()).errors?.[0].code ?? null }
}
const signIn = () =>
  auth.authenticate('password', { ...asChannel, username: customer.email, password: customer.password })

await step('a storefront gets a token for its guests', async () => {
  const guest = await auth.authenticate('client_credentials', asChannel)
  const { header, payload } = auth.jwtDecode(guest.accessToken)
  seen.guest = {
    members: Object.keys(guest).sort(),
    tokenType: guest.tokenType,
    scope: guest.scope,
    aDateToExpire: guest.expires instanceof Date && guest.expires > new Date(),
    header,
    payload,
    isSalesChannel: auth.jwtIsSalesChannel(payload),
    base: auth.getCoreApiBaseEndpoint(guest.accessToken),
    api: await api(guest.accessToken),
  }
})

await step('the signature of a token is verified with the published key', async () => {
  const { accessToken } = await auth.authenticate('client_credentials', asChannel)
  const verified = await auth.jwtVerify(accessToken)
  const [head, , signature] = accessToken.split('.')
  const forged = { ...verified.payload, owner: { type: 'Customer', id: customer.id } }
  const changed = [head, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.')
  seen.verified = { slug: verified.payload.organization.slug, forged: (await refused(auth.jwtVerify(changed))).name }
  seen.verified.forgedAtApi = await api(changed)
})

await step('a back office gets a token', async () => {
  const got = await auth.authenticate('client_credentials', asIntegration)
  const { payload } = auth.jwtDecode(got.accessToken)
  seen.integration = { members: Object.keys(got).sort(), scope: got.scope, is: auth.jwtIsIntegration(payload) }
})

await step('a customer signs in with a password and stays signed in', async () => {
  const first = await signIn()
  const refresh = (refreshToken) => auth.authenticate('refresh_token', { ...asChannel, refreshToken })
  const second = await refresh(first.refreshToken)
  seen.customer = {
    members: Object.keys(first).sort(),
    ownerId: first.ownerId,
    ownerType: first.ownerType,
    owner: auth.jwtDecode(first.accessToken).payload.owner,
    refreshed: Object.keys(second).sort(),
    refreshedOwner: second.ownerId,
    anotherRefreshToken: second.refreshToken !== first.refreshToken,
    api: await api(second.accessToken),
    replayed: (await refresh(first.refreshToken)).errors.map((error) => error.title),
    afterReplay: await api(second.accessToken),
  }
})

await step('a server vouches for a customer it knows', async () => {
  const payload = {
    'https://commercelayer.io/claims': {
      owner: { type: 'Customer', id: customer.id },
      custom_claim: { club: { level: 'gold' } },
    },
  }
  const assertion = await auth.createAssertion({ payload })
  const vouched = { ...asChannel, clientSecret: channel.client_secret, assertion }
  const got = await auth.authenticate(JWT_BEARER, vouched)
  const claims = auth.jwtDecode(got.accessToken).payload
  seen.vouched = {
    members: Object.keys(got).sort(),
    ownerId: got.ownerId,
    owner: claims.owner,
    confidential: claims.application.confidential,
    customClaim: claims.custom_claim,
    withoutSecret: (await auth.authenticate(JWT_BEARER, { ...vouched, clientSecret: 'wrong' })).errors,
  }
})

await step('a token that was revoked opens nothing', async () => {
  const { accessToken } = await signIn()
  const revoked = await auth.revoke({ clientId: channel.client_id, token: accessToken })
  seen.revoked = { answer: revoked, api: await api(accessToken) }
  const backOffice = (await auth.authenticate('client_credentials', asIntegration)).accessToken
  seen.revokedByAStranger = await auth.revoke({ clientId: channel.client_id, token: backOffice })
  const { clientId, clientSecret } = asIntegration
  seen.revokedWithSecret = await auth.revoke({ clientId, clientSecret, token: backOffice })
  seen.revokedBackOffice = await api(backOffice)
})

await step('wrong credentials are told apart from a server that is down', async () => {
  const wrong = {
    secret: ['client_credentials', { ...asIntegration, clientSecret: 'wrong' }],
    client: ['client_credentials', { ...asChannel, clientId: 'nobody' }],
    password: ['password', { ...asChannel, username: customer.email, password: 'wrong' }],
    email: ['password', { ...asChannel, username: 'nobody@example.com', password: 'wrong' }],
    refreshToken: ['refresh_token', { ...asChannel, refreshToken: 'wrong' }],
    market: ['client_credentials', { ...asChannel, scope: 'market:code:nowhere' }],
  }
  seen.wrong = {}
  for (const [what, [grant, options]] of Object.entries(wrong)) {
    seen.wrong[what] = (await auth.authenticate(grant, options)).errors
  }
})

tell(seen)
