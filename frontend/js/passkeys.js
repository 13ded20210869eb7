// Offers a passkey wherever a form takes one. Without this script, or where the browser knows no passkeys, the button stays hidden and the password does.
const UNREACHED = 'The server could not be reached. Try again.'

export function offerPasskeys() {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return
  for (const offer of document.querySelectorAll('[data-passkey]')) {
    const form = offer.closest('form')
    if (!form) continue
    offer.hidden = false
    offer.querySelector('[data-passkey-button]').addEventListener('click', () => show(offer, form))
  }
}

async function show(offer, form) {
  const status = offer.querySelector('[data-passkey-status]')
  status.textContent = ''
  const body = new FormData()
  body.append('csrf_token', form.elements.csrf_token.value)
  body.append('whose', offer.dataset.whose)
  try {
    const answer = await fetch(offer.dataset.optionsAt, { method: 'POST', body, headers: { Accept: 'application/json' } })
    const told = await answer.json()
    if (!answer.ok) return (status.textContent = told.message ?? UNREACHED)
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(told)
    const shown = await navigator.credentials.get({ publicKey })
    for (const field of form.querySelectorAll('[name=passkey]')) field.value = JSON.stringify(shown.toJSON())
    if (offer.dataset.action) form.action = offer.dataset.action
    form.submit()
  } catch (fault) {
    // Nobody is told why: whoever closed the browser's question knows, and there may be no passkey here.
    status.textContent = fault.name === 'NotAllowedError' ? 'No passkey was used. Try again, or use your password.' : UNREACHED
  }
}

// Offers to make a passkey on the page of one's own account.
export function offerNewPasskeys() {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) return
  for (const form of document.querySelectorAll('form[data-passkey-form]')) {
    form.hidden = false
    const button = form.querySelector('[data-passkey-add]')
    button.addEventListener('click', () => make(form, button))
  }
}

async function make(form, button) {
  const status = form.querySelector('[data-passkey-status]')
  status.textContent = ''
  const body = new FormData()
  body.append('csrf_token', form.elements.csrf_token.value)
  try {
    const answer = await fetch(button.dataset.options, { method: 'POST', body, headers: { Accept: 'application/json' } })
    const told = await answer.json()
    if (!answer.ok) return (status.textContent = told.message ?? UNREACHED)
    const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told) })
    form.elements.new_passkey.value = JSON.stringify(made.toJSON())
    form.submit()
  } catch (fault) {
    status.textContent = fault.name === 'NotAllowedError' ? 'No passkey was made. Try again.' : fault.name === 'InvalidStateError' ? 'This device has a passkey for this account already.' : UNREACHED
  }
}
