// Helps at the bench: tells a scanner from fingers, shows a weight's limit while it is typed, counts a waiting time down.
// Every part of the page works without it: a code is then marked as typed, and the limit is said after sending.
const FASTEST_FINGERS = 35
const SHORTEST_SCAN = 4
const PAUSE = 250
const SEPARATOR = '\u001d'

export function helpAtBench() {
  for (const field of document.querySelectorAll('input[data-scans]')) watchScans(field)
  for (const part of document.querySelectorAll('[data-tolerance-at]')) showLimit(part)
  for (const timer of document.querySelectorAll('[data-timer]')) countDown(timer)
}

// A scanner types a whole code within a few hundredths of a second and ends it with Enter; nobody's fingers do.
function watchScans(field) {
  const mark = field.form?.querySelector('[data-is-burst]')
  let keys = 0
  let first = 0
  const forget = () => { keys = 0; if (mark) mark.value = '' }
  // A code that was refused stands there still; the next scan takes its place instead of joining it.
  if (field.autofocus && field.value) { field.focus(); field.select() }

  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      // On the average over the whole code: a busy machine may hold one key back.
      const isBurst = keys >= SHORTEST_SCAN && keys >= field.value.length && event.timeStamp - first <= keys * FASTEST_FINGERS
      if (mark) mark.value = isBurst ? 'yes' : ''
      // In a form of several fields a scanner's Enter only ends the code.
      if (field.form && !mark) { event.preventDefault(); nextField(field)?.focus() }
      return
    }
    // A scanner sends FNC1 as Control and a closing bracket; a text field would drop it.
    if (event.ctrlKey && event.key === ']') {
      event.preventDefault()
      field.setRangeText(SEPARATOR, field.selectionStart, field.selectionEnd, 'end')
    } else if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === 'Backspace' || event.key === 'Delete') forget()
      return
    }
    if (!field.value || (field.selectionStart === 0 && field.selectionEnd === field.value.length)) keys = 0
    if (!keys) first = event.timeStamp
    keys += 1
  })
  // What was pasted or dropped was not scanned.
  field.addEventListener('input', (event) => { if (/^insertFrom/.test(event.inputType ?? '')) forget() })
}

function nextField(field) {
  const fields = [...field.form.elements].filter((each) => each.type !== 'hidden' && !each.disabled)
  return fields[fields.indexOf(field) + 1]
}

function showLimit(part) {
  const field = part.querySelector('input[name=mass]')
  const shown = part.querySelector('[data-tolerance-part]')
  let waiting
  let asked

  const ask = async () => {
    asked?.abort()
    asked = new AbortController()
    const mine = asked
    const body = new FormData()
    body.append('csrf_token', field.form.elements.csrf_token.value)
    body.append('window', part.dataset.window)
    body.append('mass', field.value)
    try {
      const answer = await fetch(part.dataset.toleranceAt, { method: 'POST', body, signal: mine.signal })
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : '', 'text/html')
      if (mine === asked) shown.replaceChildren(...page.body.childNodes)
    } catch (fault) {
      if (fault.name !== 'AbortError') shown.replaceChildren()
    }
  }

  field.addEventListener('input', () => {
    // An old verdict beside a new weight would be worse than none.
    asked?.abort()
    shown.replaceChildren()
    clearTimeout(waiting)
    if (field.value.trim()) waiting = setTimeout(ask, PAUSE)
  })
}

function countDown(timer) {
  const left = timer.querySelector('[data-left]')
  const over = Date.now() + Number(timer.dataset.seconds) * 1000
  const say = () => {
    const seconds = Math.max(0, Math.ceil((over - Date.now()) / 1000))
    left.textContent = seconds ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left` : 'The time is over.'
    if (!seconds) clearInterval(ticking)
  }
  const ticking = setInterval(say, 1000)
  say()
}
