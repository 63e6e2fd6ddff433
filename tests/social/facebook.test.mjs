// facebook.test.mjs - Facebook signs nothing: its tokens are asked about.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as forge from './forge.mjs';
import { account, address, BACK, begin, finish, fresh, INCORRECT, NOT_EXCHANGED, refused, sql, whoami } from './shop.mjs';

before(forge.open);
after(forge.close);

/** A token of Facebook's, and what it says of it. */
function token({ me = {}, debug = {} } = {}) {
	const id = String(1000000 + Math.floor(Math.random() * 1e9));
	const name = fresh('EAA');

	forge.graph.set(name, {
		debug: { app_id: '4711', type: 'USER', is_valid: true, user_id: id,
			expires_at: Math.floor(Date.now() / 1000) + 5000, ...debug },
		me: { id, name: 'Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace', email: address(), ...me } });
	return name;
}

async function come_back(access_token) {
	const begun = await begin('facebook');
	const code = fresh('code');

	forge.codes.set(code, { access_token, redirect_uri: BACK });
	return { code, state: begun.state, binding: begun.binding };
}

test('the dialog is asked for with commas and a state', async () => {
	const begun = await begin('facebook');
	const url = new URL(begun.authorization_url);

	assert.equal(url.origin + url.pathname, 'https://www.facebook.com/v19.0/dialog/oauth');
	assert.equal(url.searchParams.get('scope'), 'public_profile,email');
	assert.equal(url.searchParams.get('client_id'), '4711');
	assert.equal(url.searchParams.get('state'), begun.state);
});

test('a code logs in, and the address still has to be proved', async () => {
	const name = token();
	const who = await whoami(await finish(200, 'facebook', await come_back(name)));

	assert.equal(who.first_name, 'Ada');
	assert.equal(who.email_verified_at, null);
	assert.equal((await whoami(await finish(200, 'facebook', await come_back(name)))).id, who.id);
	assert.equal(sql(`SELECT issuer FROM social_identity WHERE account_id = '${who.id}'`), 'https://www.facebook.com');
});

test('an address at Facebook opens no account that exists, verified or not', async () => {
	const known = await account();
	const email = known.email;

	await refused('facebook', await come_back(token({ me: { email } })), 'social_account_exists');
	await refused('facebook', await come_back(token({ me: { email, email_verified: true, verified: true } })),
		'social_account_exists');
	await refused('facebook', { access_token: token({ me: { email } }) }, 'social_account_exists');
});

test('without an address there is no account', async () => {
	await refused('facebook', await come_back(token({ me: { email: undefined } })), 'social_email_missing');
});

test('a token of our app logs in', async () => {
	await finish(200, 'facebook', { access_token: token() });
	await finish(200, 'facebook', { access_token: token({ debug: { app_id: 4711, expires_at: 0 } }) });
});

for (const [name, debug] of Object.entries({
	'of another app': { app_id: '4712' },
	'of no app': { app_id: undefined },
	'that is not valid any more': { is_valid: false },
	'whose validity is a text': { is_valid: 'true' },
	'of a page': { type: 'PAGE' },
	'of an app itself': { type: 'APP' },
	'that has expired': { expires_at: 1700000000 },
	'of another person than who answers': { user_id: '1' },
}))
	test(`a token ${name} is refused`, async () => {
		await refused('facebook', { access_token: token({ debug }) }, INCORRECT);
		await refused('facebook', await come_back(token({ debug })), INCORRECT);
	});

test('a token that Facebook does not know is refused', async () => {
	await refused('facebook', { access_token: 'made up' }, INCORRECT);
	await refused('facebook', { id_token: 'a.b.c' }, INCORRECT);
});

test('a code is good once, for the page it was asked for', async () => {
	const back = await come_back(token());
	const other = await begin('facebook', { redirect_uri: 'https://shop.example/account' });

	await refused('facebook', { code: back.code, state: other.state, binding: other.binding }, NOT_EXCHANGED);
	await finish(200, 'facebook', back);
	const fresh_one = await begin('facebook');

	await refused('facebook', { code: back.code, state: fresh_one.state, binding: fresh_one.binding }, NOT_EXCHANGED);
});
