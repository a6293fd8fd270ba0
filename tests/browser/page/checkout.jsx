// A checkout as stores build it from the official components, with the official checkout's calls in their order.
import {
  CommerceLayer,
  CustomerContainer,
  OrderContainer,
  PaymentMethodsContainer,
  PlaceOrderContainer,
  useOrderContainer,
} from '@commercelayer/react-components'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { accessToken, endpoint, fetchOrder, isGuest, isPaidFor, open, orderId, paymentIntentClientSecret } from './calls.js'
import { CustomerStep, PaymentStep, ShippingStep } from './steps.jsx'

const Thanks = ({ order }) => (
  <section>
    <h1>Thank you</h1>
    <p>Your order is #{order.number}.</p>
  </section>
)

// The components fetch the order for themselves, and until they have it their buttons do nothing. They may ask twice at
// once, first without and then with the shipments, and keep whichever answer comes last.
function Steps({ children }) {
  const { order, reloadOrder } = useOrderContainer()
  const isPartial = order != null && order.shipments === undefined
  useEffect(() => {
    if (isPartial) void reloadOrder()
  }, [isPartial])
  return <div aria-busy={order == null || isPartial}>{children}</div>
}

function Checkout() {
  const [seen, setSeen] = useState()
  const [trouble, setTrouble] = useState()
  useEffect(() => void open().then(setSeen, setTrouble), [])
  if (trouble) return <p role="alert">{trouble.message}</p>
  if (!seen) return <p>Loading …</p>

  const { organization, order, ships } = seen
  const refetch = async () => setSeen({ ...seen, order: await fetchOrder() })
  const addressed = order.billing_address && (order.shipping_address || !ships)
  const sent = order.shipments.every((shipment) => shipment.shipping_method)

  return (
    <CommerceLayer accessToken={accessToken} endpoint={endpoint}>
      <OrderContainer orderId={orderId}>
        {isPaidFor(order) ? (
          <Thanks order={order} />
        ) : (
          <CustomerContainer isGuest={isGuest}>
            <h1>{organization.name}: order #{order.number}</h1>
            <p>
              {order.total_amount_with_taxes_float} {order.currency_code}
            </p>
            <Steps>
              <CustomerStep order={order} isGuest={isGuest} refetch={refetch} />
              {addressed && order.shipments.length > 0 && <ShippingStep refetch={refetch} />}
              <PaymentMethodsContainer config={{ stripePayment: {} }}>
                <PlaceOrderContainer options={{ stripe: { paymentIntentClientSecret } }}>
                  {addressed && sent && <PaymentStep refetch={refetch} />}
                </PlaceOrderContainer>
              </PaymentMethodsContainer>
            </Steps>
          </CustomerContainer>
        )}
      </OrderContainer>
    </CommerceLayer>
  )
}

createRoot(document.getElementById('checkout')).render(<Checkout />)
