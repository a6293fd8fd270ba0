// Klarna.js of the sandbox: init, load and authorize, as
// https://docs.klarna.com/klarna-payments/integrate-with-klarna-payments/ has them.
function klarnaJs({ home }) {
  let clientToken

  // The callback stands last, whatever stands before it.
  const callbackOf = (given) => given.findLast((each) => typeof each === 'function') ?? (() => {})

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties)
    made.append(...children)
    return made
  }

  // Klarna's window. Resolves with {approve, instrument}.
  function question() {
    const instruments = { card: 'Card', direct_debit: 'Direct debit', invoice: 'Invoice' }
    const options = Object.entries(instruments).map(([value, words]) => element('option', { value }, words))
    const instrument = element('select', {}, ...options)
    const approve = element('button', { value: 'approve' }, 'Approve')
    approve.style.cssText = 'background: #0b051d; color: #fff'
    const form = element(
      'form',
      { method: 'dialog' },
      element('h2', {}, 'Pay with Klarna'),
      element('p', {}, 'This is the sandbox: Klarna is not involved.'),
      element('label', {}, 'Pay by ', instrument),
      element('p', {}, approve, ' ', element('button', { value: 'decline' }, 'Decline')),
    )
    const dialog = element('dialog', { ariaLabel: 'Klarna' }, form)
    dialog.style.cssText = 'border: 0; border-radius: 12px; padding: 1rem 2rem; font: 16px/1.5 system-ui, sans-serif'
    document.body.append(dialog)
    dialog.showModal()
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        dialog.remove()
        resolve({ approve: dialog.returnValue === 'approve', instrument: instrument.value })
      })
    })
  }

  async function authorization(order, answer) {
    const body = JSON.stringify({ ...order, ...answer, client_token: clientToken })
    const headers = { 'Content-Type': 'application/json' }
    const told = await fetch(`${home}/_sandbox/authorize`, { method: 'POST', headers, body })
    const result = await told.json()
    return told.ok ? result : { approved: false, show_form: true, error: result }
  }

  const Payments = {
    init({ client_token }) {
      clientToken = client_token
    },

    load({ container }, ...more) {
      const place = typeof container === 'string' ? document.querySelector(container) : container
      if (!place) throw new Error(`There is no ${container} in this page to load Klarna's form into.`)
      if (!clientToken) throw new Error('Klarna.Payments.load() comes after init() with a client_token.')
      place.replaceChildren(element('p', {}, 'You will pay in a window of Klarna’s (sandbox).'))
      callbackOf(more)({ show_form: true })
    },

    async authorize(_options, ...more) {
      const order = typeof more[0] === 'function' ? {} : more[0]
      callbackOf(more)(await authorization(order, await question()))
    },
  }

  window.Klarna = { Payments }
  window.klarnaAsyncCallback?.()
}
