/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USHER_PAGES_RIGHT_H
#define USHER_PAGES_RIGHT_H

#include "pages/view.h"

/* Words for scopes. "Photoz can" and "view" make a sentence. */

/* Sets the value `name` to the words for the scope: those of a common scope ("view", or a URI that
 * ends in "/view"), else the last part of its path in quotation marks. */
void right_add(struct view *v, const char *name, const char *scope);
/* Calls fn for the words of each common scope. */
void rights_each(void (*fn)(void *arg, const char *id), void *arg);

#endif
