// What people do with an account: change it, show codes for it, come by a provider, and call themselves what they like.
import assert from 'node:assert/strict';
import { defineOneEntry } from 'oneentry';
import { authData, bare, body, client, codeFor, guarded, name, openid, reach, refused, value } from './application.mjs';

export const changesItself = async () => {
  const { AuthProvider, Users } = client();
  await AuthProvider.signUp('email', body('change', [name('Before')]));
  await AuthProvider.auth('email', { authData: authData('change') });
  const changed = { formIdentifier: 'reg', formData: [{ marker: 'age', type: 'integer', value: 7 }], state: { theme: 'dark' } };
  assert.equal(await Users.updateUser(changed), true);
  const me = await Users.getUser();
  const values = Object.fromEntries(me.formData.map((item) => [item.marker, item.value]));
  assert.deepEqual(values, { login: 'change', last_name: 'Before', age: 7 });
  assert.deepEqual([me.state, me.groups, me.total], [{ theme: 'dark' }, [1], '1']);
  // The SDK wraps by its own language what the caller has said to be in another.
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', langCode: 'en_US', formData: [name('Sonra')] }, 'tr_TR'), true);
  assert.equal(value(await Users.getUser('tr_TR'), 'last_name'), 'Sonra');
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', notificationData: { ...reach, phoneSMS: '' } }), true);
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', authData: [{ marker: 'password', value: 'another' }] }), true);
  for (const wrong of [[], authData('change')]) refused(await Users.updateUser({ formIdentifier: 'reg', authData: wrong }), 400);
  const login = { marker: 'login', type: 'string' };
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', formData: [{ ...login, value: 'changed' }] }), true);
  assert.equal((await Users.getUser()).identifier, 'changed');
  assert.equal(await Users.updateUser({ formIdentifier: 'reg', formData: [{ ...login, value: 'change' }] }), true);
  assert.equal((await AuthProvider.auth('email', { authData: authData('change', 'another') })).userIdentifier, 'change');
  assert.equal(await Users.addFCMToken('device:one-two_three'), true);
  assert.equal(await Users.deleteFCMToken('device:one-two_three'), true);
  assert.equal(await Users.archiveUser(), true);
  refused(await client().AuthProvider.auth('email', { authData: authData('change', 'another') }), 401);
  assert.equal((await AuthProvider.signUp('email', body('change', [{ marker: 'age', value: 1 }]))).identifier, 'change');
};

export const showsCodes = async () => {
  const { AuthProvider, Users } = client();
  const login = 'coded@test.zone';
  const made = await AuthProvider.signUp('coded', body(login, [name('Code')]));
  assert.equal(made.isActive, false);
  const plain = await bare().AuthProvider.signUp('coded', body('plain@test.zone', [{ marker: 'age', value: 1 }]));
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

/** Comes in by codes that an OpenID Connect provider gave, each for the same person. */
export const comesByAProvider = async () => {
  const shown = (code, more = {}) => ({
    client_id: openid.client,
    client_secret: 'x',
    code,
    grant_type: 'authorization_code',
    redirect_uri: openid.redirect,
    ...more,
  });
  const [first, second] = openid.codes;
  const { AuthProvider, Users } = client();
  const tokens = await AuthProvider.oauth('email', shown(first, { formData: name('Somebody') }));
  assert.deepEqual([tokens.userIdentifier, tokens.authProviderIdentifier], [openid.email, 'email'], JSON.stringify(tokens));
  // The SDK keeps nothing of it by itself.
  assert.equal(Users.state.accessToken, undefined);
  refused(await Users.getUser(), 401);
  Users.setAccessToken('dead').setRefreshToken(tokens.refreshToken);
  const me = await Users.getUser();
  assert.deepEqual([me.identifier, value(me, 'last_name')], [openid.email, 'Somebody']);
  assert.notEqual(Users.state.refreshToken, tokens.refreshToken);

  const again = client();
  again.Users.setAccessToken((await again.AuthProvider.oauth('email', shown(second), 'tr_TR')).accessToken);
  assert.equal((await again.Users.getUser()).id, me.id);
  for (const code of [first, 'nothing']) refused(await again.AuthProvider.oauth('email', shown(code)), 400);
  refused(await again.AuthProvider.oauth('nothing', shown(first)), 404);
  const away = defineOneEntry(guarded.base, { token: guarded.tokens[0] });
  refused(await away.AuthProvider.oauth('email', shown(first)), 503);
};

/** Providers, forms, fields, logins, passwords and devices may be called anything. */
export const goesByAnyName = async () => {
  const marker = 'üyelik.v2';
  const secret = 'şifré 密码';
  const credentials = (login, typed = secret) => ({
    authData: [{ marker: 'email_reg', value: login }, { marker: 'password_reg', value: typed }],
  });
  const { AuthProvider, Forms, Users } = client({ auth: { providerMarker: marker } });
  assert.equal((await AuthProvider.getAuthProviderByMarker(marker)).identifier, marker);
  const form = await Forms.getFormByMarker('üye.formu');
  assert.equal(Object.values(form.attributes).find((one) => one.isPassword).marker, 'password_reg');
  for (const login of ['çağrı@örnek.com', 'Ünal İÇ', 'имя 😀', '名前', '" \\ \'', 'a/b?c#d%41']) {
    const formData = [{ marker: 'имя', type: 'string', value: 'Ж' }];
    const newcomer = { formIdentifier: 'üye.formu', ...credentials(login), formData, notificationData: { ...reach } };
    const made = await AuthProvider.signUp(marker, newcomer);
    assert.equal(made.identifier, login, JSON.stringify(made));
    assert.deepEqual(made.formData.map((item) => [item.marker, item.value]), [['email_reg', login], ['имя', 'Ж']]);
    const tokens = await AuthProvider.auth(marker, credentials(login));
    assert.deepEqual([tokens.userIdentifier, tokens.authProviderIdentifier], [login, marker]);
    Users.setAccessToken('dead');
    assert.equal((await Users.getUser()).identifier, login);
    assert.deepEqual(await AuthProvider.generateCode(marker, login, 'auth'), {});
    assert.equal(await AuthProvider.checkCode(marker, login, 'auth', 'WRONG!'), false);
  }
  for (const device of ['fQ7:APA91b-x_y:z', 'тест', 'ü😀', 'a b', 'a%41', "a.b;c=d&e'f"]) {
    assert.equal(await Users.addFCMToken(device), true, device);
    assert.equal(await Users.deleteFCMToken(device), true, device);
  }
  // The last of them gets another password.
  const changed = { formIdentifier: 'üye.formu', authData: [{ marker: 'password_reg', value: 'başka şifré' }] };
  assert.equal(await Users.updateUser(changed), true);
  const { identifier } = await Users.getUser();
  refused(await AuthProvider.auth(marker, credentials(identifier)), 401);
  assert.equal((await AuthProvider.auth(marker, credentials(identifier, 'başka şifré'))).userIdentifier, identifier);
  assert.equal(await AuthProvider.logout(marker, AuthProvider.state.refreshToken), true);
};
