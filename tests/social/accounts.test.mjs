// accounts.test.mjs - which account a login at a provider opens.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as acme from './acme.mjs';
import { account, address, ask, begin, finish, fresh, mailed, refused, sql, whoami, PASSWORD } from './shop.mjs';

before(acme.open);
after(acme.close);

async function come_back(sub) {
	const begun = await begin('acme');

	return { ...await acme.browse(begun.authorization_url, sub), binding: begun.binding };
}
const person = (email, email_verified = true) => acme.person(fresh(), { email, email_verified });
const log_in = async (sub, status = 200) => finish(status, 'acme', await come_back(sub));
const TAKEN = 'social_account_exists';

test('an account is found by its address when both sides have verified it', async () => {
	const known = await account();
	const sub = person(known.email.toUpperCase());

	assert.equal((await whoami(await log_in(sub))).id, known.id);
	assert.equal(sql(`SELECT count(*) FROM outbox WHERE topic = 'account.social_linked'
		AND aggregate_id = '${known.id}'`), '1', 'its owner is told');
	assert.equal((await whoami(await log_in(sub))).id, known.id);
	await ask(200, 'POST', 'auth/token/', { email: known.email, password: PASSWORD });
});

test('an address that the provider has not verified opens nothing that exists', async () => {
	const known = await account();
	const said = await refused('acme', await come_back(person(known.email, false)), TAKEN);

	assert.deepEqual(said.non_field_errors, ['User is already registered with this e-mail address.']);
	assert.match(said.detail, /Log in/);
});

test('an address that we have not verified opens nothing: its owner may be another', async () => {
	const known = await account({ verified: false });

	await refused('acme', await come_back(person(known.email)), TAKEN);
});

test('an account of staff is never opened by an address', async () => {
	const known = await account();

	sql(`UPDATE account SET is_staff = true, permissions = '{catalog.read}' WHERE id = '${known.id}'`);
	await refused('acme', await come_back(person(known.email)), TAKEN);
});

test('a closed account stays closed, by address and by link', async () => {
	const known = await account();
	const linked = person(known.email);

	await log_in(linked);
	sql(`UPDATE account SET is_active = false WHERE id = '${known.id}'`);
	assert.equal((await log_in(linked, 401)).code, 'no_active_account');
	await refused('acme', await come_back(person(known.email)), TAKEN);
});

test('the subject counts, not the address: who changed it keeps the account', async () => {
	const sub = person(address());
	const first = await whoami(await log_in(sub));
	const victim = await account();

	acme.person(sub, { email: victim.email, email_verified: true });
	assert.equal((await whoami(await log_in(sub))).id, first.id);
	assert.equal(sql(`SELECT email FROM account WHERE id = '${first.id}'`), first.email);
});

test('an unverified address makes an account that still has to prove it', async () => {
	const email = address();
	const made = await whoami(await log_in(person(email, false)));

	assert.equal(made.email, email);
	assert.equal(made.email_verified_at, null);
	const key = await mailed(email, /verify-email\/\?key=([\w-]{43})/);

	assert.equal(sql(`SELECT count(*) FROM outbox WHERE data::text LIKE '%${key}%'`), '0');

	await ask(200, 'POST', 'auth/verify-email/', { key });
	assert.equal(sql(`SELECT email_verified_at IS NOT NULL FROM account WHERE id = '${made.id}'`), 't');
});

test('who tells no address is asked to register', async () => {
	await refused('acme', await come_back(acme.person(fresh(), {})), 'social_email_missing');
	await refused('acme', await come_back(person('not an address')), 'social_email_missing');
});

test('names that nobody has are not stored', async () => {
	const sub = acme.person(fresh(), { email: address(), email_verified: true, given_name: 'x'.repeat(700),
		family_name: 'a\nb' });

	assert.equal((await whoami(await log_in(sub))).first_name, '');
	const long = acme.person(fresh(), { email: address(), email_verified: true, given_name: 'é'.repeat(200) });

	assert.equal((await whoami(await log_in(long))).first_name, 'é'.repeat(150));
});

test('eight first logins of one person at once make one account', async () => {
	const sub = person(address());
	const backs = await Promise.all(Array.from({ length: 1 }, () => come_back(sub)));

	while (backs.length < 8)
		backs.push(await come_back(sub));
	const said = await Promise.all(backs.map((back) => finish(0, 'acme', back)));
	const ids = new Set();

	for (const one of said) {
		assert.equal(one.status, 200, JSON.stringify(one));
		ids.add((await whoami(one)).id);
	}
	assert.equal(ids.size, 1);
	assert.equal(sql(`SELECT count(*) FROM social_identity WHERE subject = '${sub}'`), '1');
});

test('an account with a second factor asks for it', async () => {
	const sub = person(address());
	const { id } = await whoami(await log_in(sub));

	sql(`UPDATE account SET has_second_factor = true WHERE id = '${id}'`);
	const said = await log_in(sub, 401);

	assert.equal(said.code, 'second_factor_required');
	assert.ok(said.challenge);
	assert.equal(said.access, undefined);
	assert.equal(sql(`SELECT method FROM login_challenge WHERE account_id = '${id}'`), 'acme');
	sql(`UPDATE account SET has_second_factor = false WHERE id = '${id}'`); // it has none: the doctor looks
});

test('what was linked before the owner proved the address by a reset is gone', async () => {
	const email = address();
	const trojan = person(email, false);
	const { id } = await whoami(await log_in(trojan));

	sql(`UPDATE account SET password_hash = (SELECT password_hash FROM account WHERE password_hash IS NOT NULL LIMIT 1),
		email_verified_at = now() WHERE id = '${id}'`);
	assert.equal(sql(`SELECT count(*) FROM social_identity WHERE account_id = '${id}'`), '0');
	await refused('acme', await come_back(trojan), TAKEN);
});
