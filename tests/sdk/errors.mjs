// What an application is told when something is wrong, and that it needs a token of its own where one is set.
import assert from 'node:assert/strict';
import { defineOneEntry } from 'oneentry';
import { authData, body, client, guarded, joined, name, refused, strict } from './application.mjs';

export const throwsWhatItIsTold = async () => {
  const told = [];
  const customErrors = Object.fromEntries([400, 401, 403, 404, 429].map((status) => [status, (error) => told.push(error)]));
  const { AuthProvider, Forms, Users } = client({ errors: { isShell: false, customErrors } });
  const calls = [
    [400, () => AuthProvider.signUp('email', body('thrown', [{ marker: 'nothing', value: 1 }]))],
    [400, () => AuthProvider.auth('email', {})],
    [400, () => AuthProvider.auth('email', { authData: authData('thrown'), langCode: 'en_US' })],
    [400, () => AuthProvider.generateCode('email', 'thrown', '')],
    [400, () => AuthProvider.activateUser('email', 'thrown', 'WRONG!')],
    [401, () => AuthProvider.auth('email', { authData: authData('thrown') })],
    [401, () => AuthProvider.refresh('email', 'nothing')],
    [401, () => AuthProvider.getActiveSessionsByMarker('email')],
    [401, () => AuthProvider.logoutAll('email')],
    [401, () => Users.getUser()],
    [401, () => Users.updateUser({ formIdentifier: 'reg' })],
    [401, () => Users.deleteFCMToken('device')],
    [404, () => AuthProvider.getAuthProviderByMarker('nothing')],
    [404, () => AuthProvider.signUp('nothing', body('thrown', [name('Thrown')]))],
    [404, () => AuthProvider.generateCode('email', 'thrown', 'nothing')],
    [404, () => Forms.getFormByMarker('nothing')],
  ];
  for (const [status, call] of calls) {
    const before = told.length;
    const thrown = await call().then((answer) => assert.fail(JSON.stringify(answer)), (error) => error);
    refused(thrown, status);
    assert.deepEqual(told.slice(before), [thrown]);
  }
  // A shell is told too, and returns what others throw.
  const returned = await client({ errors: { customErrors } }).Forms.getFormByMarker('nothing');
  refused(returned, 404);
  assert.deepEqual(told.at(-1).message, returned.message);
};

/** Errors of the server itself, not of a use, are error objects too (T5). */
export const getsErrorsFromEverywhere = async () => {
  const { AuthProvider, FileUploading, Locales, System, Users } = await joined('everywhere');
  refused(await Locales.getLocales(), 404);
  refused(await System.test404(), 404);
  refused(await FileUploading.upload(new Blob(['text'])), 404);
  refused(await Users.addFCMToken('a/b'), 404);
  refused(await AuthProvider.getAuthProviderByMarker('a/b'), 404);
  const much = name('x'.repeat(5 * 1024 * 1024));
  refused(await AuthProvider.signUp('email', body('much', much)), 413);
  refused(await Users.updateUser({ formIdentifier: 'reg', formData: [much] }), 413);
  assert.equal((await Users.getUser()).identifier, 'everywhere');
};

export const needsTheTokenOfAnApplication = async () => {
  const application = (token, config = {}) => defineOneEntry(guarded.base, { ...strict, token, ...config });
  const calls = ({ AuthProvider, Forms, Users, Locales }) => [
    () => AuthProvider.getAuthProviders(),
    () => AuthProvider.getAuthProviderByMarker('email'),
    () => AuthProvider.signUp('email', body('guarded', [name('Guarded')])),
    () => AuthProvider.generateCode('email', 'guarded', 'auth'),
    () => AuthProvider.checkCode('email', 'guarded', 'auth', 'WRONG!'),
    () => AuthProvider.activateUser('email', 'guarded', 'WRONG!'),
    () => AuthProvider.auth('email', { authData: authData('guarded') }),
    () => AuthProvider.refresh('email', 'nothing'),
    () => AuthProvider.changePassword('email', 'guarded', 'reset', 2, 'WRONG!', 'new'),
    () => AuthProvider.getActiveSessionsByMarker('email'),
    () => AuthProvider.oauth('email', {}),
    () => AuthProvider.logout('email', 'nothing'),
    () => AuthProvider.logoutAll('email'),
    () => Forms.getAllForms(),
    () => Forms.getFormByMarker('reg'),
    () => Users.getUser(),
    () => Users.updateUser({ formIdentifier: 'reg' }),
    () => Users.archiveUser(),
    () => Users.deleteUser(),
    () => Users.addFCMToken('device'),
    () => Users.deleteFCMToken('device'),
    () => Locales.getLocales(),
  ];
  for (const token of [undefined, '', 'wrong', guarded.tokens.join()]) {
    for (const answer of await Promise.all(calls(application(token)).map((call) => call()))) {
      refused(answer, 403);
      assert.equal(answer.message, 'Resource is closed');
    }
  }
  for (const [index, token] of guarded.tokens.entries()) {
    const login = `guarded-${index}`;
    const { AuthProvider, Users } = application(token);
    assert.equal((await AuthProvider.signUp('email', body(login, [name('Guarded')]))).identifier, login);
    await AuthProvider.auth('email', { authData: authData(login) });
    Users.setAccessToken('dead');
    assert.equal((await Users.getUser()).identifier, login);
    // A token of a person opens nothing without that of an application.
    const without = application(undefined, { auth: { refreshToken: Users.state.refreshToken } });
    without.Users.setAccessToken(Users.state.accessToken);
    refused(await without.Users.getUser(), 403);
    assert.equal((await Users.getUser()).identifier, login);
  }
};
