// SPDX-License-Identifier: Apache-2.0
// Common parts of the programs in this folder: the data of clients_fixture.py (in the file
// USHER_FIXTURE), ID Tokens of the trusted issuer, and one line for each test:
// "ok clients/<package>: …".
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { SignJWT, importJWK } from 'jose';

export const UMA = 'urn:ietf:params:oauth:grant-type:uma-ticket';
export const ID_TOKEN = 'http://openid.net/specs/openid-connect-core-1_0.html#IDToken';
export const ANYONE = { anyone: true };
export const BOB = { email: 'bob@example.net' };
export const fixture = JSON.parse(readFileSync(process.env.USHER_FIXTURE, 'utf8'));

const suite = basename(process.argv[1], '.mjs');

// Runs a test. Its name is a sentence that must hold, with ids of conformance rows in brackets.
export async function test(sentence, body) {
	try {
		await body();
		console.log(`ok clients/${suite}: ${sentence}`);
	} catch (error) {
		process.exitCode = 1;
		console.log(`not ok clients/${suite}: ${sentence}`);
		console.log(String(error.stack ?? error).replace(/^/gm, '#   '));
	}
}

// The error of a call that must fail.
export async function refusal(call) {
	try {
		await call;
	} catch (error) {
		return error;
	}
	assert.fail('it was not refused');
}

// An ID Token of bob for this client; each is different, because the server accepts a token once.
export async function idToken(audience, alg = 'ES256', claims = {}) {
	const jwk = fixture.idp.keys.find((key) => key.alg === alg);
	return new SignJWT({ email: BOB.email, email_verified: true, ...claims })
		.setProtectedHeader({ alg, kid: jwk.kid, typ: 'JWT' })
		.setIssuer(fixture.idp.issuer).setAudience(audience).setSubject('bob-77')
		.setIssuedAt().setExpirationTime('4 minutes').setJti(randomUUID())
		.sign(await importJWK(jwk, alg));
}

// What a browser does with an authorization URL: alice signs in and allows what is asked for.
// Returns the address to which the server sends the browser.
export async function browse(url) {
	const cookies = new Map();
	const visit = async (address, fields) => {
		const headers = { accept: 'text/html',
			cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
		if (fields !== undefined)
			headers['content-type'] = 'application/x-www-form-urlencoded';
		const response = await fetch(new URL(address, url), { headers, redirect: 'manual',
			...(fields && { method: 'POST', body: new URLSearchParams(fields).toString() }) });
		for (const line of response.headers.getSetCookie())
			cookies.set(...line.split(';')[0].split(/=(.*)/s, 2));
		return { status: response.status, text: await response.text(),
			location: response.headers.get('location'),
			next: response.headers.get('refresh')?.split('url=')[1] };
	};
	// The hidden fields of the page's form for this path.
	const fields = (page, path) => {
		const form = page.text.split('<form ').find((part) => part.includes(`action="${path}"`));
		return Object.fromEntries([...form.matchAll(/name="(\w+)" value="([^"]*)"/g)]
			.map((match) => match.slice(1)).filter(([name]) => name !== 'answer'));
	};
	const base = new URL(url).pathname.replace(/\/authorize$/, '');
	let page = await visit(url);
	page = await visit(`${base}/signin`, { ...fields(page, `${base}/signin`), name: 'alice',
		password: fixture.password });
	page = await visit(page.next ?? page.location);
	if (page.status === 200)
		page = await visit(`${base}/authorize`, { ...fields(page, `${base}/authorize`),
			answer: 'allow' });
	assert.equal(page.status, 303, page.text);
	return new URL(page.location);
}

export const pushed = (ticket, token) =>
	({ ticket, claim_token: token, claim_token_format: ID_TOKEN });
