// A browser keeps what a form sent, for as long as its answer stands in the tab, and writes it into the file it restores its tabs from. A patient's name has no
// business there: with the address said anew the entry is one that was opened, not one that was sent. Loading it again asks for the page, not for sending twice.
export function forgetWhatWasSent() {
  history.replaceState(null, '', location.href)
}
