// shop.mjs - the shop as a front-end sees it, and its database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';

export const BACK = 'https://shop.example/back';
export const PASSWORD = 'lantern-quiet-47';

/** Asks; the status must be that one. */
export async function ask(status, method, path, body, bearer) {
	const answer = await fetch(process.env.SHOP_URL + '/api/v1/' + path, {
		method,
		headers: {
			...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
			...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
		},
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await answer.text();

	if (status)
		assert.equal(answer.status, status, `${method} ${path}: ${text}`);
	const json = text ? JSON.parse(text) : {};

	Object.defineProperty(json, 'status', { value: answer.status });
	return json;
}

/** The first line of a statement's answer. */
export function sql(statement) {
	return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d',
		process.env.SHOPD_DATABASE_URL, '-c', statement], { encoding: 'utf8' }).split('\n')[0];
}

/** What the pattern's group finds in the mail to that address, once it is there. */
export async function mailed(email, pattern) {
	for (let tries = 0; tries < 300; tries++) {
		const box = await (await fetch(`${process.env.SANDBOX_URL}/__emu/mail?to=${email}`)).json();

		for (const { data } of box) { // quoted-printable, far enough for a link
			const found = pattern.exec(data.replace(/=\r?\n/g, '').replaceAll('=3D', '='));

			if (found)
				return found[1];
		}
		await new Promise((done) => setTimeout(done, 100));
	}
	assert.fail(`no such mail to ${email}`);
}

let number = 0;
export const fresh = (what = 'u') => `${what}-${process.pid}-${++number}`;
export const address = () => `${fresh()}@example.net`;

/** An account by password; verified unless told otherwise. */
export async function account({ email = address(), verified = true } = {}) {
	await ask(201, 'POST', 'auth/register/', { email, password: PASSWORD });
	if (verified)
		sql(`UPDATE account SET email_verified_at = now() WHERE email = '${email}'`);
	const { access } = await ask(200, 'POST', 'auth/token/', { email, password: PASSWORD });
	const { id } = await ask(200, 'GET', 'account/', undefined, access);

	return { email, access, id };
}

/** How many accounts, links and sessions there are. */
export const census = () => sql(`SELECT (SELECT count(*) FROM account) || ' ' ||
	(SELECT count(*) FROM social_identity) || ' ' || (SELECT count(*) FROM session)`);

export const begin = (provider, body = {}) => ask(200, 'POST', `auth/social/${provider}/`, body);
export const finish = (status, provider, body) => ask(status, 'POST', `auth/social/${provider}/callback/`, body);
export const whoami = async (tokens) => ask(200, 'GET', 'account/', undefined, tokens.access);

/** Refused with that code, and nothing has changed. */
export async function refused(provider, body, code, status = 400) {
	const before = census();
	const said = await finish(status, provider, body);

	if (code)
		assert.equal(said.code ?? said.non_field_errors?.[0], code, JSON.stringify(said));
	assert.equal(census(), before, 'nothing may change');
	return said;
}
export const NOT_EXCHANGED = 'Failed to exchange code for access token';
export const INCORRECT = 'Incorrect value';
