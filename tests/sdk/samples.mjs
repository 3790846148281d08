// What a form takes: the sample bodies of the vendor's page, and the shapes that his documentation shows beside them.
import assert from 'node:assert/strict';
import { authData, body, client, name, reach, refused, value } from './application.mjs';

const html = { htmlValue: '<p>Bu benim</p>', plainValue: '', params: { isEditorDisabled: false, isImageCompressed: true } };
const plain = { plainValue: 'Bu benim', params: { editorMode: 'plain' } };
const file = {
  filename: 'files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png',
  downloadLink: 'http://my-site.zone/cloud-static/files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png',
  size: 392585,
};
const image = { ...file, previewLink: '', params: { isImageCompressed: true } };
const preview = { ...image, previewLink: { '100x100': file.downloadLink }, contentType: 'image/png' };
const instant = '2024-05-07T21:02:00.000Z';
const day = { fullDate: instant, formattedValue: '08-05-2024 00:02', formatString: 'DD-MM-YYYY HH:mm' };
const clock = { fullDate: instant, formattedValue: '00:02', formatString: 'HH:mm' };
const choice = { title: 'kırmızı', value: '1', extended: { value: 'red', type: 'string' } };
const other = { title: 'mavi', value: '2', extended: { value: 5, type: 'integer' } };
const entity = { id: '1', title: 'kırmızı', value: '1', parentId: 'null' };

/** The field, its type, and the values: those of the page first. */
const samples = [
  ['last_name', 'string', 'Fyodor Ivanov', 'Ünal "İÇ" \\ 😀'],
  ['age', 'integer', 42, '42', 0, -1],
  ['height', 'float', 1.75, '1.75'],
  ['weight', 'real', 70.5, '70.5'],
  ['birthday', 'date', day],
  ['moment', 'dateTime', day],
  ['clock', 'time', clock],
  ['slots', 'timeInterval', [[instant, '2024-05-07T22:02:00.000Z'], ['2024-05-08T09:00:00.000Z', '2024-05-08T10:00:00.000Z']]],
  ['about', 'text', html, [plain], [{ mdValue: '*Bu* benim' }]],
  ['avatar', 'image', [image], image, [preview]],
  ['gallery', 'groupOfImages', [image, image], image],
  ['picture', 'file', [file], file, [{ ...file, contentType: 'image/png' }]],
  ['selector', 'list', [choice], [choice, other], ['1'], ['1', '2']],
  ['colour', 'radioButton', [choice], ['1'], '1'],
  ['entity-selector', 'entity', [entity], [25], ['p-1-123']],
  ['notes', 'json', { a: [1, null, { b: 'ü' }] }, '{"a":1}', [], 'any'],
];
const withHeader = { header: 'Başlık', ...html };
const samplesWithHeader = [['about', 'textWithHeader', withHeader, [withHeader, { header: '', ...plain }]]];

/** The SDK itself makes numbers of what is said to be one. */
const shown = ({ type, value: sent }) => (['integer', 'float'].includes(type) ? Number(sent) : sent);

/** Signs somebody up who fills this in, and finds it in the answer. */
const fillsIn = async (one, provider, form, login, items) => {
  const made = await one.AuthProvider.signUp(provider, body(login, structuredClone(items), form));
  assert.equal(made.identifier, login, JSON.stringify([items, made]));
  for (const item of [items].flat()) assert.deepEqual(value(made, item.marker), shown(item));
  return made;
};

export const signsUpWithEverySample = async () => {
  const one = client();
  const minimal = {
    formIdentifier: 'reg',
    authData: authData('example@oneentry.cloud'),
    formData: [name('Name')],
    notificationData: { email: 'example@oneentry.cloud', phonePush: ['+99999999999'], phoneSMS: '+99999999999' },
  };
  const made = await one.AuthProvider.signUp('email', minimal);
  assert.equal(made.identifier, 'example@oneentry.cloud');
  assert.deepEqual([made.isActive, made.locale], [true, 'en_US']);
  assert.deepEqual(made.notificationData, minimal.notificationData);
  assert.deepEqual(made.formData.map((item) => item.marker), ['login', 'last_name']);

  for (const [provider, form, all] of [['email', 'reg', samples], ['header', 'reg_header', samplesWithHeader]]) {
    // One field alone, as on the page; then all of them with their first values, with their second ones, and so on.
    for (const [marker, type, first] of all) {
      await fillsIn(one, provider, form, `test-${marker}`, { marker, type, value: first });
    }
    for (let round = 2; all.some((sample) => round < sample.length); round += 1) {
      const items = all.map(([marker, type, ...values]) => ({ marker, type, value: values[round - 2] ?? values[0] }));
      const { id } = await fillsIn(one, provider, form, 'test', items);
      await one.AuthProvider.auth(provider, { authData: authData('test') });
      const me = await one.Users.getUser();
      assert.equal(me.id, id, JSON.stringify(me));
      for (const item of items) assert.deepEqual(value(me, item.marker), shown(item));
      assert.equal(await one.Users.deleteUser(), true);
    }
  }
};

export const signsUpWithTheRest = async () => {
  const { AuthProvider } = client();
  for (const [index, [sent, kept]] of [
    [['+999999999'], ['+999999999']],
    [['+999999999', '+999999998'], ['+999999999', '+999999998']],
    ['+999999999', ['+999999999']],
    ['', []],
  ].entries()) {
    const reached = body(`push-${index}`, name('Push'));
    reached.notificationData.phonePush = sent;
    assert.deepEqual((await AuthProvider.signUp('email', reached)).notificationData.phonePush, kept);
  }
  const silent = body('silent');
  silent.notificationData.phoneSMS = '';
  assert.deepEqual((await AuthProvider.signUp('email', silent)).notificationData, { email: reach.email, phonePush: [] });
  // A button holds nothing, and a field without a value is empty.
  const button = { marker: 'go', type: 'button', value: 'pressed' };
  const empty = await AuthProvider.signUp('email', body('empty', [button, { marker: 'age', type: 'integer', value: null }]));
  assert.deepEqual([empty.identifier, value(empty, 'go')], ['empty', undefined], JSON.stringify(empty));
};

export const refusesWhatDoesNotFit = async () => {
  const { AuthProvider } = client();
  for (const [marker, type, wrong] of [
    ['age', 'integer', 'x'],
    ['age', 'string', '7'],
    ['birthday', 'date', instant],
    ['moment', 'dateTime', { ...day, formattedValue: '' }],
    ['selector', 'list', ['9']],
    ['colour', 'radioButton', ['1', '2']],
    ['picture', 'file', [new File(['text'], 'a.txt')]],
    ['nothing', 'string', 'x'],
  ]) {
    const answer = await AuthProvider.signUp('email', body('faulty', [{ marker, type, value: wrong }]));
    refused(answer, 400);
    assert.equal(answer.message, `formData's marker '${marker}' value is missing or incorrect`);
  }
};

/** Whoever calls again with the same object sends it wrapped once more each time (T8). */
export const triesAgainWithTheSameObject = async () => {
  const retries = 12;
  const { AuthProvider, Users } = client();
  for (const [login, formData] of [['again', [name('Again')]], ['again-single', name('Again')]]) {
    const newcomer = body('', formData);
    for (let tries = 0; tries < retries; tries += 1) {
      const answer = await AuthProvider.signUp('email', newcomer);
      refused(answer, 400);
      assert.equal(answer.message, 'authData.0.value should not be empty');
    }
    newcomer.authData[0].value = login;
    assert.equal(value(await AuthProvider.signUp('email', newcomer), 'last_name'), 'Again');
  }
  await AuthProvider.auth('email', { authData: authData('again') });
  const changed = { formIdentifier: 'reg', formData: [name('Changed')], state: { theme: 'dark' } };
  for (let tries = 0; tries <= retries; tries += 1) assert.equal(await Users.updateUser(changed), true);
  const me = await Users.getUser();
  assert.deepEqual([value(me, 'last_name'), me.state], ['Changed', { theme: 'dark' }]);
};
