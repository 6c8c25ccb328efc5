// SPDX-License-Identifier: Apache-2.0
// Creates an identity provider's keys with jose: node idp.mjs FOLDER writes idp.json (private, for
// the tests) and idp-jwks.json (public, for usherctl issuer add) there.
import { writeFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

async function makeKey(alg) {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	const open = await exportJWK(publicKey);
	const common = { kid: await calculateJwkThumbprint(open), alg, use: 'sig' };
	return [{ ...await exportJWK(privateKey), ...common }, { ...open, ...common }];
}

const pairs = await Promise.all(['EdDSA', 'Ed25519', 'ES256', 'RS256', 'PS256'].map(makeKey));
const save = (name, half) => writeFileSync(`${process.argv[2]}/${name}`,
	JSON.stringify({ keys: pairs.map((pair) => pair[half]) }), { mode: 0o600 });
save('idp.json', 0);
save('idp-jwks.json', 1);
