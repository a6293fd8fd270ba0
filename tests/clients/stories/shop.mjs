// What every story needs: the store it plays in, steps that say what failed, and the browser's part of a payment.
//
// A story runs as `node STORY READY_FILE CLIENT…` and prints one JSON object: what it saw, for the test to judge.

import { readFileSync } from 'node:fs'

export const [readyFile, ...clients] = process.argv.slice(2)
export const shop = JSON.parse(readFileSync(readyFile, 'utf8'))
export const scope = `market:code:${shop.market.code}`

/** One sentence of a story. When it fails, the sentence and the reason are all that is printed. */
export async function step(sentence, act) {
  try {
    return await act()
  } catch (trouble) {
    console.error(`${sentence}: this failed.\n${trouble.stack ?? trouble}`)
    if (trouble.errors) console.error(JSON.stringify(trouble.errors, null, 1))
    process.exit(1)
  }
}

/** The error that a promise ends with; a promise that is kept is the failure here. */
export async function refused(promise) {
  const answer = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  )
  if (!answer.error) throw new Error(`It should have been refused, and was answered ${JSON.stringify(answer.value)}`)
  return answer.error
}

export function tell(seen) {
  console.log(JSON.stringify(seen))
}

/** The packages have either a default export or named ones, and one of them has both. */
export async function client(name) {
  const loaded = await import(name)
  return loaded.CommerceLayer ?? loaded.default
}

export async function token(grant, options) {
  const { authenticate } = await import('js-auth-8')
  const answer = await authenticate(grant, { domain: shop.domain, scope, ...options })
  if (answer.errors) throw Object.assign(new Error('There is no token'), { errors: answer.errors })
  return answer
}

export const guestToken = () => token('client_credentials', { clientId: shop.sales_channel.client_id })

export const integrationToken = () =>
  token('client_credentials', {
    clientId: shop.integration.client_id,
    clientSecret: shop.integration.client_secret,
    scope: undefined,
  })

export const customerToken = ({ email, password }) =>
  token('password', { clientId: shop.sales_channel.client_id, username: email, password })

/** A customer nobody has met, so that no story sees what another one kept. */
export async function newCustomer(backOffice) {
  const email = `${crypto.randomUUID()}@example.com`
  const password = crypto.randomUUID()
  const { id } = await backOffice.customers.create({ email, password })
  return { id, email, password }
}

/** An order with one article and a way to pay. */
export async function order(cl, sourceType, skuCode = shop.skus[0]) {
  const { id } = await cl.orders.create({})
  await cl.line_items.create({ order: cl.orders.relationship(id), sku_code: skuCode, quantity: 1 })
  const payment_method = cl.payment_methods.relationship(shop.payment_methods[sourceType])
  return await cl.orders.update({ id, payment_method })
}

/** What Stripe.js sends when the customer submits the card form. Returns the payment intent. */
export async function submitCard(source, number = '4242424242424242') {
  const form = new URLSearchParams({
    key: source.publishable_key,
    client_secret: source.client_secret,
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': number,
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2034',
    'payment_method_data[card][cvc]': '123',
  })
  const intent = source.client_secret.split('_secret_')[0]
  const answer = await fetch(`${shop.sandbox.stripe}/v1/payment_intents/${intent}/confirm`, {
    method: 'POST',
    body: form,
  })
  return await answer.json()
}

/** What Klarna.js does when the customer agrees. Returns the authorization token. */
export async function agreeAtKlarna(source) {
  const answer = await fetch(new URL('/_sandbox/authorize', shop.sandbox.klarna), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_token: source.client_token }),
  })
  const said = await answer.json()
  if (!said.approved) throw new Error(`Klarna did not approve: ${JSON.stringify(said)}`)
  return said.authorization_token
}
