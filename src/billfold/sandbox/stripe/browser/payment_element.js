// The card form inside its frame. It alone knows the number: the page around it says when to confirm and hears what
// came of it.
function paymentElement({ home }) {
  const form = document.querySelector('form')
  const notice = document.querySelector('[role=alert]')
  const digits = (name) => form.elements[name].value.replace(/\D/g, '')

  // --- what was typed -------------------------------------------------------------------------------------------

  const sum = (number) =>
    [...number].reverse().reduce((all, digit, place) => {
      const weighed = Number(digit) * (place % 2 ? 2 : 1)
      return all + (weighed > 9 ? weighed - 9 : weighed)
    }, 0)

  function expiry() {
    const typed = digits('expiry')
    const year = typed.slice(2)
    return { month: typed.slice(0, 2), year: year.length === 2 ? `20${year}` : year }
  }

  const wrong = {
    number() {
      const number = digits('number')
      if (number.length < 13) return ['incomplete_number', 'Your card number is incomplete.']
      if (sum(number) % 10) return ['invalid_number', 'Your card number is invalid.']
    },
    expiry() {
      const { month, year } = expiry()
      if (year.length !== 4) return ['incomplete_expiry', "Your card's expiration date is incomplete."]
      if (month < '01' || month > '12') return ['invalid_expiry_month', "Your card's expiration date is invalid."]
    },
    cvc() {
      if (digits('cvc').length < 3) return ['incomplete_cvc', "Your card's security code is incomplete."]
    },
  }

  // What is wrong first, in the form of Stripe's errors; undefined if the form is filled in.
  function problem() {
    for (const [name, check] of Object.entries(wrong)) {
      const found = check()
      if (found) return { field: name, error: { type: 'validation_error', code: found[0], message: found[1] } }
    }
  }

  function show(message, field) {
    notice.textContent = message
    for (const input of form.elements) input.setAttribute('aria-invalid', String(input.name === field))
  }

  // --- what the page may ask ------------------------------------------------------------------------------------

  function validate() {
    const found = problem()
    show(found?.error.message ?? '', found?.field)
    return found ? { error: found.error } : {}
  }

  async function confirm({ id, values }) {
    const invalid = validate()
    if (invalid.error) return invalid
    const card = { number: digits('number'), exp_month: expiry().month, exp_year: expiry().year, cvc: digits('cvc') }
    const body = new URLSearchParams({ ...values, 'payment_method_data[type]': 'card' })
    for (const [name, value] of Object.entries(card)) body.set(`payment_method_data[card][${name}]`, value)
    const answer = await fetch(`${home}/v1/payment_intents/${id}/confirm`, { method: 'POST', body })
    const told = await answer.json()
    if (!answer.ok) show(told.error.message)
    return answer.ok ? { paymentIntent: told } : { error: told.error }
  }

  const asked = {
    validate,
    confirm,
    show: ({ message }) => show(message),
    clear: () => {
      form.reset()
      show('')
      changed()
    },
    focus: () => form.elements.number.focus(),
    blur: () => document.activeElement?.blur(),
  }

  // --- the page around ------------------------------------------------------------------------------------------

  let port

  function changed() {
    const empty = [...form.elements].every((input) => !input.value)
    port?.postMessage({ event: 'change', seen: { empty, complete: !problem(), collapsed: false, value: { type: 'card' } } })
  }

  function grouped(input) {
    const typed = input.value.replace(/\D/g, '')
    if (input.name === 'number') input.value = typed.replace(/(.{4})(?=.)/g, '$1 ')
    if (input.name === 'expiry') input.value = typed.replace(/^(..)(?=.)/, '$1 / ')
  }

  form.addEventListener('input', ({ target }) => {
    if (target.selectionStart === target.value.length) grouped(target)
    show('')
    changed()
  })
  form.addEventListener('submit', (event) => event.preventDefault())
  for (const event of ['focus', 'blur']) addEventListener(event, () => port?.postMessage({ event }))

  addEventListener('message', function hello({ source, ports }) {
    if (source !== parent || !ports.length) return
    removeEventListener('message', hello)
    port = ports[0]
    port.onmessage = async ({ data }) => {
      const failed = (trouble) => ({ error: { type: 'api_connection_error', message: trouble.message } })
      const result = await Promise.resolve(data.given).then(asked[data.verb]).catch(failed)
      port.postMessage({ answers: data.number, result })
    }
    new ResizeObserver(() =>
      port.postMessage({ event: 'height', height: document.documentElement.offsetHeight }),
    ).observe(document.documentElement)
    port.postMessage({ event: 'ready' })
    changed()
  })
}
