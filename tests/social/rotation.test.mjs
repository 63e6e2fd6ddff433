// rotation.test.mjs - a provider changes its keys, a day among days.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import * as acme from './acme.mjs';
import { address, begin, census, finish, fresh, INCORRECT } from './shop.mjs';

before(acme.open);
after(acme.close);

async function log_in() {
	const begun = await begin('acme');
	const back = await acme.browse(begun.authorization_url, acme.person(fresh(), { email: address(), email_verified: true }));

	return finish(0, 'acme', { ...back, binding: begun.binding });
}

test('new keys are fetched when a token bears a kid that is not known, once a minute', async () => {
	for (let i = 0; i < 8; i++) // so that every worker has the old ones
		assert.equal((await log_in()).status, 200);
	await acme.rotate();
	for (let i = 0; i < 8; i++)
		assert.equal((await log_in()).status, 200, 'the new keys are used');
	await acme.serve();
	const before = census();
	const said = await log_in();

	assert.equal(said.status, 400, 'the minute is not over');
	assert.equal(said.non_field_errors[0], INCORRECT);
	assert.equal(census(), before);
});
