// SPDX-License-Identifier: Apache-2.0
// jose validates RPTs, like a resource server in JavaScript, and signs ID Tokens. All requests use
// plain fetch: RFC 7515, 7517, 7519, 7638, 8037, 9068 and 9864.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as jose from 'jose';
import { ANYONE, BOB, UMA, idToken, pushed, refusal, fixture, test } from './fixture.mjs';

const { main, fully, rotating } = fixture.tenants;

async function send(method, url, headers, body) {
	const response = await fetch(url, { method, headers, body });
	const text = await response.text();
	return text === '' ? null : JSON.parse(text);
}

const protect = ({ issuer, pat }, method, path, body) => send(method, issuer + path,
	{ authorization: `Bearer ${pat}`, 'content-type': 'application/json' },
	JSON.stringify(body));

// A ticket to view a photo that a rule with this condition shares.
async function ticketFor(tenant, when) {
	const { _id: id } = await protect(tenant, 'POST', '/resource_set',
		{ resource_scopes: ['view'] });
	await protect(tenant, 'PUT', `/policy/${id}`,
		{ rules: [{ effect: 'permit', scopes: 'all', when }] });
	return protect(tenant, 'POST', '/permission',
		{ resource_id: id, resource_scopes: ['view'] });
}

const redeem = ({ issuer }, credentials, parameters) => send('POST', `${issuer}/token`, {},
	new URLSearchParams({ grant_type: UMA, ...credentials, ...parameters }));

async function rpt(tenant) {
	const answer = await redeem(tenant, { client_id: 'c-public' },
		await ticketFor(tenant, ANYONE));
	return answer.access_token;
}

// The response when c-post pushes this ID Token of bob.
async function push(token) {
	const { id, secret } = main.clients['c-post'];
	const { ticket } = await ticketFor(main, BOB);
	return redeem(main, { client_id: id, client_secret: secret }, pushed(ticket, token));
}

async function keySet({ issuer }, options) {
	const metadata = await send('GET', `${issuer}/.well-known/uma2-configuration`);
	return jose.createRemoteJWKSet(new URL(metadata.jwks_uri), options);
}

const demands = ({ issuer }, alg = 'EdDSA') => ({ issuer, audience: fixture.audience,
	typ: 'at+jwt', algorithms: [alg], maxTokenAge: '5 minutes',
	requiredClaims: ['sub', 'client_id', 'jti', 'permissions'] });

const usherctl = (...words) => execFileSync(fixture.usherctl[0],
	[...fixture.usherctl.slice(1), '--json', ...words], { encoding: 'utf8' });

await test('jwtVerify() accepts an RPT by issuer, audience, type and algorithm '
	+ '[O-9068-01 O-9068-03 O-9068-04 O-9068-07 O-8037-03]', async () => {
	const { payload, protectedHeader } = await jose.jwtVerify(await rpt(main),
		await keySet(main), demands(main));
	assert.equal(payload.client_id, 'c-public');
	assert.deepEqual(payload.permissions[0].resource_scopes, ['view']);
	assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
});

await test('jwtVerify() accepts an RPT with alg Ed25519 instead of EdDSA '
	+ '[O-8037-04 O-8037-07]', async () => {
	const [token, keys] = [await rpt(fully), await keySet(fully)];
	const { protectedHeader } = await jose.jwtVerify(token, keys, demands(fully, 'Ed25519'));
	assert.equal(protectedHeader.alg, 'Ed25519');
	const no = await refusal(jose.jwtVerify(token, keys, demands(fully, 'EdDSA')));
	assert.equal(no.code, 'ERR_JOSE_ALG_NOT_ALLOWED');
});

await test('it rejects another audience, issuer or type, and an expired token '
	+ '[O-9068-07 F-INT-17]', async () => {
	const [token, keys] = [await rpt(main), await keySet(main)];
	const wrong = { audience: 'https://filez.example.com', issuer: `${main.issuer}/`,
		typ: 'JWT' };
	for (const [name, value] of Object.entries(wrong)) {
		const no = await refusal(jose.jwtVerify(token, keys,
			{ ...demands(main), [name]: value }));
		assert.equal(no.code, 'ERR_JWT_CLAIM_VALIDATION_FAILED', name);
	}
	const late = await refusal(jose.jwtVerify(token, keys,
		{ ...demands(main), currentDate: new Date(Date.now() + 301_000) }));
	assert.equal(late.code, 'ERR_JWT_EXPIRED');
});

await test('it rejects an RPT with one altered character [O-8037-03 O-8037-09]', async () => {
	const [token, keys] = [await rpt(main), await keySet(main)];
	for (let at = 0; at < token.length - 1; at += 7) {
		const other = token[at] === 'A' ? 'B' : 'A';
		const no = await refusal(jose.jwtVerify(
			token.slice(0, at) + other + token.slice(at + 1), keys, demands(main)));
		assert.ok(no instanceof jose.errors.JOSEError, no);
	}
	await jose.jwtVerify(token, keys, demands(main));
});

await test('another tenant\'s keys do not verify it [O-9068-07 G-CONV-04]', async () => {
	const no = await refusal(jose.jwtVerify(await rpt(main), await keySet(rotating),
		demands(main)));
	assert.equal(no.code, 'ERR_JWKS_NO_MATCHING_KEY');
});

await test('every key is public, and its kid is the thumbprint that jose computes '
	+ '[O-8037-01 O-8037-02 O-8037-06]', async () => {
	for (const { issuer } of [main, fully]) {
		const { keys } = await send('GET', `${issuer}/jwks`);
		assert.ok(keys.length > 0);
		for (const key of keys) {
			assert.equal(await jose.calculateJwkThumbprint(key), key.kid);
			assert.equal((await jose.importJWK(key)).type, 'public');
		}
	}
});

await test('after a rotation a resource server fetches the new key once it signs, and tokens of '
	+ 'the old key remain valid [O-8037-07 O-8037-08 T-K02]', async () => {
	let fetched = 0;
	const keys = await keySet(rotating, { cooldownDuration: 0,
		[jose.customFetch]: (...call) => (fetched++, fetch(...call)) });
	const kid = async (token) => (await jose.jwtVerify(token, keys, demands(rotating)))
		.protectedHeader.kid;
	const old = await rpt(rotating);
	const before = await kid(old);
	assert.equal(await kid(await rpt(rotating)), before);
	assert.equal(fetched, 1);
	usherctl('key', 'rotate', 'rotating');
	assert.notEqual(await kid(await rpt(rotating)), before);
	assert.equal(await kid(old), before);
	assert.equal(fetched, 2);
});

await test('an ID Token signed by jose is accepted with EdDSA, ES256, RS256 and PS256 '
	+ '[G-CLM-04 O-OIDC-01 O-OIDC-02 O-OIDC-04]', async () => {
	for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256']) {
		const answer = await push(await idToken('c-post', alg));
		assert.equal(typeof answer.access_token, 'string', alg);
	}
});

await test('an ID Token with alg Ed25519 is accepted '
	+ '[O-8037-04]', async () => {
	const answer = await push(await idToken('c-post', 'Ed25519'));
	assert.equal(typeof answer.access_token, 'string');
});

await test('an ID Token for another client, or with an unknown key, is need_info '
	+ '[G-CLM-03 G-CLM-05 O-OIDC-02 O-OIDC-04]', async () => {
	const { kid } = fixture.idp.keys.find((key) => key.alg === 'ES256');
	const { privateKey } = await jose.generateKeyPair('ES256');
	const forged = await new jose.SignJWT({ ...BOB, email_verified: true })
		.setProtectedHeader({ alg: 'ES256', kid })
		.setIssuer(fixture.idp.issuer).setAudience('c-post').setSubject('bob-77')
		.setIssuedAt().setExpirationTime('4 minutes').sign(privateKey);
	for (const token of [forged, await idToken('c-basic')])
		assert.equal((await push(token)).error, 'need_info');
});
