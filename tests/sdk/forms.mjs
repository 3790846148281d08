// Providers and forms, as a page reads them before anybody signs up.
import assert from 'node:assert/strict';
import { bare, body, client, lenient, name, refused, strict, value } from './application.mjs';

const attribute = (form, marker) => Object.values(form.attributes).find((one) => one.marker === marker);

export const seesProvidersAndForms = async () => {
  const { AuthProvider, Forms } = client();
  const providers = await AuthProvider.getAuthProviders();
  assert.deepEqual(providers.map((one) => one.identifier), ['email', 'header', 'coded', 'brief', 'üyelik.v2']);
  assert.equal((await AuthProvider.getAuthProviders('en_US', 1, 1))[0].identifier, 'header');
  assert.deepEqual(await AuthProvider.getAuthProviders('en_US', 100, 10), []);
  const email = await AuthProvider.getAuthProviderByMarker('email', 'tr_TR');
  assert.equal(email.localizeInfos.title, 'E-posta');
  assert.equal(email.config.accessTokenTtlSec, '3600');
  refused(await AuthProvider.getAuthProviderByMarker('nothing'), 404);

  const forms = await Forms.getAllForms();
  assert.deepEqual([forms.total, forms.items.map((one) => one.identifier)], [3, ['reg', 'reg_header', 'üye.formu']]);
  assert.deepEqual((await Forms.getAllForms('en_US', 1, 1)).items.map((one) => one.identifier), ['reg_header']);
  assert.deepEqual(await Forms.getAllForms('en_US', 100, 1), { total: 3, items: [] });
  const form = await Forms.getFormByMarker('reg', 'tr_TR');
  assert.equal(form.localizeInfos.title, 'Kayıt');
  assert.equal(attribute(form, 'last_name').localizeInfos.title, 'Soyadı');
  assert.equal(Object.values(form.attributes).find((one) => one.isLogin).marker, 'login');
  refused(await Forms.getFormByMarker('nothing'), 404);
};

export const looksAsConfigured = async () => {
  const hint = { marker: 'hint', type: 'string', value: 'As in your passport' };
  const fields = async (config) => attribute(await bare(config).Forms.getFormByMarker('reg'), 'last_name').additionalFields;
  assert.deepEqual(await fields({}), { hint });
  assert.deepEqual(await fields({ rawData: true }), [hint]);

  // The language of a client is that of all its calls, but for those that name another.
  const turkish = client({ langCode: 'tr_TR' });
  assert.equal((await turkish.Forms.getFormByMarker('reg')).localizeInfos.title, 'Kayıt');
  assert.equal((await turkish.Forms.getFormByMarker('reg', 'en_US')).localizeInfos.title, 'Registration');
  assert.equal((await turkish.AuthProvider.getAuthProviders())[0].localizeInfos.title, 'E-posta');
  for (const [one, language, locale] of [[turkish, undefined, 'tr_TR'], [turkish, 'en_US', 'en_US'], [client(), 'tr_TR', 'tr_TR']]) {
    const made = await one.AuthProvider.signUp('email', body(`in-${locale}-${language}`, name('Ad')), language);
    assert.deepEqual([made.locale, value(made, 'last_name')], [locale, 'Ad'], JSON.stringify(made));
  }

  // What passes the SDK's own look loses what its schema does not know; what fails would keep it, unless that is strict.
  const known = async (login, config) => {
    const made = await bare(config).AuthProvider.signUp('email', body(login, name('Ad')));
    return [made.identifier, typeof made.authProviderId];
  };
  assert.deepEqual(await known('bare', {}), ['bare', 'number']);
  assert.deepEqual(await known('lenient', lenient), ['lenient', 'undefined']);
  assert.deepEqual(await known('strict', strict), ['strict', 'undefined']);
};
