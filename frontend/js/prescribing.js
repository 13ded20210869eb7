// Beside a new order: the sentence for the label, the strength as the other form, and the amount of one fill, while a person types.
// Every part works without it: a button shows the same, and another one takes the amount over.
const PAUSE = 350

// Only these fields are sent: what is worked out needs nothing of the patient.
const ASKED = [
  'csrf_token', 'way', 'percent', 'basis', 'place', 'how_much', 'each_g', 'moments', 'course_days', 'supply_days', 'age', 'finger', 'nozzle', 'face_neck', 'arm',
  'hand', 'arm_hand', 'leg', 'foot', 'leg_foot', 'trunk_front', 'back_buttocks'
]

export function workOutOrders() {
  for (const form of document.querySelectorAll('form[data-new-order]')) watch(form)
}

function watch(form) {
  const places = new Map([...form.querySelectorAll('[data-worked]')].map((place) => [place.dataset.worked, place]))
  let waiting
  let asked

  const workOut = async () => {
    asked?.abort()
    asked = new AbortController()
    const mine = asked
    const body = new FormData()
    for (const [name, value] of new FormData(form)) if (ASKED.includes(name)) body.append(name, value)
    try {
      const answer = await fetch(form.dataset.workedAt, { method: 'POST', body, signal: mine.signal })
      if (!answer.ok) throw new Error(String(answer.status))
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (mine !== asked) return
      for (const part of page.querySelectorAll('[data-worked-part]')) show(places.get(part.dataset.workedPart), [...part.childNodes])
    } catch (fault) {
      // What was worked out from other entries must not stand beside the new ones.
      if (fault.name !== 'AbortError') for (const place of places.values()) show(place, [])
    }
  }

  form.addEventListener('input', (event) => {
    if (!ASKED.includes(event.target.name)) return
    clearTimeout(waiting)
    waiting = setTimeout(workOut, PAUSE)
  })
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-amount]')
    if (!button || !button.dataset.amount) return
    event.preventDefault()
    const field = form.elements.amount
    field.value = button.dataset.amount
    field.focus()
  })
}

// A part that says the same again stays as it is, so that a screen reader says it once.
function show(place, content) {
  if (!place) return
  const told = document.createElement('div')
  told.append(...content)
  if (told.textContent.trim() !== place.textContent.trim()) place.replaceChildren(...told.childNodes)
}
