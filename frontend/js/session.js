// Warns before a session locks, keeps it open while somebody works on a page, and locks the view without losing what was typed.
// Without this script every page works: the server locks by itself, and keeps what is sent.
const EVERY = 60_000
const SIGNS = ['keydown', 'pointerdown', 'input']

export function watchSession() {
  const root = document.querySelector('[data-session]')
  if (root) new Watch(root).begin()
}

class Watch {
  constructor(root) {
    this.root = root
    this.dialog = root.querySelector('dialog')
    this.panel = document.querySelector('[data-lock-panel]')
    this.left = root.querySelector('[data-left]')
    this.staysInView = document.querySelector('[data-stays-in-view]') !== null
    this.warnsBefore = Number(root.dataset.warnsBefore)
    this.isLocked = false
    this.isAsking = false
    this.wasTouched = false
    this.told = Date.now()
    this.set(Number(root.dataset.seconds))
  }

  begin() {
    for (const sign of SIGNS) document.addEventListener(sign, () => { this.wasTouched = true }, { passive: true, capture: true })
    this.root.querySelector('[data-stay]').addEventListener('click', () => this.stay())
    this.dialog.addEventListener('cancel', (event) => { event.preventDefault(); this.stay() })
    this.panel.querySelector('form').addEventListener('submit', (event) => { event.preventDefault(); this.unlock(event.target) })
    document.addEventListener('visibilitychange', () => { this.look(); this.lookAgain() })
    window.addEventListener('pageshow', () => this.look())
    setInterval(() => this.look(), 1000)
    this.look()
  }

  // The clock on the wall: a machine that slept has waited too.
  set(seconds) { this.until = Date.now() + seconds * 1000 }

  get seconds() { return Math.ceil((this.until - Date.now()) / 1000) }

  async look() {
    if (this.isLocked || this.isAsking) return
    if (this.seconds <= 0) {
      if (!(await this.ask(true)) || this.seconds <= 0) this.lock()
    } else if (this.wasTouched && !this.dialog.open && Date.now() - this.told >= EVERY) {
      await this.ask(false)
    } else if (this.seconds <= this.warnsBefore && !this.dialog.open) {
      // Perhaps somebody works in another tab: then there is nothing to warn of.
      if (this.wasTouched) await this.ask(false)
      else if (await this.ask(true) && this.seconds <= this.warnsBefore) this.warn()
    }
    if (this.dialog.open) {
      if (this.seconds > this.warnsBefore) this.dialog.close()
      else this.say()
    }
  }

  // Says that somebody is there, or, silently, only asks how long it still is. False where the session is locked or over; the network's faults change nothing.
  async ask(isSilent) {
    this.isAsking = true
    const body = new FormData()
    body.append('csrf_token', this.root.dataset.token)
    if (isSilent) body.append('silent', '1')
    else this.wasTouched = false
    try {
      const answer = await fetch(this.root.dataset.stillThereAt, { method: 'POST', body, headers: { Accept: 'application/json' } })
      this.told = Date.now()
      if (!answer.ok) {
        this.set(0)
        return false
      }
      const said = await answer.json()
      if (said.token) this.renew(said.token)
      this.set(said.seconds)
      return true
    } catch {
      return this.seconds > 0
    } finally {
      this.isAsking = false
    }
  }

  // This person signed in again in another tab: the forms of this page get the token that fits now.
  renew(token) {
    this.root.dataset.token = token
    for (const field of document.querySelectorAll('input[name=csrf_token]')) field.value = token
  }

  // Perhaps it was unlocked in another tab meanwhile.
  async lookAgain() {
    if (this.isLocked && document.visibilityState === 'visible' && await this.ask(true) && this.seconds > 0) this.open()
  }

  warn() {
    this.said = ''
    this.say()
    this.dialog.showModal()
    this.root.querySelector('[data-stay]').focus()
  }

  say() {
    const minutes = Math.ceil(this.seconds / 60)
    const sentence = minutes > 1 ? `You will be locked in ${minutes === 2 ? 'two' : minutes} minutes` : 'You will be locked in less than a minute'
    // Set only when it changes, so that a screen reader says it once.
    if (this.said !== sentence) this.left.textContent = this.said = sentence
  }

  async stay() {
    this.dialog.close()
    if (!(await this.ask(false))) this.lock()
  }

  lock() {
    if (this.isLocked) return
    this.isLocked = true
    this.dialog.close()
    this.focused = document.activeElement
    if (this.staysInView) {
      document.body.classList.add('lev-signing-locked')
    } else {
      this.hidden = [...document.body.children].filter((part) => part !== this.panel && !part.hidden && part.tagName !== 'SCRIPT')
      for (const part of this.hidden) part.hidden = true
    }
    this.panel.hidden = false
    const password = this.panel.querySelector('input[type=password]')
    if (!this.staysInView) password.focus()
  }

  async unlock(form) {
    const told = this.panel.querySelector('[data-lock-status]')
    told.textContent = ''
    const body = new FormData(form)
    const password = form.elements.password
    password.value = ''
    try {
      const answer = await fetch(this.root.dataset.unlockAt, { method: 'POST', body, headers: { Accept: 'application/json' } })
      const said = await answer.json()
      if (!answer.ok) {
        told.textContent = said.message
        password.focus()
        return
      }
      this.set(said.seconds)
      this.open()
    } catch {
      told.textContent = 'This could not be sent. Sign in again in another tab, then send your work here.'
    }
  }

  open() {
    this.isLocked = false
    this.wasTouched = false
    this.told = Date.now()
    this.panel.hidden = true
    document.body.classList.remove('lev-signing-locked')
    for (const part of this.hidden ?? []) part.hidden = false
    this.hidden = []
    this.focused?.focus?.()
  }
}
