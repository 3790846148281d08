// What the steps have in common: applications made with the SDK, the people who use them, and an eye on the wire.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineOneEntry } from 'oneentry';

/** A server and its folder of letters, one that asks for an application's token, and what an OpenID provider gave. */
export const { base, letters, guarded, openid } = JSON.parse(process.argv[2]);

/** The SDK looks at answers; what is not as its schemas have it, it returns as it is, or an error in its place. */
export const lenient = { validation: { enabled: true, logErrors: false } };
export const strict = { validation: { ...lenient.validation, strictMode: true } };
export const client = (config = {}) => defineOneEntry(base, { ...strict, ...config });
/** A client that takes every answer as it is. */
export const bare = (config = {}) => defineOneEntry(base, config);

export const authData = (login, password = '12345') => [
  { marker: 'login', value: login },
  { marker: 'password', value: password },
];
export const reach = { email: 'test@test.zone', phonePush: [], phoneSMS: '+19991234567' };
export const body = (login, formData, formIdentifier = 'reg') => ({
  formIdentifier,
  authData: authData(login),
  formData,
  notificationData: { ...reach },
});
export const name = (value) => ({ marker: 'last_name', type: 'string', value });

/** A client at which somebody has signed up and in. */
export const joined = async (login, config = {}, provider = 'email', formIdentifier = 'reg') => {
  const one = client(config);
  const made = await one.AuthProvider.signUp(provider, body(login, undefined, formIdentifier));
  assert.equal(made.identifier, login, JSON.stringify(made));
  const tokens = await one.AuthProvider.auth(provider, { authData: authData(login) });
  assert.equal(tokens.userIdentifier, login, JSON.stringify(tokens));
  return one;
};

export const refused = (answer, status) => {
  assert.equal(answer?.statusCode, status, answer?.stack ?? JSON.stringify(answer));
  assert.ok(answer.message && answer.timestamp && answer.pageData === null, JSON.stringify(answer));
};
/** What somebody has filled in there. */
export const value = (entity, marker) => {
  assert.ok(Array.isArray(entity?.formData), JSON.stringify(entity));
  return entity.formData.find((item) => item.marker === marker)?.value;
};

/** The code in a letter to somebody, but for those he had before. */
export const codeFor = async (login, ...before) => {
  for (let tries = 0; tries < 200; tries += 1) {
    for (const file of readdirSync(letters).filter((one) => one.endsWith('.eml')).sort().reverse()) {
      const letter = readFileSync(join(letters, file), 'utf8');
      const code = /^ {4}([0-9A-Z]{6})\r?$/m.exec(letter)?.[1];
      if (letter.includes(login) && code && !before.includes(code)) return code;
    }
    await pause(50);
  }
  throw new Error(`no code for ${login}`);
};

/** What went over the wire, as `POST /users/auth 201` without the way there; and what should not have. */
const wire = [];
const faults = [];
const { fetch } = globalThis;
globalThis.fetch = async (address, options) => {
  const answer = await fetch(address, options);
  const text = await answer.clone().text();
  const path = new URL(address).pathname.replace('/api/content', '').replace('/users-auth-providers', '');
  const line = `${options.method} ${path} ${answer.status}`;
  wire.push(line);
  // What is empty, or no error object, becomes a SyntaxError or looks like success.
  const isCode = path.endsWith('/generate-code') && answer.status === 201;
  const isRefusal = () => JSON.parse(text).statusCode === answer.status;
  try {
    if (!(isCode ? text === '' : answer.ok ? JSON.parse(text) !== null : isRefusal())) faults.push(`${line}: ${text}`);
  } catch {
    faults.push(`${line}: ${text}`);
  }
  return answer;
};
export const seesNoFault = () => assert.deepEqual(faults, []);

/** What goes over the wire meanwhile. */
export const watch = async (act) => {
  const before = wire.length;
  const answer = await act();
  return [answer, wire.slice(before)];
};
