// page.mjs - the lines of docs/passkeys.md in Chromium, with its virtual
// authenticator, against the running shop.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const api = process.env.SHOP_URL + '/api/v1/';
const port = Number(process.env.PAGE_PORT);
const lines = readFileSync(new URL('../../docs/passkeys.md', import.meta.url), 'utf8')
	.match(/```js\n([^]*?)```/)[1].replace('https://api.shop.example/api/v1/', api);
const ask = async (path, body, access) => {
	const answer = await fetch(api + path, { method: body ? 'POST' : 'GET', body: body && JSON.stringify(body),
		headers: { 'Content-Type': 'application/json', ...(access && { Authorization: `Bearer ${access}` }) } });

	return { status: answer.status, ...await answer.json() };
};

// ---- Chromium, by its DevTools protocol over a pipe ----

let child, folder, session, authenticator;
let number = 0;
const waiting = new Map();
const tell = (method, params = {}, sessionId = session) => new Promise((done, fail) => {
	waiting.set(++number, { done, fail, method });
	child.stdio[3].write(JSON.stringify({ id: number, method, params, sessionId }) + '\0');
});
const listen = (stream) => {
	let text = '';

	stream.setEncoding('utf8');
	stream.on('data', (piece) => {
		const parts = (text + piece).split('\0');

		text = parts.pop();
		for (const { id, result, error } of parts.map((part) => JSON.parse(part))) {
			const { done, fail, method } = waiting.get(id) ?? {};

			waiting.delete(id);
			if (error)
				fail?.(new Error(`${method}: ${error.message}`));
			else
				done?.(result);
		}
	});
};
// Runs it in the page; what it throws comes back as { threw, code }.
const run = async (expression) => {
	const wrapped = `(async () => { try { return await (${expression}); } catch (e) {
		return { threw: e.name, code: e.code, message: e.message }; } })()`;
	const { result, exceptionDetails } = await tell('Runtime.evaluate',
		{ expression: wrapped, awaitPromise: true, returnByValue: true });

	assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
	return result.value;
};
const go = async (url) => {
	await tell('Page.navigate', { url });
	for (let tries = 0; await run('document.title + location.origin') !== `passkeys${new URL(url).origin}`; tries++) {
		assert.ok(tries < 200, 'the page does not load');
		await new Promise((done) => setTimeout(done, 50));
	}
};
const home = `http://localhost:${port}/`;
const page = (request, response) => {
	const isScript = request.url === '/passkeys.js';

	response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
	response.end(isScript ? lines : '<!doctype html><title>passkeys</title>');
};
const own = createServer(page);
const other = createServer(page);
const call = (expression) => run(`import('/passkeys.js').then((p) => p.${expression})`);

const member = {};
before(async () => {
	await new Promise((done) => own.listen(port, 'localhost', done));
	await new Promise((done) => other.listen(0, 'localhost', done));
	folder = mkdtempSync(join(tmpdir(), 'passkeys-'));
	child = spawn(process.env.CHROMIUM, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
		'--no-first-run', '--remote-debugging-pipe', `--user-data-dir=${folder}`, 'about:blank'],
		{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true });
	listen(child.stdio[4]);
	const { targetId } = await tell('Target.createTarget', { url: 'about:blank' });
	({ sessionId: session } = await tell('Target.attachToTarget', { targetId, flatten: true }));
	await tell('WebAuthn.enable');
	({ authenticatorId: authenticator } = await tell('WebAuthn.addVirtualAuthenticator', { options: {
		protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
		isUserVerified: true, automaticPresenceSimulation: true } }));
	member.email = `chromium-${process.pid}@example.net`;
	await ask('auth/register/', { email: member.email, password: 'quite a good one' });
	member.access = (await ask('auth/token/', { email: member.email, password: 'quite a good one' })).access;
	await go(home);
});
after(() => {
	own.close();
	other.close();
	if (child)
		process.kill(-child.pid, 'SIGKILL');
	rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('a passkey is added', async () => {
	const made = await call(`addPasskey(${JSON.stringify(member.access)}, 'Chromium')`);

	assert.equal(made.name, 'Chromium', JSON.stringify(made));
	assert.deepEqual(made.transports, ['internal']);
	const { credentials } = await tell('WebAuthn.getCredentials', { authenticatorId: authenticator });
	assert.equal(credentials.length, 1);
	assert.equal(credentials[0].rpId, 'localhost');
	assert.notEqual(credentials[0].userHandle, undefined);
});

test('the browser adds no second one of the same device', async () => {
	const again = await call(`addPasskey(${JSON.stringify(member.access)}, 'Again')`);

	assert.equal(again.threw, 'InvalidStateError');
});

test('nobody types an address to sign in', async () => {
	const pair = await call('signIn()');

	assert.equal(typeof pair.access, 'string', JSON.stringify(pair));
	assert.equal((await ask('account/', null, pair.access)).email, member.email);
});

test('a session confirms who it is', async () => {
	const { access } = await call(`stepUp(${JSON.stringify(member.access)})`);
	const claims = JSON.parse(Buffer.from(access.split('.')[1], 'base64url'));

	assert.ok(claims.mfa_time > 0);
});

test('what the same browser signs on another page is refused', async () => {
	const options = await ask('auth/passkeys/options/', {});

	await go(`http://localhost:${other.address().port}/`);
	const shown = await run(`navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
		${JSON.stringify(options)}) }).then((c) => c.toJSON())`);
	assert.equal(shown.type, 'public-key', JSON.stringify(shown));
	const answer = await ask('auth/passkeys/verify/', shown);
	assert.equal(answer.status, 401);
	assert.equal(answer.code, 'passkey_not_accepted');
	await go(home);
});

test('a copy that is behind is refused', async () => {
	const { credentials: [credential] } = await tell('WebAuthn.getCredentials', { authenticatorId: authenticator });
	const { credentialId } = credential;

	await tell('WebAuthn.removeCredential', { authenticatorId: authenticator, credentialId });
	await tell('WebAuthn.addCredential', { authenticatorId: authenticator,
		credential: { ...credential, signCount: 1 } });
	assert.equal((await call('signIn()')).code, 'passkey_count_went_back');
});
