// linking.test.mjs - providers linked to an account by its owner, and unlinked.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as acme from './acme.mjs';
import { account, address, ask, begin, census, finish, fresh, mailed, sql, whoami } from './shop.mjs';

before(acme.open);
after(acme.close);

const person = (more = {}) => acme.person(fresh(), { email: address(), email_verified: true, ...more });

async function link_back(who, sub, provider = 'acme') {
	const begun = await ask(200, 'POST', `account/social/${provider}/`, {}, who.access);

	return { ...await acme.browse(begun.authorization_url, sub), binding: begun.binding };
}
const link = async (status, who, back) => ask(status, 'POST', 'account/social/acme/callback/', back, who.access);
const list = (who) => ask(200, 'GET', 'account/social/', undefined, who.access);
const unlink = (status, who, id) => ask(status, 'DELETE', `account/social/${id}/`, undefined, who.access);

async function log_in(sub) {
	const begun = await begin('acme');

	return finish(200, 'acme', { ...await acme.browse(begun.authorization_url, sub), binding: begun.binding });
}

test('a linked provider logs in to the account, whatever its address is', async () => {
	const who = await account();
	const sub = person({ email_verified: false });
	const made = await link(201, who, await link_back(who, sub));

	assert.equal(made.provider, 'acme');
	assert.equal(made.uid, sub);
	assert.equal(made.last_login, null);
	assert.equal((await whoami(await log_in(sub))).id, who.id);
	const [one, ...others] = await list(who);

	assert.equal(one.id, made.id);
	assert.ok(one.last_login);
	assert.equal(others.length, 0);
	assert.equal(sql(`SELECT count(*) FROM outbox WHERE topic = 'account.social_linked'
		AND aggregate_id = '${who.id}'`), '1');
	await mailed(who.email, /now be logged in to with (Acme ID)/);
});

test('linking twice is linking once', async () => {
	const who = await account();
	const sub = person();
	const made = await link(201, who, await link_back(who, sub));

	assert.equal((await link(201, who, await link_back(who, sub))).id, made.id);
	assert.equal((await list(who)).length, 1);
});

test('what is linked to one account is not linked to another', async () => {
	const [first, second] = [await account(), await account()];
	const sub = person();

	await link(201, first, await link_back(first, sub));
	const said = await link(409, second, await link_back(second, sub));

	assert.equal(said.code, 'social_identity_taken');
	assert.equal((await list(second)).length, 0);
	assert.equal((await whoami(await log_in(sub))).id, first.id);
});

test('a link that one began is finished by nobody else, and is no login', async () => {
	const [owner, thief] = [await account(), await account()];
	const back = await link_back(owner, person());
	const before = census();

	assert.equal((await link(400, thief, back)).code, 'social_state_invalid');
	assert.equal((await finish(400, 'acme', back)).code, 'social_state_invalid');
	await ask(401, 'POST', 'account/social/acme/callback/', back);
	assert.equal(census(), before);
	await link(201, owner, back);
});

test('a login that was begun is no link', async () => {
	const who = await account();
	const begun = await begin('acme');
	const back = { ...await acme.browse(begun.authorization_url, person()), binding: begun.binding };

	assert.equal((await link(400, who, back)).code, 'social_state_invalid');
});

test('a link takes no bare token', async () => {
	const who = await account();

	for (const body of [{ access_token: 'x' }, { id_token: 'x' }, { code: 'x' }, {}])
		assert.ok((await link(400, who, body)).state);
});

test('a refusal at the provider is told', async () => {
	const who = await account();
	const begun = await ask(200, 'POST', 'account/social/acme/', {}, who.access);
	const back = await acme.browse(begun.authorization_url, { error: 'access_denied' });

	assert.equal((await link(400, who, { ...back, binding: begun.binding })).code, 'social_denied');
});

test('linking and unlinking want a factor shown lately', async () => {
	const who = await account();
	const sub = person();

	await link(201, who, await link_back(who, sub));
	const [{ id }] = await list(who);

	sql(`UPDATE session SET proved_at = now() - interval '1 day' WHERE account_id = '${who.id}'`);
	const { refresh } = await ask(200, 'POST', 'auth/token/', { email: who.email, password: 'lantern-quiet-47' });

	sql(`UPDATE session SET proved_at = now() - interval '1 day' WHERE account_id = '${who.id}'`);
	const stale = await ask(200, 'POST', 'auth/token/refresh/', { refresh });

	assert.equal((await ask(403, 'POST', 'account/social/acme/', {}, stale.access)).code, 'step_up_required');
	assert.equal((await unlink(403, stale, id)).code, 'step_up_required');
});

test('unlinking ends the login by it', async () => {
	const who = await account();
	const sub = person();
	const { id } = await link(201, who, await link_back(who, sub));

	await unlink(204, who, id);
	await unlink(404, who, id);
	await mailed(who.email, /can no longer be logged in to with (Acme ID)/);
	assert.equal((await list(who)).length, 0);
	assert.notEqual((await whoami(await log_in(sub))).id, who.id);
});

test('nobody unlinks for another', async () => {
	const [owner, thief] = [await account(), await account()];
	const { id } = await link(201, owner, await link_back(owner, person()));

	await unlink(404, thief, id);
	await unlink(404, owner, 'acme');
	assert.equal((await list(owner)).length, 1);
});

test('the last way in stays', async () => {
	const tokens = await log_in(person());
	const [{ id }] = await list(tokens);
	const who = await whoami(tokens);
	const other = person();

	assert.equal((await unlink(409, tokens, id)).code, 'social_last_login');
	const made = await link(201, tokens, await link_back(tokens, other));
	const statuses = (await Promise.all([id, made.id].map((one) => unlink(0, tokens, one)))).map((one) => one.status);

	assert.deepEqual(statuses.sort(), [204, 409], 'of two at once one stays');
	assert.equal(sql(`SELECT count(*) FROM social_identity WHERE account_id = '${who.id}'`), '1');
});
