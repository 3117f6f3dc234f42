// The runbooks in JupyterLab's launcher: each opens as a working copy, never as the runbook itself.
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">
<path fill="none" stroke="#2e7d32" stroke-width="2" d="M6 3h12v18H6z"/>
<path fill="none" stroke="#2e7d32" stroke-width="2" d="M8 8l1.5 1.5L12 7M8 14l1.5 1.5L12 13M14 9h2M14 15h2"/>
</svg>`;

export const add = async (app, launcher, ask, LabIcon) => {
  const icon = new LabIcon({ name: 'runbook-kit:runbook', svgstr: ICON });
  const found = await ask('runbooks');
  found.forEach(({ name, purpose }, rank) => {
    const command = `runbook-kit:open-${name}`;
    if (app.commands.hasCommand(command)) return;
    app.commands.addCommand(command, {
      label: name.replaceAll('_', ' '),
      caption: purpose,
      icon,
      execute: async () => {
        const { path } = await ask('runbooks', { name });
        return app.commands.execute('docmanager:open', { path, factory: 'Notebook' });
      },
    });
    launcher.add({ command, category: 'Runbooks', rank });
  });
};
