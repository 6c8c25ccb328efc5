/* SPDX-License-Identifier: Apache-2.0 */
#include "base/shared_memory.h"

#include <sys/mman.h>

#include "base/log.h"

void *
shared_memory_new(size_t size, const char *what)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		log_die("out of memory for %s", what);
	return memory;
}

void
shared_memory_free(void *memory, size_t size)
{
	munmap(memory, size);
}
