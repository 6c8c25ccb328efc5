// SPDX-License-Identifier: Apache-2.0
// The exchange from discovery to revocation with oauth4webapi, an independent implementation of RFC
// 6749, 6750, 7009, 7662, 8414 and 9068.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { ANYONE, BOB, UMA, browse, idToken, pushed, refusal, fixture, test } from './fixture.mjs';

const { main, secure, fully } = fixture.tenants;
// Plain http, on loopback, requires an insecure option.
const plain = { [oauth.allowInsecureRequests]: true };

async function discover(tenant, options = plain) {
	const issuer = new URL(tenant.issuer);
	return oauth.processDiscoveryResponse(issuer,
		await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' }));
}

const as = await discover(main);

// A client of the fixture with its authentication method.
const actor = ({ id, secret }, method) => ({ client: { client_id: id }, auth: method(secret) });
const cast = main.clients;
const photoz = actor(cast['rs-basic'], oauth.ClientSecretBasic);
const photozByPost = actor(cast['rs-post'], oauth.ClientSecretPost);
const viewer = actor(cast['c-basic'], oauth.ClientSecretBasic);
const viewerByPost = actor(cast['c-post'], oauth.ClientSecretPost);
const plainClient = actor(cast['c-plain'], oauth.ClientSecretPost);
const visitor = actor(cast['c-public'], oauth.None);
// Introspection accepts a PAT as well (UMA Federated Authorization, 5).
const byPat = (token) => (_as, _client, _body, headers) =>
	headers.set('authorization', `Bearer ${token}`);

async function pat({ client, auth }, scope = 'uma_protection') {
	return oauth.processClientCredentialsResponse(as, client,
		await oauth.clientCredentialsGrantRequest(as, client, auth, { scope }, plain));
}

// Sends a request with this PAT and a JSON body; returns status and JSON of the response.
async function protect(token, method, url, body) {
	const response = await oauth.protectedResourceRequest(token, method, new URL(url),
		new Headers({ 'content-type': 'application/json' }),
		body === undefined ? null : JSON.stringify(body), plain);
	const text = await response.text();
	return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

async function photo(token, when, scopes = ['view', 'print']) {
	const { json } = await protect(token, 'POST', as.resource_registration_endpoint,
		{ resource_scopes: ['view', 'print'], name: 'Lighthouse' });
	await protect(token, 'PUT', `${as.policy_endpoint}/${json._id}`,
		{ rules: [{ effect: 'permit', scopes, when }] });
	return json._id;
}

async function ticketFor(token, id, scopes = ['view']) {
	const { status, json } = await protect(token, 'POST', as.permission_endpoint,
		{ resource_id: id, resource_scopes: scopes });
	assert.equal(status, 201);
	return json.ticket;
}

async function redeem({ client, auth }, parameters) {
	return oauth.processGenericTokenEndpointResponse(as, client,
		await oauth.genericTokenEndpointRequest(as, client, auth, UMA, parameters, plain));
}

async function refresh({ client, auth }, token) {
	return oauth.processRefreshTokenResponse(as, client,
		await oauth.refreshTokenGrantRequest(as, client, auth, token, plain));
}

async function introspect({ client, auth }, token) {
	return oauth.processIntrospectionResponse(as, client,
		await oauth.introspectionRequest(as, client, auth, token, plain));
}

async function revoke({ client, auth }, token) {
	return oauth.processRevocationResponse(
		await oauth.revocationRequest(as, client, auth, token, plain));
}

const PAT = (await pat(photoz)).access_token;

// The token response for a photo that a rule with this condition shares.
async function granted(who, when = ANYONE) {
	const id = await photo(PAT, when);
	const parameters = { ticket: await ticketFor(PAT, id) };
	return { id, ...await redeem(who, parameters) };
}

await test('discovery by RFC 8414 finds the issuer, at the root and below a path '
	+ '[O-8414-09 O-8414-10 O-8414-11]', async () => {
	for (const tenant of [main, fully])
		assert.equal((await discover(tenant)).issuer, tenant.issuer);
});

await test('uma2-configuration returns the same metadata, before and after the path '
	+ '[G-DISC-01 G-DISC-02 G-DISC-03 G-DISC-04 F-DISC-04]', async () => {
	for (const { issuer } of [main, fully]) {
		const { origin, pathname } = new URL(issuer);
		const path = pathname === '/' ? '' : pathname;
		const expected = await discover({ issuer });
		for (const url of [`${issuer}/.well-known/uma2-configuration`,
			`${origin}/.well-known/uma2-configuration${path}`])
			assert.deepEqual(await oauth.processDiscoveryResponse(new URL(issuer),
				await fetch(url)), expected);
	}
});

await test('over https no insecure option is needed [O-8414-01 F-DISC-01]', async () => {
	const metadata = await discover(secure, {});
	const { id, secret } = secure.clients['rs-basic'];
	const client = { client_id: id };
	const answer = await oauth.processClientCredentialsResponse(metadata, client,
		await oauth.clientCredentialsGrantRequest(metadata, client,
			oauth.ClientSecretBasic(secret), { scope: 'uma_protection' }));
	assert.equal(answer.token_type, 'bearer');
});

await test('client_credentials issues a PAT, with Basic and with a secret in the form '
	+ '[F-PAT-01 F-PAT-07 O-6749-01 O-8414-04]', async () => {
	for (const rs of [photoz, photozByPost]) {
		const answer = await pat(rs);
		assert.equal(answer.scope, 'uma_protection');
		assert.equal(answer.token_type, 'bearer');
		const list = await protect(answer.access_token, 'GET',
			as.resource_registration_endpoint);
		assert.equal(list.status, 200);
	}
});

await test('a resource is registered, read, replaced, listed and deleted '
	+ '[F-CRE-01 F-CRE-03 F-READ-01 F-UPD-01 F-LST-01 F-DEL-01 F-DEL-04]', async () => {
	const all = as.resource_registration_endpoint;
	const created = await protect(PAT, 'POST', all, { resource_scopes: ['view'], name: 'A' });
	const one = `${all}/${created.json._id}`;
	assert.equal(created.status, 201);
	assert.equal((await protect(PAT, 'GET', one)).json.name, 'A');
	const replaced = await protect(PAT, 'PUT', one, { resource_scopes: ['edit'], name: 'B' });
	assert.deepEqual([replaced.status, replaced.json._id], [200, created.json._id]);
	assert.deepEqual((await protect(PAT, 'GET', one)).json.resource_scopes, ['edit']);
	assert.ok((await protect(PAT, 'GET', all)).json.includes(created.json._id));
	assert.equal((await protect(PAT, 'DELETE', one)).status, 204);
	assert.equal((await protect(PAT, 'GET', one)).status, 404);
});

await test('need_info names the required claims and has a new ticket; with an ID Token it gets the '
	+ 'RPT, a PCT and a refresh token [G-ERR-08 G-ERR-09 G-ERR-11 G-CLM-04 G-PCT-01 G-TOK-10]',
	async () => {
		const id = await photo(PAT, BOB);
		const first = await ticketFor(PAT, id);
		const asked = await refusal(redeem(viewer, { ticket: first }));
		assert.equal(asked.code, oauth.RESPONSE_BODY_ERROR);
		assert.deepEqual([asked.status, asked.error], [403, 'need_info']);
		const { ticket, required_claims: wanted } = asked.cause;
		assert.notEqual(ticket, first);
		assert.ok(wanted.some((claim) => claim.issuer?.includes(fixture.idp.issuer)));
		const answer = await redeem(viewer, pushed(ticket, await idToken('c-basic')));
		assert.equal(answer.token_type, 'bearer');
		for (const name of ['access_token', 'refresh_token', 'pct'])
			assert.equal(typeof answer[name], 'string', name);
		assert.equal('upgraded' in answer, false);
	});

await test('a PCT replaces the claims that it was issued for [G-PCT-01 G-TOK-14]', async () => {
	const push = pushed(await ticketFor(PAT, await photo(PAT, BOB)), await idToken('c-post'));
	const { pct } = await redeem(viewerByPost, push);
	const again = await redeem(viewerByPost,
		{ ticket: await ticketFor(PAT, await photo(PAT, BOB)), pct });
	assert.equal(typeof again.access_token, 'string');
});

await test('a public client authenticates with its client_id alone [G-REG-08 G-TOK-06]', async () => {
	assert.equal(typeof (await granted(visitor)).access_token, 'string');
});

await test('an upgraded RPT has both permissions, and upgraded is true '
	+ '[G-UPG-02 G-UPG-03]', async () => {
	const old = await granted(viewer);
	const id = await photo(PAT, ANYONE);
	const answer = await redeem(viewer, { ticket: await ticketFor(PAT, id),
		rpt: old.access_token });
	assert.equal(answer.upgraded, true);
	const { permissions } = await introspect(photoz, answer.access_token);
	assert.deepEqual(permissions.map((one) => one.resource_id).sort(), [old.id, id].sort());
});

await test('a resource server validates an RPT as a JWT access token, and rejects one that is for '
	+ 'others or altered [O-9068-01 O-9068-03 O-9068-07 F-INT-17]', async () => {
	const { id, access_token: token } = await granted(viewer);
	const judge = (text, audience) => oauth.validateJwtAccessToken(as,
		new Request('https://photoz.example.com/1',
			{ headers: { authorization: `Bearer ${text}` } }), audience, plain);
	const claims = await judge(token, fixture.audience);
	assert.equal(claims.client_id, 'c-basic');
	assert.equal(claims.permissions[0].resource_id, id);
	const changed = `${token.slice(0, -20)}AAAA${token.slice(-16)}`;
	for (const call of [judge(token, 'https://filez.example.com'),
		judge(changed, fixture.audience)])
		assert.equal((await refusal(call)).name, 'OperationProcessingError');
});

await test('a refresh token gets a new RPT and another refresh token '
	+ '[G-REF-01 O-6749-13]', async () => {
	const first = await granted(viewer);
	const second = await refresh(viewer, first.refresh_token);
	assert.notEqual(second.access_token, first.access_token);
	assert.notEqual(second.refresh_token, first.refresh_token);
	assert.equal((await introspect(photoz, second.access_token)).active, true);
});

await test('an RPT is active for its resource server, by Basic and by PAT, and a PAT for '
	+ 'its client [F-INT-01 F-INT-04 F-INT-06 F-INT-12 O-7662-03]', async () => {
	const { id, access_token: token } = await granted(viewer);
	for (const auth of [photoz.auth, byPat(PAT)]) {
		const answer = await introspect({ client: photoz.client, auth }, token);
		assert.deepEqual([answer.active, answer.iss], [true, as.issuer]);
		assert.deepEqual(answer.permissions.map(
			(one) => [one.resource_id, one.resource_scopes]), [[id, ['view']]]);
	}
	assert.deepEqual(await introspect(photozByPost, token), { active: false });
	assert.equal((await introspect(photoz, PAT)).scope, 'uma_protection');
});

await test('revocation of a refresh token revokes its RPTs, too; revoking unknown tokens '
	+ 'succeeds [O-7009-01 O-7009-03 O-7009-06 G-REV-01]', async () => {
	const first = await granted(viewer), second = await granted(viewer);
	await revoke(viewer, first.access_token);
	await revoke(viewer, second.refresh_token);
	await revoke(viewer, 'nonsense');
	for (const { access_token: token } of [first, second])
		assert.deepEqual(await introspect(photoz, token), { active: false });
	const late = await refusal(refresh(viewer, second.refresh_token));
	assert.deepEqual([late.status, late.error], [400, 'invalid_grant']);
});

await test('a used ticket is invalid_grant [G-TKT-02 G-ERR-04 G-ERR-01]', async () => {
	const ticket = await ticketFor(PAT, await photo(PAT, ANYONE));
	await redeem(viewer, { ticket });
	const again = await refusal(redeem(viewer, { ticket }));
	assert.deepEqual([again.status, again.error], [400, 'invalid_grant']);
	assert.equal('ticket' in again.cause, false);
});

await test('a resource without a matching rule is request_denied [G-ERR-13]', async () => {
	const id = await photo(PAT, { client: 'c-post' });
	const no = await refusal(redeem(viewer, { ticket: await ticketFor(PAT, id) }));
	assert.deepEqual([no.status, no.error], [403, 'request_denied']);
});

await test('a wrong secret is 401 invalid_client with a Basic challenge, in the header and in the form '
	+ '[O-6749-14 G-TOK-07]', async () => {
	for (const [id, method] of [['rs-basic', oauth.ClientSecretBasic],
		['rs-post', oauth.ClientSecretPost]]) {
		const no = await refusal(pat(actor({ id, secret: 'wrong' }, method)));
		assert.equal(no.code, oauth.WWW_AUTHENTICATE_CHALLENGE);
		assert.deepEqual([no.status, no.cause[0].scheme], [401, 'basic']);
		assert.equal((await no.response.json()).error, 'invalid_client');
	}
});

await test('challenges follow RFC 6750: invalid_token for a revoked PAT or an RPT, '
	+ 'insufficient_scope for a token with another scope '
	+ '[F-PAT-03 F-PAT-04 F-PAT-09 O-6750-02]', async () => {
	const challenge = async (token) => {
		const no = await refusal(protect(token, 'GET', as.resource_registration_endpoint));
		assert.equal(no.cause[0].scheme, 'bearer');
		return [no.status, no.cause[0].parameters.error];
	};
	const { access_token: dead } = await pat(photoz);
	await revoke(photoz, dead);
	const { access_token: rpt } = await granted(viewer);
	const { access_token: other } = await pat(plainClient, 'profile');
	assert.deepEqual(await challenge(dead), [401, 'invalid_token']);
	assert.deepEqual(await challenge(rpt), [401, 'invalid_token']);
	assert.deepEqual(await challenge(other), [403, 'insufficient_scope']);
});

await test('a public client may not introspect [O-7662-01 O-7662-05]', async () => {
	const no = await refusal(introspect(visitor, PAT));
	assert.deepEqual([no.status, (await no.response.json()).error], [401, 'invalid_client']);
});

// The authorization code flow as far as the code: pushed, with PKCE. Returns the parameters that
// the client gets, and what it needs for the token request.
async function approve(metadata, { client, auth }, redirectUri, scope) {
	const verifier = oauth.generateRandomCodeVerifier();
	const state = oauth.generateRandomState();
	const parameters = { response_type: 'code', redirect_uri: redirectUri, scope, state,
		code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
		code_challenge_method: 'S256' };
	const { request_uri: uri } = await oauth.processPushedAuthorizationResponse(metadata, client,
		await oauth.pushedAuthorizationRequest(metadata, client, auth, parameters, plain));
	const url = new URL(metadata.authorization_endpoint);
	url.search = new URLSearchParams({ client_id: client.client_id, request_uri: uri });
	const back = await browse(url);
	assert.ok(back.href.startsWith(redirectUri));
	return [oauth.validateAuthResponse(metadata, client, back, state), redirectUri, verifier];
}

const codeFor = async (metadata, who, approved) => oauth.processAuthorizationCodeResponse(
	metadata, who.client, await oauth.authorizationCodeGrantRequest(metadata, who.client, who.auth,
		...approved, plain));

await test('a resource server gets a PAT by an authorization code, with PAR, PKCE and iss, '
	+ 'at the root and below a path [F-PAT-07 O-6749-06 O-6749-10 O-7636-01 O-9126-01 O-9207-01 '
	+ 'O-9207-03 O-9700-16]', async () => {
	for (const tenant of [main, fully]) {
		const metadata = await discover(tenant);
		const who = actor(tenant.clients['rs-code'], oauth.ClientSecretBasic);
		const answer = await codeFor(metadata, who,
			await approve(metadata, who, fixture.return, 'uma_protection'));
		assert.equal(answer.scope, 'uma_protection');
		const list = await protect(answer.access_token, 'GET',
			metadata.resource_registration_endpoint);
		assert.deepEqual(list, { status: 200, json: [] });
		const next = await oauth.processRefreshTokenResponse(metadata, who.client,
			await oauth.refreshTokenGrantRequest(metadata, who.client, who.auth,
				answer.refresh_token, plain));
		assert.equal(next.scope, 'uma_protection');
	}
});

await test('a native app with a loopback port pushes its request, and a second use of its code '
	+ 'ends its token [O-6749-09 O-9126-04 O-9700-01]', async () => {
	const who = actor(main.clients['c-native'], oauth.None);
	const approved = await approve(as, who, 'http://127.0.0.1:51004/native', 'profile');
	const { access_token: token } = await codeFor(as, who, approved);
	assert.match(token, /^at_/);
	const no = await refusal(codeFor(as, who, approved));
	assert.deepEqual([no.status, no.error], [400, 'invalid_grant']);
});
