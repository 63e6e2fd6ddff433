// acme.mjs - the provider that others wrote (oidc-provider), and a browser
// that logs in there.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';

process.env.NODE_NO_WARNINGS = '1';
console.warn = console.info = () => {};
const { Provider } = await import('oidc-provider');
import { BACK } from './shop.mjs';

const PORT = Number(process.env.ACME_PORT);
export const issuer = `http://127.0.0.1:${PORT}`;
const people = new Map();
let who; // logs in next; an error: is refused
let provider;
let handler;

export function person(sub, claims) {
	people.set(sub, claims);
	return sub;
}

const client = (client_id, more) => ({
	client_id, redirect_uris: [BACK, 'https://shop.example/account'], response_types: ['code'],
	grant_types: ['authorization_code'], ...more });

async function key(alg, kid) {
	const { privateKey } = await generateKeyPair(alg, { extractable: true });

	return { ...await exportJWK(privateKey), kid, use: 'sig', alg };
}

/** The same in every file: the shop asks for newer keys once a minute only. */
async function keys() {
	if (!existsSync('keys.json'))
		writeFileSync('keys.json', JSON.stringify([await key('RS256', 'first'), await key('ES256', 'elliptic')]));
	return JSON.parse(readFileSync('keys.json', 'utf8'));
}

/** From now on the provider signs by new keys, and knows no others. */
export const rotate = async () => serve([await key('RS256', 'second'), await key('ES256', 'curved')]);

/** terse: the address is told at userinfo only, as the standard has it. */
export async function serve(jwks, terse = true) {
	provider = new Provider(issuer, {
		clients: [
			client('shop', { client_secret: 's3:cret+/ &%' }),
			client('pocket', { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' }),
			client('elsewhere', { client_secret: 'else' }),
		],
		jwks: { keys: jwks ?? await keys() },
		enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
		conformIdTokenClaims: terse,
		cookies: { keys: ['of the test'] },
		claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
		features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
		pkce: { required: () => false },
		interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
		findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people.get(sub) }) }),
		loadExistingGrant: async (ctx) => {
			const grant = new ctx.oidc.provider.Grant({
				clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });

			grant.addOIDCScope('openid email profile');
			await grant.save();
			return grant;
		},
	});
	handler = provider.callback();
}

const server = createServer((req, res) => {
	if (!req.url.startsWith('/interaction/'))
		return handler(req, res);
	return provider.interactionFinished(req, res, typeof who === 'string'
		? { login: { accountId: who } } : who, { mergeWithLastSubmission: false });
});

export async function open() {
	await serve();
	server.listen(PORT, '127.0.0.1');
	await once(server, 'listening');
}
export function close() {
	server.close();
	server.closeAllConnections();
}

/** Goes to the page as that person, back to the shop: what came back. */
export async function browse(url, as) {
	const cookies = new Map();

	who = as;
	for (let i = 0; i < 10; i++) {
		const answer = await fetch(url, {
			redirect: 'manual',
			headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });

		for (const line of answer.headers.getSetCookie()) {
			const [, name, value] = line.match(/^([^=]+)=([^;]*)/);

			cookies.set(name, value);
		}
		const to = answer.headers.get('location');

		assert.ok(to, `${url}: ${answer.status} ${to ? '' : await answer.text()}`);
		url = new URL(to, url).href;
		if (url.startsWith('https://shop.example/'))
			return Object.fromEntries(new URL(url).searchParams);
	}
	throw new Error('round and round');
}
