// check.mjs - Stripe's official client against `shopd emulate`: what it sends
// is understood, what it gets is what it knows.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync, existsSync } from 'node:fs';
import Stripe from 'stripe';

const sandbox = new URL(process.env.SANDBOX_URL);
const secret = process.env.SHOPD_STRIPE_SECRET_KEY ?? 'sk_test_emulator';
const client = (key, options = {}) => new Stripe(key, {
	host: sandbox.hostname, port: sandbox.port, protocol: 'http',
	maxNetworkRetries: 0, telemetry: false, ...options });
const stripe = client(secret);
const emu = (path, method = 'GET', body) => fetch(new URL(path, sandbox), {
	method, redirect: 'manual', body: body && JSON.stringify(body) });
const intent = (more = {}) => stripe.paymentIntents.create({
	amount: 1099, currency: 'eur',
	automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
	metadata: { order_id: '6735' }, ...more });
const paid = () => intent({ confirm: true, payment_method: 'pm_card_visa',
	return_url: 'https://shop.example/back' });
const refused = async (promise, type, facts = {}) => {
	const error = await promise.then(() => null, (e) => e);

	assert.ok(error, 'it was not refused');
	assert.equal(error.type, type, error.message);
	for (const [name, value] of Object.entries(facts))
		assert.equal(error[name], value, `${name}: ${error.message}`);
	return error;
};

test('a payment is made, read, listed', async () => {
	const made = await intent();

	assert.equal(made.object, 'payment_intent');
	assert.equal(made.status, 'requires_payment_method');
	assert.equal(made.metadata.order_id, '6735');
	const done = await stripe.paymentIntents.confirm(made.id, {
		payment_method: 'pm_card_visa', return_url: 'https://shop.example/' });
	assert.equal(done.status, 'succeeded');
	assert.equal(done.amount_received, 1099);
	const read = await stripe.paymentIntents.retrieve(made.id, { expand: ['latest_charge'] });
	assert.equal(read.latest_charge.object, 'charge');
	assert.equal(read.latest_charge.paid, true);
	const charge = await stripe.charges.retrieve(read.latest_charge.id);
	assert.equal(charge.amount_captured, 1099);
	const list = await stripe.paymentIntents.list({ limit: 3 });
	assert.equal(list.data[0].id, made.id);
	assert.ok(list.data.length <= 3, 'limit is heeded');
});

test('3-D Secure is asked for, approved, and refused', async () => {
	for (const [verb, status] of [['approve', 'succeeded'], ['fail', 'requires_payment_method']]) {
		const made = await intent({ confirm: true, payment_method: 'pm_card_threeDSecure2Required',
			return_url: 'https://shop.example/back?a=b' });

		assert.equal(made.status, 'requires_action');
		assert.equal(made.next_action.type, 'redirect_to_url');
		const url = new URL(made.next_action.redirect_to_url.url);
		assert.equal((await fetch(url)).status, 200);
		const back = await emu(`${url.pathname}/${verb}`, 'POST');
		assert.equal(back.status, 303);
		assert.match(back.headers.get('location'), /^https:\/\/shop\.example\/back\?a=b&payment_intent=/);
		const after = await stripe.paymentIntents.retrieve(made.id);
		assert.equal(after.status, status);
		if (verb === 'fail')
			assert.equal(after.last_payment_error.code, 'payment_intent_authentication_failure');
	}
});

test('what is held is captured in part, or given back', async () => {
	const held = await intent({ capture_method: 'manual', confirm: true,
		payment_method: 'pm_card_visa', return_url: 'https://shop.example/' });

	assert.equal(held.status, 'requires_capture');
	assert.equal(held.amount_capturable, 1099);
	await refused(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2000 }), 'StripeInvalidRequestError',
		{ param: 'amount_to_capture' });
	const taken = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
	assert.equal(taken.status, 'succeeded');
	assert.equal(taken.amount_received, 1000);
	await refused(stripe.paymentIntents.cancel(held.id), 'StripeInvalidRequestError',
		{ code: 'payment_intent_unexpected_state' });
	const other = await stripe.paymentIntents.cancel((await intent()).id, { cancellation_reason: 'abandoned' });
	assert.equal(other.status, 'canceled');
	assert.equal(other.cancellation_reason, 'abandoned');
});

test('refunds never exceed what was taken', async () => {
	const made = await paid();
	const first = await stripe.refunds.create({ payment_intent: made.id, amount: 100,
		reason: 'requested_by_customer', metadata: { refund_id: 'r1' } });

	assert.equal(first.status, 'succeeded');
	assert.equal(first.metadata.refund_id, 'r1');
	await refused(stripe.refunds.create({ payment_intent: made.id, amount: 1000 }), 'StripeInvalidRequestError',
		{ param: 'amount' });
	assert.equal((await stripe.refunds.create({ payment_intent: made.id })).amount, 999);
	await refused(stripe.refunds.create({ payment_intent: made.id }), 'StripeInvalidRequestError',
		{ code: 'charge_already_refunded' });
	assert.equal((await stripe.refunds.retrieve(first.id)).id, first.id);
	const charge = await stripe.charges.retrieve(made.latest_charge);
	assert.equal(charge.amount_refunded, 1099);
	assert.equal(charge.refunded, true);
});

test('an idempotency key replays, and only the same request', async () => {
	const options = { idempotencyKey: `key-${Date.now()}` };
	const body = { amount: 500, currency: 'eur' };
	const first = await stripe.paymentIntents.create(body, options);
	const again = await stripe.paymentIntents.create(body, options);

	assert.equal(again.id, first.id);
	assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
	await refused(stripe.paymentIntents.create({ ...body, amount: 501 }, options), 'StripeIdempotencyError');
});

test('declines are card errors with their codes', async () => {
	for (const [card, code, declined] of [
		['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
		['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
		['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card']]) {
		const error = await refused(intent({ confirm: true, payment_method: card,
			return_url: 'https://shop.example/' }), 'StripeCardError', { code, decline_code: declined });

		assert.equal(error.statusCode, 402);
		assert.equal(error.payment_intent.status, 'requires_payment_method');
		assert.equal(error.payment_intent.last_payment_error.decline_code, declined);
		const retried = await stripe.paymentIntents.confirm(error.payment_intent.id, {
			payment_method: 'pm_card_visa', return_url: 'https://shop.example/' });
		assert.equal(retried.status, 'succeeded');
	}
});

test('what is wrong is said as Stripe says it', async () => {
	await refused(intent({ colour: 'red' }), 'StripeInvalidRequestError', { code: 'parameter_unknown', param: 'colour' });
	await refused(intent({ amount: -1 }), 'StripeInvalidRequestError', { param: 'amount', statusCode: 400 });
	await refused(intent({ currency: 'zzz' }), 'StripeInvalidRequestError', { param: 'currency' });
	await refused(stripe.paymentIntents.retrieve('pi_none'), 'StripeInvalidRequestError',
		{ code: 'resource_missing', statusCode: 404 });
	await refused(client('sk_test_wrong').paymentIntents.list(), 'StripeAuthenticationError', { statusCode: 401 });
	await refused(client('pk_test_emulator').paymentIntents.list(), 'StripePermissionError', { statusCode: 403 });
});

test('faults look like a bad day at Stripe', async () => {
	await emu('/__emu/faults', 'POST', { action: 'status', status: 500 });
	await refused(intent(), 'StripeAPIError', { statusCode: 500 });
	await emu('/__emu/faults', 'POST', { action: 'status', status: 429 });
	await refused(intent(), 'StripeRateLimitError');
	/* a connection that was cut is tried twice by the client, come what may */
	await emu('/__emu/faults', 'POST', { action: 'reset_after', path: '/v1/payment_intents', times: 2 });
	await refused(intent(), 'StripeConnectionError');
	/* its own retry, with the key it makes, has one effect */
	await emu('/__emu/faults', 'POST', { action: 'reset_after', path: '/v1/payment_intents' });
	const count = async () => (await stripe.paymentIntents.list({ limit: 100 })).data.length;
	const before = await count();
	await client(secret, { maxNetworkRetries: 2 }).paymentIntents.create({ amount: 700, currency: 'eur' });
	assert.equal(await count(), Math.min(before + 1, 100));
	await emu('/__emu/faults', 'DELETE');
});

test('a signature of the sandbox is one to Stripe\'s client', async () => {
	const event = (await stripe.events.list({ limit: 1 })).data[0];
	const payload = JSON.stringify(event);
	const whsec = process.env.SHOPD_STRIPE_WEBHOOK_SECRET;
	const header = stripe.webhooks.generateTestHeaderString({ payload, secret: whsec });

	assert.equal(stripe.webhooks.constructEvent(payload, header, whsec).id, event.id);
	/* and the shop takes the client's for the sandbox's */
	const hook = (signature) => fetch(`${process.env.SHOP_URL}/api/v1/gateways/stripe/webhooks/`, {
		method: 'POST', body: payload,
		headers: { 'content-type': 'application/json', 'stripe-signature': signature } });
	assert.ok((await hook(header)).ok);
	assert.ok((await hook(header)).ok, 'twice');
	assert.equal((await hook(header.replace(/v1=./, 'v1=z'))).status, 400);
	const old = stripe.webhooks.generateTestHeaderString({ payload, secret: whsec,
		timestamp: Math.floor(Date.now() / 1000) - 3600 });
	assert.equal((await hook(old)).status, 400);
});

test('a delivered webhook is one to Stripe\'s client', async () => {
	const { spawn } = await import('node:child_process');
	let told;
	const arrived = new Promise((resolve) => { told = resolve; });
	const server = createServer((request, response) => {
		const parts = [];

		request.on('data', (part) => parts.push(part));
		request.on('end', () => {
			response.end('{}');
			told({ body: Buffer.concat(parts).toString(), signature: request.headers['stripe-signature'] });
		});
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const port = 21000 + Math.floor(Math.random() * 9000);
	const other = spawn(process.env.SHOPD, ['emulate'], { stdio: 'ignore', env: { ...process.env,
		SHOPD_EMULATOR_PORT: port, SHOPD_EMULATOR_SMTP_PORT: port + 1,
		SHOPD_EMULATOR_WEBHOOK_URL: `http://127.0.0.1:${server.address().port}/hook` } });

	try {
		for (let i = 0; i < 200; i++) {
			if (await fetch(`http://127.0.0.1:${port}/__emu/health`).then((r) => r.ok, () => false))
				break;
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
		await client(secret, { port }).paymentIntents.create({ amount: 100, currency: 'eur' });
		const { body, signature } = await arrived;
		const event = stripe.webhooks.constructEvent(body, signature, process.env.SHOPD_STRIPE_WEBHOOK_SECRET);
		assert.equal(event.type, 'payment_intent.created');
		assert.equal(event.data.object.amount, 100);
		assert.throws(() => stripe.webhooks.constructEvent(`${body} `, signature,
			process.env.SHOPD_STRIPE_WEBHOOK_SECRET), /signature/i);
	} finally {
		other.kill();
		server.close();
		server.closeAllConnections();
	}
});

test('objects have the members and types of Stripe\'s fixtures', async (t) => {
	if (!existsSync(process.env.FIXTURES))
		return t.skip(`no fixtures at ${process.env.FIXTURES}`);
	const known = JSON.parse(readFileSync(process.env.FIXTURES)).resources;
	const made = await paid();
	const have = {
		payment_intent: made,
		charge: await stripe.charges.retrieve(made.latest_charge),
		refund: await stripe.refunds.create({ payment_intent: made.id, amount: 1 }),
		event: (await stripe.events.list({ limit: 1 })).data[0],
	};
	const type = (value) => value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
	const wrong = [];

	for (const [name, object] of Object.entries(have)) {
		for (const [key, value] of Object.entries(known[name])) {
			if (!(key in object))
				wrong.push(`${name}.${key} is missing`);
			else if (type(value) !== 'null' && type(object[key]) !== 'null' && type(value) !== type(object[key]))
				wrong.push(`${name}.${key} is ${type(object[key])}, not ${type(value)}`);
		}
		for (const key of Object.keys(object))
			if (!(key in known[name]))
				wrong.push(`${name}.${key} is not Stripe's`);
	}
	assert.deepEqual(wrong, []);
});
