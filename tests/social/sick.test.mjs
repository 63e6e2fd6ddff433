// sick.test.mjs - a provider that is silent, slow, broken or endless: a clear
// answer within its time, and nothing changed.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ask, begin, census, finish, fresh } from './shop.mjs';

const PORT = Number(process.env.SICK_PORT);
const base = `http://127.0.0.1:${PORT}`;
let at = {}; // path -> (res) => ...

const json = (value, status = 200) => (res) => {
	res.writeHead(status, { 'Content-Type': 'application/json' });
	res.end(JSON.stringify(value));
};
const silent = () => {};
const endless = (res) => {
	const piece = Buffer.alloc(65536, 0x20);
	let left = 1600; // 100 MB

	res.writeHead(200, { 'Content-Type': 'application/json' });
	const more = () => {
		while (left-- > 0 && !res.destroyed)
			if (!res.write(piece))
				return res.once('drain', more);
		return res.end();
	};

	more();
};
const discovery = { issuer: base, authorization_endpoint: `${base}/auth`, token_endpoint: `${base}/token`,
	jwks_uri: `${base}/jwks` };
const well = () => ({
	'/.well-known/openid-configuration': json(discovery),
	'/jwks': json({ keys: [] }), '/token': json({ error: 'invalid_grant' }, 400) });

const seen = [];
const server = createServer((req, res) => {
	seen.push(req.url);
	return (at[req.url] ?? json({}, 404))(res);
});

before(async () => {
	server.listen(PORT, '127.0.0.1');
	await once(server, 'listening');
});
after(() => {
	server.close();
	server.closeAllConnections();
});

const memory = () => Number(readFileSync(`/proc/${process.env.SHOP_PID}/statm`, 'utf8').split(' ')[1]) * 4096;

/** 503 with a hint when to come back, in time, and the books as they were. */
async function unavailable(what) {
	const before = census();
	const began = Date.now();
	const said = await what();

	assert.equal(said.status, 503, JSON.stringify(said));
	assert.equal(said.code, 'provider_unavailable');
	assert.ok(Date.now() - began < 6000, 'in time');
	assert.equal(census(), before);
}
const try_begin = () => ask(0, 'POST', 'auth/social/sick/', {});

/** The breaker counts failures in a row: these are none. The shop of this
 * test has one worker. */
async function heal() {
	const was = at;

	at = { ...was, '/.well-known/openid-configuration': json({}, 404), '/token': json({ error: 'invalid_grant' }, 400) };
	for (let i = 0; i < 2; i++)
		await finish(0, 'sick', { code: fresh() });
	at = was;
}
const asked = (path) => seen.filter((one) => one === path).length;

/** The provider was asked, and what it did is no login. */
async function sickens(path, what) {
	const before = asked(path);

	await unavailable(what);
	// Twice where a kept connection broke: curl then asks once more.
	assert.ok([1, 2].includes(asked(path) - before), 'it was asked');
	await heal();
}

// Discovery first: once it was had, it is kept.
for (const [name, broken] of Object.entries({
	'answers 500': json(discovery, 500), 'is not there': json({ error: 'x' }, 404), 'is a list': json([1]),
	'is of another issuer': json({ ...discovery, issuer: 'https://evil.example' }),
	'is of an issuer with a slash': json({ ...discovery, issuer: `${base}/` }),
	'lacks an endpoint': json({ ...discovery, token_endpoint: undefined }),
	'has an odd endpoint': json({ ...discovery, token_endpoint: 'ftp://127.0.0.1/' }),
	'has a number for one': json({ ...discovery, jwks_uri: 7 }),
	'is a page': (res) => res.end('<html>'), 'breaks off': (res) => res.destroy(),
	'stands elsewhere': (res) => (res.writeHead(302, { Location: 'http://127.0.0.1:1/' }), res.end()),
	'never ends': endless, 'never comes': silent,
}))
	test(`a discovery document that ${name} is none`, async () => {
		const before = memory();

		at = { '/.well-known/openid-configuration': broken };
		await sickens('/.well-known/openid-configuration', try_begin);
		assert.ok(memory() - before < 32 * 1048576, 'little memory');
	});

test('once it is right, logins begin', async () => {
	at = well();
	await begin('sick');
});

for (const [name, sick] of Object.entries({
	'answers 500': json({}, 500), 'is too busy': json({}, 429), 'talks HTML': (res) => res.end('<html>'),
	'hangs up': (res) => res.destroy(), 'never ends': endless, 'says nothing': silent,
	'sends elsewhere': (res) => (res.writeHead(302, { Location: `${base}/jwks` }), res.end()),
}))
	test(`a token endpoint that ${name} changes nothing`, async () => {
		at = well();
		const { state, binding } = await begin('sick');

		at['/token'] = sick;
		await sickens('/token', () => finish(0, 'sick', { code: fresh(), state, binding }));
	});

for (const [name, sick] of Object.entries({
	'answers 500': json({}, 500), 'is no set': json({ keys: 7 }), 'is empty': (res) => res.end(''),
	'never ends': endless, 'never comes': silent,
}))
	test(`a set of keys that ${name} changes nothing`, async () => {
		at = { ...well(), '/token': json({ id_token: 'a.b.c', access_token: 'x' }), '/jwks': sick };
		const { state, binding } = await begin('sick');

		await sickens('/jwks', () => finish(0, 'sick', { code: fresh(), state, binding }));
	});

test('who fails again and again is left alone for a while', async () => {
	let before = -1;
	let calls = 0;

	at = { ...well(), '/token': json({}, 500) };
	while (asked('/token') !== before && calls++ < 12) {
		before = asked('/token');
		await unavailable(() => finish(0, 'sick', { code: fresh() }));
	}
	assert.equal(asked('/token'), before, 'it is still asked');
});

test('other providers are not touched by it', async () => {
	await begin('facebook');
});
