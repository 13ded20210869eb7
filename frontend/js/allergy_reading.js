// Shows how the allergies are read while they are typed. Every part of the page works without it: a button sends the form instead.
const PAUSE = 350
const UNREACHED = 'The reading could not be made. Check the order to have it read.'

// Only these fields are sent: a reading needs nothing else of the patient.
const READ = ['allergies_list', 'contact_details', 'notes']
const ALONGSIDE = ['csrf_token', 'way']

export function showReadings() {
  for (const region of document.querySelectorAll('[data-reading-at]')) {
    const form = region.closest('form')
    if (form) watch(form, region)
  }
}

function watch(form, region) {
  const summary = region.querySelector('[data-reading-summary]')
  const part = region.querySelector('[data-reading-part]')
  const named = (names) => [...form.elements].filter((field) => names.some((name) => field.name === name || field.name === `file-${name}`))
  let waiting
  let asked

  const show = (sentence, content) => {
    // Set only when it changes, so that a screen reader says it once.
    if (summary.textContent !== sentence) summary.textContent = sentence
    part.replaceChildren(...content)
    region.removeAttribute('aria-busy')
  }

  const read = async () => {
    asked?.abort()
    asked = new AbortController()
    const mine = asked
    const body = new FormData()
    for (const field of [...named(ALONGSIDE), ...named(READ)]) body.append(field.name, field.value)
    if (named(READ).every((field) => !field.value.trim())) return show('', [])
    try {
      const answer = await fetch(region.dataset.readingAt, { method: 'POST', body, signal: mine.signal })
      if (!answer.ok) throw new Error(String(answer.status))
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const told = page.querySelector('[data-summary]')
      if (mine !== asked) return
      if (!told) throw new Error('no reading')
      told.remove()
      show(told.textContent, [...page.body.childNodes])
    } catch (fault) {
      // An old reading beside a new text would be worse than none.
      if (fault.name !== 'AbortError') show(UNREACHED, [])
    }
  }

  const later = () => {
    region.setAttribute('aria-busy', 'true')
    clearTimeout(waiting)
    waiting = setTimeout(read, PAUSE)
  }
  for (const field of named(READ)) field.addEventListener('input', later)
  if (named(READ).some((field) => field.value.trim())) later()
}
