// What a checkout asks by itself, before and beside the components: the official one's calls with their field lists.
import { CommerceLayer } from '@commercelayer/sdk'

export const address = new URL(location.href)
export const orderId = address.pathname.slice(1)
export const accessToken = address.searchParams.get('accessToken')

const claims = JSON.parse(atob(accessToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')))
const domain = new URL(claims.iss).hostname.replace(/^auth\./, '')
export const isGuest = claims.owner == null
export const endpoint = `https://${claims.organization.slug}.${domain}`

// Set when a PSP has sent the customer back.
export const paymentIntentClientSecret = address.searchParams.get('payment_intent_client_secret')

const cl = CommerceLayer({ organization: claims.organization.slug, domain, accessToken })

const ORGANIZATION = ['id', 'logo_url', 'name', 'primary_color', 'favicon_url', 'gtm_id', 'gtm_id_test', 'support_email',
  'support_phone', 'config']

const FIRST_LOOK = {
  include: ['line_items', 'line_items.item', 'customer'],
  fields: {
    orders: ['id', 'autorefresh', 'status', 'number', 'guest', 'token', 'language_code', 'terms_url', 'privacy_url',
      'line_items', 'expires_at', 'expiration_info', 'customer', 'payment_status'],
    line_items: ['item_type', 'item'],
  },
}

const WHOLE_ORDER = {
  include: ['shipping_address', 'billing_address', 'shipments', 'shipments.shipping_method',
    'shipments.available_shipping_methods', 'payment_method', 'payment_source', 'customer', 'customer.customer_addresses',
    'customer.customer_addresses.address', 'line_items'],
  fields: {
    orders: ['id', 'number', 'coupon_code', 'currency_code', 'shipping_amount_float', 'total_tax_amount_float', 'guest',
      'shipping_country_code_lock', 'customer_email', 'status', 'return_url', 'cart_url', 'tax_included',
      'requires_billing_info', 'total_amount_with_taxes_float', 'language_code', 'subscription_created_at',
      'shipping_address', 'billing_address', 'shipments', 'payment_method', 'payment_source', 'customer', 'line_items',
      'payment_status'],
    shipments: ['shipping_method', 'available_shipping_methods'],
    customers: ['customer_addresses'],
    customer_addresses: ['address'],
    line_items: ['frequency'],
  },
}

export const fetchOrder = () => cl.orders.retrieve(orderId, WHOLE_ORDER)

// Everything up to the first picture. What is there to be shipped follows from the items.
export async function open() {
  const organization = await cl.organization.retrieve({ fields: { organizations: ORGANIZATION } })
  const seen = await cl.orders.retrieve(orderId, FIRST_LOOK)
  const goods = seen.line_items.filter(({ item_type: type }) => ['skus', 'bundles', 'gift_cards'].includes(type))
  if (!goods.length) throw new Error('There is nothing in this order.')
  const stale = seen.autorefresh === false || (!isGuest && seen.guest === true)
  if (['draft', 'pending'].includes(seen.status) && !paymentIntentClientSecret && stale) {
    await cl.orders.update({
      id: orderId,
      _refresh: true,
      payment_method: cl.payment_methods.relationship(null),
      ...(seen.autorefresh === false ? { autorefresh: true } : {}),
    })
  }
  const order = await fetchOrder()
  const ships = goods.some(({ item }) => !item?.do_not_ship)
  return { organization, ships, order: (await useOnlyAddress(order)) ?? order }
}

// A customer with one address in the book, and none on the order, is spared the choice.
async function useOnlyAddress(order) {
  const book = order.customer?.customer_addresses ?? []
  if (isGuest || book.length !== 1 || order.billing_address || order.shipping_address) return null
  const [{ id, address: only }] = book
  await cl.addresses.update({ id: only.id, reference: id })
  await cl.orders.update(
    { id: orderId, _billing_address_clone_id: only.id, _shipping_address_clone_id: only.id },
    { include: ['billing_address', 'shipping_address', 'shipments.shipping_method'] },
  )
  return await fetchOrder()
}

export const isPaidFor = ({ status, payment_status: payment }) =>
  ['placed', 'approved'].includes(status) && ['authorized', 'paid', 'free'].includes(payment)
