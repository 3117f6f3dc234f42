// What a runbook asks of JupyterLab: to run a cell and all below it, as Run All does, and to keep
// the time of its waits. Written by hand, as the container of a prebuilt extension is: see
// https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#prebuilt-extensions
(() => {
  const NAME = 'runbook-kit';
  const HERE = new URL('.', document.currentScript.src).href;
  const TARGET = 'runbook.go_on';

  // Whether a cell is running, or waits for its turn.
  const atWork = cell => cell.model.type === 'code' && cell.model.executionState === 'running';

  // Run a cell of a notebook and all below it, or down to another; says what came of it.
  const goOn = (panel, actions, { cell, to }) => {
    const notebook = panel.content;
    const place = id => notebook.widgets.findIndex(one => one.model.id === id);
    const at = cell ? place(cell) : 0;
    const end = to ? place(to) : notebook.widgets.length;
    if (at < 0 || end < at) return 'gone';
    const cells = notebook.widgets.slice(at, end + 1);
    if (cells.some(atWork)) return 'under way';
    notebook.activeCellIndex = at;
    notebook.deselectAll();
    void actions.runCells(notebook, cells, panel.sessionContext);
    return 'going on';
  };

  // Only the page whose button was pressed goes on: the same kernel may have others.
  const listen = (panel, actions) => {
    const kernel = panel.sessionContext.session?.kernel;
    kernel?.registerCommTarget(TARGET, (comm, asked) => {
      if (asked.parent_header.session !== kernel.clientId) return;
      comm.send({ said: goOn(panel, actions, asked.content.data) });
    });
  };

  // Enter in a field leads to the first button, and decides nothing; Escape leads to the notebook.
  const onKey = (panel, event) => {
    const card = event.target.closest?.('.runbook-card, .rk-form');
    if (!card || event.isComposing) return;
    if (event.key === 'Escape') {
      panel.content.mode = 'command';
      panel.content.node.focus();
    } else if (event.key === 'Enter' && event.target.tagName === 'INPUT') {
      card.querySelector('button:not(:disabled)')?.focus();
    } else if (event.key !== 'Enter' || event.target.tagName !== 'BUTTON') {
      return;
    } else {
      event.target.click();
    }
    event.preventDefault();
    event.stopPropagation();
  };

  // How long each step has been at work that says since when.
  const tick = () => {
    for (const clock of document.querySelectorAll('.runbook-clock')) {
      const seconds = Math.max(0, Math.floor(Date.now() / 1000 - Number(clock.dataset.since)));
      const two = number => String(number).padStart(2, '0');
      const hours = Math.floor(seconds / 3600);
      const minutes = Math.floor(seconds / 60) % 60;
      clock.textContent = `${hours ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
    }
  };

  const activate = (app, tracker, actions) => {
    setInterval(tick, 1000);
    tracker.widgetAdded.connect((_, panel) => {
      const hear = () => listen(panel, actions);
      panel.sessionContext.kernelChanged.connect(hear);
      void panel.sessionContext.ready.then(hear);
      panel.node.addEventListener('keydown', event => onKey(panel, event), true);
    });
  };

  // The one copy of a package that JupyterLab itself has loaded.
  let shared;
  const load = async name => (await Object.values(shared[name])[0].get())();

  const plugin = async () => {
    const { INotebookTracker, NotebookActions } = await load('@jupyterlab/notebook');
    return {
      id: `${NAME}:go-on`,
      autoStart: true,
      requires: [INotebookTracker],
      activate: (app, tracker) => activate(app, tracker, NotebookActions),
    };
  };

  // What our own part of the server says (`runbook_lib.launcher`); an error has its words.
  const asking = ({ ServerConnection }) => async (place, said) => {
    const settings = ServerConnection.makeSettings();
    const request = said ? { method: 'POST', body: JSON.stringify(said) } : {};
    const url = `${settings.baseUrl}runbook-kit/${place}`;
    const answer = await ServerConnection.makeRequest(url, request, settings);
    const found = await answer.json().catch(() => ({ problem: `the server says ${answer.status}` }));
    if (!answer.ok) throw new Error(found.problem ?? found.message);
    return found;
  };

  // The runbooks in the launcher; in each that is open, the form below its parameters, and the lead
  // to its cards.
  const begin = async (app, tracker, actions, launcher) => {
    const ask = asking(await load('@jupyterlab/services'));
    const { attach } = await import(`${HERE}form.js`);
    const { watch } = await import(`${HERE}arrival.js`);
    const { Widget } = await load('@lumino/widgets');
    const opened = panel => {
      watch(panel);
      void attach(panel, ask, actions, Widget).catch(console.warn);
    };
    tracker.forEach(opened);
    tracker.widgetAdded.connect((_, panel) => opened(panel));
    if (!launcher) return;
    const { add } = await import(`${HERE}launcher.js`);
    const { LabIcon } = await load('@jupyterlab/ui-components');
    await add(app, launcher, ask, LabIcon);
  };

  const beginner = async () => {
    const { INotebookTracker, NotebookActions } = await load('@jupyterlab/notebook');
    const { ILauncher } = await load('@jupyterlab/launcher');
    return {
      id: `${NAME}:begin`,
      autoStart: true,
      requires: [INotebookTracker],
      optional: [ILauncher],
      activate: (app, tracker, launcher) => {
        const sheet = document.createElement('link');
        document.head.append(Object.assign(sheet, { rel: 'stylesheet', href: `${HERE}board.css` }));
        void begin(app, tracker, NotebookActions, launcher).catch(console.warn);
      },
    };
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const made = await Promise.all([plugin(), beginner()]);
      return () => ({ __esModule: true, default: made });
    },
  };
})();
