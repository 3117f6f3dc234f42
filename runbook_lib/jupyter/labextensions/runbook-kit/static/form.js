// A form below a runbook's parameters cell. What it holds is written as papermill writes it: into a
// cell of its own behind the parameters, so that the record and a resumed run have it.
import { goOnAnew } from './restarted.js';
import { keepWhole } from './whole.js';

const INJECTED = 'injected-parameters';
const TAG = 'parameters';
const PAUSE = 600;
const NOTHING = 'Nothing to fill in: this cell declares no parameter (name: type = default).';

const tagged = (cell, tag) => (cell.model.getMetadata('tags') ?? []).includes(tag);
const sourceOf = cell => cell?.model.sharedModel.getSource() ?? '';

const make = (tag, said = {}, ...inside) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(said)) {
    if (name in node && name !== 'list') node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...inside);
  return node;
};

// The control of a field: its value is a text, as `-p name=value` has it.
const control = field => {
  const id = `runbook-form-${field.name}-${Math.random().toString(36).slice(2, 8)}`;
  const about = { id, 'aria-describedby': `${id}-help`, 'data-name': field.name };
  if (field.type === 'bool') return make('input', { ...about, type: 'checkbox' });
  if (field.choices.length && field.closed) return make('select', about);
  return make('input', { ...about, type: 'text', list: `${id}-list`, spellcheck: false });
};

const offer = (node, row, field) => {
  if (node.tagName === 'SELECT') {
    const values = field.default === '' ? ['', ...field.choices] : field.choices;
    const all = values.includes(node.value) || !node.value ? values : [node.value, ...values];
    const value = node.value;
    node.replaceChildren(...all.map(one => make('option', { value: one }, one || '(by default)')));
    node.value = value;
  } else if (field.choices.length) {
    row.querySelector('datalist').replaceChildren(...field.choices.map(one => make('option', { value: one })));
  }
};

const read = node => (node.type === 'checkbox' ? (node.checked ? 'True' : 'False') : node.value);
const write = (node, value) => {
  if (node.type === 'checkbox') node.checked = value === true || value === 'True';
  else node.value = value ?? '';
};

class Form {
  constructor(panel, cell, ask, actions) {
    Object.assign(this, { panel, cell, ask, actions, rows: new Map(), asked: 0 });
    this.told = make('div', { className: 'rk-told', role: 'status', 'aria-live': 'polite' });
    this.body = make('div', { className: 'rk-fields' });
    this.opens = make('button', { type: 'button', className: 'rk-first' }, 'Open the run');
    this.all = make('button', { type: 'button' }, 'Run all cells');
    this.opens.onclick = () => void this.run(false);
    this.all.onclick = () => void this.run(true);
    const buttons = make('div', { className: 'rk-buttons' }, this.opens, this.all);
    this.node = make('form', { className: 'rk-form', 'aria-label': 'Parameters' }, this.body, this.told, buttons);
    this.node.setAttribute('data-lm-suppress-shortcuts', 'true');
    this.node.onsubmit = event => event.preventDefault();
    // The notebook would take a click or a key for one on its cell, and the focus with it.
    for (const kind of ['mousedown', 'mouseup', 'click', 'dblclick', 'keydown']) {
      this.node.addEventListener(kind, event => event.stopPropagation());
    }
    this.node.addEventListener('input', () => this.later());
  }

  // Where papermill's cell stands, or would: right behind the parameters.
  get injected() {
    const cells = this.panel.content.widgets;
    const next = cells[cells.indexOf(this.cell) + 1];
    return next && tagged(next, INJECTED) ? next : undefined;
  }

  given() {
    return Object.fromEntries([...this.rows].map(([name, { node }]) => [name, read(node)]));
  }

  later() {
    clearTimeout(this.timer);
    this.told.textContent = 'looking …';
    this.timer = setTimeout(() => void this.look(), PAUSE);
  }

  async show(look) {
    const number = ++this.asked;
    const before = this.rows.size ? '' : sourceOf(this.injected);
    const asking = { path: this.panel.context.path, cell: before, given: this.given(), look };
    const found = await this.ask('form', asking).catch(error => ({ fields: [], told: [], problem: error.message }));
    if (number === this.asked) this.draw(found, look);
    return found;
  }

  async look() {
    await this.show(false);
    await this.show(true);
  }

  draw(found, looked) {
    const fields = found.fields ?? [];
    const said = fields.length || found.problem ? (found.told ?? []) : [NOTHING];
    const lines = said.map(line => make('div', {}, line));
    const problem = found.problem ? [make('div', { className: 'rk-problem' }, found.problem)] : [];
    this.told.replaceChildren(...(looked || problem.length ? [...lines, ...problem] : ['looking …']));
    this.cellText = found.cell ?? '';
    for (const field of fields) this.drawField(field);
    this.opens.disabled = this.all.disabled = fields.some(one => one.problem);
  }

  drawField(field) {
    if (!this.rows.has(field.name)) this.add(field);
    const { node, row } = this.rows.get(field.name);
    offer(node, row, field);
    if (document.activeElement !== node && field.problem === '') write(node, field.value);
    node.setAttribute('aria-invalid', field.problem ? 'true' : 'false');
    row.querySelector('.rk-help').textContent = field.problem || field.help;
    row.querySelector('.rk-help').classList.toggle('rk-problem', Boolean(field.problem));
  }

  add(field) {
    const node = control(field);
    const row = make(
      'div',
      { className: 'rk-row' },
      make('label', { htmlFor: node.id }, field.name),
      node,
      make('div', { className: 'rk-help', id: `${node.id}-help` }),
      make('datalist', { id: `${node.id}-list` }),
    );
    this.rows.set(field.name, { node, row });
    this.body.append(row);
    offer(node, row, field);
    write(node, field.value);
  }

  // Write what the form holds, and run from the first cell on, which the parameters may need: to the
  // one that opens, or to the end.
  async run(everything) {
    clearTimeout(this.timer);
    const found = await this.show(false);
    if (this.opens.disabled || found.problem) return;
    this.keep(found.cell);
    const cells = this.panel.content.widgets;
    const from = cells.indexOf(this.cell);
    const opening = cells.findIndex((cell, at) => at > from && /\bopen_\w+\(/.test(sourceOf(cell)));
    const to = everything || opening < 0 ? cells.length : opening + 1;
    this.panel.content.activeCellIndex = Math.min(to, cells.length - 1);
    this.panel.content.deselectAll();
    void this.actions.runCells(this.panel.content, cells.slice(0, to), this.panel.sessionContext);
    void this.panel.context.save();
    void this.show(true);
  }

  keep(source) {
    const shared = this.panel.content.model.sharedModel;
    const at = this.panel.content.widgets.indexOf(this.cell) + 1;
    if (this.injected && source) this.injected.model.sharedModel.setSource(source);
    else if (this.injected) shared.deleteCell(at);
    else if (source) shared.insertCell(at, { cell_type: 'code', source, metadata: { tags: [INJECTED] } });
  }
}

const STYLE = `
.rk-host{container-type:inline-size}
.rk-form{margin:4px 8px 8px 64px;padding:6px 12px 10px;border:1px solid var(--jp-border-color1);
 border-left:4px solid var(--jp-brand-color1);border-radius:4px;color:var(--jp-content-font-color1);
 background:var(--jp-layout-color1);font:13px/1.35 var(--jp-ui-font-family)}
.rk-row{display:grid;grid-template-columns:9.5em minmax(9em,14em) 1fr;gap:1px 10px;align-items:center;
 padding:1px 0}
.rk-row label{font-weight:600;overflow-wrap:anywhere}
.rk-row input[type=text],.rk-row select{width:100%;box-sizing:border-box;padding:2px 6px;height:25px;
 color:inherit;background:var(--jp-layout-color0);border:1px solid #767676;border-radius:2px;font:inherit}
.rk-row option{color:var(--jp-content-font-color1);background:var(--jp-layout-color0)}
.rk-row input[type=checkbox]{justify-self:start;width:16px;height:16px;margin:3px 0}
.rk-row [aria-invalid=true]{border:2px solid var(--jp-error-color1)}
.rk-help{font-size:12px;overflow-wrap:anywhere}
.rk-problem{font-weight:600}
.rk-problem::before{content:'✘ ';color:var(--jp-error-color1)}
.rk-told{margin:6px 0;padding:5px 8px;background:var(--jp-layout-color2);overflow-wrap:anywhere;
 min-height:1.35em}
.rk-buttons{display:flex;gap:8px}
.rk-buttons button{padding:5px 14px;font:inherit;font-weight:600;cursor:pointer;border-radius:3px;
 border:1px solid #767676;color:inherit;background:var(--jp-layout-color2)}
.rk-buttons .rk-first{color:#fff;background:#15803d;border-color:#15803d}
.rk-buttons button:disabled{color:#fff;background:#6b7280;border-color:#6b7280;cursor:not-allowed}
.rk-form p{margin:0 0 6px}
.rk-form>.rk-first{padding:5px 14px;font:inherit;font-weight:600;cursor:pointer;border-radius:3px;
 border:1px solid #15803d;color:#fff;background:#15803d}
.rk-form :focus-visible{outline:3px solid var(--jp-brand-color1);outline-offset:1px}
@container (max-width:720px){
 .rk-form{margin-left:8px}
 .rk-row{grid-template-columns:9.5em 1fr}
 .rk-help{grid-column:1/-1;padding-bottom:3px}
}
`;

// What a notebook says in the place of a form, while papermill would not know its parameters.
const UNTAGGED =
  'This cell declares parameters, and has no tag “parameters”: a run without JupyterLab would be ' +
  'given none of them, and a form could not write what you fill in.';
const DECLARES = /^[A-Za-z_]\w*[ \t]*:[ \t]*[^=\n]+=/m;

// A runbook is a notebook that opens a run; a record of one is for reading.
const opensRun = cell => cell.model.type === 'code' && /\bopen_\w+\(|runbook_lib/.test(sourceOf(cell));
const isRecord = panel => Boolean(panel.content.model.getMetadata('runbook')?.format);

const parametersOf = cells => cells.find(cell => cell.model.type === 'code' && tagged(cell, TAG));

// The cell that declares parameters above the one that opens the run.
const declaringOf = cells => {
  const opening = cells.findIndex(cell => /\bopen_\w+\(/.test(sourceOf(cell)));
  const above = cells.slice(0, Math.max(opening, 0));
  return above.find(cell => cell.model.type === 'code' && DECLARES.test(sourceOf(cell)));
};

// Below the source of a cell, and above what it shows.
const insert = (cell, widget) => {
  const source = cell.layout.widgets.findIndex(one => one.node.matches('.jp-Cell-inputWrapper'));
  cell.layout.insertWidget(source + 1, widget);
};

// Has the cell tagged where that was forgotten: a form is made of the file, so that is saved first.
const offerTag = (panel, cell, Widget, then) => {
  const button = make('button', { type: 'button', className: 'rk-first' }, 'Tag it “parameters”');
  const note = make('div', { className: 'rk-form', role: 'note' }, make('p', {}, UNTAGGED), button);
  const widget = new Widget({ node: make('div', { className: 'rk-host' }, note) });
  button.onclick = async () => {
    button.disabled = true;
    cell.model.setMetadata('tags', [...(cell.model.getMetadata('tags') ?? []), TAG]);
    await panel.context.save();
    widget.dispose();
    await then();
  };
  insert(cell, widget);
};

export const attach = async (panel, ask, actions, Widget) => {
  await panel.context.ready;
  await panel.revealed;
  const cells = panel.content.widgets;
  if (!cells.some(opensRun)) return;
  keepWhole(panel);
  goOnAnew(panel, actions);
  if (!document.querySelector('#rk-style')) {
    document.head.append(make('style', { id: 'rk-style' }, STYLE));
  }
  if (!isRecord(panel)) await attachForm(panel, ask, actions, Widget);
};

const attachForm = async (panel, ask, actions, Widget) => {
  const cells = panel.content.widgets;
  const cell = parametersOf(cells) ?? declaringOf(cells);
  await cell?.ready;
  if (!cell || cell.node.querySelector('.rk-form')) return;
  if (!tagged(cell, TAG)) {
    offerTag(panel, cell, Widget, () => attachForm(panel, ask, actions, Widget));
    return;
  }
  const form = new Form(panel, cell, ask, actions);
  insert(cell, new Widget({ node: make('div', { className: 'rk-host' }, form.node) }));
  await form.look();
};
