// Visits the sign-up page without a browser: node visitor.mjs <base url> <folder of letters>
// Prints the fields that were drawn, what the page says at each step, and the fields that the server then holds.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineOneEntry } from 'oneentry';

const [base, letters] = process.argv.slice(2);

/** An element that remembers what was put into it. */
class Piece {
  children = [];
  textContent = '';
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  focus() {}
  get inside() { return this.children.flatMap((child) => (child.inside ? [child, ...child.inside] : [])); }
}
globalThis.Option = class extends Piece {};
globalThis.FormData = class {
  constructor(form) { this.form = form; }
  *[Symbol.iterator]() {
    const named = this.form.inside.filter((one) => one.name && (one.type !== 'radio' || one.checked));
    for (const { name, value } of named) yield [name, value ?? ''];
  }
};
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['fr', 'de-AT', 'en'] } });

const open = async (address) => {
  const shown = { h1: new Piece(), form: new Piece(), p: new Piece() };
  globalThis.document = {
    location: { hash: `#${address}` },
    documentElement: {},
    createElement: () => new Piece(),
    querySelector: (name) => shown[name],
  };
  await import(`./page.mjs?${address}`);
  return shown;
};
const submit = async ({ form, p }) => {
  form.onsubmit({ preventDefault() {} });
  while (p.textContent === '…') await pause(10);
  return p.textContent;
};
const fill = ({ form }, values) => {
  for (const one of form.inside.filter(({ name }) => name in values)) {
    if (one.type === 'radio') one.checked = one.value === values[one.name];
    else one.value = values[one.name];
  }
};
const codeIn = async (folder) => {
  for (let tries = 0; tries < 200; tries += 1) {
    const texts = readdirSync(folder).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(folder, name), 'utf8'));
    const code = texts.map((text) => /^ {4}([0-9]{6})\r?$/m.exec(text)?.[1]).find(Boolean);
    if (code) return code;
    await pause(50);
  }
  throw new Error('no code');
};

console.log((await open('http://127.0.0.1:1')).p.textContent);
const page = await open(base);
console.log(page.h1.textContent);
console.log([...new Set(page.form.inside.map(({ name }) => name).filter(Boolean))].join(' '));
const needed = { login: 'dora@example.org', password: 'queens-gambit', name: 'Dora' };
fill(page, { ...needed, name: 'D'.repeat(21) });
console.log(await submit(page));
fill(page, {
  ...needed,
  about: 'I play.',
  age: '37',
  height: '1.75',
  weight: '70.5',
  born: '1990-02-28',
  since: '2001-09-01T10:30',
  level: '2',
  hand: '1',
});
await submit(page);
const [code] = page.form.inside.filter(({ autocomplete }) => autocomplete === 'one-time-code');
code.value = 'wrong';
console.log(await submit(page));
code.value = await codeIn(letters);
console.log(await submit(page));
console.log(page.form.inside.length);

const { AuthProvider, Users } = defineOneEntry(base, {});
await AuthProvider.auth('club', { authData: ['login', 'password'].map((marker) => ({ marker, value: needed[marker] })) });
console.log((await Users.getUser()).formData.map(({ marker }) => marker).join(' '));
