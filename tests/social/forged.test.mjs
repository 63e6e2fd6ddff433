// forged.test.mjs - tokens that are wrong in one way each: none logs in.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8 } from 'jose';
import * as forge from './forge.mjs';
import { address, begin, finish, fresh, INCORRECT, NOT_EXCHANGED, refused, whoami } from './shop.mjs';

before(forge.open);
after(forge.close);

const text = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A login that was begun: what is to be handed in, and what the token at the
 * end must say. */
async function login() {
	const begun = await begin('forge');
	const query = new URL(begun.authorization_url).searchParams;
	const code = fresh('code');

	return {
		said: forge.claims({ sub: fresh(), email: address(), email_verified: true, nonce: query.get('nonce') }),
		answers: (id_token, more = {}) => forge.codes.set(code, {
			challenge: query.get('code_challenge'), body: { id_token }, ...more }),
		back: { code, state: begun.state, binding: begun.binding },
	};
}

/** Logs in with the token that forger makes of the right claims. */
async function none(forger) {
	const { said, answers, back } = await login();

	answers(await forger(said));
	assert.equal((await refused('forge', back)).non_field_errors[0], INCORRECT);
}
const other = await generateKeyPair('RS256', { extractable: true });
const rs = async (alg) => importPKCS8(await exportPKCS8(forge.rsa.privateKey), alg);
const parts = async (said) => (await forge.sign(said)).split('.');

test('the right token logs in, by either kind of key', async () => {
	for (const header of [{}, { alg: 'ES256', kid: 'ec', key: forge.ec.privateKey }, { typ: 'JWT' }]) {
		const { said, answers, back } = await login();

		answers(await forge.sign(said, header));
		assert.equal((await whoami(await finish(200, 'forge', back))).email, said.email);
	}
});

const algorithms = {
	'no algorithm': async (said) => `${text({ alg: 'none', kid: 'rsa' })}.${text(said)}.`,
	'no algorithm, in other letters': async (said) => `${text({ alg: 'nOnE', kid: 'rsa' })}.${text(said)}.`,
	'no algorithm at all': async (said) => `${text({ kid: 'rsa' })}.${text(said)}.`,
	'none over a right signature': async (said) => [text({ alg: 'none', kid: 'rsa' }), ...(await parts(said)).slice(1)].join('.'),
	'HS256 by the public key as PEM': async (said) => forge.sign(said, {
		alg: 'HS256', key: new TextEncoder().encode(await exportSPKI(forge.rsa.publicKey)) }),
	'HS256 by the public key as JSON': async (said) => forge.sign(said, {
		alg: 'HS256', key: new TextEncoder().encode(JSON.stringify(await exportJWK(forge.rsa.publicKey))) }),
	'HS256 by the client secret': async (said) => {
		const signed = `${text({ alg: 'HS256', kid: 'rsa' })}.${text(said)}`;

		return `${signed}.${createHmac('sha256', 'forged').update(signed).digest('base64url')}`;
	},
	RS384: async (said) => forge.sign(said, { alg: 'RS384', key: await rs('RS384') }),
	RS512: async (said) => forge.sign(said, { alg: 'RS512', key: await rs('RS512') }),
	PS256: async (said) => forge.sign(said, { alg: 'PS256', key: await rs('PS256') }),
	'RS256 that calls itself rs256': async (said) => [text({ alg: 'rs256', kid: 'rsa' }), ...(await parts(said)).slice(1)].join('.'),
	'RS256 under the kid of the other kind': async (said) => forge.sign(said, { kid: 'ec' }),
	'ES256 under the kid of the other kind': async (said) => forge.sign(said, { alg: 'ES256', key: forge.ec.privateKey }),
	ES384: async (said) => forge.sign(said, { alg: 'ES384', kid: 'ec', key: (await generateKeyPair('ES384')).privateKey }),
	'a list of algorithms': async (said) => [text({ alg: ['RS256'], kid: 'rsa' }), ...(await parts(said)).slice(1)].join('.'),
};
for (const [name, forger] of Object.entries(algorithms))
	test(`algorithm: ${name}`, () => none(forger));

const keys = {
	'of nobody': async (said) => forge.sign(said, { key: other.privateKey }),
	'that the token brings along': async (said) => forge.sign(said, {
		key: other.privateKey, jwk: await exportJWK(other.publicKey) }),
	'that the token points to': async (said) => forge.sign(said, {
		key: other.privateKey, jku: `${forge.base}/evil/jwks`, x5u: `${forge.base}/evil/cert` }),
	'of an unknown kid': async (said) => forge.sign(said, { kid: 'another' }),
	'of no kid': async (said) => forge.sign(said, { kid: null }),
	'of a kid that is a path': async (said) => forge.sign(said, { kid: '../../etc/passwd' }),
	'with what must be understood': async (said) => [text({ alg: 'RS256', kid: 'rsa', crit: ['exp'] }),
		...(await parts(said)).slice(1)].join('.'),
	'for an access token': async (said) => forge.sign(said, { typ: 'at+jwt' }),
	'for a logout token': async (said) => forge.sign(said, { typ: 'logout+jwt' }),
};
for (const [name, forger] of Object.entries(keys))
	test(`key: ${name}`, async () => {
		await none(forger);
		assert.equal(forge.asked.filter((one) => one.path.startsWith('/evil')).length, 0, 'nobody is asked');
	});

const now = () => Math.floor(Date.now() / 1000);
const wrong = {
	'of another issuer': { iss: 'https://evil.example' },
	'of an issuer with a slash': { iss: `${forge.base}/forge/` },
	'of an issuer of another scheme': { iss: forge.base.replace('http:', 'https:') + '/forge' },
	'of an issuer without a scheme': { iss: forge.base.slice(7) + '/forge' },
	'of no issuer': { iss: undefined },
	'for another client': { aud: 'other' },
	'for nobody': { aud: undefined },
	'for a client like ours': { aud: 'shop ' },
	'for an empty list': { aud: [] },
	'for several, and asked for by another': { aud: ['shop', 'other'], azp: 'other' },
	'for several, and asked for by nobody': { aud: ['shop', 'other'] },
	'asked for by another': { azp: 'other' },
	expired: { exp: now() - 120 },
	'that never expires': { exp: undefined },
	'that expires some day': { exp: 'tomorrow' },
	'that expires in a real number': { exp: now() + 300.5 },
	'of the future': { iat: now() + 300 },
	'of no time': { iat: undefined },
	'not yet good': { nbf: now() + 300 },
	'with another nonce': { nonce: 'x'.repeat(43) },
	'without a nonce': { nonce: undefined },
	'with a nonce that is a list': { nonce: ['x'] },
	'of nobody': { sub: undefined },
	'of an empty subject': { sub: '' },
	'of a number': { sub: 42 },
	'of a subject too long': { sub: 'x'.repeat(256) },
	'of a subject with a NUL': { sub: 'a\u0000b' },
};
for (const [name, claims] of Object.entries(wrong))
	test(`claims: a token ${name}`, () => none((said) => forge.sign({ ...said, ...claims })));

const shapes = {
	'an extra dot': (token) => `${token}.`,
	'an extra part': (token) => `${token}.e30`,
	'a dot before': (token) => `.${token}`,
	'two parts': (token) => token.split('.').slice(0, 2).join('.'),
	'padding behind the signature': (token) => `${token}==`,
	'padding behind the header': (token) => token.replace('.', '=.'),
	'padding behind the claims': (token) => token.replace(/\.([^.]*)$/, '=.$1'),
	'a space': (token) => ` ${token}`,
	'a line break': (token) => `${token}\n`,
	'the letters of other base64': (token) => token.replaceAll('-', '+').replaceAll('_', '/') + '+',
	'half a signature': (token) => token.slice(0, -20),
	'no signature': (token) => token.replace(/[^.]*$/, ''),
	nothing: () => '',
	words: () => 'a.b.c',
	'a token of megabytes': (token) => token + 'A'.repeat(100000),
};
for (const [name, change] of Object.entries(shapes))
	test(`shape: ${name}`, async () => {
		const { said, answers, back } = await login();

		answers(change(await forge.sign(said)));
		await refused('forge', back);
	});

test('shape: a claim twice', () => none(async (said) => {
	const [header, claims] = await parts(said);
	const twice = Buffer.from(claims, 'base64url').toString().replace('{', '{"sub":"victim",');
	const { CompactSign } = await import('jose');

	return new CompactSign(Buffer.from(twice)).setProtectedHeader({ alg: 'RS256', kid: 'rsa' })
		.sign(forge.rsa.privateKey).then((token) => (assert.ok(header), token));
}));

test('mutation: another letter in each place of a right token', async () => {
	const { said } = await login();
	const token = await forge.sign({ ...said, nonce: undefined });
	const places = Array.from({ length: token.length }, (_, i) => i).filter((i) => i % 7 === 0);

	for (const i of places)
		assert.equal((await finish(400, 'forge', {
			id_token: token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1) }))
			.non_field_errors[0], INCORRECT, `place ${i}`);
	await finish(200, 'forge', { id_token: token });
});

test('a nonce is good for its own login only', async () => {
	const first = await login();
	const second = await login();

	second.answers(await forge.sign({ ...second.said, nonce: first.said.nonce }));
	await refused('forge', second.back, INCORRECT);
});

test('unknown keys make the set be fetched once a minute, not once a token', async () => {
	const fetched = () => forge.asked.filter((one) => one.path === '/forge/jwks').length;
	const before = fetched();

	for (let i = 0; i < 12; i++)
		await none((said) => forge.sign(said, { kid: `k${i}` }));
	assert.ok(fetched() - before <= 2, 'once a worker');
});

test('a code that the provider refuses is told so', async () => {
	const { back } = await login();

	await refused('forge', back, NOT_EXCHANGED);
	const odd = await login();

	odd.answers(undefined);
	await refused('forge', odd.back, NOT_EXCHANGED);
});

test('the secret goes to the provider in the way it wants', async () => {
	const { said, answers, back } = await login();

	answers(await forge.sign(said));
	await finish(200, 'forge', back);
	const last = forge.asked.filter((one) => one.path === '/forge/token').at(-1);

	assert.equal(last.form.get('client_secret'), 'forged');
	assert.equal(last.headers.authorization, undefined);
});
