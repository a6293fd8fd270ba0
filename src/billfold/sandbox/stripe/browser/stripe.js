// Stripe.js of the sandbox: the calls that a checkout with the Payment Element makes, as https://docs.stripe.com/js has
// them. Anything else is refused with a sentence.
function stripeJs({ home, version }) {
  const origin = new URL(home).origin

  class IntegrationError extends Error {
    name = 'IntegrationError'
  }

  const idOf = (secret) => {
    const [id, rest] = String(secret).split('_secret')
    if (!rest || !id.startsWith('pi_')) throw new IntegrationError(`This is no client secret of a PaymentIntent: ${id}`)
    return id
  }

  // { a: { b: 1 }, c: null } → { 'a[b]': '1' }
  function flat(values, within = '') {
    const pairs = Object.entries(values ?? {}).map(([name, value]) => {
      const key = within ? `${within}[${name}]` : name
      if (value == null || value === '') return {}
      return typeof value === 'object' ? flat(value, key) : { [key]: String(value) }
    })
    return Object.assign({}, ...pairs)
  }

  function frame(src, title) {
    const made = Object.assign(document.createElement('iframe'), { src, title })
    made.style.cssText = 'border: 0; width: 100%; display: block'
    return made
  }

  // --- the Payment Element --------------------------------------------------------------------------------------

  class PaymentElement {
    #listeners = new Map()
    #waiting = new Map()
    #forget
    #frame
    #number = 0
    #port
    #ready

    constructor(forget) {
      this.#forget = forget
    }

    mount(where) {
      const place = typeof where === 'string' ? document.querySelector(where) : where
      if (!place) throw new IntegrationError(`There is no ${where} in this page to mount the element in.`)
      this.unmount()
      this.#frame = frame(`${home}/payment_element`, 'Secure payment input frame')
      this.#ready = new Promise((resolve) => this.#frame.addEventListener('load', () => this.#connect(resolve)))
      place.replaceChildren(this.#frame)
      return this
    }

    #connect(connected) {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => port1 === this.#port && this.#hear(data)
      this.#port = port1
      this.#frame.contentWindow.postMessage('hello', origin, [port2])
      connected()
    }

    #hear({ event, seen, height, answers, result }) {
      if (event === 'height') this.#frame.style.height = `${height}px`
      else if (event) this.#emit(event, { elementType: 'payment', ...seen })
      else {
        this.#waiting.get(answers)?.(result)
        this.#waiting.delete(answers)
      }
    }

    async ask(verb, given) {
      if (!this.#frame) throw new IntegrationError('The Payment Element is not mounted.')
      await this.#ready
      return new Promise((resolve) => {
        this.#waiting.set(++this.#number, resolve)
        this.#port.postMessage({ number: this.#number, verb, given })
      })
    }

    #emit(event, seen) {
      for (const listener of this.#listeners.get(event) ?? []) listener(seen)
    }

    on(event, listener) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
      return this
    }

    off(event, listener) {
      const others = (this.#listeners.get(event) ?? []).filter((each) => listener && each !== listener)
      this.#listeners.set(event, others)
      return this
    }

    once(event, listener) {
      const first = (seen) => {
        this.off(event, first)
        listener(seen)
      }
      return this.on(event, first)
    }

    unmount() {
      this.#port?.close()
      this.#frame?.remove()
      this.#frame = this.#port = undefined
    }

    destroy() {
      this.unmount()
      this.#forget()
    }

    clear = () => void this.ask('clear')
    focus = () => void this.ask('focus')
    blur = () => void this.ask('blur')
    // There is one way to pay in it, which stays open, and one look.
    collapse() {}
    update() {}
  }

  class Elements {
    #element = null

    constructor({ clientSecret } = {}) {
      this.clientSecret = clientSecret
    }

    create(type) {
      if (type !== 'payment') throw new IntegrationError(`The sandbox has the Payment Element alone, and no ${type}.`)
      if (this.#element) throw new IntegrationError('There is one Payment Element already; destroy it before.')
      this.#element = new PaymentElement(() => (this.#element = null))
      return this.#element
    }

    getElement(type) {
      return type === 'payment' ? this.#element : null
    }

    async submit() {
      if (!this.#element) throw new IntegrationError('There is no Payment Element to submit.')
      return await this.#element.ask('validate')
    }

    async fetchUpdates() {
      return {}
    }

    update() {}
  }

  // --- the bank's question --------------------------------------------------------------------------------------

  // Resolves when the customer has answered; what the bank then decided stands on the intent.
  function challenge(url) {
    const dialog = document.createElement('dialog')
    dialog.setAttribute('aria-label', 'Card authentication')
    dialog.style.cssText = 'border: 0; border-radius: 12px; padding: 0; width: min(26rem, 90vw)'
    const page = frame(`${url}?in=frame`, 'Card authentication')
    page.style.height = '22rem'
    dialog.append(page)
    dialog.addEventListener('cancel', (event) => event.preventDefault())
    document.body.append(dialog)
    dialog.showModal()
    return new Promise((resolve) => {
      addEventListener('message', function heard({ source, data }) {
        if (source !== page.contentWindow || data !== 'answered') return
        removeEventListener('message', heard)
        dialog.remove()
        resolve()
      })
    })
  }

  function leaveFor(url) {
    location.assign(url)
    return new Promise(() => {})
  }

  function returned(url, intent) {
    const back = new URL(url)
    back.searchParams.set('payment_intent', intent.id)
    back.searchParams.set('payment_intent_client_secret', intent.client_secret)
    back.searchParams.set('redirect_status', 'succeeded')
    return back
  }

  // --- Stripe ---------------------------------------------------------------------------------------------------

  function Stripe(key, { stripeAccount } = {}) {
    if (!String(key).startsWith('pk_')) throw new IntegrationError('Stripe() wants a publishable key, pk_….')
    const who = { key, ...(stripeAccount ? { _stripe_account: stripeAccount } : {}) }

    async function ask(secret, action, values) {
      const url = `${home}/v1/payment_intents/${idOf(secret)}${action}`
      const told = new URLSearchParams({ ...values, ...who, client_secret: secret })
      try {
        const answer = await (action ? fetch(url, { method: 'POST', body: told }) : fetch(`${url}?${told}`))
        const body = await answer.json()
        return answer.ok ? { paymentIntent: body } : { error: body.error }
      } catch (trouble) {
        return { error: { type: 'api_connection_error', message: trouble.message } }
      }
    }

    const retrievePaymentIntent = (clientSecret) => ask(clientSecret, '')

    // Lets the customer do what the intent waits for, and says what came of it.
    async function seeThrough(result) {
      const intent = result.paymentIntent
      if (intent?.status !== 'requires_action') return result
      const { redirect_to_url: elsewhere, use_stripe_sdk: here } = intent.next_action
      if (elsewhere) return leaveFor(elsewhere.url)
      await challenge(here.stripe_js)
      const after = await retrievePaymentIntent(intent.client_secret)
      const error = after.paymentIntent?.status === 'requires_payment_method' && after.paymentIntent.last_payment_error
      return error ? { error: { ...error, payment_intent: after.paymentIntent } } : after
    }

    async function confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
      const element = elements?.getElement('payment')
      if (!element) throw new IntegrationError('confirmPayment() wants the elements with a mounted Payment Element.')
      if (redirect === 'always' && !confirmParams.return_url) {
        throw new IntegrationError('confirmPayment() wants a confirmParams.return_url, or redirect: "if_required".')
      }
      const secret = clientSecret ?? elements.clientSecret
      const values = { ...flat(confirmParams), ...who, client_secret: secret, use_stripe_sdk: 'true' }
      const result = await seeThrough(await element.ask('confirm', { id: idOf(secret), values }))
      if (result.error) void element.ask('show', { message: result.error.message })
      else if (redirect === 'always') return leaveFor(returned(confirmParams.return_url, result.paymentIntent))
      return result
    }

    async function confirmCardPayment(clientSecret, data = {}, { handleActions = true } = {}) {
      if (data.payment_method && typeof data.payment_method !== 'string') {
        throw new IntegrationError('The sandbox confirms by the id of a payment method; type cards with confirmPayment().')
      }
      const before = await retrievePaymentIntent(clientSecret)
      const waits = before.error || before.paymentIntent.status === 'requires_action'
      const result = waits ? before : await ask(clientSecret, '/confirm', { ...flat(data), use_stripe_sdk: 'true' })
      return handleActions ? seeThrough(result) : result
    }

    const refuse = (name) => async () => {
      throw new IntegrationError(`The sandbox has no ${name}().`)
    }

    return {
      elements: (options) => new Elements(options),
      confirmPayment,
      confirmCardPayment,
      retrievePaymentIntent,
      handleNextAction: async ({ clientSecret }) => seeThrough(await retrievePaymentIntent(clientSecret)),
      // No Apple Pay and no Google Pay here.
      paymentRequest: () => ({ canMakePayment: async () => null, on() {}, off() {}, update() {} }),
      createPaymentMethod: refuse('createPaymentMethod'),
      createToken: refuse('createToken'),
      registerAppInfo() {},
      _registerWrapper() {},
    }
  }

  Stripe.version = version === 'v3' ? 3 : version
  window.Stripe = Stripe
}
