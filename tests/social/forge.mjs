// forge.mjs - a provider that says what a test wants it to say: forged
// tokens, Google's own door, Facebook's Graph API.
import { createServer } from 'node:http';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';

const PORT = Number(process.env.FORGE_PORT);
export const base = `http://127.0.0.1:${PORT}`;
export const asked = []; // { path, query, form, headers }
export const codes = new Map(); // code -> what the token endpoint says
export const graph = new Map(); // access token -> { app_id, user, ... }
export const tokeninfo = new Map(); // access token -> what Google says of it

/** The same in every file: the shop keeps what it has fetched. */
async function pair(alg) {
	const file = `forge-${alg}.json`;

	if (!existsSync(file)) {
		const { privateKey } = await generateKeyPair(alg, { extractable: true });

		writeFileSync(file, JSON.stringify(await exportJWK(privateKey)));
	}
	const { d, p, q, dp, dq, qi, ...open } = JSON.parse(readFileSync(file, 'utf8'));

	return {
		privateKey: await importJWK({ d, p, q, dp, dq, qi, ...open }, alg, { extractable: true }),
		publicKey: await importJWK(open, alg, { extractable: true }) };
}
export const rsa = await pair('RS256');
export const ec = await pair('ES256');
const jwks = { keys: [
	{ ...await exportJWK(rsa.publicKey), kid: 'rsa', use: 'sig' },
	{ ...await exportJWK(ec.publicKey), kid: 'ec', use: 'sig' } ] };

const now = () => Math.floor(Date.now() / 1000);
export const claims = (more = {}) => ({ iss: `${base}/forge`, aud: 'shop', iat: now(), exp: now() + 300, ...more });
export const sign = (said, { alg = 'RS256', kid = 'rsa', key = rsa.privateKey, ...header } = {}) =>
	new SignJWT(said).setProtectedHeader({ alg, ...(kid === null ? {} : { kid }), ...header }).sign(key);

const discovery = (issuer) => ({
	issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`,
	jwks_uri: `${issuer}/jwks`, token_endpoint_auth_methods_supported: ['client_secret_post'] });

/** Graph API: who may ask, and about what. */
function facebook(path, query) {
	const token = graph.get(query.get('access_token'));
	const about = graph.get(query.get('input_token'));
	const wrong = (message) => [400, { error: { message, type: 'OAuthException', code: 190 } }];

	if (path === '/graph/oauth/access_token') {
		const said = codes.get(query.get('code'));

		if (!said || query.get('client_secret') !== 'fbsecret' || query.get('client_id') !== '4711' ||
			said.redirect_uri !== query.get('redirect_uri'))
			return wrong('This authorization code has been used.');
		codes.delete(query.get('code'));
		return [200, { access_token: said.access_token, token_type: 'bearer', expires_in: 5000 }];
	}
	if (path === '/graph/debug_token')
		return query.get('access_token') === '4711|fbsecret' && about ? [200, { data: about.debug }] : wrong('No.');
	if (path === '/graph/me')
		return token && query.get('appsecret_proof') === createHmac('sha256', 'fbsecret')
			.update(query.get('access_token')).digest('hex') ? [200, token.me] : wrong('Invalid appsecret_proof');
	return [404, {}];
}

function answer(path, query, form) {
	if (path.startsWith('/graph/'))
		return facebook(path, query);
	const [, name, ...rest] = path.split('/');
	const said = codes.get(form.get('code'));

	switch (rest.join('/')) {
	case '.well-known/openid-configuration':
		return [200, discovery(`${base}/${name}`)];
	case 'jwks':
		return [200, jwks];
	case 'tokeninfo':
		return tokeninfo.has(query.get('access_token')) ? [200, tokeninfo.get(query.get('access_token'))]
			: [400, { error: 'invalid_token' }];
	case 'token':
		codes.delete(form.get('code'));
		if (!said || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== said.challenge)
			return [400, { error: 'invalid_grant' }];
		return said.status ? [said.status, said.body] : [200, { access_token: 'a', token_type: 'Bearer', ...said.body }];
	}
	return [404, {}];
}

const server = createServer(async (req, res) => {
	const url = new URL(req.url, base);
	let body = '';

	for await (const piece of req)
		body += piece;
	const form = new URLSearchParams(body);

	asked.push({ path: url.pathname, query: url.searchParams, form, headers: req.headers });
	const [status, json] = answer(url.pathname, url.searchParams, form);

	res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=600' });
	res.end(typeof json === 'string' ? json : JSON.stringify(json));
});

export async function open() {
	server.listen(PORT, '127.0.0.1');
	await once(server, 'listening');
}
export function close() {
	server.close();
	server.closeAllConnections();
}
