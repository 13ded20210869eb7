"""What is asked of every page as a browser shows it: axe-core's rules, our own of forms and their errors, its weight, and that nothing jumps."""

from dataclasses import dataclass, field
from importlib import resources
from typing import Any

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
MOST_BYTES = 150_000
MOST_SHIFT = 0.02
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}

_WATCH = """() => {
  window.levigateShift = 0
  new PerformanceObserver((list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) window.levigateShift += each.value })
    .observe({ type: 'layout-shift', buffered: true })
}"""
# By frames and not by the clock alone: a busy machine paints late.
_SETTLED = """() => new Promise((done) => {
  const frames = (count, then) => count ? requestAnimationFrame(() => frames(count - 1, then)) : then()
  frames(3, () => setTimeout(() => frames(2, () => setTimeout(done, 0)), 60))
})"""
_OWN = """() => {
  const faults = []
  const shown = (each) => each.getClientRects().length > 0
  if (document.querySelectorAll('h1').length !== 1) faults.push(`${document.querySelectorAll('h1').length} first headings`)
  if (!document.title.trim()) faults.push('no title')
  for (const each of document.querySelectorAll('[tabindex]')) if (each.tabIndex > 0) faults.push(`a place of its own in the focus order: ${each.outerHTML.slice(0, 80)}`)
  for (const each of document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')) {
    if (shown(each) && !each.labels?.length && !each.getAttribute('aria-label') && !each.getAttribute('aria-labelledby')) faults.push(`no label: ${each.name}`)
  }
  const ids = [...document.querySelectorAll('[id]')].map((each) => each.id)
  for (const each of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`the id ${each} is there twice`)
  for (const each of document.querySelectorAll('main button, main a.govuk-button, main input[type=submit]')) {
    const box = each.getBoundingClientRect()
    // One that is there for the Enter key alone is a single pixel.
    if (shown(each) && box.height > 1 && box.height < 24) faults.push(`too small to hit: ${each.textContent.trim()} (${Math.round(box.height)} px high)`)
  }
  return faults
}"""
SUMMARY = """() => {
  const faults = []
  const summary = document.querySelector('.govuk-error-summary')
  if (!summary) return ['nothing says what is wrong']
  if (!document.title.startsWith('Error: ')) faults.push('the title does not begin with "Error: "')
  if (!summary.querySelector('li')) faults.push('the summary lists nothing')
  for (const link of summary.querySelectorAll('a')) {
    const field = document.getElementById(link.getAttribute('href').slice(1))
    if (!field) faults.push(`"${link.textContent.trim()}" leads nowhere`)
    else if (!field.matches('input, select, textarea') && field.tabIndex < 0 && !field.querySelector('input, select, textarea')) faults.push(`"${link.textContent.trim()}" leads to no field`)
  }
  for (const each of document.querySelectorAll('.govuk-error-message')) {
    if (each.id && !document.querySelector(`[aria-describedby~="${each.id}"]`)) faults.push(`an error that no field tells of: ${each.textContent.trim()}`)
  }
  // Where the next thing is a scan, the cursor stays in its field, and the summary is announced as an alert.
  const staysInField = summary.dataset.disableAutoFocus === 'true' && document.activeElement.autofocus && summary.querySelector('[role=alert]')
  if (!staysInField && document.activeElement !== summary && !summary.contains(document.activeElement)) faults.push('the summary has not the focus')
  return faults
}"""


def axe() -> str:
    """The script of axe-core."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@dataclass
class Eyes:
    """One tab that looks at page after page as a first visit, and notes what is wrong with each."""

    page: Any
    script: str = field(default_factory=axe)
    received: float = 0.0
    faults: list[str] = field(default_factory=list)
    heaviest: tuple[float, str] = (0.0, "")
    most_moving: tuple[float, str] = (0.0, "")

    def __post_init__(self) -> None:
        """Count what is transferred; nothing is taken from the browser's own store."""
        self.page.add_init_script(f"({_WATCH})()")
        watch = self.page.context.new_cdp_session(self.page)
        watch.send("Network.enable")
        watch.send("Network.setCacheDisabled", {"cacheDisabled": True})
        watch.on("Network.loadingFinished", self._count)

    def _count(self, told: dict[str, float]) -> None:
        self.received += told["encodedDataLength"]

    def open(self, address: str, name: str) -> None:
        """Open a page as on a first visit, and look at it."""
        self.received = 0.0
        self.page.set_viewport_size(WIDE)
        answer = self.page.goto(address, wait_until="load")
        if answer.status >= 500:
            self.faults.append(f"{name}: answered {answer.status}")
        self.page.evaluate(_SETTLED)
        self.heaviest = max(self.heaviest, (self.received, name))
        if self.received > MOST_BYTES:
            self.faults.append(f"{name}: {self.received:.0f} bytes")
        shift = float(self.page.evaluate("window.levigateShift"))
        self.most_moving = max(self.most_moving, (shift, name))
        if shift > MOST_SHIFT:
            self.faults.append(f"{name}: a layout shift of {shift:.3f}")
        self.look(name)

    def look(self, name: str) -> None:
        """What the rules say of the page as it stands now, and that a narrow screen shows all of it."""
        self.page.evaluate(self.script)
        found = self.page.evaluate("(rules) => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
        for each in found["violations"]:
            self.faults += [f"{name}: {each['id']}: {each['help']}: {node['target'][0]} {node['html'][:160]}" for node in each["nodes"][:3]]
        self.faults += [f"{name}: {each}" for each in self.page.evaluate(_OWN)]
        self.page.set_viewport_size(NARROW)
        width = int(self.page.evaluate("document.scrollingElement.scrollWidth"))
        if width > NARROW["width"]:
            wide = self.page.evaluate(
                "() => [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > 321 && !each.closest('.lev-scroll'))"
                ".slice(-2).map((each) => each.outerHTML.slice(0, 120))"
            )
            self.faults.append(f"{name}: {width} px wide on a screen of {NARROW['width']}: {wide}")
        self.page.set_viewport_size(WIDE)

    def send_empty(self, name: str) -> None:
        """Send the page's own form as it stands; where it comes back refused, look at how it says so."""
        button = self.page.locator("main form[method=post] button:not([type=button]):visible").last
        if not button.count():
            return
        with self.page.expect_navigation(wait_until="load"):
            button.click()
        if self.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") != 422:
            return
        self.faults += [f"{name} sent empty: {each}" for each in self.page.evaluate(SUMMARY)]
        self.look(f"{name} sent empty")
