// Keeps a runbook whole in its page: JupyterLab's windowing mode `full` takes cells out of it that
// are scrolled away, and the board, the form and the place of a card with them.
const INSTEAD = 'defer';

export const keepWhole = ({ content }) => {
  const whole = () => {
    const config = content.notebookConfig;
    if (config.windowingMode !== 'full') return;
    content.notebookConfig = { ...config, windowingMode: INSTEAD };
    // JupyterLab leaves it, and what is fixed in the page would be fixed in the list of cells.
    content.viewportNode.style.transform = '';
  };
  // Who changes the setting has every notebook follow it.
  content.viewModel.stateChanged.connect((_, { name, newValue }) => {
    if (name === 'windowingActive' && newValue) queueMicrotask(whole);
  });
  whole();
};
