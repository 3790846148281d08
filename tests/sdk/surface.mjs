// Takes the SDK through its modules AuthProvider, Users and Forms: node surface.mjs <base url> <folder of letters>
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defineOneEntry } from 'oneentry';

const [base, letters] = process.argv.slice(2);
const strict = { validation: { enabled: true, strictMode: true, logErrors: false } };
const client = (config = {}) => defineOneEntry(base, config);
const authData = (login, password = '12345') => [
  { marker: 'login', value: login },
  { marker: 'password', value: password },
];
const reach = { email: 'test@test.zone', phonePush: [], phoneSMS: '+19991234567' };
const body = (login, formData, formIdentifier = 'reg') => ({
  formIdentifier,
  authData: authData(login),
  formData,
  notificationData: { ...reach },
});
const refused = (answer, status) => {
  assert.equal(answer.statusCode, status, JSON.stringify(answer));
  assert.ok(answer.message && answer.timestamp && answer.pageData === null, JSON.stringify(answer));
};

/** The code in a letter to somebody, but for those he had before. */
const codeFor = async (login, ...before) => {
  for (let tries = 0; tries < 200; tries += 1) {
    for (const name of readdirSync(letters).filter((file) => file.endsWith('.eml')).sort().reverse()) {
      const letter = readFileSync(join(letters, name), 'utf8');
      const code = /^ {4}([0-9A-Z]{6})\r?$/m.exec(letter)?.[1];
      if (letter.includes(login) && code && !before.includes(code)) return code;
    }
    await pause(50);
  }
  throw new Error(`no code for ${login}`);
};

/** The sample bodies of the vendor's page: the provider, the form, and the fields. */
const html = { htmlValue: '<p>Bu benim</p>', plainValue: '', params: { isEditorDisabled: false, isImageCompressed: true } };
const file = {
  filename: 'files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png',
  downloadLink: 'http://my-site.zone/cloud-static/files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png',
  size: 392585,
};
const image = { ...file, previewLink: '', params: { isImageCompressed: true } };
const day = { fullDate: '2024-05-07T21:02:00.000Z', formattedValue: '08-05-2024 00:02', formatString: 'DD-MM-YYYY HH:mm' };
const choice = { title: 'kırmızı', value: '1', extended: { value: 'red', type: 'string' } };
const samples = [
  ['email', 'reg', { marker: 'last_name', type: 'string', value: 'Fyodor Ivanov' }],
  ['email', 'reg', { marker: 'age', type: 'integer', value: 42 }],
  ['email', 'reg', { marker: 'height', type: 'float', value: 1.75 }],
  ['email', 'reg', { marker: 'birthday', type: 'date', value: day }],
  ['email', 'reg', { marker: 'about', type: 'text', value: html }],
  ['header', 'reg_header', { marker: 'about', type: 'textWithHeader', value: { header: 'Başlık', ...html } }],
  ['email', 'reg', { marker: 'avatar', type: 'image', value: [image] }],
  ['header', 'reg_header', { marker: 'gallery', type: 'groupOfImages', value: [image, image] }],
  ['email', 'reg', { marker: 'picture', type: 'file', value: [file] }],
  ['email', 'reg', { marker: 'selector', type: 'list', value: [choice] }],
  ['email', 'reg', { marker: 'entity-selector', type: 'entity', value: [{ id: '1', title: 'kırmızı', value: '1', parentId: 'null' }] }],
];

const seesProvidersAndForms = async () => {
  const { AuthProvider, Forms } = client(strict);
  const providers = await AuthProvider.getAuthProviders();
  assert.deepEqual(providers.map((provider) => provider.identifier), ['email', 'header', 'coded']);
  assert.equal((await AuthProvider.getAuthProviders('en_US', 1, 1))[0].identifier, 'header');
  const email = await AuthProvider.getAuthProviderByMarker('email', 'tr_TR');
  assert.equal(email.localizeInfos.title, 'E-posta');
  assert.equal(email.config.accessTokenTtlSec, '3600');
  refused(await AuthProvider.getAuthProviderByMarker('nothing'), 404);
  const forms = await Forms.getAllForms();
  assert.deepEqual([forms.total, forms.items.map((form) => form.identifier)], [2, ['reg', 'reg_header']]);
  const form = await Forms.getFormByMarker('reg', 'tr_TR');
  assert.equal(form.localizeInfos.title, 'Kayıt');
  const attributes = Object.values(form.attributes);
  assert.equal(attributes.find((attribute) => attribute.marker === 'last_name').localizeInfos.title, 'Soyadı');
  assert.equal(attributes.find((attribute) => attribute.isLogin).marker, 'login');
  refused(await Forms.getFormByMarker('nothing'), 404);
};

const signsUpWithEverySample = async () => {
  const { AuthProvider, Users } = client(strict);
  const minimal = {
    formIdentifier: 'reg',
    authData: authData('example@oneentry.cloud'),
    formData: [{ marker: 'last_name', type: 'string', value: 'Name' }],
    notificationData: { email: 'example@oneentry.cloud', phonePush: ['+99999999999'], phoneSMS: '+99999999999' },
  };
  const made = await AuthProvider.signUp('email', minimal);
  assert.equal(made.identifier, 'example@oneentry.cloud');
  assert.deepEqual([made.isActive, made.locale], [true, 'en_US']);
  assert.deepEqual(made.notificationData, minimal.notificationData);
  assert.deepEqual(made.formData.map((item) => item.marker), ['login', 'last_name']);
  // The same object once more: the SDK has wrapped its form data, and wraps them again.
  refused(await AuthProvider.signUp('email', minimal), 400);
  minimal.authData[0].value = 'second@oneentry.cloud';
  assert.equal((await AuthProvider.signUp('email', minimal)).formData[1].value, 'Name');

  for (const [provider, form, item] of samples) {
    const filled = body('test', [structuredClone(item)], form);
    const entity = await AuthProvider.signUp(provider, filled);
    assert.equal(entity.identifier, 'test', JSON.stringify(entity));
    assert.deepEqual(entity.formData.find(({ marker }) => marker === item.marker).value, item.value);
    await AuthProvider.auth(provider, { authData: authData('test') });
    const me = await Users.getUser();
    assert.equal(me.id, entity.id);
    assert.deepEqual(me.formData.find(({ marker }) => marker === item.marker).value, item.value);
    assert.equal(await Users.deleteUser(), true);
  }
  for (const phonePush of [['+999999999'], ['+999999999', '+999999998']]) {
    const many = body(`push-${phonePush.length}`, [{ marker: 'selector', type: 'list', value: [choice] }]);
    many.notificationData.phonePush = phonePush;
    assert.deepEqual((await AuthProvider.signUp('email', many)).notificationData.phonePush, phonePush);
  }
  const turkish = await AuthProvider.signUp('email', body('turkish', { marker: 'last_name', type: 'string', value: 'Ad' }), 'tr_TR');
  assert.equal(turkish.locale, 'tr_TR');
  assert.equal(turkish.formData[1].value, 'Ad');
  refused(await AuthProvider.signUp('email', body('faulty', [{ marker: 'age', type: 'integer', value: 'x' }])), 400);
  await assert.rejects(
    client({ errors: { isShell: false } }).AuthProvider.signUp('email', body('test2', [{ marker: 'nothing', value: 1 }])),
    { statusCode: 400, message: "formData's marker 'nothing' value is missing or incorrect" },
  );
};

const staysSignedIn = async () => {
  const saved = [];
  const { AuthProvider, Users } = client({ ...strict, auth: { saveFunction: (token) => saved.push(token) } });
  await AuthProvider.signUp('email', body('stay', [{ marker: 'last_name', type: 'string', value: 'Stay' }]));
  refused(await AuthProvider.auth('email', { authData: authData('stay', 'wrong') }), 401);
  const tokens = await AuthProvider.auth('email', { authData: authData('stay') });
  assert.deepEqual([tokens.userIdentifier, tokens.authProviderIdentifier], ['stay', 'email']);
  assert.equal(saved.at(-1), tokens.refreshToken);
  assert.equal((await Users.getUser()).identifier, 'stay');

  // Ten calls with a dead access token refresh ten times with one refresh token, and all go on.
  Users.setAccessToken('dead');
  const storm = await Promise.all(Array.from({ length: 10 }, () => Users.getUser()));
  assert.deepEqual(storm.map((me) => me.identifier), Array(10).fill('stay'));
  assert.equal(new Set(saved.slice(-10)).size, 1);
  assert.equal((await Users.getUser()).identifier, 'stay');

  // Another process knows the refresh token alone.
  const restored = client({ ...strict, auth: { refreshToken: saved.at(-1) } });
  assert.equal((await restored.Users.getUser()).identifier, 'stay');
  const next = await restored.AuthProvider.refresh('email', restored.AuthProvider.state.refreshToken);
  assert.equal(next.userIdentifier, 'stay');

  const sessions = await restored.AuthProvider.getActiveSessionsByMarker('email');
  assert.equal(sessions.length, 1);
  assert.equal(sessions[0].deviceInfo.os, 'Node.js');
  assert.equal(await restored.AuthProvider.logout('email', next.refreshToken), true);
  refused(await restored.Users.getUser(), 401);
  refused(await client().Users.getUser(), 401);

  const [one, other] = [client(strict), client(strict)];
  await one.AuthProvider.auth('email', { authData: authData('stay') });
  await other.AuthProvider.auth('email', { authData: authData('stay') });
  assert.equal((await one.AuthProvider.getActiveSessionsByMarker('email')).length, 2);
  assert.equal(await one.AuthProvider.logoutAll('email'), true);
  refused(await other.Users.getUser(), 401);
  refused(await one.AuthProvider.refresh('email', undefined), 400);
};

const changesItself = async () => {
  const { AuthProvider, Users } = client(strict);
  await AuthProvider.signUp('email', body('change', [{ marker: 'last_name', type: 'string', value: 'Before' }]));
  await AuthProvider.auth('email', { authData: authData('change') });
  const changed = { formIdentifier: 'reg', formData: [{ marker: 'age', type: 'integer', value: 7 }], state: { theme: 'dark' } };
  assert.equal(await Users.updateUser(changed), true);
  const me = await Users.getUser();
  const values = Object.fromEntries(me.formData.map((item) => [item.marker, item.value]));
  assert.deepEqual(values, { login: 'change', last_name: 'Before', age: 7 });
  assert.deepEqual([me.state, me.groups, me.total], [{ theme: 'dark' }, [1], '1']);
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', authData: [{ marker: 'password', value: 'another' }] }), true);
  refused(await Users.updateUser({ formIdentifier: 'reg', authData: [] }), 400);
  assert.equal((await AuthProvider.auth('email', { authData: authData('change', 'another') })).userIdentifier, 'change');
  assert.equal(await Users.addFCMToken('device:one-two_three'), true);
  assert.equal(await Users.deleteFCMToken('device:one-two_three'), true);
  assert.equal(await Users.archiveUser(), true);
  refused(await client().AuthProvider.auth('email', { authData: authData('change', 'another') }), 401);
  assert.equal((await AuthProvider.signUp('email', body('change', [{ marker: 'age', value: 1 }]))).identifier, 'change');
};

const showsCodes = async () => {
  const { AuthProvider, Users } = client(strict);
  const login = 'coded@test.zone';
  const made = await AuthProvider.signUp('coded', body(login, [{ marker: 'last_name', type: 'string', value: 'Code' }]));
  assert.equal(made.isActive, false);
  const plain = await client().AuthProvider.signUp('coded', body('plain@test.zone', [{ marker: 'age', value: 1 }]));
  assert.deepEqual(Object.keys(plain.systemCode), ['expiredDate']);
  refused(await AuthProvider.auth('coded', { authData: authData(login) }), 403);
  refused(await AuthProvider.generateCode('coded', login, 'auth'), 429);
  const code = await codeFor(login);
  assert.equal(await AuthProvider.checkCode('coded', login, 'user_registration', 'WRONG!'), false);
  assert.equal(await AuthProvider.checkCode('coded', login, 'user_registration', code), true);
  assert.equal(await AuthProvider.activateUser('coded', login, code), true);
  refused(await AuthProvider.activateUser('coded', login, code), 400);
  await AuthProvider.auth('coded', { authData: authData(login) });
  assert.equal((await Users.getUser()).identifier, login);

  assert.deepEqual(await AuthProvider.generateCode('coded', login, 'password_reset'), {});
  refused(await AuthProvider.generateCode('coded', login, 'nothing'), 404);
  const reset = await codeFor(login, code);
  refused(await AuthProvider.changePassword('coded', login, 'password_reset', 2, reset, 'new', 'other'), 400);
  assert.equal(await AuthProvider.changePassword('coded', login, 'password_reset', 2, reset, 'new'), true);
  const dead = client({ auth: { customAuth: true } });
  dead.Users.setAccessToken(AuthProvider.state.accessToken);
  refused(await dead.Users.getUser(), 401);
  assert.equal((await AuthProvider.auth('coded', { authData: authData(login, 'new') })).userIdentifier, login);
  assert.deepEqual(await AuthProvider.generateCode('coded', login, 'auth'), {});
  const passwordless = { authData: [{ marker: 'login', value: login }], code: await codeFor(login, code, reset) };
  assert.equal((await AuthProvider.auth('coded', passwordless)).userIdentifier, login);
};

const asksTheProvider = async () => {
  const { AuthProvider } = client(strict);
  const oauth = { client_id: 'x', client_secret: 'x', code: 'x', grant_type: 'authorization_code', redirect_uri: base };
  refused(await AuthProvider.oauth('email', oauth), 503);
};

for (const step of [seesProvidersAndForms, signsUpWithEverySample, staysSignedIn, changesItself, showsCodes, asksTheProvider]) {
  try {
    await step();
  } catch (error) {
    console.error(`${step.name}:`, error);
    process.exit(1);
  }
  console.log(step.name);
}
