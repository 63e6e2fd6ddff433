// login.test.mjs - the way to a provider that others wrote, and back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as acme from './acme.mjs';
import { address, ask, BACK, begin, finish, fresh, NOT_EXCHANGED, refused, sql, whoami } from './shop.mjs';

before(acme.open);
after(acme.close);

const someone = (more = {}) => acme.person(fresh(), {
	email: address(), email_verified: true, given_name: 'Ada', family_name: 'Lovelace', ...more });

/** What a front-end hands in after the way there and back. */
async function come_back(sub, provider = 'acme') {
	const begun = await begin(provider);

	return { ...await acme.browse(begun.authorization_url, sub), binding: begun.binding };
}

test('the providers are listed by name', async () => {
	const list = await ask(200, 'GET', 'auth/social/');

	assert.deepEqual(list.map((one) => one.name), ['google', 'facebook', 'acme', 'pocket', 'forge', 'sick']);
	assert.equal(list[2].label, 'Acme ID');
});

test('the page is asked for a code with PKCE, state and nonce, by what only we know', async () => {
	const begun = await begin('acme', { redirect_uri: 'https://shop.example/account' });
	const query = new URL(begun.authorization_url).searchParams;

	assert.equal(query.get('response_type'), 'code');
	assert.equal(query.get('code_challenge_method'), 'S256');
	assert.match(query.get('code_challenge'), /^[\w-]{43}$/);
	assert.match(query.get('nonce'), /^[\w-]{43}$/);
	assert.equal(query.get('state'), begun.state);
	assert.equal(query.get('redirect_uri'), 'https://shop.example/account');
	assert.equal(begun.expires_in, 600);
	assert.ok(!begun.authorization_url.includes(begun.binding), 'the binding stays here');
	assert.equal(sql(`SELECT count(*) FROM social_attempt WHERE social_attempt::text
		~ '${begun.state}|${begun.binding}|${query.get('nonce')}'`), '0', 'no secret is stored');
});

test('a newcomer gets an account with a verified address, and the same one next time', async () => {
	const sub = someone();
	const first = await whoami(await finish(200, 'acme', await come_back(sub)));
	const again = await whoami(await finish(200, 'acme', await come_back(sub)));

	assert.equal(first.id, again.id);
	assert.equal(first.first_name, 'Ada');
	assert.equal(first.last_name, 'Lovelace');
	assert.ok(first.email_verified_at);
	assert.equal(sql(`SELECT string_agg(DISTINCT method, ',') FROM session WHERE account_id = '${first.id}'`), 'acme');
	assert.equal(sql(`SELECT issuer || ' ' || subject FROM social_identity WHERE account_id = '${first.id}'`),
		`${acme.issuer} ${sub}`);
});

test('a public client needs no secret, by PKCE', async () => {
	await finish(200, 'pocket', await come_back(someone(), 'pocket'));
});

test('ES256 is understood, and an address in the ID token itself', async () => {
	await finish(200, 'pocket', await come_back(someone(), 'pocket'));
	await acme.serve(null, false);
	await finish(200, 'acme', await come_back(someone()));
	await acme.serve();
});

test('what came back is good once', async () => {
	const back = await come_back(someone());

	await finish(200, 'acme', back);
	await refused('acme', back, 'social_state_invalid');
});

test('of twenty that hand in the same, one is logged in', async () => {
	const back = await come_back(someone());
	const said = await Promise.all(Array.from({ length: 20 }, () => finish(0, 'acme', back)));

	assert.equal(said.filter((one) => one.status === 200).length, 1);
	assert.equal(said.filter((one) => one.code === 'social_state_invalid').length, 19);
});

test('a code that was used is refused by the provider, under a fresh state too', async () => {
	const back = await come_back(someone());
	const other = await begin('acme');

	await finish(200, 'acme', back);
	await refused('acme', { ...back, state: other.state, binding: other.binding }, NOT_EXCHANGED);
});

test('a stolen code is worth nothing in the login of another: PKCE', async () => {
	const stolen = await come_back(someone());
	const thief = await begin('acme');

	await refused('acme', { code: stolen.code, iss: stolen.iss, state: thief.state, binding: thief.binding },
		NOT_EXCHANGED);
});

test('without the binding of who began, a state is worth nothing', async () => {
	const back = await come_back(someone());
	const other = await begin('acme');

	await refused('acme', { ...back, binding: other.binding }, 'social_state_invalid');
	await refused('acme', { ...back, binding: 'x'.repeat(43) }, 'social_state_invalid');
	assert.deepEqual(await refused('acme', { ...back, binding: undefined }), { binding: ['This field is required.'] });
	await refused('acme', { ...back, binding: 'x'.repeat(200) });
	await finish(200, 'acme', back); // who has it still may
});

test('a state of one provider is none at another', async () => {
	const back = await come_back(someone());

	await refused('pocket', back, 'social_state_invalid');
	await refused('forge', back, 'social_state_invalid');
});

test('a login that took more than ten minutes is over', async () => {
	const back = await come_back(someone());

	sql("UPDATE social_attempt SET expires_at = now() - interval '1 second'");
	await refused('acme', back, 'social_state_invalid');
});

test('the provider must name itself when it always does, and rightly (RFC 9207)', async () => {
	const { iss, ...silent } = await come_back(someone());

	assert.equal(iss, acme.issuer);
	await refused('acme', silent, 'social_issuer_mismatch');
	for (const wrong of [`${acme.issuer}/`, 'https://accounts.google.com', 'x'])
		await refused('acme', { ...await come_back(someone()), iss: wrong }, 'social_issuer_mismatch');
});

test('a refusal at the provider is told, and the login is over', async () => {
	const begun = await begin('acme');
	const back = await acme.browse(begun.authorization_url, { error: 'access_denied', error_description: 'No.' });
	const said = await refused('acme', { ...back, binding: begun.binding }, 'social_denied');

	assert.equal(said.error, 'access_denied');
	await refused('acme', { ...back, binding: begun.binding }, 'social_state_invalid');
	assert.equal((await refused('acme', { error: '<script>' }, 'social_provider_error')).error, 'error');
	assert.equal((await refused('acme', { error: 'server_error' }, 'social_provider_error')).error, 'server_error');
});

test('only the listed pages are gone back to, letter by letter', async () => {
	for (const uri of [`${BACK}/`, `${BACK}?x`, `${BACK}x`, 'https://shop.example/bac', 'https://evil.example/',
		'HTTPS://shop.example/back', 'javascript:alert(1)'])
		assert.ok((await ask(400, 'POST', 'auth/social/acme/', { redirect_uri: uri })).redirect_uri, uri);
});

test('an unknown provider is not found', async () => {
	await ask(404, 'POST', 'auth/social/nobody/', {});
	await ask(404, 'POST', 'auth/social/nobody/callback/', { code: 'x' });
	await ask(404, 'POST', 'auth/social/Acme/', {});
});

test('nothing handed in is told in dj-rest-auth\'s words', async () => {
	assert.deepEqual(await finish(400, 'acme', {}),
		{ non_field_errors: ['Incorrect input. access_token or code is required.'] });
	assert.deepEqual(await finish(400, 'acme', { state: 'x' }),
		{ code: ['This field is required.'], binding: ['This field is required.'] });
});
