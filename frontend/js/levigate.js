// Starts the few components that need a script. Every page works without it.
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { showReadings } from './allergy_reading.js'
import { offerCopies } from './copy.js'
import { helpAtBench } from './bench.js'
import { forgetWhatWasSent } from './forget.js'
import { offerNewPasskeys, offerPasskeys } from './passkeys.js'
import { workOutOrders } from './prescribing.js'
import { watchSession } from './session.js'
import { watchWorkList } from './work_list.js'

// The components refuse to start without these classes, which an inline script would set had the content security policy allowed one.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

// Radios and checkboxes are here because the second class hides their conditional questions until the script reveals them.
for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, PasswordInput, Radios, SkipLink]) {
  createAll(component)
}

showReadings()
offerCopies()
offerPasskeys()
offerNewPasskeys()
watchSession()
forgetWhatWasSent()
watchWorkList()
workOutOrders()
helpAtBench()
