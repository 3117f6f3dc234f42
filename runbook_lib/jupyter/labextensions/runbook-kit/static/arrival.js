// Leads the reader to a card as it comes: Run All leaves him at its last cell. Each card does so
// once, and takes nobody away from what he writes. Of two that come he is led to the upper one, in
// whichever order they come: after a cell that was refused the kernel may carry out another of the
// same Run All. Until he does something himself, JupyterLab does not lead him back to a cell: it
// scrolls to the last one of a Run All first, and sets the focus there when that has come to rest.
const FIRST = '.runbook-first:not([data-arrived])';
const FIELD = 'input, textarea, button';
const KEPT = 'input, textarea, select, [contenteditable=true], .runbook-first';
const CELL = '.jp-Cell, .jp-Notebook';
const BY_HAND = ['pointerdown', 'keydown'];

let led;

const isBelow = (one, other) =>
  Boolean(other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);

const lead = field => {
  const here = document.activeElement;
  if (here && here === led ? !isBelow(here, field) : here?.matches(KEPT)) return;
  led = field;
  field.focus();
};

const arrive = node => {
  for (const first of node.querySelectorAll(FIRST)) {
    const field = first.matches(FIELD) ? first : first.querySelector(FIELD);
    if (!field?.offsetParent) continue;
    first.dataset.arrived = '';
    lead(field);
  }
};

const keep = ({ target }) => {
  if (led?.isConnected && target.matches(CELL)) led.focus();
};

for (const kind of BY_HAND) {
  document.addEventListener(kind, () => (led = undefined), true);
}

export const watch = ({ content: { node } }) => {
  const watching = { subtree: true, childList: true, attributeFilter: ['class', 'style'] };
  new MutationObserver(() => arrive(node)).observe(node, watching);
  node.addEventListener('focusin', keep, true);
  arrive(node);
};
