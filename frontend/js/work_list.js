// Keeps the work list fresh while it is in view, and lets Alt+S lead to the search box. Without this script the page has a link to refresh it.
const EVERY = 30_000
const UNREACHED = 'The list could not be refreshed. Load the page again.'

export function watchWorkList() {
  offerSearch()
  const root = document.querySelector('[data-work-list]')
  if (root) new Fresh(root).begin()
}

// It needs a modifier key, so that neither typing nor a voice sets it off (WCAG 2.1.4). Esc gives the focus back to where it was.
function offerSearch() {
  const box = document.querySelector('[data-search]')
  if (!box) return
  let from = null
  document.addEventListener('keydown', (event) => {
    if (isSearch(event) && !document.querySelector('dialog[open]')) {
      event.preventDefault()
      if (document.activeElement !== box) from = document.activeElement
      box.focus()
      box.select()
    } else if (event.key === 'Escape' && document.activeElement === box) {
      event.preventDefault()
      box.blur()
      if (from?.isConnected && from !== document.body) from.focus()
    }
  })
}

// On a Mac these keys write a letter: it stays one while somebody types.
function isSearch(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.getModifierState('AltGraph')) return false
  return event.key.toLowerCase() === 's' || (event.code === 'KeyS' && !isTyping(event.target))
}

const isTyping = (target) => target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null

class Fresh {
  constructor(root) {
    this.root = root
    this.news = document.querySelector('[data-work-news]')
    this.waiting = null
    this.isAsking = false
    this.asked = Date.now()
  }

  begin() {
    setInterval(() => this.look(), 1000)
    document.addEventListener('visibilitychange', () => this.look())
    this.root.addEventListener('pointerleave', () => this.show())
    this.root.addEventListener('focusout', () => setTimeout(() => this.show()))
  }

  get part() { return this.root.querySelector('[data-work-part]') }

  // While signing is locked the page is out of view as well.
  get isInView() { return document.visibilityState === 'visible' && !this.root.closest('[hidden]') && !document.body.classList.contains('lev-signing-locked') }

  look() {
    if (this.isInView && !this.isAsking && Date.now() - this.asked >= EVERY) this.ask()
  }

  async ask() {
    this.isAsking = true
    try {
      const place = new URL(this.root.dataset.rowsAt, location.href)
      place.searchParams.set('mark', (this.waiting ?? this.part).dataset.mark)
      const answer = await fetch(place, { redirect: 'error', headers: { Accept: 'text/html' } })
      if (answer.status === 204) return this.say('', UNREACHED)
      if (!answer.ok) throw new Error(String(answer.status))
      const part = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-work-part]')
      if (!part) throw new Error('no list')
      this.waiting = part
      this.tell()
      this.show()
    } catch {
      this.say(UNREACHED)
    } finally {
      this.asked = Date.now()
      this.isAsking = false
    }
  }

  // Only what came in is announced; what moved on is seen in the list.
  tell() {
    const known = new Set(keys(this.part))
    const count = keys(this.waiting).filter((key) => !known.has(key)).length
    if (count > 0) this.say(`${count} new at ${this.waiting.dataset.made}`)
    else this.say('', UNREACHED)
  }

  // Said only when it changes, so that a screen reader says it once. `only` takes back that sentence and no other.
  say(sentence, only) {
    if (only !== undefined && this.news.textContent !== only) return
    if (this.news.textContent !== sentence) this.news.textContent = sentence
  }

  // A row never moves away under a finger or a pointer that is about to press it, nor from under the focus: it is shown when these have left.
  show() {
    if (!this.waiting || this.root.contains(document.activeElement) || this.root.matches(':hover') || hasSelection(this.root)) return
    const first = [...this.part.querySelectorAll('[data-key]')].find((row) => row.getBoundingClientRect().bottom > 0)
    const top = first?.getBoundingClientRect().top
    const open = this.part.querySelector('details')?.open
    this.part.replaceWith(document.adoptNode(this.waiting))
    this.waiting = null
    if (open) this.part.querySelector('details').open = true
    // What one was reading stays where it was, whatever came in above it.
    const again = first && this.part.querySelector(`[data-key="${CSS.escape(first.dataset.key)}"]`)
    if (again && window.scrollY > 0) window.scrollBy(0, again.getBoundingClientRect().top - top)
  }
}

const keys = (part) => [...part.querySelectorAll('[data-key]')].map((row) => row.dataset.key)

function hasSelection(root) {
  const selection = document.getSelection()
  return selection !== null && !selection.isCollapsed && root.contains(selection.anchorNode)
}
