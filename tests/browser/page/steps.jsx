// The steps of the checkout: who and where, how it is sent, how it is paid.
import {
  Address,
  AddressCountrySelector,
  AddressField,
  AddressInput,
  AddressesContainer,
  BillingAddressContainer,
  BillingAddressForm,
  CustomerInput,
  Errors,
  PaymentMethod,
  PaymentMethodName,
  PaymentMethodRadioButton,
  PaymentSource,
  PaymentSourceBrandName,
  PaymentSourceDetail,
  PaymentSourceEditButton,
  PlaceOrderButton,
  SaveAddressesButton,
  Shipment,
  ShipmentsContainer,
  ShippingMethod,
  ShippingMethodName,
  ShippingMethodPrice,
  ShippingMethodRadioButton,
} from '@commercelayer/react-components'
import { useState } from 'react'

const FIELDS = {
  first_name: 'First name',
  last_name: 'Last name',
  line_1: 'Street',
  city: 'City',
  zip_code: 'ZIP code',
  phone: 'Phone',
}

function NewAddress() {
  return (
    <BillingAddressForm autoComplete="on">
      {Object.entries(FIELDS).map(([name, words]) => (
        <label key={name}>
          {words} <AddressInput name={`billing_address_${name}`} type="text" />
        </label>
      ))}
      <label>
        State <AddressInput name="billing_address_state_code" type="text" required={false} />
      </label>
      <label>
        Country <AddressCountrySelector name="billing_address_country_code" placeholder={{ value: '', label: '–' }} />
      </label>
      <label>
        <AddressInput name="billing_address_save_to_customer_book" type="checkbox" required={false} /> Save to my address
        book
      </label>
    </BillingAddressForm>
  )
}

export function CustomerStep({ order, isGuest, refetch }) {
  const book = order.customer?.customer_addresses ?? []
  const [isNew, setIsNew] = useState(isGuest || !book.length)
  return (
    <section aria-label="Customer">
      <h2>Customer</h2>
      {isGuest && (
        <label>
          Email <CustomerInput saveOnBlur onBlur={refetch} value={order.customer_email ?? ''} />
        </label>
      )}
      <AddressesContainer shipToDifferentAddress={false}>
        <BillingAddressContainer>
          {!isNew && (
            <Address className="address" selectedClassName="selected" data-testid="address">
              <AddressField name="full_name" /> <AddressField name="full_address" />
            </Address>
          )}
        </BillingAddressContainer>
        {isNew ? <NewAddress /> : <button onClick={() => setIsNew(true)}>Another address</button>}
        <SaveAddressesButton label="Save address" onClick={refetch} />
        <p role="alert">
          <Errors resource="addresses" />
        </p>
      </AddressesContainer>
    </section>
  )
}

export function ShippingStep({ refetch }) {
  return (
    <section aria-label="Shipping">
      <h2>Shipping</h2>
      <ShipmentsContainer>
        <p role="alert">
          <Errors resource="shipments" />
          <Errors resource="line_items" />
        </p>
        <Shipment>
          <ShippingMethod>
            <div>
              <ShippingMethodRadioButton onChange={refetch} /> <ShippingMethodName /> <ShippingMethodPrice />
            </div>
          </ShippingMethod>
        </Shipment>
      </ShipmentsContainer>
    </section>
  )
}

const Card = () => (
  <span>
    <PaymentSourceBrandName /> ending in <PaymentSourceDetail type="last4" />
  </span>
)

const Wallet = ({ customerPayments, PaymentSourceProvider }) => (
  <section aria-label="Wallet">
    {customerPayments.map(({ id, card, handleClick }) => (
      <button key={id} type="button" onClick={handleClick}>
        <PaymentSourceProvider value={card}>
          <Card />
        </PaymentSourceProvider>
      </button>
    ))}
  </section>
)

function SaveToWallet({ name }) {
  const [checked, setChecked] = useState(false)
  return (
    <label>
      <input
        type="checkbox"
        name={name}
        checked={checked}
        onClick={(event) => event.stopPropagation()}
        onChange={() => setChecked(!checked)}
      />{' '}
      Save to my wallet
    </label>
  )
}

// A saved card is charged by the server. If its bank asks, the components show the error and do no more; with the
// address in it the customer gets to the bank, and from there back here, where the components go on by themselves.
const toTheBank = (errors = []) => errors.find(({ meta }) => meta?.redirect_url)?.meta.redirect_url

export function PaymentStep({ refetch }) {
  const placed = async ({ errors }) => {
    const bank = toTheBank(errors)
    if (bank) location.assign(bank)
    else await refetch()
  }
  return (
    <section aria-label="Payment">
      <h2>Payment</h2>
      <PaymentMethod className="payment" activeClass="active" clickableContainer onClick={refetch}>
        <PaymentMethodRadioButton /> <PaymentMethodName />
        <PaymentSource templateCustomerCards={Wallet} templateCustomerSaveToWallet={SaveToWallet}>
          <p data-testid="chosen">
            <Card /> <PaymentSourceEditButton label="Change" />
          </p>
        </PaymentSource>
        <p role="alert">
          <Errors resource="payment_methods" />
        </p>
      </PaymentMethod>
      <p role="alert">
        <Errors resource="orders" />
      </p>
      <PlaceOrderButton label="Place order" loadingLabel="Placing …" onClick={placed} />
    </section>
  )
}
