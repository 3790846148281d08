// How people come in, stay and leave: tokens, the refresh that the SDK does by itself, and many calls at once.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { authData, body, client, joined, name, refused, watch } from './application.mjs';

const identifiers = (people) => people.map((me) => me.identifier ?? me);

export const staysSignedIn = async () => {
  const saved = [];
  const { AuthProvider, Users } = client({ auth: { saveFunction: (token) => saved.push(token) } });
  await AuthProvider.signUp('email', body('stay', [name('Stay')]));
  refused(await AuthProvider.auth('email', { authData: authData('stay', 'wrong') }), 401);
  const tokens = await AuthProvider.auth('email', { authData: authData('stay') });
  assert.deepEqual([tokens.userIdentifier, tokens.authProviderIdentifier], ['stay', 'email']);
  assert.equal(saved.at(-1), tokens.refreshToken);
  assert.equal((await Users.getUser()).identifier, 'stay');

  // Ten calls with a dead access token refresh ten times, and all go on.
  Users.setAccessToken('dead');
  const storm = await Promise.all(Array.from({ length: 10 }, () => Users.getUser()));
  assert.deepEqual(identifiers(storm), Array(10).fill('stay'));
  const { refreshToken } = AuthProvider.state;
  const pairs = await Promise.all(Array.from({ length: 10 }, () => AuthProvider.refresh('email', refreshToken)));
  assert.equal(new Set(pairs.map((pair) => pair.refreshToken)).size, 1, JSON.stringify(pairs));
  assert.equal((await Users.getUser()).identifier, 'stay');

  // Another process knows the refresh token alone.
  const restored = client({ auth: { refreshToken: saved.at(-1) } });
  assert.equal((await restored.Users.getUser()).identifier, 'stay');
  const next = await restored.AuthProvider.refresh('email', restored.AuthProvider.state.refreshToken);
  assert.equal(next.userIdentifier, 'stay');

  const sessions = await restored.AuthProvider.getActiveSessionsByMarker('email');
  assert.equal(sessions.length, 1);
  assert.equal(sessions[0].deviceInfo.os, 'Node.js');
  assert.equal(await restored.AuthProvider.logout('email', next.refreshToken), true);
  refused(await restored.Users.getUser(), 401);
  refused(await client().Users.getUser(), 401);

  const [one, other] = [client(), client()];
  await one.AuthProvider.auth('email', { authData: authData('stay') });
  await other.AuthProvider.auth('email', { authData: authData('stay') });
  assert.equal((await one.AuthProvider.getActiveSessionsByMarker('email')).length, 2);
  assert.equal(await one.AuthProvider.logoutAll('email'), true);
  refused(await other.Users.getUser(), 401);
  refused(await one.AuthProvider.refresh('email', undefined), 400);
};

/** A refused call makes the SDK refresh, at the provider of its configuration whatever the call was (T3, T4). */
export const refreshesWhereItIsToldTo = async () => {
  const header = await joined('header', { auth: { providerMarker: 'header' } }, 'header', 'reg_header');
  header.Users.setAccessToken('dead');
  assert.equal((await header.Users.getUser()).identifier, 'header');

  // At the wrong provider nothing is got, and nothing lost.
  const { AuthProvider, Users } = await joined('foreign', {}, 'header', 'reg_header');
  Users.setAccessToken('dead');
  const [answer, wire] = await watch(() => Users.getUser());
  refused(answer, 401);
  assert.deepEqual(wire, ['GET /users/me 401', 'POST /marker/email/users/refresh 401']);
  const { refreshToken } = AuthProvider.state;
  for (const marker of ['email', 'coded']) refused(await AuthProvider.refresh(marker, refreshToken), 401);
  refused(await AuthProvider.refresh('nothing', refreshToken), 404);
  assert.equal((await AuthProvider.refresh('header', refreshToken)).userIdentifier, 'foreign');
  assert.equal((await Users.getUser()).identifier, 'foreign');

  // Somebody signed in mistypes a password: the second answer is a value, though errors are thrown.
  const told = [];
  const errors = { isShell: false, customErrors: { 401: (error) => told.push(error) } };
  const signedIn = await joined('mistyped', { errors });
  const [second, exchanges] = await watch(() => signedIn.AuthProvider.auth('email', { authData: authData('mistyped', 'wrong') }));
  refused(second, 401);
  const auth = 'POST /marker/email/users/auth 401';
  assert.deepEqual([exchanges, told], [[auth, 'POST /marker/email/users/refresh 201', auth], []]);
  assert.equal((await signedIn.Users.getUser()).identifier, 'mistyped');

  // Nor does a client refresh that does so by itself, or whatever is public when its token is dead.
  const custom = await joined('custom', { auth: { customAuth: true } });
  custom.Users.setAccessToken('dead');
  const [alone, once] = await watch(() => custom.Users.getUser());
  refused(alone, 401);
  assert.deepEqual(once, ['GET /users/me 401']);
  Users.setAccessToken('dead');
  const [, open] = await watch(async () => {
    assert.equal((await AuthProvider.getAuthProviders())[0].identifier, 'email');
    assert.equal((await AuthProvider.signUp('email', body('public', [name('Public')]))).identifier, 'public');
    assert.deepEqual(await AuthProvider.generateCode('email', 'nobody', 'auth'), {});
  });
  assert.equal(open.length, 3, open.join());
};

/** Whoever has left, or was sent away, leaves once more without harm, and is nobody (T9). */
export const leaves = async () => {
  const calls = (one) => ({
    getUser: () => one.Users.getUser(),
    updateUser: () => one.Users.updateUser({ formIdentifier: 'reg', state: {} }),
    archiveUser: () => one.Users.archiveUser(),
    deleteUser: () => one.Users.deleteUser(),
    addFCMToken: () => one.Users.addFCMToken('device'),
    deleteFCMToken: () => one.Users.deleteFCMToken('device'),
    sessions: () => one.AuthProvider.getActiveSessionsByMarker('email'),
    logoutAll: () => one.AuthProvider.logoutAll('email'),
  });
  const saved = [];
  const one = await joined('leaver', { auth: { saveFunction: (token) => saved.push(token) } });
  const { accessToken, refreshToken } = one.AuthProvider.state;
  const isNobody = async (login) => {
    for (const call of Object.values(calls(one))) {
      // `logoutAll` forgets the tokens, whatever the answer.
      one.Users.setAccessToken(accessToken).setRefreshToken(refreshToken);
      refused(await call(), 401);
    }
    refused(await one.AuthProvider.refresh('email', refreshToken), 401);
    assert.equal(await one.AuthProvider.logout('email', refreshToken), true, login);
  };
  assert.equal(await one.AuthProvider.logout('email', refreshToken), true);
  assert.deepEqual([saved.at(-1), one.AuthProvider.state.accessToken, one.AuthProvider.state.refreshToken], ['', undefined, undefined]);
  for (const call of Object.values(calls(one))) refused(await call(), 401);
  await isNobody('leaver');

  // One client leaves everywhere; the other, who does not know, leaves too.
  const [here, there] = [client(), client()];
  await here.AuthProvider.auth('email', { authData: authData('leaver') });
  await there.AuthProvider.auth('email', { authData: authData('leaver') });
  const elsewhere = there.AuthProvider.state.refreshToken;
  assert.equal(await here.AuthProvider.logoutAll('email'), true);
  assert.equal(await there.AuthProvider.logout('email', elsewhere), true);

  await here.AuthProvider.auth('email', { authData: authData('leaver') });
  one.Users.setAccessToken(here.Users.state.accessToken).setRefreshToken(here.Users.state.refreshToken);
  assert.equal(await here.Users.deleteUser(), true);
  await isNobody('deleted');
  refused(await one.AuthProvider.auth('email', { authData: authData('leaver') }), 401);
  assert.equal((await one.AuthProvider.signUp('email', body('leaver', [name('Again')]))).identifier, 'leaver');
};

/** Several modules at once, over access tokens that really expire; and clients that share a stored token. */
export const weathersStorms = async () => {
  const saved = [];
  const auth = { providerMarker: 'brief', saveFunction: (token) => saved.push(token) };
  const { AuthProvider, Users } = await joined('storm', { auth }, 'brief');
  const calls = [
    async () => (await Users.getUser()).identifier === 'storm',
    async () => (await AuthProvider.getActiveSessionsByMarker('brief')).length === 1,
    (round) => Users.updateUser({ formIdentifier: 'reg', state: { round } }),
    (round) => Users.addFCMToken(`device:${round % 3}`),
  ];
  // Until the token of the sign-in and its successor have expired, however slow the machine is.
  const begun = Date.now();
  const goesOn = () => Date.now() < begun + 4_500 || (new Set(saved).size < 3 && Date.now() < begun + 20_000);
  await Promise.all([...calls, ...calls].map(async (call) => {
    for (let round = 0; goesOn(); round += 1) {
      assert.equal(await call(round), true);
      await pause(60);
    }
  }));
  assert.ok(new Set(saved).size >= 3, saved.join());
  assert.equal((await Users.getUser()).identifier, 'storm');

  const store = {};
  const tab = () => client({ auth: { refreshToken: store.token, saveFunction: (token) => { store.token = token; } } });
  const first = tab();
  await first.AuthProvider.signUp('email', body('tabs', [name('Tabs')]));
  await first.AuthProvider.auth('email', { authData: authData('tabs') });
  const tabs = [tab(), tab()];
  for (let round = 0; round < 3; round += 1) {
    const seen = await Promise.all([...tabs, ...tabs].map(({ Users: users }) => users.getUser()));
    assert.deepEqual(identifiers(seen), Array(4).fill('tabs'));
    for (const { Users: users } of tabs) users.setAccessToken('dead');
  }
  assert.equal((await first.Users.getUser()).identifier, 'tabs');
  assert.equal((await tab().Users.getUser()).identifier, 'tabs');
};
