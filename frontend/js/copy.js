// Offers to copy a text that is ready to send. Without this script the text is there to be selected, and a button downloads it.
export function offerCopies() {
  for (const text of document.querySelectorAll('textarea[data-copy]')) {
    if (!navigator.clipboard) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'govuk-button govuk-button--secondary'
    button.textContent = text.dataset.copy
    const told = document.createElement('span')
    told.className = 'govuk-body govuk-!-margin-left-2'
    told.setAttribute('role', 'status')
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text.value)
        told.textContent = text.dataset.copied
      } catch {
        // The browser does not allow it: the text is selected, so that the keyboard copies it.
        text.select()
        told.textContent = text.dataset.selected
      }
    })
    text.after(button, told)
  }
}
