// tokens.test.mjs - dj-rest-auth's forms: a code, an ID token or an access
// token that the front-end got by itself.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as acme from './acme.mjs';
import * as forge from './forge.mjs';
import { address, BACK, finish, fresh, INCORRECT, NOT_EXCHANGED, refused, sql, whoami } from './shop.mjs';

before(() => Promise.all([acme.open(), forge.open()]));
after(() => (acme.close(), forge.close()));

const someone = () => acme.person(fresh(), { email: address(), email_verified: true });

/** A code for one of the provider's clients, as its own front-end gets it. */
async function code_of(client, sub) {
	const url = `${acme.issuer}/auth?` + new URLSearchParams({
		client_id: client, response_type: 'code', scope: 'openid email', redirect_uri: BACK, state: 'own' });

	return (await acme.browse(url, sub)).code;
}
async function tokens_of(client, secret, sub) {
	const answer = await fetch(`${acme.issuer}/token`, {
		method: 'POST',
		headers: { Authorization: 'Basic ' + Buffer.from(
			`${client}:${encodeURIComponent(secret)}`).toString('base64') },
		body: new URLSearchParams({ grant_type: 'authorization_code', code: await code_of(client, sub), redirect_uri: BACK }),
	});

	assert.equal(answer.status, 200);
	return answer.json();
}
const SECRET = 's3:cret+/ &%';

test('a code alone logs in, once, for one of our pages', async () => {
	const code = await code_of('shop', someone());

	assert.ok((await refused('acme', { code, redirect_uri: 'https://evil.example/' })).redirect_uri);
	await refused('acme', { code: await code_of('shop', someone()), redirect_uri: 'https://shop.example/account' },
		NOT_EXCHANGED);
	await finish(200, 'acme', { code });
	await refused('acme', { code }, NOT_EXCHANGED);
});

test('a code of another client is refused', async () => {
	await refused('acme', { code: await code_of('elsewhere', someone()) }, NOT_EXCHANGED);
});

test('an ID token that is ours logs in, once', async () => {
	const { id_token } = await tokens_of('shop', SECRET, someone());
	const said = await finish(0, 'acme', { id_token });

	// It bears no address: the provider tells that at userinfo.
	assert.equal(said.code, 'social_email_missing');
	const token = await forge.sign(forge.claims({ sub: fresh(), email: address(), email_verified: true }));

	await finish(200, 'forge', { id_token: token });
	await refused('forge', { id_token: token }, INCORRECT);
});

test('of ten who hand in one ID token, one is logged in', async () => {
	const token = await forge.sign(forge.claims({ sub: fresh(), email: address(), email_verified: true }));
	const said = await Promise.all(Array.from({ length: 10 }, () => finish(0, 'forge', { id_token: token })));

	assert.equal(said.filter((one) => one.status === 200).length, 1);
});

test('an ID token whose signature is written another way is the same one', async () => {
	const N = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
	const token = await forge.sign(forge.claims({ sub: fresh(), email: address(), email_verified: true }),
		{ alg: 'ES256', kid: 'ec', key: forge.ec.privateKey });
	const [header, claims, signature] = token.split('.');
	const raw = Buffer.from(signature, 'base64url').toString('hex');
	const twin = raw.slice(0, 64) + (N - BigInt('0x' + raw.slice(64))).toString(16).padStart(64, '0');

	await finish(200, 'forge', { id_token: token });
	await refused('forge', { id_token: `${header}.${claims}.${Buffer.from(twin, 'hex').toString('base64url')}` }, INCORRECT);
});

test('an ID token of another client is refused', async () => {
	const { id_token } = await tokens_of('elsewhere', 'else', someone());

	await refused('acme', { id_token }, INCORRECT);
});

test('an access token is asked about before it is believed', async () => {
	const sub = someone();
	const ours = await tokens_of('shop', SECRET, sub);
	const theirs = await tokens_of('elsewhere', 'else', someone());

	assert.equal(sql(`SELECT subject FROM social_identity WHERE account_id = '${
		(await whoami(await finish(200, 'acme', { access_token: ours.access_token }))).id}'`), sub);
	await refused('acme', { access_token: theirs.access_token }, INCORRECT);
	await refused('acme', { access_token: 'made up' }, INCORRECT);
	await refused('acme', { access_token: ours.id_token }, INCORRECT);
});

test('where it cannot be asked about, it is not believed', async () => {
	await refused('forge', { access_token: 'a' }, INCORRECT);
});

test('Google tells for whom an access token is', async () => {
	const person = { sub: fresh(), email: address(), email_verified: 'true', expires_in: '3599' };

	forge.tokeninfo.set('ours', { aud: 'g-shop', azp: 'g-shop', ...person });
	forge.tokeninfo.set('theirs', { aud: 'g-other', azp: 'g-shop', ...person });
	forge.tokeninfo.set('of nobody', { aud: 'g-shop' });
	const who = await whoami(await finish(200, 'google', { access_token: 'ours' }));

	assert.ok(who.email_verified_at);
	await refused('google', { access_token: 'theirs' }, INCORRECT);
	await refused('google', { access_token: 'of nobody' }, INCORRECT);
	await refused('google', { access_token: 'unknown' }, INCORRECT);
});

test('Google\'s ID tokens bear either name of its, and may be fetched by its app', async () => {
	const google = { aud: 'g-shop', azp: 'g-phone', email_verified: true };
	const claims = (more) => forge.claims({ ...google, sub: fresh(), email: address(), ...more });

	for (const iss of [`${forge.base}/google`, 'accounts.google.com'])
		await finish(200, 'google', { id_token: await forge.sign(claims({ iss })) });
	await refused('google', { id_token: await forge.sign(claims({ iss: `${forge.base}/forge` })) }, INCORRECT);
	await refused('google', { id_token: await forge.sign(claims({
		iss: 'accounts.google.com', aud: ['g-shop', 'g-phone'] })) }, INCORRECT);
	await refused('forge', { id_token: await forge.sign(claims({ iss: 'accounts.google.com', aud: 'shop' })) }, INCORRECT);
});
