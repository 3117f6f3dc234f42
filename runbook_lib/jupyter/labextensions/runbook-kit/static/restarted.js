// A restarted kernel knows nothing of the board's button any more: it goes on from the first cell
// then, for what is done is found again.
const FORGOTTEN = '.runbook-go-on.jupyter-widgets-disconnected';

export const goOnAnew = (panel, actions) => {
  const pressed = event => {
    if (!event.target.closest?.(FORGOTTEN)) return;
    event.stopPropagation();
    panel.content.activeCellIndex = 0;
    panel.content.deselectAll();
    void actions.runCells(panel.content, panel.content.widgets, panel.sessionContext);
  };
  panel.node.addEventListener('click', pressed, true);
};
