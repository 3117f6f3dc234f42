// Leads the reader to a card as it comes: Run All leaves him at its last cell. Each card does so
// once, and takes nobody away from what he writes, or from the card that came before: after one
// that was refused the kernel may carry out another cell of the same Run All.
const FIRST = '.runbook-first:not([data-arrived])';
const FIELD = 'input, textarea, button';
const KEPT = 'input, textarea, select, [contenteditable=true], .runbook-first';

const arrive = node => {
  for (const first of node.querySelectorAll(FIRST)) {
    const field = first.matches(FIELD) ? first : first.querySelector(FIELD);
    if (!field?.offsetParent) continue;
    first.dataset.arrived = '';
    if (!document.activeElement?.matches(KEPT)) field.focus();
  }
};

export const watch = ({ content: { node } }) => {
  const watching = { subtree: true, childList: true, attributeFilter: ['class'] };
  new MutationObserver(() => arrive(node)).observe(node, watching);
};
