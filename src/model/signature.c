/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that the handlers of a batch want signed. */
#include "model/signature.h"

#include "jose/jwt.h"

void
signature_request(struct work *w, struct signature *s)
{
	s->next = w->signatures;
	w->signatures = s;
}

void
signature_make_all(struct work *w)
{
	for (struct signature *s = w->signatures; s != NULL; s = s->next) {
		jwt_complete(s->key, s->token);
		s->made(w, s);
	}
}
