// SPDX-License-Identifier: Apache-2.0
// The same exchange with openid-client, one call for each step, like an application. Its
// documentation of OpenID Connect applies only to the authorization code.
import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { ANYONE, BOB, UMA, browse, idToken, pushed, refusal, fixture, test } from './fixture.mjs';

const { main, secure, fully } = fixture.tenants;
const options = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };

// Metadata and client. The default authentication method is a secret in the form.
function discover(tenant, id, method = client.ClientSecretPost) {
	const { secret } = tenant.clients[id];
	return client.discovery(new URL(tenant.issuer), id, {}, method(secret), options);
}

const photoz = await discover(main, 'rs-basic', client.ClientSecretBasic);
const viewer = await discover(main, 'c-post');
const as = photoz.serverMetadata();
const { access_token: PAT } = await client.clientCredentialsGrant(photoz,
	{ scope: 'uma_protection' });

async function protect(method, url, body) {
	const response = await client.fetchProtectedResource(photoz, PAT, new URL(url), method,
		JSON.stringify(body), new Headers({ 'content-type': 'application/json' }));
	return response.json();
}

// A ticket to view a photo that a rule with this condition shares.
async function ticketFor(when) {
	const { _id: id } = await protect('POST', as.resource_registration_endpoint,
		{ resource_scopes: ['view', 'print'], name: 'Lighthouse' });
	await protect('PUT', `${as.policy_endpoint}/${id}`,
		{ rules: [{ effect: 'permit', scopes: 'all', when }] });
	return (await protect('POST', as.permission_endpoint,
		[{ resource_id: id, resource_scopes: ['view', 'print'] }])).ticket;
}

const redeem = async (when, config = viewer) =>
	client.genericGrantRequest(config, UMA, { ticket: await ticketFor(when) });

await test('discovery() accepts the issuer, at the root and below a path, and the URL of '
	+ 'uma2-configuration [O-8414-09 O-8414-11 G-DISC-01 G-DISC-03]', async () => {
	for (const tenant of [main, fully]) {
		const config = await discover(tenant, 'c-post');
		assert.equal(config.serverMetadata().issuer, tenant.issuer);
		const direct = await client.discovery(
			new URL(`${tenant.issuer}/.well-known/uma2-configuration`), 'c-post', {},
			client.None(), options);
		assert.deepEqual(direct.serverMetadata(), config.serverMetadata());
	}
});

await test('over https no insecure option is needed [O-8414-01 F-DISC-01]', async () => {
	const config = await client.discovery(new URL(secure.issuer), 'rs-post',
		secure.clients['rs-post'].secret, undefined, { algorithm: 'oauth2' });
	const answer = await client.clientCredentialsGrant(config, { scope: 'uma_protection' });
	assert.equal(answer.scope, 'uma_protection');
});

await test('clientCredentialsGrant() gets a PAT with its lifetime, by Basic and by post '
	+ '[F-PAT-01 F-PAT-07 F-PAT-08 O-6749-01]', async () => {
	for (const config of [photoz, await discover(main, 'rs-post')]) {
		const answer = await client.clientCredentialsGrant(config,
			{ scope: 'uma_protection' });
		assert.equal(answer.scope, 'uma_protection');
		assert.ok(answer.expiresIn() >= 600);
	}
});

await test('genericGrantRequest() gets need_info, pushes an ID Token with the new ticket and '
	+ 'gets the RPT [G-ERR-08 G-ERR-09 G-CLM-04 G-TOK-10 G-TOK-11]', async () => {
	const asked = await refusal(redeem(BOB));
	assert.ok(asked instanceof client.ResponseBodyError);
	assert.deepEqual([asked.status, asked.error], [403, 'need_info']);
	const answer = await client.genericGrantRequest(viewer, UMA,
		pushed(asked.cause.ticket, await idToken('c-post')));
	assert.equal(typeof answer.access_token, 'string');
	assert.ok(answer.expiresIn() > 290);
});

await test('a public client authenticates with its client_id alone [G-REG-08 G-TOK-06]', async () => {
	const visitor = await discover(main, 'c-public', client.None);
	assert.equal(typeof (await redeem(ANYONE, visitor)).access_token, 'string');
});

await test('refreshTokenGrant() gets a new RPT, and narrows it by scope '
	+ '[G-REF-01 G-REF-03]', async () => {
	const first = await redeem(ANYONE);
	const second = await client.refreshTokenGrant(viewer, first.refresh_token,
		{ scope: 'view' });
	const { permissions } = await client.tokenIntrospection(photoz, second.access_token);
	assert.deepEqual(permissions.map((one) => one.resource_scopes), [['view']]);
	const wider = await refusal(client.refreshTokenGrant(viewer, second.refresh_token,
		{ scope: 'delete' }));
	assert.deepEqual([wider.status, wider.error], [400, 'invalid_scope']);
});

await test('tokenIntrospection() returns the RPT to its resource server only '
	+ '[F-INT-01 F-INT-04 F-INT-11 O-7662-03]', async () => {
	const { access_token: token } = await redeem(ANYONE);
	const { active, permissions, token_type: type } =
		await client.tokenIntrospection(photoz, token);
	assert.deepEqual([active, permissions.length, type], [true, 1, 'Bearer']);
	const other = await discover(main, 'rs-post');
	assert.deepEqual(await client.tokenIntrospection(other, token), { active: false });
});

await test('tokenRevocation() revokes the RPT; another client cannot '
	+ '[O-7009-01 O-7009-04 O-7009-08 G-REV-03]', async () => {
	const { access_token: token } = await redeem(ANYONE);
	const stranger = await discover(main, 'c-basic', client.ClientSecretBasic);
	const no = await refusal(client.tokenRevocation(stranger, token));
	assert.deepEqual([no.status, no.error], [400, 'invalid_grant']);
	assert.equal((await client.tokenIntrospection(photoz, token)).active, true);
	await client.tokenRevocation(viewer, token);
	assert.deepEqual(await client.tokenIntrospection(photoz, token), { active: false });
});

await test('grants that are not offered are unsupported_grant_type '
	+ '[O-8414-04 G-DISC-08]', async () => {
	const no = await refusal(client.genericGrantRequest(viewer,
		'urn:ietf:params:oauth:grant-type:token-exchange', { subject_token: 'x' }));
	assert.deepEqual([no.status, no.error], [400, 'unsupported_grant_type']);
});

await test('authorizationCodeGrant() gets a PAT, with and without PAR, and refreshes it '
	+ '[F-PAT-07 O-6749-06 O-7636-01 O-9126-01 O-9207-01]', async () => {
	const config = await discover(main, 'rs-code');
	for (const build of [client.buildAuthorizationUrl, client.buildAuthorizationUrlWithPAR]) {
		const pkceCodeVerifier = client.randomPKCECodeVerifier();
		const expectedState = client.randomState();
		const url = await build(config, { redirect_uri: fixture.return, scope: 'uma_protection',
			code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
			code_challenge_method: 'S256', state: expectedState });
		const answer = await client.authorizationCodeGrant(config, await browse(url),
			{ pkceCodeVerifier, expectedState });
		assert.equal(answer.scope, 'uma_protection');
		const next = await client.refreshTokenGrant(config, answer.refresh_token);
		const list = await client.fetchProtectedResource(config, next.access_token,
			new URL(as.resource_registration_endpoint), 'GET');
		assert.equal(list.status, 200);
	}
});
